"""Delete what is older than the periods that the city publishes."""

from collections import Counter
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks_db.models import DBTaskResult

from learningcity.core.actors import Actor
from learningcity.core.files import delete_with_files
from learningcity.core.models import Message, PaperForm
from learningcity.people.models import (
    Acting,
    Correction,
    Guardianship,
    Invitation,
    Lookup,
    Mandate,
    Membership,
    Person,
)
from learningcity.people.queries.holdings import PROOF_KEPT
from learningcity.people.queries.retention import (
    ACTINGS_KEPT,
    ATTEMPTS_KEPT,
    CORRECTIONS_KEPT,
    INVITATIONS_KEPT,
    LOOKUPS_KEPT,
    MESSAGES_KEPT,
    PAPER_KEPT,
    TASKS_KEPT,
)

ROWS_A_BATCH = 500
GONE = (Person.State.ERASED, Person.State.ANONYMOUS)


def delete_overdue(*, by: Actor, at: datetime) -> Counter[str]:
    """Delete everything whose period is over; return how many rows of each table. Raises PermissionDenied."""
    if not by.is_operator:
        raise PermissionDenied
    deleted: Counter[str] = Counter()
    for rows in overdue(at=at):
        while gone := delete_batch(rows):
            deleted[rows.model._meta.label_lower] += gone
    return deleted


def overdue(*, at: datetime) -> tuple["QuerySet[Any]", ...]:
    """Return what is older than its period."""
    waiting = (Message.State.WAITING, Message.State.SENDING)
    return (
        Message.objects.filter(created_at__lt=at - MESSAGES_KEPT).exclude(state__in=waiting),
        Lookup.objects.filter(at__lt=at - LOOKUPS_KEPT),
        Acting.objects.filter(ends_at__lt=at - ACTINGS_KEPT),
        Correction.objects.filter(answered_at__lt=at - CORRECTIONS_KEPT),
        Invitation.objects.filter(expires_at__lt=at - INVITATIONS_KEPT),
        PaperForm.objects.filter(expires_at__lt=at - PAPER_KEPT),
        AccessAttempt.objects.filter(attempt_time__lt=at - ATTEMPTS_KEPT),
        AccessFailureLog.objects.filter(attempt_time__lt=at - ATTEMPTS_KEPT),
        AccessLog.objects.filter(attempt_time__lt=at - ATTEMPTS_KEPT),
        DBTaskResult.objects.filter(finished_at__lt=at - TASKS_KEPT),
        Session.objects.filter(expire_date__lt=at),
        devices_signed_out(at=at),
        *proofs_over(at=at),
    )


def devices_signed_out(*, at: datetime) -> "QuerySet[Any]":
    """Return where people were signed in whose session is over."""
    open_ones = Session.objects.filter(expire_date__gte=at).values("session_key")
    return UserSession.objects.exclude(session_key__in=open_ones)


def proofs_over(*, at: datetime) -> tuple["QuerySet[Any]", ...]:
    """Return the nameless proofs of rights that nobody can ask about any more."""
    since = at - PROOF_KEPT
    of_nobody = Q(child__state__in=GONE) | Q(guardian__state__in=GONE)
    return (
        Guardianship.objects.filter(of_nobody, ended_at__lt=since),
        Mandate.objects.filter(person__state__in=GONE, ended_at__lt=since),
        Membership.objects.filter(person__state__in=GONE, ended_at__lt=since),
    )


def delete_batch(rows: "QuerySet[Any]") -> int:
    """Delete some of the rows, with their files; return how many."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_A_BATCH])
    with transaction.atomic():
        return delete_with_files(rows.model._default_manager.filter(pk__in=keys)) if keys else 0
