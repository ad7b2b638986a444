"""What is published of a waiting list: enough to replay every offer of a place, and no person.

What is left out, and why: docs/methods/waiting.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from learningcity.engines.waiting import FORMAT, Entry, OfferMade, digest_of_list
from learningcity.enrolment.models import Enrolment, Intake, QueueEvent
from learningcity.people.queries.ages import city_day

Kind = QueueEvent.Kind
FEWEST = 5
"""A list on which fewer have stood is shown to those alone who stand on it and to those who keep it.

A group that came together counts as one, and so does whoever joined several times.
"""
INPUTS = (Kind.JOINED, Kind.LEFT, Kind.DRAWN, Kind.ROOM)


def published(intake: Intake) -> dict[str, Any]:
    """Return what anybody needs to replay a waiting list, and the offers that were made."""
    events = list(QueueEvent.objects.filter(intake=intake).order_by("number"))
    start = next((one.number for one in events if one.kind == Kind.DRAWN), None)
    before = [one for one in events if start is not None and one.number < start]
    is_drawn_by_lot = intake.rule != Intake.Rule.ARRIVAL
    # Before a draw nobody's place in the list means anything: who came when is not published.
    shown = [one for one in events if not is_drawn_by_lot or (start is not None and one.number >= start)]
    drawn = drawn_list(before, by_need=intake.rule == Intake.Rule.PRIORITY)
    inputs, offers = told(shown)
    return {
        "format": FORMAT,
        "list": str(intake.public_id),
        "series": str(intake.series.public_id),
        "session": str(intake.session.public_id) if intake.session else None,
        "method": "docs/methods/waiting.md",
        "answer_hours": intake.answer_hours,
        "draws_at": intake.draws_at.isoformat() if intake.draws_at and is_drawn_by_lot else None,
        "committed": commitment_in(events),
        "inputs": {
            "rule": intake.rule,
            "seed_digest": intake.seed_digest,
            "seed": intake.seed if start is not None else "",
            "list": [as_published(one) for one in drawn],
            "list_digest": digest_of_list(drawn) if start is not None else "",
            "events": inputs,
        },
        "offers": offers,
        "answers": answers_of(events),
    }


def commitment_in(events: Sequence[QueueEvent]) -> dict[str, Any] | None:
    """Return when the digest of the seed was published, and whether that was before anybody joined."""
    made = next((one for one in events if one.kind == Kind.COMMITTED), None)
    if made is None:
        return None
    first = next((one.number for one in events if one.kind == Kind.JOINED), None)
    return {"on": city_day(made.at).isoformat(), "before_all": first is None or made.number < first}


def told(events: Sequence[QueueEvent]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the steps of a list, and the offers made after each of them."""
    steps: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    for one in events:
        if one.kind in INPUTS:
            steps.append(step_of(one))
        elif one.kind == Kind.OFFERED:
            offers.append({"step": len(steps), "token": one.token, "on": city_day(one.at).isoformat()})
    return steps, offers


def step_of(event: QueueEvent) -> dict[str, Any]:
    """Return one step as it is published. Points count in a draw alone, so that they stand nowhere else."""
    if event.kind == Kind.JOINED:
        return {"kind": "joined", **as_published(entry_of(event, points=0))}
    if event.kind == Kind.LEFT:
        return {"kind": "left", "token": event.token}
    day = {"kind": str(event.kind), "on": city_day(event.at).isoformat()}
    return {**day, "places": event.places} if event.kind == Kind.ROOM else day


def entry_of(event: QueueEvent, *, points: int) -> Entry:
    """Return the entry with which somebody joined."""
    return Entry(event.token, event.party, event.keeps_together, event.places, points)


def as_published(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is published."""
    found: dict[str, Any] = {"token": entry.token, "places": entry.places}
    if entry.party:
        found |= {"party": entry.party, "together": entry.together}
    return {**found, "points": entry.points} if entry.points else found


def drawn_list(before: Iterable[QueueEvent], *, by_need: bool) -> list[Entry]:
    """Return who stood on the list at the draw, by token, which says nothing of anybody."""
    there: dict[str, Entry] = {}
    for one in before:
        if one.kind == Kind.JOINED:
            there[one.token] = entry_of(one, points=one.points if by_need else 0)
        elif one.kind == Kind.POINTS and by_need:
            there[one.token] = replace(there[one.token], points=one.points)
        elif one.kind == Kind.LEFT:
            del there[one.token]
    return sorted(there.values(), key=lambda entry: entry.token)


def answers_of(events: Iterable[QueueEvent]) -> dict[str, int]:
    """Return how many offers were answered in which way."""
    counted = Counter(one.kind for one in events)
    return {str(kind): counted[kind] for kind in (Kind.TAKEN, Kind.DECLINED, Kind.LAPSED)}


def offers_in(document: dict[str, Any]) -> list[OfferMade]:
    """Return the offers that a published document says were made."""
    return [OfferMade(int(one["step"]), str(one["token"])) for one in document["offers"]]


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a published list as its page shows it, with those who were offered a place by it."""

    number: int
    kind: str
    token: str
    places: int
    on: date | None
    offered: list[str]


def rows_of(document: dict[str, Any], *, most: int) -> list[Row]:
    """Return the newest steps of a published list, the newest one first."""
    offered: dict[int, list[str]] = {}
    for offer in document["offers"]:
        offered.setdefault(offer["step"], []).append(offer["token"])
    steps = list(enumerate(document["inputs"]["events"], start=1))[-most:]
    return [
        Row(
            number,
            step["kind"],
            step.get("token", ""),
            step.get("places", 0),
            date.fromisoformat(step["on"]) if "on" in step else None,
            offered.get(number, []),
        )
        for number, step in reversed(steps)
    ]


def is_public(intake: Intake) -> bool:
    """Return whether so many have stood on the list that showing it points at nobody."""
    return any(number >= FEWEST for number in counted(stood_on(intake)))


def stood_on(intake: Intake) -> Iterator[tuple[str, set[str]]]:
    """Yield who came to a list or went from it: the kind of the step, and every name they are known by.

    Names are those of the person, or of the address of a guest, and of the group they came with. Of who was
    erased only the group is known, or the token.
    """
    of_token = Enrolment.objects.filter(token=OuterRef("token"))
    steps = (
        QueueEvent.objects.filter(intake=intake, kind__in=(Kind.JOINED, Kind.LEFT, Kind.OFFERED))
        .order_by("number")
        .annotate(
            person=Subquery(of_token.values("person")[:1]),
            guest=Subquery(of_token.values("guest__email")[:1]),
        )
        .values_list("kind", "token", "party", "person", "guest")
    )
    for kind, token, party, person, guest in steps.iterator(chunk_size=500):
        who = {f"person {person}"} if person else {f"guest {guest}"} if guest else {f"gone {token}"}
        yield kind, who | ({f"party {party}"} if party else set())


def counted(steps: Iterable[tuple[str, set[str]]]) -> Iterator[int]:
    """Yield after each step how many have stood on a list for certain, whatever else is not known.

    Somebody is new of whom no name was heard before. Those who were erased may have been one and the same
    whenever they did not stand there at one moment.
    """
    heard: set[str] = set()
    there: set[str] = set()
    known = most_gone = 0
    for kind, names in steps:
        gone = {name for name in names if name.startswith("gone ")}
        if kind != Kind.JOINED:
            there -= gone
        elif not names & heard:
            known += not gone
            there |= gone
        heard |= names
        most_gone = max(most_gone, len(there))
        yield known + most_gone
