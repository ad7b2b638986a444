"""Questions about waiting lists: who is next, who stands where, what has to be done at a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from django.db.models import QuerySet, Sum

from learningcity.enrolment.models import Enrolment, Intake, Party

State, Rule = Enrolment.State, Intake.Rule
AT_ONCE = 200
"""So many who wait are read at a time: places are few, lists may be long."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody stands who waits.

    `number` of `waiting`, counting persons; None before a draw, when only the `chance` can be said (and even
    that not in a list by need). `places`: how many the draw gives, as things stand.
    """

    number: int | None
    waiting: int
    chance: Fraction | None = None
    draws_at: datetime | None = None
    places: int | None = None

    @property
    def one_in(self) -> int | None:
        """Return how many there are for one place, about; None where the chance is not known or is nil."""
        return round(1 / self.chance) if self.chance else None


@dataclass(frozen=True, slots=True)
class OfferedPlace:
    """A place that somebody can still take: until when, and for how many persons the answer counts."""

    until_at: datetime
    persons: int


def line(intake: Intake) -> "QuerySet[Enrolment]":
    """Return those who wait, in the order of their turns."""
    waiting = Enrolment.objects.filter(intake=intake, state=State.WAITING)
    return waiting.select_related("person", "guest", "party").order_by("turn", "pk")


def is_given_out(intake: Intake) -> bool:
    """Return whether places are given: at once in order of arrival, else from the draw on."""
    return intake.rule == Rule.ARRIVAL or intake.drawn_at is not None


def next_in_line(intake: Intake, free: int | None) -> list[Enrolment]:
    """Return who is offered a place when so many are free (None: no limit), in order.

    Whoever does not fit (a group that keeps together) is passed over and keeps its turn.
    """
    chosen: list[Enrolment] = []
    if free is not None and free <= 0 or not is_given_out(intake):
        return chosen
    left = free
    for unit in units(intake):
        size = sum(one.places for one in unit)
        if left is None or size <= left:
            chosen += unit
            left = None if left is None else left - size
        if left == 0:
            break
    return chosen


def units(intake: Intake) -> Iterator[list[Enrolment]]:
    """Yield those who wait as they are offered places: alone, or all of a group that keeps together.

    The turns of a group follow one another: they joined at one moment, and drew one ticket.
    """
    for _name, members in groupby(one_by_one(intake), key=unit_of):
        yield list(members)


def one_by_one(intake: Intake) -> Iterator[Enrolment]:
    """Yield those who wait in the order of their turns, read a part at a time."""
    known = line(intake).filter(turn__isnull=False)
    part = list(known[:AT_ONCE])
    while part:
        yield from part
        part = list(known.filter(turn__gt=part[-1].turn)[:AT_ONCE])


def unit_of(enrolment: Enrolment) -> tuple[str, int | None]:
    """Return the name under which somebody is offered a place: their own, or that of their group."""
    party = enrolment.party
    if party is not None and party.way == Party.Way.ALL:
        return "party", party.pk
    return "one", enrolment.pk


def position_of(enrolment: Enrolment) -> Position | None:
    """Return where somebody stands who waits; None for who does not. Two questions."""
    intake = enrolment.intake
    if enrolment.state != State.WAITING:
        return None
    there = Enrolment.objects.filter(intake=intake, state=State.WAITING)
    if is_given_out(intake):
        ahead = there.filter(turn__lt=enrolment.turn).count()
        return Position(number=ahead + 1, waiting=there.count())
    chance = chance_of(intake, there) if intake.rule == Rule.DRAW else None
    return Position(None, there.count(), chance, intake.draws_at, intake.places_left)


def chance_of(intake: Intake, there: "QuerySet[Enrolment]") -> Fraction | None:
    """Return the share of the places wanted that are there now; None where there is no limit."""
    wanted = there.aggregate(total=Sum("places", default=0))["total"]
    if intake.places_left is None or not wanted:
        return None
    return min(Fraction(1), Fraction(max(0, intake.places_left), wanted))


def offer_of(enrolment: Enrolment, *, at: datetime) -> OfferedPlace | None:
    """Return the place that is offered to somebody and can still be taken."""
    if enrolment.state != State.OFFERED or enrolment.until_at is None or enrolment.until_at <= at:
        return None
    together = Enrolment.objects.filter(party=enrolment.party_id, state=State.OFFERED)
    keeps = unit_of(enrolment)[0] == "party"
    return OfferedPlace(enrolment.until_at, together.count() if keeps else 1)


def intakes_to_draw(at: datetime) -> "QuerySet[Intake]":
    """Return the intakes whose draw is due."""
    due = Intake.objects.exclude(rule=Rule.ARRIVAL).filter(drawn_at=None, draws_at__lte=at)
    return due.select_related("series__offer").order_by("draws_at", "pk")


def intakes_with_offers_over(at: datetime) -> "QuerySet[Intake]":
    """Return the intakes in which the time to answer an offer is over."""
    over = Enrolment.objects.filter(state=State.OFFERED, until_at__lte=at)
    return Intake.objects.filter(pk__in=over.values("intake"))


def offers_over(intake: Intake, at: datetime) -> "QuerySet[Enrolment]":
    """Return the offers of an intake that were not answered in time."""
    over = Enrolment.objects.filter(intake=intake, state=State.OFFERED, until_at__lte=at)
    return over.select_related("person", "guest", "party").order_by("turn", "pk")
