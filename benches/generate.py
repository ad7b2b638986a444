"""A large invented catalogue with a fixed seed: 5 languages, vocabularies that follow Zipf's law, 400 venues.

`fill_catalogue` writes it into the empty database of this process; `LEARNINGCITY_DATA=DIR python -m
benches.generate [OFFERS]` does so from a shell. Words are made of syllables, so that stemmers have endings to
work on; nothing here names a real place or person.
"""

import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from random import Random

from django.core.management import call_command
from django.db import connection, transaction

from benches.started import FOLDER
from learningcity.catalogue.models import (
    Offer,
    OfferAccess,
    OfferPrice,
    OfferSkill,
    Provider,
    Series,
    Session,
    Source,
)
from learningcity.city.models import City, Venue
from learningcity.people.models import Organisation

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFERS = 200_000
VENUES = 400
PROVIDERS = 300
STEMS = 6000
CENTRE = (51.585, -2.99)
SPREAD = (0.022, 0.036)
BATCH = 5000
LANGUAGES = ("en", "es", "cy", "ar", "de")
SHARES = (0.6, 0.12, 0.12, 0.08, 0.08)
ENDINGS = {
    "en": ("", "s", "ing", "ed", "er", "ation"),
    "es": ("o", "a", "os", "as", "ación", "ando"),
    "cy": ("", "au", "iaeth", "wyr", "io"),
    "ar": ("", "ة", "ات", "ون", "ي"),
    "de": ("", "en", "ung", "er", "heit"),
}
LATIN = [
    c + v
    for c in ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "gr", "st", "pl")
    for v in "aeiou"
]
ARABIC = [c + v for c in "بتجحدرسشعفقكلمن" for v in "اوي"]
FORMS = ("formal", "non_formal", "informal")
FIELDS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99")
LEVELS = ("open", "beginner", "intermediate", "advanced")
MODES = ("on_site", "online", "both")
AUDIENCES = ("everyone", "children", "young_people", "adults", "older_people", "families")
FEATURES = (
    "step_free",
    "lift",
    "toilet",
    "hearing_loop",
    "sign_language",
    "quiet_room",
    "guide_dog",
    "childcare",
)


class Vocabulary:
    """The words of one language: `draw` picks them as often as Zipf's law says."""

    def __init__(self, language: str, rng: Random) -> None:
        syllables = ARABIC if language == "ar" else LATIN
        stems: dict[str, None] = {}
        while len(stems) < STEMS:
            stems["".join(rng.choices(syllables, k=rng.randint(2, 4)))] = None
        self.stems = list(stems)
        self.endings = ENDINGS[language]
        self.up_to = list(accumulate(1 / rank for rank in range(2, STEMS + 2)))

    def draw(self, count: int, rng: Random) -> list[str]:
        """Return so many words, in any of their endings."""
        stems = rng.choices(self.stems, cum_weights=self.up_to, k=count)
        return list(map("".join, zip(stems, rng.choices(self.endings, k=count), strict=True)))


def fill_catalogue(*, offers: int = OFFERS, seed: int = 2026) -> None:
    """Fill the (empty) database of this process with a city, its venues, providers and so many offers."""
    rng = Random(seed)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        fill_city(rng)
        fill_providers(rng)
    numbers = iter(range(1, offers + 1))
    vocabularies = {language: Vocabulary(language, rng) for language in LANGUAGES}
    while batch := list(islice(numbers, BATCH)):
        with transaction.atomic():
            fill_offers(batch, vocabularies, rng)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill_city(rng: Random) -> None:
    """Write the city and its venues, scattered around the centre."""
    City.objects.create(
        pk=1,
        name="Generated",
        country="GB",
        time_zone="Europe/London",
        languages=["en", "cy"],
        currency="GBP",
        lat=CENTRE[0],
        lon=CENTRE[1],
        bundle_digest="generated",
        loaded_at=AT,
    )
    kinds = list(Venue.Kind.values)
    points = [
        [round(rng.gauss(*pair), 5) for pair in zip(CENTRE, SPREAD, strict=True)] for _ in range(VENUES)
    ]
    Venue.objects.bulk_create(
        Venue(
            pk=number,
            public_id=uuid_of("venue", number),
            source="generated",
            source_key=str(number),
            name=f"Place {number}",
            folded_name=f"place {number}",
            kind=kinds[number % len(kinds)],
            lat=lat,
            lon=lon,
        )
        for number, (lat, lon) in enumerate(points, 1)
    )


