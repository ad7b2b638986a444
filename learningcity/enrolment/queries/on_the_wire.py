"""Intakes and enrolments as the API lists them: by key of the row, from a marker on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from learningcity.core.markers import marker, values_of
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.places import intakes
from learningcity.enrolment.queries.queue import line
from learningcity.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list; `next` continues it, None at its end."""

    rows: list[Any]
    next: str | None


def open_intakes(
    *, offer: UUID | None = None, series: UUID | None = None, after: str = "", size: int
) -> Part:
    """Return the intakes of offers that are published. Raises BadMarker."""
    found = intakes().filter(series__offer__is_published=True)
    if offer:
        found = found.filter(series__offer__public_id=offer)
    if series:
        found = found.filter(series__public_id=series)
    return part(found, "intakes", after, size)


def open_intake_named(public_id: UUID) -> Intake | None:
    """Return the intake of a published offer."""
    return intakes().filter(public_id=public_id, series__offer__is_published=True).first()


def intakes_of(organisation: Organisation, *, after: str, size: int) -> Part:
    """Return the intakes of an organisation. Raises BadMarker."""
    found = intakes().filter(series__offer__provider__organisation=organisation)
    return part(found, "own intakes", after, size)


def intake_of_organisation(organisation: Organisation, public_id: UUID) -> Intake | None:
    """Return an intake of an organisation by its opaque id."""
    return intakes().filter(series__offer__provider__organisation=organisation, public_id=public_id).first()


def enrolments_on_the_wire(intake: Intake, *, after: str, size: int) -> Part:
    """Return all enrolments of an intake in order of arrival. Raises BadMarker."""
    found = Enrolment.objects.filter(intake=intake).select_related("person", "guest", "party")
    return part(found, "enrolments", after, size, name="number", of=lambda row: row.number)


def waiting_on_the_wire(intake: Intake, *, after: str, size: int) -> tuple[Part, int]:
    """Return those who wait in the order of their turns, and the how manieth the first of them is.

    Raises BadMarker.
    """
    waiting = line(intake)
    found = part(waiting, "waiting", after, size, name="turn", of=lambda row: row.turn)
    first = found.rows[0].turn if found.rows else 0
    return found, waiting.filter(turn__lt=first).count() + 1


def enrolment_of_organisation(organisation: Organisation, public_id: UUID) -> Enrolment | None:
    """Return an enrolment at an organisation by its opaque id."""
    found = Enrolment.objects.filter(intake__series__offer__provider__organisation=organisation)
    rows = found.select_related(
        "person", "guest", "party", "intake__series__offer__provider__organisation", "intake__session"
    )
    return rows.filter(public_id=public_id).first()


def part(
    found: "QuerySet[Any]",
    kind: str,
    after: str,
    size: int,
    *,
    name: str = "pk",
    of: Callable[[Any], int] = lambda row: int(row.pk),
) -> Part:
    """Return a part of a list in the order of one number."""
    if after:
        (last,) = values_of(after, kind, int)
        found = found.filter(**{f"{name}__gt": last})
    rows = list(found.order_by(name)[: size + 1])
    shown = rows[:size]
    return Part(shown, marker(kind, of(shown[-1])) if len(rows) > size else None)
