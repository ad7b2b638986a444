"""Records and drafts of the catalogue for tests: a default that is valid, changed where a test says so."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from learningcity.catalogue.actions import (
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    SeriesDraft,
    SessionDraft,
    VenueDraft,
)
from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferPrice,
    OfferText,
    Provider,
    Series,
    Session,
    Source,
)
from learningcity.city.models import Venue
from learningcity.city.queries import folded_name
from learningcity.people.models import Organisation

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class SourceFactory(DjangoModelFactory):
    """The city's own desk."""

    class Meta:
        model = Source
        django_get_or_create = ("key",)

    key = "desk"
    name = "The city's desk"
    licence = "CC0 1.0"


class OrganisationFactory(DjangoModelFactory):
    """An association."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Association {n}")
    kind = Organisation.Kind.ASSOCIATION
    created_at = MONDAY


class ProviderFactory(DjangoModelFactory):
    """An association that offers learning."""

    class Meta:
        model = Provider

    organisation = factory.SubFactory(OrganisationFactory)
    source = factory.SubFactory(SourceFactory)
    source_key = factory.Sequence(lambda n: f"provider-{n}")


class VenueFactory(DjangoModelFactory):
    """A library without a point."""

    class Meta:
        model = Venue

    source = "desk"
    source_key = factory.Sequence(lambda n: f"venue-{n}")
    name = factory.Sequence(lambda n: f"Library {n}")
    folded_name = factory.LazyAttribute(lambda venue: folded_name(venue.name))
    kind = Venue.Kind.LIBRARY


class OfferFactory(DjangoModelFactory):
    """A pottery course, without dates or prices."""

    class Meta:
        model = Offer

    provider = factory.SubFactory(ProviderFactory)
    source = factory.SubFactory(SourceFactory)
    source_key = factory.Sequence(lambda n: f"offer-{n}")
    title = factory.Sequence(lambda n: f"Pottery {n}")
    summary = "Make a bowl."
    language = "en"
    taught_in = factory.LazyFunction(lambda: ["en"])
    form = Offer.LearningForm.NON_FORMAL
    field = Offer.Field.ARTS
    mode = Offer.Mode.ON_SITE
    confirmed_on = date(2026, 11, 1)
    created_at = MONDAY
    changed_at = MONDAY


class OfferTextFactory(DjangoModelFactory):
    """The words in Welsh."""

    class Meta:
        model = OfferText

    offer = factory.SubFactory(OfferFactory)
    language = "cy"
    title = "Crochenwaith"


class OfferPriceFactory(DjangoModelFactory):
    """Ten pounds for everyone."""

    class Meta:
        model = OfferPrice

    offer = factory.SubFactory(OfferFactory)
    group = OfferPrice.Group.EVERYONE
    cents = 1000
    currency = "GBP"


class OfferAccessFactory(DjangoModelFactory):
    """Step-free."""

    class Meta:
        model = OfferAccess

    offer = factory.SubFactory(OfferFactory)
    feature = OfferAccess.Feature.STEP_FREE
    is_there = True


class SeriesFactory(DjangoModelFactory):
    """A run at a library."""

    class Meta:
        model = Series

    offer = factory.SubFactory(OfferFactory)
    source_key = factory.Sequence(lambda n: f"run-{n}")
    venue = factory.SubFactory(VenueFactory)


class SessionFactory(DjangoModelFactory):
    """An evening, a week later than the one made before."""

    class Meta:
        model = Session

    series = factory.SubFactory(SeriesFactory)
    starts_at = factory.Sequence(lambda n: MONDAY + timedelta(weeks=n + 1))
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=2))
    time_zone = "Europe/London"
    venue = factory.LazyAttribute(lambda session: session.series.venue)


def evening(month: int, day: int, *, hour: int = 18, **changes: object) -> SessionDraft:
    """Return the draft of two hours on an evening of 2027, in London."""
    starts = datetime(2027, month, day, hour)
    words = {"starts": starts, "ends": starts + timedelta(hours=2), "time_zone": "Europe/London"}
    return SessionDraft(**(words | changes))


def run(*sessions: SessionDraft, **changes: object) -> SeriesDraft:
    """Return the draft of a run at a hall; two evenings unless others are given."""
    words = {
        "venue": VenueDraft(key="hall", name="The Hall", kind="community_centre"),
        "sessions": sessions or (evening(1, 11), evening(1, 18)),
    }
    return SeriesDraft(**(words | changes))


def draft(**changes: object) -> OfferDraft:
    """Return the draft of a pottery course for £10 with two evenings; every field can be changed."""
    words = {
        "key": "pottery",
        "title": "Pottery for beginners",
        "language": "en",
        "taught_in": ("en",),
        "provider": ProviderDraft(key="lantern", name="Lantern & Sons", kind="association"),
        "prices": (PriceDraft(cents=1000, currency="GBP"),),
        "series": (run(),),
        "row": 2,
    }
    return OfferDraft(**(words | changes))
