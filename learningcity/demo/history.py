"""Draw two years of invented runs, enrolments and attendance, uneven between groups, with a fixed seed.

Those who need learning most take part least: that is what surveys of adult learning find everywhere. How
much less is *assumed* (`data/participation.csv`: odds against the middle group; what somebody says nothing of
counts as 1). The level starts from the EU average of 2022 in the Adult Education Survey: 39.5 % of adults in
twelve months, as in a city where people use what is offered.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from learningcity.catalogue.actions.drafts import OfferDraft, SeriesDraft, SessionDraft, moment
from learningcity.demo.drawing import Clock
from learningcity.demo.residents import Resident
from learningcity.demo.subjects import rows

YEARS = 2
A_YEAR = 52
OFFERS_WITH_A_PAST = 3
"""One offer in so many has run before."""
RUNS_A_YEAR = 1
TAKES_PART = 0.395
# Assumed. How many more courses somebody takes who takes one; how often people come, stop, or cancel before.
ANOTHER = 0.35
COMES, STOPS, CANCELS = 0.86, 0.14, 0.07
FITS = {
    "everyone": (0, 120),
    "children": (5, 15),
    "young_people": (12, 24),
    "adults": (18, 120),
    "older_people": (55, 120),
    "families": (0, 50),
}


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that is over: the keys of its offer and of itself, for which ages, and its dates."""

    offer: str
    series: str
    ages: tuple[int, int]
    starts: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """One invented enrolment: the number of the resident, the run, its state, and the dates with presence."""

    resident: int
    run: PastRun
    state: str
    asked_at: datetime
    present: dict[datetime, str]


def with_past_runs(drafts: Iterable[OfferDraft], *, rng: random.Random) -> Iterator[OfferDraft]:
    """Yield the offers, some of them with runs in each of the last two years before their own."""
    for number, draft in enumerate(drafts):
        if number % OFFERS_WITH_A_PAST or not draft.series:
            yield draft
            continue
        past = [
            run_before(draft.series[0], weeks, number=n) for n, weeks in enumerate(weeks_back(rng), start=1)
        ]
        yield replace(draft, series=(*past, *draft.series))


def weeks_back(rng: random.Random) -> list[int]:
    """Return how many weeks before its own run an offer ran, once in each year or so."""
    return [year * A_YEAR - rng.randint(0, 20) for year in range(YEARS, 0, -1) for _run in range(RUNS_A_YEAR)]


def run_before(series: SeriesDraft, weeks: int, *, number: int) -> SeriesDraft:
    """Return a run like this one, so many weeks earlier; nothing of it was cancelled."""
    back = timedelta(weeks=weeks)
    sessions = tuple(
        replace(session, starts=session.starts - back, ends=session.ends - back, status="planned", reason="")
        for session in series.sessions
    )
    return replace(series, key=f"past-{number}", sessions=sessions)


def past_runs(drafts: Iterable[OfferDraft], *, before: datetime) -> list[PastRun]:
    """Return the runs of these offers that are over."""
    return [
        PastRun(
            draft.key, series.key, ages_of(draft), tuple(session.starts_at for session in series.sessions)
        )
        for draft in drafts
        for series in draft.series
        if series.sessions and max(map(end_of, series.sessions)) < before
    ]


def end_of(session: SessionDraft) -> datetime:
    """Return when a session ends."""
    return moment(session.ends, session.time_zone)


def ages_of(draft: OfferDraft) -> tuple[int, int]:
    """Return the ages for which an offer is meant."""
    youngest, oldest = FITS[draft.audience]
    return max(youngest, draft.age_from or 0), min(oldest, draft.age_to or 120)


def odds_table() -> dict[tuple[str, str], float]:
    """Return the assumed odds by characteristic and value."""
    return {(row["characteristic"], row["value"]): float(row["odds"]) for row in rows("participation.csv")}


def odds_of(resident: Resident, age: int, table: dict[tuple[str, str], float]) -> float:
    """Return how much likelier than the middle this resident takes part."""
    odds = 1.0
    for kind, value in resident.characteristics.items():
        odds *= table.get((kind, value), 1.0)
    for (kind, value), factor in table.items():
        if kind == "age":
            youngest, _, oldest = value.partition("-")
            odds *= factor if int(youngest) <= age <= int(oldest) else 1.0
    return odds


def draw_history(
    residents: Sequence[Resident], runs: Sequence[PastRun], *, clock: Clock, rng: random.Random
) -> Iterator[Taken]:
    """Yield what the residents did in past runs; the same for the same residents, runs and seed."""
    table = odds_table()
    by_year = [runs_between(runs, clock.monday, year) for year in range(YEARS, 0, -1)]
    for resident in residents:
        age = resident.age(clock.monday)
        odds = odds_of(resident, age, table) * TAKES_PART / (1 - TAKES_PART)
        days: set[date] = set()
        for found in by_year:
            fitting = [run for run in found if run.ages[0] <= age <= run.ages[1]]
            if fitting and rng.random() < odds / (1 + odds):
                for run in chosen(fitting, days, rng):
                    yield draw_taken(resident, run, min(odds, 1.0), rng)


def runs_between(runs: Iterable[PastRun], today: date, year: int) -> list[PastRun]:
    """Return the runs that began in one of the years before today: 1 is the last twelve months."""
    earliest, latest = (today - timedelta(weeks=A_YEAR * n) for n in (year, year - 1))
    return [run for run in runs if earliest <= run.starts[0].date() < latest]


def chosen(fitting: Sequence[PastRun], days: set[date], rng: random.Random) -> list[PastRun]:
    """Choose one run, and perhaps more, none of them on a day that is taken; the days are taken then."""
    count = 1
    while rng.random() < ANOTHER and count < len(fitting):
        count += 1
    kept = []
    for run in rng.sample(fitting, count):
        own = {start.date() for start in run.starts}
        if not own & days:
            kept.append(run)
            days |= own
    return kept


def draw_taken(resident: Resident, run: PastRun, ease: float, rng: random.Random) -> Taken:
    """Draw one way through a run: cancelled before, or there until the end, or until somebody stopped."""
    asked_at = run.starts[0] - timedelta(days=rng.randint(2, 40), minutes=rng.randint(0, 600))
    if rng.random() < CANCELS:
        return Taken(resident.number, run, "cancelled", asked_at, {})
    stops = rng.random() < STOPS * (1.6 - ease)
    last = rng.randrange(len(run.starts)) if stops else len(run.starts)
    present = {
        start: "present" if position < last and rng.random() < COMES else "absent"
        for position, start in enumerate(run.starts)
    }
    return Taken(resident.number, run, "enrolled", asked_at, present)
