"""A few hundred offers drawn by chance, and a search written as plainly as can be, to compare with."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from random import Random
from zoneinfo import ZoneInfo

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
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.city.models import Area, AreaSet, City, Venue
from learningcity.people.models import Organisation

WORDS = {
    "en": ["pottery", "choir", "garden", "coding", "bread", "walking", "repair", "poetry"],
    "es": ["cerámica", "coro", "jardín", "programación", "pan", "caminata", "taller", "poesía"],
    "ja": ["陶芸", "合唱", "庭園", "料理", "散歩", "修理"],
}
NEAR = (51.585, -2.99)
ZONE = ZoneInfo("Europe/London")
SEED = 11


@dataclass
class Known:
    """What the plain search knows of an offer."""

    offer: Offer
    words: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    prices: dict[str, int] = field(default_factory=dict)
    access: dict[str, bool] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    series: Series | None = None
    venue: Venue | None = None

    @property
    def number(self) -> int:
        return self.offer.pk


def many_offers(at: datetime, count: int = 200) -> list[Known]:
    """Write a city and so many offers; return what is known of the published ones."""
    rng = Random(SEED)
    City.objects.create(
        pk=1,
        name="Anywhere",
        country="GB",
        time_zone=ZONE.key,
        languages=["en"],
        currency="GBP",
        lat=NEAR[0],
        lon=NEAR[1],
        bundle_digest="x",
        loaded_at=at,
    )
    venues = [a_venue(number, rng) for number in range(20)]
    source = Source.objects.create(key="desk", name="Desk")
    providers = [a_provider(number, source, at) for number in range(4)]
    known = [
        an_offer(number, rng, source, rng.choice(providers), rng.choice(venues), at)
        for number in range(count)
    ]
    return [entry for entry in known if entry.offer.is_published]


def a_venue(number: int, rng: Random) -> Venue:
    area_set, _made = AreaSet.objects.get_or_create(key="wards", label="Wards", purpose="names", position=1)
    area, _made = Area.objects.get_or_create(
        area_set=area_set,
        code=f"W{number % 3}",
        name=f"Ward {number % 3}",
        folded_name="ward",
        outline={},
        sketch={},
        south=0,
        north=1,
        west=0,
        east=1,
        lat=0,
        lon=0,
    )
    return Venue.objects.create(
        source="test",
        source_key=str(number),
        name=f"Place {number}",
        folded_name=f"place {number}",
        kind="library",
        lat=round(rng.gauss(NEAR[0], 0.01), 5),
        lon=round(rng.gauss(NEAR[1], 0.016), 5),
        area=area,
    )


def a_provider(number: int, source: Source, at: datetime) -> Provider:
    organisation = Organisation.objects.create(name=f"Provider {number}", created_at=at)
    return Provider.objects.create(organisation=organisation, source=source, source_key=str(number))


def an_offer(
    number: int, rng: Random, source: Source, provider: Provider, venue: Venue, at: datetime
) -> Known:
    language = rng.choice(sorted(WORDS))
    said = rng.sample(WORDS[language], 3)
    ages = sorted((rng.randint(5, 80), rng.randint(5, 80))) if rng.random() < 0.4 else (None, None)
    offer = Offer.objects.create(
        provider=provider,
        source=source,
        source_key=str(number),
        title=" ".join(said[:2]),
        description=said[2],
        language=language,
        taught_in=rng.choice([["en"], ["es"], ["en", "es"], ["cy", "es-MX"]]),
        form=rng.choice(Offer.LearningForm.values),
        field=rng.choice(["02", "06", "08"]),
        level=rng.choice(Offer.Level.values),
        mode=rng.choice(Offer.Mode.values),
        audience=rng.choice(["adults", "children"]),
        age_from=ages[0],
        age_to=ages[1],
        confirmed_on=at.date(),
        is_published=rng.random() < 0.95,
        created_at=at,
        changed_at=at,
    )
    entry = Known(offer, set(said), {language}, venue=venue if rng.random() < 0.8 else None)
    if rng.random() < 0.2:
        more = rng.choice(sorted(WORDS.keys() - {language}))
        OfferText.objects.create(offer=offer, language=more, title=rng.choice(WORDS[more]))
        entry.words.add(offer.texts.get().title)
        entry.languages.add(more)
    if rng.random() < 0.3:
        skill = rng.choice(WORDS[language])
        OfferSkill.objects.create(offer=offer, words=skill, position=1)
        entry.words.add(skill)
    for group in rng.sample(["everyone", "senior"], rng.randint(0, 2)):
        entry.prices[group] = rng.choice([0, 500, 2000])
        OfferPrice.objects.create(offer=offer, group=group, cents=entry.prices[group], currency="GBP")
    for feature in rng.sample(["step_free", "lift", "toilet"], rng.randint(0, 3)):
        entry.access[feature] = rng.random() < 0.6
        OfferAccess.objects.create(offer=offer, feature=feature, is_there=entry.access[feature])
    # Of a number of its own: what the offers are otherwise does not depend on it.
    left = Random(number).choice([None, None, 0, 3])
    entry.series = series = Series.objects.create(
        offer=offer, source_key="1", venue=entry.venue, places_left=left
    )
    entry.sessions = [a_session(series, rng, week, at) for week in range(rng.randint(0, 4))]
    for one in entry.sessions[number % 4 :]:
        one.places_left = (None, 0, 1)[number % 3]
        one.save(update_fields=["places_left"])
    return entry


def a_session(series: Series, rng: Random, week: int, at: datetime) -> Session:
    start = at + timedelta(weeks=week, days=rng.randint(-3, 20), minutes=rng.randint(-600, 600))
    length = timedelta(hours=2) if rng.random() < 0.9 else timedelta(days=rng.randint(2, 9))
    return Session.objects.create(
        series=series,
        starts_at=start,
        ends_at=start + length,
        time_zone=rng.choice([ZONE.key, "Asia/Seoul"]),
        status=rng.choice(["planned", "planned", "planned", "cancelled", "moved"]),
    )


def coming(entry: Known, at: datetime) -> list[Session]:
    """Return the sessions that take place and have not ended."""
    return [one for one in entry.sessions if one.status in ("planned", "moved") and one.ends_at > at]


def has_places(entry: Known, at: datetime) -> bool:
    """Whether places are left of what is still to come."""
    dates = coming(entry, at)
    of_run = bool(entry.series.places_left) and bool(dates or not entry.sessions)
    return of_run or any(one.places_left for one in dates)


def metres_to(entry: Known) -> float | None:
    """Return how far away the offer is, by the haversine formula."""
    if not entry.venue:
        return None
    (lat, lon), (to_lat, to_lon) = map(radians, NEAR), map(radians, (entry.venue.lat, entry.venue.lon))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


def days_of(session: Session, at: datetime) -> list[tuple[date, str]]:
    """Return each day of a session in its zone, with its part of the week."""
    zone = ZoneInfo(session.time_zone)
    start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    if session.ends_at - session.starts_at <= timedelta(hours=24):
        weekday = "weekday_evening" if start.hour >= 17 else "weekday_day"
        return [(start.date(), "weekend" if start.weekday() >= 5 else weekday)]
    days = [start.date() + timedelta(days=number) for number in range((end.date() - start.date()).days + 1)]
    return [
        (day, "weekend" if day.weekday() >= 5 else "weekday_day")
        for day in days
        if day >= at.astimezone(UTC).date()
    ]


def days_wanted(criteria: Criteria, at: datetime) -> tuple[date, date]:
    """Return the first and the last day that will do."""
    today = at.astimezone(ZONE).date()
    first, last = {
        "today": (today, today),
        "week": (today, today + timedelta(days=6)),
        "later": (today + timedelta(days=7), date.max),
    }.get(criteria.when, (date.min, date.max))
    return max(first, criteria.from_on or date.min), min(last, criteria.to_on or date.max)


def fits(entry: Known, criteria: Criteria, at: datetime) -> bool:
    """Whether an offer fits, each condition written out."""
    return all(
        (
            fits_words(entry, criteria),
            fits_facts(entry, criteria),
            not criteria.with_places or has_places(entry, at),
            fits_price(entry, criteria),
            fits_access(entry, criteria),
            fits_place(entry, criteria),
            fits_time(entry, criteria, at),
        )
    )


def fits_words(entry: Known, criteria: Criteria) -> bool:
    return not criteria.words or any(word in entry.words for word in criteria.words.split())


def fits_facts(entry: Known, criteria: Criteria) -> bool:
    offer = entry.offer
    taught = {tag.split("-")[0] for tag in offer.taught_in}
    return all(
        (
            not criteria.forms or offer.form in criteria.forms,
            not criteria.fields or offer.field in criteria.fields,
            not criteria.modes or offer.mode in criteria.modes,
            not criteria.levels or offer.level in criteria.levels,
            not criteria.audiences or offer.audience in criteria.audiences,
            not criteria.taught_in or taught & set(criteria.taught_in),
            not criteria.written_in or entry.languages & set(criteria.written_in),
            criteria.age is None or (offer.age_from or 0) <= criteria.age,
            criteria.age is None or offer.age_to is None or criteria.age <= offer.age_to,
            not criteria.provider or offer.provider.organisation.public_id == criteria.provider,
        )
    )


def fits_price(entry: Known, criteria: Criteria) -> bool:
    paid = entry.prices.get(criteria.price_group, entry.prices.get("everyone"))
    return (not criteria.free or paid == 0) and (
        criteria.up_to_cents is None or (paid is not None and paid <= criteria.up_to_cents)
    )


def fits_access(entry: Known, criteria: Criteria) -> bool:
    return all(entry.access.get(feature, criteria.access_unknown) for feature in criteria.access)


def fits_place(entry: Known, criteria: Criteria) -> bool:
    far = metres_to(entry)
    return all(
        (
            criteria.metres is None or (far is not None and far <= criteria.metres),
            not criteria.venue or (entry.venue and entry.venue.public_id == criteria.venue),
            not criteria.area or (entry.venue and f"wards:{entry.venue.area.code}" == criteria.area),
        )
    )


def fits_time(entry: Known, criteria: Criteria, at: datetime) -> bool:
    held = coming(entry, at)
    if criteria.when == "now" and not any(one.starts_at <= at + timedelta(hours=2) for one in held):
        return False
    if not criteria.slots and not criteria.from_on and not criteria.to_on and criteria.when in ("", "now"):
        return True
    first, last = days_wanted(criteria, at)
    return any(
        first <= day <= last and (not criteria.slots or slot in criteria.slots)
        for one in held
        for day, slot in days_of(one, at)
    )
