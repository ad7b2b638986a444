"""The part of the bench of enrolment that measures one database. Called by benches/enrolment.py.

Ours is `enrol`: right, rules, lock, place or waiting list, history, audit line. The peer is what any such
transaction must do at least: the same row locked and read, the same row inserted, nothing checked.

Each client is a process. In every round there are some sessions with a few last places, fewer than there are
clients; each client enrols once in each of them, all in the same order, so that everybody is at one session.
"""

import json
import multiprocessing
import os
import resource
import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from benches.started import start

start()

from django.core.management import call_command  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from learningcity.catalogue.models import Offer, Provider, Series, Session, Source  # noqa: E402
from learningcity.core.actors import Actor, Channel, Right  # noqa: E402
from learningcity.enrolment.actions.places import Applicant, enrol  # noqa: E402
from learningcity.enrolment.actions.refusals import NotPossible  # noqa: E402
from learningcity.enrolment.models import Enrolment, Intake  # noqa: E402
from learningcity.enrolment.queries.places import intakes, miscounted_intakes, states_in  # noqa: E402
from learningcity.people.models import Organisation, Person  # noqa: E402

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "64"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SESSIONS = int(os.environ.get("BENCH_SESSIONS", "10"))
"""Sessions for which the clients race in each round, of each kind."""
PLACES = 40
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OURS, PEER = "ours", "peer"

Spans = list[tuple[float, float]]


# The city


def enter_city() -> tuple[list[Person], dict[tuple[int, str], list[Intake]]]:
    """Enter a person for each client, and the sessions of each round and kind."""
    call_command("migrate", verbosity=0)
    source = Source.objects.create(key="desk", name="Desk")
    provider = Provider.objects.create(
        organisation=Organisation.objects.create(name="School", created_at=AT), source=source, source_key="1"
    )
    offer = Offer.objects.create(
        provider=provider,
        source=source,
        source_key="1",
        title="Pottery",
        language="en",
        form=Offer.LearningForm.NON_FORMAL,
        mode=Offer.Mode.ON_SITE,
        age_from=16,
        confirmed_on=date(2026, 11, 1),
        created_at=AT,
        changed_at=AT,
    )
    persons = [
        Person.objects.create(name=f"Person {number}", born_on=date(1980, 5, 17), created_at=AT)
        for number in range(CLIENTS)
    ]
    kinds = [(number, kind) for number in range(ROUNDS + 1) for kind in (OURS, PEER)]
    return persons, {key: [enter_places(offer, key, one) for one in range(SESSIONS)] for key in kinds}


def enter_places(offer: Offer, key: tuple[int, str], number: int) -> Intake:
    """Enter a run with two evenings and a few places left."""
    series = Series.objects.create(offer=offer, source_key=f"{key[0]}-{key[1]}-{number}")
    for week in (1, 2):
        starts_at = AT + timedelta(weeks=week)
        Session.objects.create(
            series=series, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), time_zone="UTC"
        )
    made = Intake.objects.create(series=series, places=PLACES, created_at=AT, changed_at=AT)
    return intakes().get(pk=made.pk)


# Clients


def ours(intake: Intake, person: Person, number: int) -> str:
    """Enrol; answer with what came of it."""
    own = str(person.public_id)
    by = Actor(right=Right.SELF, channel=Channel.WEB, person=own, on_behalf_of=own)
    try:
        outcome = enrol(intake, [Applicant(person)], by=by, at=AT)
    except NotPossible as refusal:
        return refusal.code
    return "enrolled" if outcome.enrolled else "waiting"


