"""Let the invented residents take part: two years behind them, and places in what comes."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import OfferDraft
from learningcity.catalogue.models import Series, Session, Source
from learningcity.core.actors import Actor
from learningcity.demo.drawing import Clock
from learningcity.demo.history import Taken, draw_history, past_runs
from learningcity.demo.logins import PROVIDER, synthetic_person
from learningcity.demo.people import key_of
from learningcity.demo.residents import MAJORITY, Resident
from learningcity.enrolment.actions.intakes import CriterionDraft, IntakeDraft, open_intake
from learningcity.enrolment.actions.places import Applicant, enrol
from learningcity.enrolment.actions.refusals import NotPossible
from learningcity.enrolment.actions.synthetic import PastEnrolment, enter_past
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.people.actions.synthetic import synthetic_id
from learningcity.people.models import Person

OPENED = 120
"""So many runs that come have places to take, besides all of the provider that can be played."""
TAKE = 220
"""So many residents have a place, or wait for one."""
FEW = 4
DRAWN, BY_NEED = 10, 15
SINCE = date(2026, 1, 1)


def reasons() -> tuple[CriterionDraft, ...]:
    """Return the published reasons of a list by need."""
    return (
        CriterionDraft("first-time", "never", _("Took part in nothing for two years"), 3, SINCE),
        CriterionDraft("under-25", "age", _("Younger than 25"), 1, SINCE, most=24),
    )


def enter_history(
    residents: Sequence[Resident],
    drafts: Sequence[OfferDraft],
    *,
    clock: Clock,
    seed: int,
    by: Actor,
    at: datetime,
) -> int:
    """Enter what the residents did in the last two years; return how many enrolments, 0 the second time."""
    if Enrolment.objects.filter(is_synthetic=True).exists():
        return 0
    runs = past_runs(drafts, before=at)
    rng = random.Random(seed)  # noqa: S311 - a fixed seed, no secret
    taken = list(draw_history(residents, runs, clock=clock, rng=rng))
    return enter_past(as_rows(taken), by=by, at=at)


def as_rows(taken: Sequence[Taken]) -> Iterator[PastEnrolment]:
    """Yield what was drawn as enrolment takes it: with the rows of persons, runs and dates."""
    persons = rows_of_persons({one.resident for one in taken})
    found = Series.objects.filter(offer__source__key="demo", source_key__startswith="past-")
    keys = found.values_list("pk", "offer__source_key", "source_key")
    series = {(offer, key): pk for pk, offer, key in keys}
    dates: dict[int, dict[datetime, int]] = {}
    starts = Session.objects.filter(series__in=found).values_list("pk", "series", "starts_at")
    for pk, of, starts_at in starts:
        dates.setdefault(of, {})[starts_at] = pk
    for one in sorted(taken, key=lambda one: one.asked_at):
        run = series.get((one.run.offer, one.run.series))
        if run is not None and one.resident in persons:
            yield PastEnrolment(
                person_id=persons[one.resident],
                series_id=run,
                state=one.state,
                asked_at=one.asked_at,
                present={dates[run][start]: state for start, state in one.present.items()},
            )


def rows_of_persons(numbers: set[int]) -> dict[int, int]:
    """Return the rows of invented residents by their numbers."""
    by_id = {synthetic_id(key_of(number)): number for number in numbers}
    known = Person.objects.filter(is_synthetic=True).values_list("public_id", "pk")
    return {by_id[public_id]: pk for public_id, pk in known if public_id in by_id}


def open_places(residents: Sequence[Resident], *, source: Source, seed: int, by: Actor, at: datetime) -> int:
    """Open the places of runs that come, and let some residents take them; return how many intakes there are.

    What is open already stays as it is.
    """
    rng = random.Random(seed)  # noqa: S311 - a fixed seed, no secret
    if not Intake.objects.filter(is_open=True).exists():
        intakes = [open_one(run, number, rng, by=by, at=at) for number, run in enumerate(coming(source, at))]
        take_places(intakes, residents, rng, by=by, at=at)
        play_parts(intakes, by=by, at=at)
    return Intake.objects.filter(is_open=True).count()


def coming(source: Source, at: datetime) -> list[Series]:
    """Return the runs of which places are opened: all of the provider that can be played, and some others."""
    runs = (
        Series.objects.filter(offer__source=source, sessions__starts_at__gt=at + timedelta(days=6))
        .exclude(sessions__starts_at__lte=at)
        .distinct()
        .select_related("offer__provider__organisation")
        .order_by("offer__source_key", "source_key")
    )
    own = [run for run in runs if run.offer.provider.organisation.name == PROVIDER]
    others = [run for run in runs if run.offer.provider.organisation.name != PROVIDER]
    return [*own, *islice(others, 0, None, max(1, len(others) // OPENED))]


def open_one(series: Series, number: int, rng: random.Random, *, by: Actor, at: datetime) -> Intake:
    """Open the places of one run: most in order of arrival, some by draw, a few by need."""
    rule = Intake.Rule.ARRIVAL
    criteria: tuple[CriterionDraft, ...] = ()
    if number % DRAWN == DRAWN - 1:
        rule = Intake.Rule.DRAW
    if number % BY_NEED == BY_NEED - 1:
        rule, criteria = Intake.Rule.PRIORITY, reasons()
    draft = IntakeDraft(
        places=FEW if number % 8 == 0 else rng.choice((8, 10, 12, 16)),
        rule=rule,
        draws_at=at + timedelta(days=4) if rule != Intake.Rule.ARRIVAL else None,
        allows_guests=number % 3 == 0,
        criteria=criteria,
    )
    seed = rng.randbytes(32).hex() if draft.is_drawn else ""
    return open_intake(series, draft, seed=seed, by=by, at=at)


def take_places(
    intakes: Sequence[Intake], residents: Sequence[Resident], rng: random.Random, *, by: Actor, at: datetime
) -> None:
    """Let some residents ask for places; what is refused (too young, already there) stays so."""
    grown = [one for one in residents if one.age(at.date()) >= MAJORITY]
    if not grown or not intakes:
        return
    chosen = rng.sample(grown, min(TAKE, len(grown)))
    persons = Person.objects.in_bulk(rows_of_persons({one.number for one in chosen}).values())
    wanted = [*intakes[::8], *rng.sample(list(intakes), max(1, len(intakes) // 3))]
    for person in persons.values():
        ask(rng.choice(wanted), person, by=by, at=at)


def play_parts(intakes: Sequence[Intake], *, by: Actor, at: datetime) -> None:
    """Give the resident that can be played some places."""
    person = synthetic_person("resident")
    for intake in intakes[:3]:
        ask(intake, person, by=by, at=at)


def ask(intake: Intake, person: Person, *, by: Actor, at: datetime) -> None:
    """Ask for a place as anybody does; a refusal is an answer."""
    try:
        enrol(intake, [Applicant(person)], by=by, at=at)
    except NotPossible:
        return
