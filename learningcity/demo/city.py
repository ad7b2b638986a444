"""Build the demonstration city: Newport's real places, invented providers, everything through actions."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from learningcity.catalogue.actions import import_offers, open_source
from learningcity.catalogue.actions.drafts import OfferDraft
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.queries.feeds import OWN_SOURCE
from learningcity.city.actions import load_bundle
from learningcity.city.models import City, Venue
from learningcity.city.queries import the_city
from learningcity.city.queries.bundle import SHIPPED
from learningcity.core.actors import Actor
from learningcity.core.progress import SILENT, Progress
from learningcity.core.refusals import Refused
from learningcity.demo.drawing import Clock, Place, draw_offers
from learningcity.demo.history import with_past_runs
from learningcity.demo.logins import open_logins
from learningcity.demo.people import enter_residents
from learningcity.demo.skills import teach_skills
from learningcity.demo.subjects import organisations, subjects, translations
from learningcity.demo.taking_part import enter_history, open_places

SEED = 20261123
SOURCE = "demo"


class AnotherCityIsHere(Refused):
    """The demonstration never mixes with a real city."""

    code = "another_city_is_here"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What the demonstration holds."""

    city: str
    venues: int
    offers: int
    sessions: int
    residents: int
    intakes: int


def build(*, by: Actor, at: datetime, progress: Progress = SILENT) -> BuildReport:
    """Build the demonstration city in an empty node; a second run brings it to the same state.

    The dates of the sessions count from the Monday of the week of `at`; all else is the same in every node.
    Raises AnotherCityIsHere, and whatever the rooms' actions refuse.
    """
    refuse_beside_a_real_city()
    load_bundle(SHIPPED / "newport", by=by, at=at, progress=progress)
    city = City.objects.get()
    source = open_source(
        SOURCE,
        name=_("Invented for the demonstration"),
        licence="CC0-1.0",
        attribution=_("Invented organisations and offers on real places"),
        is_synthetic=True,
        by=by,
        at=at,
    )
    open_source(
        OWN_SOURCE,
        name=_("Entered by those who try the demonstration"),
        licence="CC0-1.0",
        is_synthetic=True,
        by=by,
        at=at,
    )
    clock = clock_of(city, at)
    drafts = drawn_offers(clock)
    import_offers(drafts, source=source, by=by, at=at, progress=progress)
    teach_skills(drafts, source=source, by=by, at=at)
    residents = enter_residents(seed=SEED, by=by, at=at)
    open_logins(by=by, at=at)
    enter_history(residents, drafts, clock=clock, seed=SEED, by=by, at=at)
    intakes = open_places(residents, source=source, seed=SEED, by=by, at=at)
    rebuild_search_index(by=by, at=at, progress=progress)
    return BuildReport(
        city=city.name,
        venues=usable_venues().count(),
        offers=len(drafts),
        sessions=sum(len(series.sessions) for draft in drafts for series in draft.series),
        residents=len(residents),
        intakes=intakes,
    )


def drawn_offers(clock: Clock) -> list[OfferDraft]:
    """Return the offers, some of them with runs that are over."""
    rng, past = random.Random(SEED), random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
    now = draw_offers(places(), organisations(), subjects(), translations(), clock=clock, rng=rng)
    return list(with_past_runs(now, rng=past))


def refuse_beside_a_real_city() -> None:
    """Refuse to build where another city is loaded."""
    here = the_city()
    if here is not None and here.name != "Newport":
        raise AnotherCityIsHere(
            _("This node serves %(city)s. Build the demonstration in a folder of its own: --data DIR.")
            % {"city": here.name}
        )


def usable_venues() -> "QuerySet[Venue]":
    """Return the real places that invented organisations may use."""
    return Venue.objects.filter(is_gone=False, lat__isnull=False, area__isnull=False).order_by("source_key")


def places() -> list[Place]:
    """Return the real places in an order that does not depend on the database."""
    return [Place(pk, kind) for pk, kind in usable_venues().values_list("pk", "kind")]


def clock_of(city: City, at: datetime) -> Clock:
    """Return the Monday of the week in the city's zone."""
    today = at.astimezone(ZoneInfo(city.time_zone)).date()
    return Clock(today - timedelta(days=today.weekday()), city.time_zone)
