"""What can be had: the places of a list of series and dates, and what the person at hand has of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from learningcity.core.actors import Actor
from learningcity.enrolment.models import LIVING, Enrolment, Intake
from learningcity.enrolment.queries.places import intake_named
from learningcity.people.queries.ages import city_day


class Standing(StrEnum):
    """Whether one can enrol now, and what comes of it."""

    FREE = "free"
    FULL = "full"
    LIST = "list"
    LATER = "later"
    CLOSED = "closed"
    OFF = "off"


ENROLLING = (Standing.FREE, Standing.FULL, Standing.LIST)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one series or date as a page shows them; `own`: what the person at hand has of them."""

    intake: Intake
    standing: Standing
    own: Enrolment | None = None

    @property
    def left(self) -> int | None:
        """How many places are left; None where there is no limit."""
        return self.intake.places_left

    @property
    def can_enrol(self) -> bool:
        """Whether somebody can take a place or join the list now."""
        return self.standing in ENROLLING


def standing_of(intake: Intake, at: datetime) -> Standing:
    """Return whether one can enrol at a moment. What dates and offer say is for the action to check."""
    if intake.decision == Intake.Decision.CANCELLED:
        return Standing.OFF
    if not intake.is_open or has_closed(intake, at):
        return Standing.CLOSED
    if opens_later(intake, at):
        return Standing.LATER
    if intake.rule != Intake.Rule.ARRIVAL and intake.drawn_at is None:
        return Standing.LIST
    return Standing.FULL if intake.places_left == 0 else Standing.FREE


def has_closed(intake: Intake, at: datetime) -> bool:
    """Return whether the time to enrol is over, by the intake or by the last day of its series."""
    if intake.closes_at is not None and intake.closes_at <= at:
        return True
    last = intake.series.enrol_until_on
    return last is not None and city_day(at) > last


def opens_later(intake: Intake, at: datetime) -> bool:
    """Return whether the time to enrol is still to come."""
    if intake.opens_at is not None and intake.opens_at > at:
        return True
    first = intake.series.enrol_from_on
    return first is not None and city_day(at) < first


def places_of_offer(offer: int, *, by: Actor, at: datetime) -> list[Places]:
    """Return the places of everything that an offer holds, by the id of its row; asks the database twice."""
    intakes = list(Intake.objects.filter(series__offer=offer).select_related("series").order_by("pk"))
    own = own_enrolments(intakes, by)
    return [Places(one, standing_of(one, at), own.get(one.pk)) for one in intakes]


@dataclass(frozen=True, slots=True)
class CardPlaces:
    """What a list says of the places of an offer; `left` counts where there is one choice alone."""

    standing: Standing
    dates: int
    left: int | None


IN_A_LIST = (Standing.FREE, Standing.LIST, Standing.FULL, Standing.CLOSED)
"""The best that an offer has is said, in this order; of the rest a list says nothing."""


def places_on_cards(offers: Sequence[int], *, at: datetime) -> dict[int, CardPlaces]:
    """Return what a list says of offers that still come, by the ids of their rows; asks the database once."""
    known = Intake.objects.filter(series__offer__in=offers).select_related("series").order_by("pk")
    found: dict[int, list[Places]] = {}
    for one in known.filter(Q(session=None) | Q(session__ends_at__gt=at)):
        found.setdefault(one.series.offer_id, []).append(Places(one, standing_of(one, at)))
    return {offer: card for offer, places in found.items() if (card := on_card(places))}


def on_card(places: Sequence[Places]) -> CardPlaces | None:
    """Return the best that one finds among the places of one offer."""
    for standing in IN_A_LIST:
        if there := [one for one in places if one.standing == standing]:
            return CardPlaces(standing, len(there), there[0].left)
    return None


def own_enrolments(intakes: Sequence[Intake], by: Actor) -> Mapping[int, Enrolment]:
    """Return what the person at hand has, by the id of the intake's row."""
    person = by.on_behalf_of or by.person
    if not person or not intakes:
        return {}
    found = Enrolment.objects.filter(intake__in=intakes, person__public_id=person, state__in=LIVING)
    return {one.intake_id: one for one in found}


def by_series(places: Iterable[Places]) -> dict[int, Places]:
    """Return the places of whole series, by the id of the series' row."""
    return {one.intake.series_id: one for one in places if one.intake.session_id is None}


def by_session(places: Iterable[Places]) -> dict[int, Places]:
    """Return the places of single dates, by the id of the date's row."""
    return {one.intake.session_id: one for one in places if one.intake.session_id is not None}


def intake_with_id(public_id: str) -> Intake | None:
    """Return an intake by what stands on a paper; none for what is no id."""
    try:
        return intake_named(UUID(public_id))
    except ValueError:
        return None
