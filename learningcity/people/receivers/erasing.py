"""What the tables of people, of core and of the libraries do when a person's data are erased."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from learningcity.core.files import delete_with_files
from learningcity.core.models import AuditLine, Message
from learningcity.core.personal import ErasedPart
from learningcity.people.models import Login, Person
from learningcity.people.queries.holding import Concerned, Holding, concerned
from learningcity.people.queries.holdings import HOLDINGS
from learningcity.people.queries.holdings_outside import holdings_outside, tasks_naming
from learningcity.people.signals import person_erased

NAMELESS = "…"
NOTHING = {"args": [], "kwargs": {}}


@receiver(person_erased, dispatch_uid="people.erasing")
def erase_own(
    sender: object, *, person: Person, at: datetime, is_rest: bool = False, **more: object
) -> list[ErasedPart]:
    """Delete or cut what people, core and the libraries hold; say what stays and why.

    `is_rest` keeps what stays countable without a name when an account is made anonymous after a long rest.
    """
    who = concerned(person)
    sessions = close_sessions(who)
    blank_names(who)
    empty_running_tasks(who)
    # What hangs on a log-in goes before it; so HOLDINGS ends with it.
    holdings = (*holdings_outside(), *HOLDINGS)
    parts = [erased(holding, who, at=at, is_rest=is_rest) for holding in holdings]
    return [*parts, sessions, kept_trail(who)]


def erased(holding: Holding, who: Concerned, *, at: datetime, is_rest: bool) -> ErasedPart:
    """Delete the rows of one table, or cut them to what must be kept."""
    rows, cut = holding.rows(who), holding.cut
    if holding.key == "person":
        return ErasedPart(holding.label, removed=1, kept=1, why_kept=cut.why if cut else "")
    if cut is None or (cut.is_for_rest_only and not is_rest):
        return ErasedPart(holding.label, removed=delete_with_files(rows))
    if cut.blanks:
        rows.update(**cut.blanks)
    until = (at + cut.lasts).date() if cut.lasts else None
    return ErasedPart(holding.label, kept=rows.count(), why_kept=cut.why, kept_until=until)


def close_sessions(who: Concerned) -> ErasedPart:
    """Delete every session of the person, also one in which somebody has only begun to sign in.

    A session does not say whose it is until it is opened, so each of them is.
    """
    keys = {str(key) for key in Login.objects.filter(person=who.person).values_list("pk", flat=True)}
    theirs = [
        session.session_key
        for session in Session.objects.iterator()
        if names(session.get_decoded(), keys, who)
    ]
    Session.objects.filter(session_key__in=theirs).delete()
    return ErasedPart(_("Sessions on your devices"), removed=len(theirs))


def names(session: Mapping[str, Any], logins: set[str], who: Concerned) -> bool:
    """Return whether a session belongs to a log-in, or holds an id or an address of the person."""
    if session.get("_auth_user_id") in logins:
        return True
    said = DjangoJSONEncoder(ensure_ascii=False).encode(session)
    mails = (word for word in who.addresses if "@" in word)
    return any(word in said for word in (who.own, *mails))


def blank_names(who: Concerned) -> None:
    """Take the name out of messages to guardians, children and helpers; they stay theirs."""
    name = who.person.name
    if not name or who.person.state == Person.State.MERGED:
        return
    found = Message.objects.filter(Q(body__contains=name) | Q(subject__contains=name))
    theirs: QuerySet[Message] = found.filter(recipient__in=who.related)
    theirs.update(
        body=Replace("body", Value(name), Value(NAMELESS)),
        subject=Replace("subject", Value(name), Value(NAMELESS)),
    )


def empty_running_tasks(who: Concerned) -> None:
    """Take the person out of a task that runs just now: its row must stay until it has ended."""
    running = tasks_naming(who).filter(status=TaskResultStatus.RUNNING).values_list("pk", flat=True)
    DBTaskResult.objects.filter(pk__in=list(running)).update(args_kwargs=NOTHING)


def kept_trail(who: Concerned) -> ErasedPart:
    """Say that the audit trail stays; it holds opaque ids, and the link from yours to you is deleted."""
    about = Q(person=who.own) | Q(on_behalf_of=who.own) | Q(about=f"people.person:{who.own}")
    return ErasedPart(
        _("Lines of the audit trail"),
        kept=AuditLine.objects.filter(about).count(),
        why_kept=_(
            "The law asks the city to show who acted. The lines hold no name, only a number; what led from "
            "the number to you is deleted."
        ),
    )
