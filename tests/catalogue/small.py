"""A small catalogue in the small city: one known offer to look at closely, and many to leaf through."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from learningcity.catalogue.actions import (
    AccessDraft,
    KnownVenue,
    OfferDraft,
    PriceDraft,
    SeriesDraft,
    SessionDraft,
    TextDraft,
    open_source,
    publish_offer,
    publish_provider,
    weekly,
)
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.models import Offer, Provider, Source
from learningcity.city.models import City, TravelNetwork, Venue
from learningcity.core.actors import Actor
from learningcity.engines.access import build_network, snap
from learningcity.people.actions import found_organisation
from tests.city.small import small_city

ZONE = "Europe/London"


@dataclass(frozen=True)
class SmallCatalogue:
    """What the tests of pages need to name."""

    city: City
    provider: Provider
    source: Source
    pottery: Offer
    choir: Offer


def small_catalogue(*, by: Actor, at: datetime, more: int = 0) -> SmallCatalogue:
    """Build the city, a provider, two offers and `more` plain ones, and the index to find them."""
    city = small_city(at)
    _lay_street()
    source = open_source("desk", name="The city's desk", licence="CC0 1.0", is_synthetic=True, by=by, at=at)
    organisation = found_organisation(
        "Lantern & Sons", "association", phone="+44 1633 000 000", is_synthetic=True, by=by, at=at
    )
    provider = publish_provider(organisation, source=source, source_key="lantern", by=by, at=at)
    publish = {"provider": provider, "source": source, "by": by, "at": at}
    library = KnownVenue(public_id=str(Venue.objects.get(source_key="n1").public_id))
    pottery = publish_offer(pottery_draft(at.date(), library), **publish)
    choir = publish_offer(choir_draft(at.date()), **publish)
    for number in range(more):
        publish_offer(plain_draft(number, at.date(), library), **publish)
    rebuild_search_index(by=by, at=at)
    return SmallCatalogue(city, provider, source, pottery, choir)


def _lay_street() -> None:
    """Lay one street from west to east through the city, past the library."""
    lon = [-3.0 + 0.005 * step for step in range(13)]
    street = build_network([51.51] * 13, lon, range(12), range(1, 13))
    TravelNetwork.objects.update(nodes=13, edges=12, digest="one-street", data=street.to_bytes())
    Venue.objects.filter(source_key="n2").update(lon=-2.965)
    for venue in Venue.objects.filter(lat__isnull=False):
        venue.street_node = int(snap(street, [venue.lat], [venue.lon])[0])
        venue.save()


def pottery_draft(today: date, venue: KnownVenue) -> OfferDraft:
    """Return an evening course with everything said, and one date cancelled."""
    monday = today + timedelta(days=(7 - today.weekday()) % 7 or 7)
    dates = weekly(
        monday,
        monday + timedelta(weeks=5),
        weekdays=[0],
        starts=time(18, 30),
        ends=time(20),
        time_zone=ZONE,
    )
    first, second, *rest = dates
    cancelled = SessionDraft(
        starts=second.starts, ends=second.ends, time_zone=ZONE, status="cancelled", reason="The kiln is cold"
    )
    return OfferDraft(
        key="pottery",
        title="Pottery <for> beginners & friends",
        language="en",
        summary="Make a bowl that holds soup.",
        description="You learn to throw.\n\nBring an apron. </script><b>nothing bold</b>",
        form="non_formal",
        mode="on_site",
        field="02",
        level="beginner",
        audience="adults",
        age_from=16,
        taught_in=("en", "cy"),
        hours=9,
        website="https://lantern.example/pottery",
        confirmed_on=today - timedelta(days=10),
        texts=(
            TextDraft(
                language="es",
                title="Cerámica para principiantes",
                summary="Haz un cuenco.",
                is_machine_made=True,
            ),
        ),
        prices=(PriceDraft(cents=1250), PriceDraft(cents=0, group="unemployed")),
        access=(
            AccessDraft(feature="step_free", is_there=True, note="Ramp at the back"),
            AccessDraft(feature="childcare", is_there=False),
        ),
        skills=("Throw a bowl", "Glaze a bowl"),
        series=(
            SeriesDraft(
                key="1", name="Evenings", venue=venue, room="Room 2", sessions=(first, cancelled, *rest)
            ),
        ),
    )


def choir_draft(today: date) -> OfferDraft:
    """Return a free gathering online, about which little is said."""
    day = today + timedelta(days=2)
    one = SessionDraft(
        starts=datetime.combine(day, time(19)),
        ends=datetime.combine(day, time(20)),
        time_zone=ZONE,
        is_online=True,
    )
    return OfferDraft(
        key="choir",
        title="Choir from home",
        language="en",
        form="informal",
        mode="online",
        taught_in=("en",),
        prices=(PriceDraft(cents=0),),
        series=(SeriesDraft(key="1", sessions=(one,)),),
    )


def plain_draft(number: int, today: date, venue: KnownVenue) -> OfferDraft:
    """Return one of many offers."""
    day = today + timedelta(days=1 + number % 28)
    one = SessionDraft(
        starts=datetime.combine(day, time(10 + number % 9)),
        ends=datetime.combine(day, time(11 + number % 9)),
        time_zone=ZONE,
    )
    return OfferDraft(
        key=f"plain-{number}",
        title=f"English conversation, group {number}",
        language="en",
        form=("formal", "non_formal", "informal")[number % 3],
        mode="on_site",
        field=f"{number % 11:02d}",
        taught_in=("en",),
        prices=(PriceDraft(cents=100 * (number % 4)),),
        series=(SeriesDraft(key="1", venue=venue, sessions=(one,)),),
    )
