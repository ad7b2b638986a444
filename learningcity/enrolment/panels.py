"""What enrolment shows on others' pages: the places left, and the way to one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from learningcity.core.actors import Actor, visitor
from learningcity.core.panels import Panel, key_of, register
from learningcity.enrolment.models import Intake
from learningcity.enrolment.permissions.attendance import can_take_any_attendance
from learningcity.enrolment.permissions.intakes import can_open_intake
from learningcity.enrolment.permissions.places import KEEPING, TEACHING, can_take_places, serves
from learningcity.enrolment.queries.attendance import lists_of
from learningcity.enrolment.queries.offered import (
    Places,
    by_series,
    by_session,
    intake_with_id,
    places_of_offer,
    places_on_cards,
)
from learningcity.enrolment.queries.own_places import Group, dates_of, places_of_persons
from learningcity.enrolment.queries.participants import intakes_of_sessions, numbers_of
from learningcity.enrolment.queries.places import (
    decisions_waiting,
    decisions_waiting_in_city,
    intakes_of_series,
)
from learningcity.people.permissions import is_city_staff
from learningcity.people.queries.persons import person_at_hand

NEXT = 3
MOST_DECISIONS = 10
KNOWN = "enrolment.places"
"""Where a request keeps what was asked for its offer: head, series and dates are shown from one question."""


def reader(request: HttpRequest | None) -> Actor:
    """Return who reads; a page without a session is not made to depend on the cookie."""
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return visitor()
    return request.actor


def places_at_offer(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return the places of an offer in one sentence, for its head; keep them for its series and dates."""
    if request is None:
        return {}
    found = {key_of(offer): shown(offer, request) for offer in things}
    return {key: {"head": Head(places)} for key, places in found.items() if places}


def shown(offer: Any, request: HttpRequest) -> list[Places]:
    """Return the places of an offer that still comes."""
    places = places_of_offer(offer.pk, by=reader(request), at=now())
    coming = {run.pk for run in offer.series if run.coming or not run.past}
    dates = {session.pk for session in offer.coming}
    kept = [
        one
        for one in places
        if (one.intake.session_id in dates if one.intake.session_id else one.intake.series_id in coming)
    ]
    request.META.setdefault(KNOWN, []).extend(kept)
    return kept


