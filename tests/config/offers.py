"""A provider with a handful of offers at the places of the small city, entered as rows and indexed."""

from datetime import datetime, timedelta

from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferPrice,
    OfferSkill,
    OfferText,
    Provider,
    Series,
    Session,
    Source,
)
from learningcity.city.models import Venue
from learningcity.core.actors import Actor
from learningcity.people.models import Organisation

TITLES = ["Pottery for beginners", "English conversation", "Bicycle repair", "Welsh songs", "First aid"]


def some_offers(*, at: datetime, by: Actor, count: int = 5) -> Provider:
    """Enter a provider with offers, the last of them withdrawn, and index them."""
    source = Source.objects.create(
        key="desk", name="The desk", licence="CC0", attribution="The small city", is_synthetic=True
    )
    organisation = Organisation.objects.create(name="Evening School", kind="education", created_at=at)
    provider = Provider.objects.create(organisation=organisation, source=source, source_key="p1")
    venue = Venue.objects.filter(kind="library").first()
    for number in range(count):
        offer(provider, venue, number, at=at, is_published=number != count - 1)
    rebuild_search_index(by=by, at=at)
    return provider


def offer(
    provider: Provider, venue: Venue | None, number: int, *, at: datetime, is_published: bool = True
) -> Offer:
    """Enter one offer with its prices, access facts, words and three weekly sessions."""
    made = Offer.objects.create(
        provider=provider,
        source=provider.source,
        source_key=f"o{number}",
        title=TITLES[number % len(TITLES)],
        description="Come as you are.",
        language="en",
        taught_in=["en", "cy"],
        form="non_formal",
        field="02",
        mode="on_site",
        confirmed_on=at.date(),
        is_published=is_published,
        created_at=at,
        changed_at=at + timedelta(minutes=number // 2),
    )
    OfferPrice.objects.create(offer=made, group="everyone", cents=450 * (number % 2), currency="GBP")
    OfferAccess.objects.create(offer=made, feature="step_free", is_there=True)
    OfferAccess.objects.create(offer=made, feature="lift", is_there=False, note="Stairs only")
    OfferSkill.objects.create(offer=made, words="patience", position=0)
    OfferText.objects.create(offer=made, language="cy", title="Crochenwaith")
    series = Series.objects.create(offer=made, source_key="s1", venue=venue)
    for week in range(3):
        starts = at + timedelta(days=1 + 7 * week, hours=number)
        Session.objects.create(
            series=series,
            venue=venue,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            time_zone="Europe/London",
        )
    return made
