"""Questions about waiting lists: who is next, who stands where."""

from collections.abc import Iterable

from django.db.models import QuerySet

from learningcity.enrolment.models import Enrolment, Intake, Party

State = Enrolment.State
MANY = 10**9


def line(intake: Intake) -> "QuerySet[Enrolment]":
    """Return those who wait, in the order of their turns."""
    waiting = Enrolment.objects.filter(intake=intake, state=State.WAITING)
    return waiting.select_related("person", "guest", "party").order_by("turn", "number")


def is_gate_open(intake: Intake) -> bool:
    """Whether places are given: at once in order of arrival, else from the draw on."""
    return intake.rule == Intake.Rule.ARRIVAL or intake.drawn_at is not None


def next_in_line(intake: Intake, free: int | None) -> list[Enrolment]:
    """Return who is offered a place when so many are free (None: no limit), in order.

    Whoever does not fit (a group that keeps together) is passed over and keeps its turn.
    """
    left = MANY if free is None else free
    if left <= 0 or not is_gate_open(intake):
        return []
    waiting = list(line(intake))
    chosen: list[Enrolment] = []
    for unit in units(waiting):
        if left <= 0:
            break
        size = sum(one.places for one in unit)
        if size <= left:
            chosen += unit
            left -= size
    return chosen


def units(waiting: Iterable[Enrolment]) -> list[list[Enrolment]]:
    """Return those who wait as they are offered places: alone, or all of a group that keeps together."""
    found: dict[str, list[Enrolment]] = {}
    for one in waiting:
        keeps = one.party is not None and one.party.way == Party.Way.ALL
        found.setdefault(f"party {one.party_id}" if keeps else f"one {one.pk}", []).append(one)
    return list(found.values())
