"""Who is enrolled in a series and its dates, and who waits, as the organiser sees it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from learningcity.catalogue.models import Series, Session
from learningcity.core.markers import marker, values_of
from learningcity.enrolment.models import LIVING, Enrolment, Intake

LINES_A_PAGE = 100
LIST = "participants"
WITH_ORGANISATION = "offer__provider__organisation"


def series_named(public_id: UUID) -> Series | None:
    """Return a series with its offer and organisation, by its opaque id."""
    return Series.objects.filter(public_id=public_id).select_related(WITH_ORGANISATION, "venue").first()


def session_named(public_id: UUID) -> Session | None:
    """Return a session with its series, offer and organisation, by its opaque id."""
    found = Session.objects.filter(public_id=public_id)
    return found.select_related(f"series__{WITH_ORGANISATION}", "venue").first()


def intakes_of_sessions(sessions: Iterable[int]) -> list[Intake]:
    """Return the intakes of single dates, by the ids of their rows."""
    return list(Intake.objects.filter(session__in=list(sessions)).select_related("series"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to show: by a part of the name, and in which state ("": all who are enrolled or wait)."""

    words: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Participants:
    """A part of those who are enrolled or wait; `next` continues it."""

    lines: list[Enrolment]
    next: str


def participants(series: Series, wanted: Wanted, *, after: str = "") -> Participants:
    """Return who is enrolled in a series and its dates, or waits, in order of arrival in each intake.

    The caller has asked `can_see_enrolled`. Raises BadMarker.
    """
    rows = found(series, wanted)
    if after:
        intake, number = values_of(after, LIST, int, int)
        rows = rows.filter(Q(intake__gt=intake) | Q(intake=intake, number__gt=number))
    lines = list(rows[: LINES_A_PAGE + 1])
    shown = lines[:LINES_A_PAGE]
    last = shown[-1] if len(lines) > LINES_A_PAGE else None
    return Participants(shown, marker(LIST, last.intake_id, last.number) if last else "")


def found(series: Series, wanted: Wanted) -> "QuerySet[Enrolment]":
    """Return the enrolments that are wanted, in order."""
    rows = Enrolment.objects.filter(intake__series=series)
    rows = rows.filter(state=wanted.state) if wanted.state else rows.filter(state__in=LIVING)
    if wanted.words:
        named = Q(person__name__icontains=wanted.words) | Q(guest__name__icontains=wanted.words)
        rows = rows.filter(named)
    return rows.select_related("person", "guest", "party", "intake__session").order_by("intake", "number")


def all_participants(series: Series, wanted: Wanted) -> Iterator[Enrolment]:
    """Yield everybody who is wanted, in small parts."""
    yield from found(series, wanted).iterator(chunk_size=500)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many have a place, hold or were offered one, and wait."""

    enrolled: int = 0
    held: int = 0
    waiting: int = 0


def numbers_of(intakes: list[Intake]) -> dict[int, Numbers]:
    """Return how many stand where, by the id of the intake's row; one question for all."""
    rows = (
        Enrolment.objects.filter(intake__in=intakes, state__in=LIVING)
        .order_by()
        .values("intake")
        .annotate(
            enrolled=Count("pk", filter=Q(state="enrolled")),
            held=Count("pk", filter=Q(state__in=("held", "offered"))),
            waiting=Count("pk", filter=Q(state="waiting")),
        )
        .values_list("intake", "enrolled", "held", "waiting")
    )
    return {pk: Numbers(*counts) for pk, *counts in rows}