def places_on_offer_cards(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return in a word what is left of each offer of a list."""
    found = places_on_cards([key_of(thing) for thing in things], at=now())
    return {offer: {"card": card} for offer, card in found.items()}


class Head:
    """What the head of an offer's page says of its places."""

    def __init__(self, places: Sequence[Places]) -> None:
        self.places = places
        self.open = [one for one in places if one.can_enrol]
        self.own = next((one for one in places if one.own), None)

    @property
    def only(self) -> Places | None:
        """The one choice there is; None where there are several, or none."""
        chosen = self.open if self.open else self.places
        return chosen[0] if len(chosen) == 1 else None

    @property
    def free(self) -> int:
        """How many series and dates have places left."""
        return sum(one.standing == "free" for one in self.open)


def places_at_series(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return the places beside each series of the offer whose head was shown."""
    return beside(by_series(known(request)), things)


def places_at_dates(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return the places beside each date of the offer whose head was shown."""
    return beside(by_session(known(request)), things)


def known(request: HttpRequest | None) -> list[Places]:
    """Return what the head of the page has asked for."""
    return request.META.get(KNOWN, []) if request is not None else []


def beside(places: Mapping[int, Places], things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return a context for each thing that has places."""
    keys = (key_of(thing) for thing in things)
    return {key: {"places": places[key]} for key in keys if key in places}


def paper_about(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return for what a form on paper takes a place."""
    found = {key_of(form): intake_with_id(form.subject) for form in things}
    return {
        key: {"intake": intake, "dates": dates_of(intake, at=now())}
        for key, intake in found.items()
        if intake
    }


def at_the_desk(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Lead whoever acts for a person to learning and to that person's places."""
    if request is None or not request.acting:  # type: ignore[attr-defined]
        return {}
    by, at = request.actor, now()
    return {
        key_of(person): {"person": person}
        for person in things
        if by.on_behalf_of == str(person.public_id) and can_take_places(by, person, at)
    }


def own_overview(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return what comes next and what waits for an answer, for the first page of "My learning"."""
    person = person_at_hand(request.actor) if request else None
    if request is None or person is None or not can_take_places(request.actor, person, now()):
        return None
    places = places_of_persons([person], at=now())
    next_ones = [one for one in places if one.group in (Group.OFFERED, Group.COMING, Group.WAITING)]
    return {"places": next_ones[:NEXT], "more": len(next_ones) > NEXT}


def attendance_at_dates(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Lead those who teach there from a date to its list."""
    by = reader(request)
    if not by.organisation or not can_take_any_attendance(by, now()):
        return {}
    return {key: {"list": one} for key, one in lists_of(things, by.organisation).items()}


def decisions_of_organisations(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Lead those who keep an organisation's places to what they have to decide."""
    by, at = reader(request), now()
    kept = [one for one in things if serves(by, one, KEEPING, at)]
    found = {key_of(one): to_decide(decisions_waiting(one, at)) for one in kept}
    return {key: shown for key, shown in found.items() if shown}


def decisions_at_desk(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[str, Any] | None:
    """Lead the city's staff to what organisers have not decided yet."""
    return to_decide(decisions_waiting_in_city(now())) if is_city_staff(reader(request)) else None


def to_decide(waiting: "QuerySet[Intake]") -> Mapping[str, Any] | None:
    """Return the decisions that a page shows, and whether there are more; None where there are none."""
    found = list(waiting[: MOST_DECISIONS + 1])
    return {"intakes": found[:MOST_DECISIONS], "more": len(found) > MOST_DECISIONS} if found else None


def at_workspace_series(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return how many have a place in each series and how many wait, with the way to places and people."""
    intakes = list(intakes_of_series([series.pk for series in things]))
    numbers, at = numbers_of(intakes), now()
    by = reader(request)
    # Who may is the same for every series of one organisation.
    may = {
        series.offer.provider_id: {
            "may_keep": can_open_intake(by, series, at),
            "may_see": serves(by, series.offer.provider.organisation, TEACHING, at),
        }
        for series in {one.offer.provider_id: one for one in things}.values()
    }
    return {
        series.pk: {
            "series": series,
            "numbers": [(one, numbers.get(one.pk)) for one in intakes if one.series_id == series.pk],
            **may[series.offer.provider_id],
        }
        for series in things
    }


def at_workspace_dates(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return how many have a place at each date whose places are given alone."""
    intakes = intakes_of_sessions([session.pk for session in things])
    numbers = numbers_of(intakes)
    return {one.session_id: {"intake": one, "numbers": numbers.get(one.pk)} for one in intakes}


def fill_places() -> None:
    """Fill the places that other rooms' pages leave."""
    register("offer.place", Panel("enrolment.head", "enrolment/_offer_head.html", places_at_offer))
    register("offer.card", Panel("enrolment.card", "enrolment/_card.html", places_on_offer_cards))
    register("offer.series", Panel("enrolment.series", "enrolment/_places.html", places_at_series))
    register("offer.session", Panel("enrolment.dates", "enrolment/_places.html", places_at_dates))
    register(
        "series.workspace", Panel("enrolment.series", "enrolment/_series_workspace.html", at_workspace_series)
    )
    register(
        "session.workspace", Panel("enrolment.date", "enrolment/_session_workspace.html", at_workspace_dates)
    )
    register("enrolment.paper", Panel("enrolment.paper", "enrolment/_paper_about.html", paper_about))
    register("desk.person", Panel("enrolment.desk", "enrolment/_at_the_desk.html", at_the_desk))
    register("desk.overview", Panel("enrolment.decisions", "enrolment/_decisions.html", decisions_at_desk, 5))
    register(
        "organisation.overview",
        Panel("enrolment.decisions", "enrolment/_decisions.html", decisions_of_organisations, 5),
    )
    register("mine.overview", Panel("enrolment.mine", "enrolment/_own_overview.html", own_overview, 10))
    register("session.workspace", Panel("enrolment.list", "enrolment/_list.html", attendance_at_dates))
