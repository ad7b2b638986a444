"""The part of the bench of people that measures one database. Called by benches/people.py.

Ours is `decide_consent` by a helper under a mandate. The peer is the same action whose permission check is
one SELECT by the primary key, and whose audit line is one INSERT into a plain table of the same width, which
has no trigger and no index but its key.
"""

import json
import multiprocessing
import os
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from benches.started import start

start()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, models  # noqa: E402

from learningcity.core.actors import Actor, Channel, Right  # noqa: E402
from learningcity.core.audit import seal_audit  # noqa: E402
from learningcity.core.audit.recording import subject_of  # noqa: E402
from learningcity.core.audit.verifying import verify_audit  # noqa: E402
from learningcity.core.models import AuditLine  # noqa: E402
from learningcity.people.actions import consents  # noqa: E402
from learningcity.people.models import (  # noqa: E402
    Consent,
    Mandate,
    MandatePurpose,
    Membership,
    Organisation,
    Person,
    Purpose,
)

CLIENTS = 16
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
WRITES = int(os.environ.get("BENCH_WRITES", "60"))
"""Writes of each client in each round, of each kind."""
PERSONS = 20
"""Persons for whom each client writes in turns."""
LINES = int(os.environ.get("BENCH_LINES", "200000"))
LINES_A_SECOND = 100_000
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

OURS, PEER = "ours", "peer"

PlainLine = type(
    "PlainLine",
    (models.Model,),
    {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": "core", "db_table": "bench_plain_line"}),
        **{field.name: field.clone() for field in AuditLine._meta.fields if not field.primary_key},
    },
)


@dataclass(frozen=True)
class Case:
    """A person for whom the helper acts."""

    person: Person
    mandate: int
    by: Actor


# The two kinds of write


def check_and_record() -> None:
    """Let the action be as it is."""
    for name, original in ORIGINALS.items():
        setattr(consents, name, original)


def select_and_insert() -> None:
    """Let the action read one row by its key and insert one plain row, in place of check and audit line."""
    for name in ORIGINALS:
        setattr(consents, name, IN_PLACE[name])


def select_plainly(by: Actor, person: Person, purpose: str, at: datetime) -> bool:
    """Read one row by its primary key."""
    return Mandate.objects.get(pk=MANDATES[person.pk]).given_at is not None


def insert_plainly(action: str, *, by: Actor, about: models.Model | None = None, at: datetime) -> None:
    """Insert one row into a plain table."""
    PlainLine.objects.create(
        at=at,
        action=action,
        person=by.person,
        on_behalf_of=by.on_behalf_of,
        organisation=by.organisation,
        right=by.right,
        channel=by.channel,
        about=subject_of(about),
    )


IN_PLACE = {"hold_right": lambda by: None, "can_act_for": select_plainly, "record": insert_plainly}
ORIGINALS = {name: getattr(consents, name) for name in IN_PLACE if hasattr(consents, name)}
MANDATES: dict[int, int] = {}
KINDS = {OURS: check_and_record, PEER: select_and_insert}


# The city


def enter_city() -> list[list[Case]]:
    """Enter a helper's organisation and persons with mandates to it; return the cases of each client."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(PlainLine)
    organisation = Organisation.objects.create(name="Desk", created_at=AT)
    return [[enter_case(organisation, helper) for _ in range(PERSONS)] for helper in helpers(organisation)]


def helpers(organisation: Organisation) -> list[Person]:
    """Enter a helper for each client."""
    made = [Person.objects.create(name=f"Helper {number}", created_at=AT) for number in range(CLIENTS)]
    for helper in made:
        Membership.objects.create(
            person=helper, organisation=organisation, role=Membership.Role.DESK, from_on=date(2026, 1, 1)
        )
    return made


def enter_case(organisation: Organisation, helper: Person) -> Case:
    """Enter a person with a mandate for several purposes."""
    person = Person.objects.create(name="Person", born_on=date(1980, 5, 17), created_at=AT)
    mandate = Mandate.objects.create(
        person=person, organisation=organisation, way=Mandate.Way.SCREEN, days=365, asked_at=AT, given_at=AT,
        ends_at=AT + timedelta(days=365),
    )  # fmt: skip
    for purpose in (Purpose.CONTACT, Purpose.PLACES, Purpose.CONSENTS):
        MandatePurpose.objects.create(mandate=mandate, purpose=purpose)
    MANDATES[person.pk] = mandate.pk
    by = Actor(
        right=Right.MANDATE,
        channel=Channel.DESK,
        person=str(helper.public_id),
        on_behalf_of=str(person.public_id),
        organisation=str(organisation.public_id),
    )
    return Case(person, mandate.pk, by)


# Clients


def client(cases: list[Case], barrier: Barrier, answers: Connection) -> None:
    """Write in turns with the other clients; answer with when each write of each round began and ended."""
    newest = dict.fromkeys((case.person.pk for case in cases), False)
    spans: list[tuple[str, list[tuple[float, float]]]] = []
    for number in range(ROUNDS + 1):
        for kind in (OURS, PEER) if number % 2 else (PEER, OURS):
            KINDS[kind]()
            barrier.wait(300)
            span = [write(cases[turn % len(cases)], newest) for turn in range(WRITES)]
            if number:
                spans.append((kind, span))
    connections.close_all()
    answers.send((spans, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def write(case: Case, newest: dict[int, bool]) -> tuple[float, float]:
    """Decide the other way than before; return when it began and ended."""
    newest[case.person.pk] = is_given = not newest[case.person.pk]
    begun = time.perf_counter()
    consents.decide_consent(case.person, "news", is_given, by=case.by, at=AT)
    return begun, time.perf_counter()


def let_clients_write(cases: list[list[Case]]) -> tuple[list, float]:
    """Run the clients, each in a process of its own; return their spans, and the most memory of one."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS)
    pipes, processes = [], []
    for own in cases:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=client, args=(own, barrier, there))
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    answers = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    return [spans for spans, _peak in answers], max(peak for _spans, peak in answers)