def fill_providers(rng: Random) -> None:
    """Write the source and the providers."""
    Source.objects.create(pk=1, key="generated", name="Generated", is_synthetic=True)
    numbers = range(1, PROVIDERS + 1)
    Organisation.objects.bulk_create(
        Organisation(
            pk=number,
            public_id=uuid_of("provider", number),
            name=f"Provider {number}",
            is_synthetic=True,
            created_at=AT,
        )
        for number in numbers
    )
    Provider.objects.bulk_create(
        Provider(pk=number, organisation_id=number, source_id=1, source_key=str(number)) for number in numbers
    )


def fill_offers(batch: list[int], vocabularies: dict[str, Vocabulary], rng: Random) -> None:
    """Write offers with all that belongs to them."""
    languages = rng.choices(LANGUAGES, SHARES, k=len(batch))
    Offer.objects.bulk_create(
        offer_of(number, language, vocabularies[language], rng)
        for number, language in zip(batch, languages, strict=True)
    )
    OfferPrice.objects.bulk_create(price for number in batch for price in prices_of(number, rng))
    OfferAccess.objects.bulk_create(
        OfferAccess(offer_id=number, feature=feature, is_there=rng.random() < 0.7)
        for number in batch
        for feature in rng.sample(FEATURES, rng.randint(0, 4))
    )
    OfferSkill.objects.bulk_create(
        OfferSkill(
            offer_id=number,
            words=f"{position} " + " ".join(vocabularies[language].draw(2, rng)),
            position=position,
        )
        for number, language in zip(batch, languages, strict=True)
        for position in range(rng.randint(0, 2))
    )
    Series.objects.bulk_create(
        Series(
            pk=number,
            public_id=uuid_of("series", number),
            offer_id=number,
            source_key="1",
            venue_id=rng.randint(1, VENUES),
        )
        for number in batch
    )
    Session.objects.bulk_create(session for number in batch for session in sessions_of(number, rng))


def offer_of(number: int, language: str, vocabulary: Vocabulary, rng: Random) -> Offer:
    """Return one offer, not yet saved."""
    ages = sorted((rng.randint(5, 89), rng.randint(5, 89))) if rng.random() < 0.3 else (None, None)
    return Offer(
        pk=number,
        public_id=uuid_of("offer", number),
        provider_id=rng.randint(1, PROVIDERS),
        source_id=1,
        source_key=str(number),
        title=" ".join(vocabulary.draw(rng.randint(3, 6), rng)).capitalize(),
        summary=" ".join(vocabulary.draw(rng.randint(8, 15), rng)),
        description=" ".join(vocabulary.draw(rng.randint(15, 49), rng)),
        language=language,
        taught_in=[language] if rng.random() < 0.8 else [language, "en" if language != "en" else "cy"],
        form=rng.choices(FORMS, (2, 5, 3))[0],
        field=rng.choice(FIELDS),
        level=rng.choice(LEVELS),
        mode=rng.choices(MODES, (7, 2, 1))[0],
        audience=rng.choices(AUDIENCES, (3, 1, 1, 3, 1, 1))[0],
        age_from=ages[0],
        age_to=ages[1],
        confirmed_on=AT.date(),
        created_at=AT,
        changed_at=AT,
    )


def prices_of(number: int, rng: Random) -> Iterator:
    """Yield what groups pay: a third is free, a tenth says nothing."""
    chance = rng.random()
    if chance < 0.9:
        cents = 0 if chance < 0.3 else rng.randint(1, 59) * 250
        yield OfferPrice(offer_id=number, group="everyone", cents=cents, currency="GBP")
        if cents and rng.random() < 0.3:
            yield OfferPrice(offer_id=number, group="senior", cents=cents // 2, currency="GBP")


def sessions_of(number: int, rng: Random) -> Iterator:
    """Yield weekly sessions within the next half year, none for a tenth of the offers."""
    if rng.random() < 0.1:
        return
    first = AT + timedelta(days=rng.randint(0, 119), hours=rng.randint(0, 11))
    for week in range(rng.randint(1, 7)):
        start = first + timedelta(weeks=week)
        yield Session(
            public_id=uuid_of("session", number * 100 + week),
            series_id=number,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            time_zone="Europe/London",
        )


def uuid_of(kind: str, number: int) -> uuid.UUID:
    """Return an identifier that is the same in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"generated:{kind}:{number}")


if __name__ == "__main__":
    fill_catalogue(offers=int(sys.argv[1]) if len(sys.argv) > 1 else OFFERS)
    print(FOLDER)
