"""Draw the offers of the demonstration city, with a fixed seed, on top of its real places.

What is drawn follows what a city has: most of what libraries and community rooms hold is free, colleges
charge, adults meet in the evening and children after school, and many providers have not said how accessible
they are.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.utils.text import slugify

from learningcity.catalogue.actions.drafts import (
    AccessDraft,
    KnownVenue,
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    SeriesDraft,
    SessionDraft,
    TextDraft,
)
from learningcity.demo.subjects import Organisation, Subject, Translation

OFFERS = 1500
LONGEST_RUN = 8
ONLINE_FIELDS = frozenset({"03", "04", "05", "06"})
EVENING, DAYTIME, AFTER_SCHOOL = (18, 19), (10, 11, 13, 14), (16,)
ACCESS_RATES = {
    # feature: how often the answer is yes, and how often no; the rest is not known
    "step_free": (0.58, 0.12),
    "lift": (0.22, 0.33),
    "toilet": (0.52, 0.12),
    "hearing_loop": (0.22, 0.28),
    "sign_language": (0.05, 0.30),
    "quiet_room": (0.18, 0.22),
    "guide_dog": (0.45, 0.03),
    "childcare": (0.12, 0.45),
}
ENDINGS = ("", "", "", ": evening group", ": daytime group", ": weekend group", ": next steps", ": new group")
REDUCTIONS = {"unemployed": 0.0, "low_income": 0.5, "student": 0.6, "senior": 0.8}


@dataclass(frozen=True, slots=True)
class Place:
    """A real place of the city: its row and its kind."""

    pk: int
    kind: str


@dataclass(frozen=True, slots=True)
class Clock:
    """From which day the demonstration counts, and in which zone its clocks tell the time."""

    monday: date
    time_zone: str


def draw_offers(
    places: Sequence[Place],
    organisations: Sequence[Organisation],
    subjects: Sequence[Subject],
    translations: dict[str, list[Translation]],
    *,
    clock: Clock,
    rng: random.Random,
) -> Iterator[OfferDraft]:
    """Yield the offers of all organisations, the same ones for the same places, day and seed."""
    shares = sum(organisation.share for organisation in organisations)
    for organisation in organisations:
        known = [s for s in subjects if s.field in organisation.fields and s.places & organisation.places]
        used = homes(organisation, places, rng)
        if not known or not used:
            continue
        for number in range(round(OFFERS * organisation.share / shares)):
            subject = known[number % len(known)]
            rooms = [p for p in used if p.kind in subject.places] or used
            yield draw_offer(organisation, subject, rooms, number, translations, clock=clock, rng=rng)


def homes(organisation: Organisation, places: Sequence[Place], rng: random.Random) -> list[Place]:
    """Choose the places that an organisation uses: two of each kind, or all there are."""
    by_kind = ([p for p in places if p.kind == kind] for kind in sorted(organisation.places))
    return list(chain.from_iterable(rng.sample(found, min(len(found), 3)) for found in by_kind))


def draw_offer(
    organisation: Organisation,
    subject: Subject,
    places: Sequence[Place],
    number: int,
    translations: dict[str, list[Translation]],
    *,
    clock: Clock,
    rng: random.Random,
) -> OfferDraft:
    """Draw one offer whole."""
    mode = draw_mode(subject, rng)
    words = translations.get(subject.title, [])
    ending = rng.choice(ENDINGS)
    own = next((t for t in words if t.language in organisation.languages and t.language != "en"), None)
    weeks = min(subject.weeks, rng.choice((1, 4, LONGEST_RUN)))
    return OfferDraft(
        key=f"{slugify(organisation.name)}-{number:03d}",
        title=own.title if own else subject.title + ending,
        summary=own.summary if own else subject.summary,
        language=own.language if own else "en",
        provider=ProviderDraft(
            key=slugify(organisation.name), name=organisation.name, kind=organisation.kind, language="en"
        ),
        form=subject.form,
        mode=mode,
        taught_in=taught_in(organisation, subject, own, rng),
        field=subject.field,
        level=subject.level,
        audience=subject.audience,
        age_from=18 if subject.audience == "adults" else None,
        hours=max(1, subject.weeks * subject.minutes // 60),
        confirmed_on=clock.monday - timedelta(days=int(rng.triangular(0, 420, 30))),
        texts=other_texts(subject, words, own),
        prices=draw_prices(subject, rng),
        access=draw_access(rng) if mode != "online" else (),
        skills=subject.skills,
        series=tuple(draw_series(subject, places, mode, weeks, clock=clock, rng=rng)),
    )


def draw_mode(subject: Subject, rng: random.Random) -> str:
    """Choose on site, online or both; only some fields are taught at a distance."""
    if subject.field not in ONLINE_FIELDS:
        return "on_site"
    return rng.choices(("on_site", "online", "both"), (74, 16, 10))[0]


def taught_in(
    organisation: Organisation, subject: Subject, own: Translation | None, rng: random.Random
) -> tuple[str, ...]:
    """Choose the languages of instruction."""
    if own:
        return (own.language,)
    others = [language for language in organisation.languages if language != "en"]
    return ("en", rng.choice(others)) if others and rng.random() < 0.5 else ("en",)


def other_texts(
    subject: Subject, words: Sequence[Translation], own: Translation | None
) -> tuple[TextDraft, ...]:
    """Return the texts in other languages than the offer's own."""
    texts = [TextDraft(language=t.language, title=t.title, summary=t.summary) for t in words if t is not own]
    if own:
        texts.append(TextDraft(language="en", title=subject.title, summary=subject.summary))
    return tuple(texts)