# The lines of the bench


def lines(name: str) -> list[dict[str, str | float]]:
    """Return the lines of one database."""
    cases = enter_city()
    every, peak = let_clients_write(cases)
    check_written()
    seconds: dict[str, list[float]] = {OURS: [], PEER: []}
    latencies: dict[str, list[float]] = {OURS: [], PEER: []}
    for rounds in zip(*every, strict=True):
        kind = rounds[0][0]
        moments = [moment for _kind, span in rounds for moment in span]
        wall = max(end for _begun, end in moments) - min(begun for begun, _end in moments)
        seconds[kind].append(wall / len(moments))
        latencies[kind] += [end - begun for begun, end in moments]
    ratios = [ours / peer for ours, peer in zip(seconds[OURS], seconds[PEER], strict=True)]
    print(f"{name}: ratios of the rounds {', '.join(f'{ratio:.2f}' for ratio in ratios)}", file=sys.stderr)
    what, peer = f"{name}, {CLIENTS} clients, a write with check and audit line", "one SELECT, one INSERT"
    return [
        line(f"{what}: seconds a write", *(statistics.median(seconds[k]) for k in (OURS, PEER)), peer, peak),
        *(
            line(f"{what}: {label}", *(percentile(latencies[k], share) for k in (OURS, PEER)), peer, peak)
            for label, share in (("p50", 0.5), ("p95", 0.95))
        ),
        verification(name),
    ]


def check_written() -> None:
    """Stop if a write was not made: then the speeds could not be compared."""
    wanted = CLIENTS * WRITES * (ROUNDS + 1)
    counts = (AuditLine.objects.count(), PlainLine.objects.count(), Consent.objects.count())
    if counts != (wanted, wanted, 2 * wanted):
        raise SystemExit(f"Not every write was made: {counts}, wanted {wanted} of each kind.")


def verification(name: str) -> dict[str, str | float]:
    """Measure the verification of a sealed trail, beside the mark."""
    missing = LINES - AuditLine.objects.count()
    by = dict(person="x" * 36, on_behalf_of="y" * 36, organisation="z" * 36, right="mandate", channel="desk")
    AuditLine.objects.bulk_create(
        (
            AuditLine(at=AT, action="people.consent_given", about=f"people.person:{number:036d}", **by)
            for number in range(missing)
        ),
        batch_size=1000,
    )
    seal_audit(at=AT)
    begun = time.perf_counter()
    report = verify_audit()
    seconds = time.perf_counter() - begun
    if not report.is_intact or report.lines < LINES:
        raise SystemExit("The trail that the bench wrote is not intact.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    mark = report.lines / LINES_A_SECOND
    return line(f"{name}, audit trail verified, {report.lines:,} lines", seconds, mark, "the mark", peak)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return sorted(values)[int(share * len(values))]


def line(name: str, seconds: float, peer_seconds: float, peer: str, peak: float) -> dict[str, str | float]:
    """Return one line."""
    return {
        "name": name,
        "seconds": seconds,
        "peer": peer,
        "peer_seconds": peer_seconds,
        "ratio": seconds / peer_seconds,
        "peak_mb": round(peak, 1),
    }


if __name__ == "__main__":
    print(json.dumps(lines(sys.argv[1])))