@transaction.atomic
def peer(intake: Intake, person: Person, number: int) -> str:
    """Lock the intake and insert an enrolment."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    Enrolment.objects.create(
        intake=locked, person=person, number=number + 1, state="waiting", asked_at=AT, changed_at=AT
    )
    return "inserted"


ACTS = {OURS: ours, PEER: peer}


def client(
    number: int,
    person: Person,
    sessions: dict[tuple[int, str], list[Intake]],
    barrier: Barrier,
    answers: Connection,
) -> None:
    """Race in turns with the other clients; answer with when each act began and ended, and its outcome."""
    spans: list[tuple[str, Spans]] = []
    came: list[str] = []
    for turn in range(ROUNDS + 1):
        for kind in (OURS, PEER) if turn % 2 else (PEER, OURS):
            barrier.wait(600)
            span = []
            for intake in sessions[turn, kind]:
                begun = time.perf_counter()
                came.append(ACTS[kind](intake, person, number))
                span.append((begun, time.perf_counter()))
            if turn:
                spans.append((kind, span))
    connections.close_all()
    answers.send((spans, came, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def let_clients_race(
    persons: list[Person], sessions: dict[tuple[int, str], list[Intake]]
) -> tuple[list[list[tuple[str, Spans]]], list[str], float]:
    """Run each client in a process of its own; return their spans, their answers, the most memory of one."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS)
    pipes, processes = [], []
    for number, person in enumerate(persons):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=client, args=(number, person, sessions, barrier, there))
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    answers = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    came = [one for _spans, all_of_one, _peak in answers for one in all_of_one]
    return [spans for spans, _came, _peak in answers], came, max(peak for _spans, _came, peak in answers)


def check_places(sessions: dict[tuple[int, str], list[Intake]], came: list[str]) -> None:
    """Stop if a place was sold twice or not at all, or a client got no answer."""
    for (_turn, kind), raced in sessions.items():
        for intake in raced if kind == OURS else ():
            found = dict(states_in(intake))
            if found != {"enrolled": PLACES, "waiting": CLIENTS - PLACES}:
                raise SystemExit(f"Places were given wrongly: {found}.")
    own = [intake.pk for (_turn, kind), raced in sessions.items() if kind == OURS for intake in raced]
    if miscounted_intakes().filter(pk__in=own).exists():
        raise SystemExit("The count of places is not that of the enrolments.")
    if len(came) != 2 * CLIENTS * SESSIONS * (ROUNDS + 1) or not set(came) <= {
        "enrolled",
        "waiting",
        "inserted",
    }:
        raise SystemExit(f"Clients got other answers: {sorted(set(came))}.")


# The lines of the bench


def lines(name: str) -> list[dict[str, str | float]]:
    """Return the lines of one database."""
    persons, sessions = enter_city()
    every, came, peak = let_clients_race(persons, sessions)
    check_places(sessions, came)
    seconds: dict[str, list[float]] = {OURS: [], PEER: []}
    latencies: dict[str, list[float]] = {OURS: [], PEER: []}
    for rounds in zip(*every, strict=True):
        kind = rounds[0][0]
        moments = [moment for _kind, span in rounds for moment in span]
        wall = max(end for _begun, end in moments) - min(begun for begun, _end in moments)
        seconds[kind].append(wall / len(moments))
        latencies[kind] += [end - begun for begun, end in moments]
    ratios = [mine / theirs for mine, theirs in zip(seconds[OURS], seconds[PEER], strict=True)]
    print(f"{name}: ratios of the rounds {', '.join(f'{ratio:.2f}' for ratio in ratios)}", file=sys.stderr)
    what = f"{name}, {CLIENTS} clients race for {PLACES} places of {SESSIONS} sessions"
    return [
        line(f"{what}: seconds an answer", *(statistics.median(seconds[k]) for k in (OURS, PEER)), peak),
        *(
            line(f"{what}: {label}", *(percentile(latencies[k], share) for k in (OURS, PEER)), peak)
            for label, share in (("p50", 0.5), ("p95", 0.95))
        ),
    ]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return sorted(values)[int(share * len(values))]


def line(name: str, seconds: float, peer_seconds: float, peak: float) -> dict[str, str | float]:
    """Return one line."""
    return {
        "name": name,
        "seconds": seconds,
        "peer": "a row locked, a row inserted",
        "peer_seconds": peer_seconds,
        "ratio": seconds / peer_seconds,
        "peak_mb": round(peak, 1),
    }


if __name__ == "__main__":
    print(json.dumps(lines(sys.argv[1])))