def draw_prices(subject: Subject, rng: random.Random) -> tuple[PriceDraft, ...]:
    """Draw prices by group: around the usual price, less for some, in steps of 50 pence."""
    if subject.cents == 0:
        return (PriceDraft(cents=0),)
    full = in_steps(subject.cents * rng.uniform(0.8, 1.25))
    groups = [g for g in REDUCTIONS if rng.random() < 0.45]
    return (
        PriceDraft(cents=full),
        *(PriceDraft(cents=in_steps(full * REDUCTIONS[g]), group=g) for g in groups),
    )


def in_steps(cents: float) -> int:
    """Return cents in steps of 50."""
    return round(cents / 50) * 50


def draw_access(rng: random.Random) -> tuple[AccessDraft, ...]:
    """Draw what a provider has said about access; what is left out is not known."""
    facts = []
    for feature, (yes, no) in ACCESS_RATES.items():
        chance = rng.random()
        if chance < yes + no:
            facts.append(AccessDraft(feature=feature, is_there=chance < yes))
    return tuple(facts)


def draw_series(
    subject: Subject, places: Sequence[Place], mode: str, weeks: int, *, clock: Clock, rng: random.Random
) -> Iterator[SeriesDraft]:
    """Draw one or two runs, each weekly at one place and one hour."""
    for number in range(rng.choices((1, 2), (80, 20))[0]):
        hour, weekday = draw_hour(subject, rng)
        day = clock.monday + timedelta(weeks=rng.randint(-2, 11), days=weekday)
        first = datetime.combine(day, time(hour, rng.choice((0, 0, 30))))
        venue = None if mode == "online" else KnownVenue(pk=rng.choice(places).pk)
        yield SeriesDraft(
            key=str(number + 1),
            venue=venue,
            sessions=tuple(
                draw_session(first + timedelta(weeks=week), subject, mode, clock, rng)
                for week in range(weeks)
            ),
        )


def draw_hour(subject: Subject, rng: random.Random) -> tuple[int, int]:
    """Choose the hour and the day of the week (0 is Monday) that suit the audience."""
    if subject.audience in {"children", "young_people"}:
        return (rng.choice(AFTER_SCHOOL), rng.randrange(5)) if rng.random() < 0.7 else (10, 5)
    if subject.audience == "families":
        return (10, rng.choice((2, 4, 5, 5)))
    if subject.audience == "older_people" or subject.minutes > 180:
        return (rng.choice((9, 10)), rng.randrange(5))
    if rng.random() < 0.15:
        return (10, 5)
    return (rng.choice(EVENING if rng.random() < 0.6 else DAYTIME), rng.randrange(5))


def draw_session(
    starts: datetime, subject: Subject, mode: str, clock: Clock, rng: random.Random
) -> SessionDraft:
    """Draw one date; now and then one is cancelled, with its reason."""
    is_cancelled = rng.random() < 0.01
    return SessionDraft(
        starts=starts,
        ends=starts + timedelta(minutes=subject.minutes),
        time_zone=clock.time_zone,
        is_online=mode == "online",
        status="cancelled" if is_cancelled else "planned",
        reason="The tutor is ill." if is_cancelled else "",
    )
