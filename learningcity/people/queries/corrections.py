"""Corrections that people asked for: what may be corrected, what waits, what was answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import Correction, Person
from learningcity.people.queries.holdings import HOLDINGS
from learningcity.people.queries.holdings_outside import holdings_outside

ANSWERED_WITHIN = timedelta(days=30)
MOST_OPEN = 20
NAME, BORN_ON = "name", "born_on"
SHOWN_AFTER_ANSWER = timedelta(days=30)


def correctable() -> dict[str, object]:
    """Return what a person can ask to have corrected: name and birth date, then every part of their data."""
    own = {NAME: _("Name"), BORN_ON: _("Date of birth")}
    parts = {entry.key: entry.label for entry in (*HOLDINGS, *holdings_outside()) if entry.is_shown}
    return {**own, **parts, "history": _("Who looked and who acted"), "other": _("Something else")}


def label_of(what: str, labels: Mapping[str, object]) -> object:
    """Return what a correction is about, in words."""
    return labels.get(what, what)


def corrections_of(person: Person) -> "QuerySet[Correction]":
    """Return what a person asked to have corrected, newest first."""
    return Correction.objects.filter(person=person).order_by("-pk")


def newly_answered(person: Person, *, at: datetime) -> "QuerySet[Correction]":
    """Return the corrections that were answered lately."""
    return corrections_of(person).filter(answered_at__gt=at - SHOWN_AFTER_ANSWER)


def open_corrections() -> "QuerySet[Correction]":
    """Return what waits for an answer of the city, the most urgent first. For whoever may answer."""
    waiting = Correction.objects.filter(state=Correction.State.ASKED, person__state=Person.State.ACTIVE)
    return waiting.order_by("answer_by_on", "pk")


def correction_with_id(public_id: UUID) -> Correction | None:
    """Return one request for a correction. For whoever may answer."""
    return Correction.objects.filter(public_id=public_id).select_related("person").first()
