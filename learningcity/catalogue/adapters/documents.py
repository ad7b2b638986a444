"""How an offer becomes a document of the search index."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import islice

from tantivy import Document

from learningcity.catalogue.adapters.fields import (
    FREE,
    GROUPS,
    LARGEST_ID,
    LEFT,
    NEVER,
    NO_AGE,
    NOT_SAID,
    days_between,
    free_field,
    ordered,
    price_field,
    schema,
    session_times,
    spans_of,
    spot,
)
from learningcity.catalogue.adapters.index import Entry
from learningcity.catalogue.adapters.rows import Date, Names, Run, Whole, names, wholes
from learningcity.catalogue.models import Offer, OfferAccess, OfferPrice
from learningcity.engines.words import language_of, terms

BATCH = 1000
# How often a word counts, by where it stands: BM25F with one length (Robertson, Zaragoza, Taylor 2004).
TITLE_WEIGHT = 4
SKILL_WEIGHT = 2
FEATURES = tuple(OfferAccess.Feature.values)


def entries_of(
    offer_ids: Iterable[int], at: datetime, advance: Callable[[int], object] = int
) -> Iterator[Entry]:
    """Yield what the index shall hold of these offers at a moment: nothing of those unpublished or gone.

    `advance` is told after each batch how many offers were done.
    """
    known = names()
    numbers = iter(offer_ids)
    while batch := sorted(islice(numbers, BATCH)):
        found = wholes(batch, at)
        for offer_id in batch:
            whole = found.get(offer_id)
            yield Entry(offer_id, _document(whole, known, at) if whole else None)
        advance(len(batch))


def _document(whole: Whole, known: Names, at: datetime) -> Document:
    offer_id = whole.row.pk
    if offer_id > LARGEST_ID:
        raise ValueError(f"offer {offer_id} has a larger id than the index can sort by")
    coming = [held for held in whole.dates if held.is_held and held.ends_at > at]
    dated = {held.series for held in whole.dates}
    open_runs = [run for series, run in whole.runs.items() if series not in dated]
    venues = _venues(whole, coming, open_runs)
    values = {
        "id": offer_id,
        "provider": known.providers[whole.row.provider][1],
        "venue": [str(venue) for venue in venues],
        "places": venues,
        "spot": _spot(venues, known),
        "words": " ".join(_terms(whole, known, venues)),
        **_facts(whole),
        "mode": _mode(whole, coming),
        **({"with_places": LEFT} if _has_places(whole, coming, open_runs, at) else {}),
        **_prices(whole, offer_id),
        **_times(coming, open_runs, offer_id, at),
    }
    return Document.from_dict(values, schema())


def _spot(venues: list[int], known: Names) -> int:
    for venue in venues:
        _name, lat, lon = known.venues[venue]
        if lat is not None and lon is not None:
            return spot(lat, lon)
    return 0


def _facts(whole: Whole) -> dict[str, object]:
    row = whole.row
    return {
        "form": row.form,
        "field": row.field,
        "level": row.level,
        "audience": row.audience,
        "taught_in": list(dict.fromkeys(map(language_of, row.taught_in))),
        "written_in": list(
            dict.fromkeys(map(language_of, (row.language, *(text[0] for text in whole.texts))))
        ),
        "access": [feature for feature in FEATURES if whole.access.get(feature)],
        "access_unknown": [feature for feature in FEATURES if feature not in whole.access],
        "age_from": row.age_from or 0,
        "age_to": NO_AGE if row.age_to is None else row.age_to,
    }


def _mode(whole: Whole, coming: list[Date]) -> str:
    """Return whether one comes or sits at home: as the offer says, unless its dates are elsewhere for now."""
    if not any(held.is_elsewhere for held in coming):
        return whole.row.mode
    online = {held.is_online for held in coming}
    return Offer.Mode.BOTH if len(online) > 1 else Offer.Mode.ONLINE if True in online else Offer.Mode.ON_SITE


def _has_places(whole: Whole, coming: list[Date], open_runs: list[Run], at: datetime) -> bool:
    """Return whether somebody says that there are places in what is still to come."""
    runs = [whole.runs[series] for series in {held.series for held in coming}]
    runs += [run for run in open_runs if run.last is None or run.last >= at.date()]
    return any(one.has_places for one in (*coming, *runs))


def _prices(whole: Whole, offer_id: int) -> dict[str, object]:
    everyone = whole.prices.get(OfferPrice.Group.EVERYONE, NOT_SAID)
    paid = {group: whole.prices.get(group, everyone) for group in GROUPS}
    return {
        **{free_field(group): FREE for group, cents in paid.items() if cents == 0},
        **{price_field(group): ordered(cents, offer_id) for group, cents in paid.items()},
    }


def _times(coming: list[Date], open_runs: list[Run], offer_id: int, at: datetime) -> dict[str, object]:
    starts = [held.starts_at for held in coming if held.starts_at > at]
    starts += [opening for run in open_runs if run.first and (opening := _midnight(run.first)) > at]
    first = min(((held.starts_at, held.ends_at) for held in coming), default=(None, None))
    slots: set[str] = set()
    tokens: set[str] = set()
    for held in coming:
        its_slots, its_tokens = session_times(held.starts_at, held.ends_at, held.time_zone, at.date())
        slots |= its_slots
        tokens |= its_tokens
    for run in open_runs:
        tokens |= _days_of(run, at.date())
    start = min(starts, default=None)
    return {
        "by_start": ordered(_seconds(start) // 60 if start else NOT_SAID, offer_id),
        "now_from": _seconds(first[0]),
        "now_to": _seconds(first[1]),
        "stale_at": _seconds(min([*starts, *(held.ends_at for held in coming)], default=None)),
        "slot": list(slots),
        "days": list(tokens),
    }


def _days_of(run: Run, since: date) -> set[str]:
    """Return the tokens of a run of which only the days are known: it lies in no part of the week."""
    if not run.first and not run.last:
        return set()
    first = run.first or since
    return {span for day in days_between(first, run.last or first, since) for span in spans_of(day)}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else NEVER


def _venues(whole: Whole, coming: list[Date], open_runs: list[Run]) -> list[int]:
    """Return where the offer will be held, or, if no date is to come, where it was meant to be."""
    found = {_venue(held, whole) for held in coming} | {run.venue for run in open_runs}
    if not found - {None} and not any(held.is_elsewhere for held in coming):
        found = {_venue(held, whole) for held in whole.dates} | {run.venue for run in whole.runs.values()}
    return sorted(venue for venue in found if venue)


def _venue(held: Date, whole: Whole) -> int | None:
    return None if held.is_online else held.venue or whole.runs[held.series].venue


def _terms(whole: Whole, known: Names, venues: list[int]) -> Iterator[str]:
    row = whole.row
    for language, title, summary, description in (
        (row.language, row.title, row.summary, row.description), *whole.texts
    ):  # fmt: skip
        yield from [terms(title, language)] * TITLE_WEIGHT
        yield terms(f"{summary}\n{description}", language)
    yield from [terms("\n".join(whole.skills), row.language)] * SKILL_WEIGHT
    said = (known.providers[row.provider][0], *(known.venues[venue][0] for venue in venues))
    yield terms("\n".join(said), row.language)
