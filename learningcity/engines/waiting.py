"""Waiting lists: in which order people are offered places, from published inputs alone.

Method, sources and limits: docs/methods/waiting.md.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

FORMAT = "learningcity-waiting-list/1"
ARRIVAL, DRAW, PRIORITY = "arrival", "draw", "priority"


@dataclass(frozen=True, slots=True)
class Entry:
    """One place or more wanted by one person, under an opaque name.

    Entries with the same `party` came together; if they keep together, they are offered places all at once or
    not at all. `points` count in a list by need.
    """

    token: str
    party: str = ""
    together: bool = False
    places: int = 1
    points: int = 0

    def __post_init__(self) -> None:
        is_named = is_name(self.token) and (not self.party or is_name(self.party))
        if not is_named or self.places < 1 or self.points < 0 or (self.together and not self.party):
            raise ValueError(f"The entry {self.token!r} is not one that can stand on a list.")

    @property
    def unit(self) -> str:
        """The name under which the entry is offered places: its own, or that of those it keeps with."""
        return f"party {self.party}" if self.together else self.token

    @property
    def ticket_name(self) -> str:
        """The name that is drawn: those who came together draw one ticket."""
        return self.party or self.token


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A place was offered at a step of the list: to whom."""

    step: int
    token: str


def is_name(text: str) -> bool:
    """Whether a text can be an opaque name: Latin letters, figures and hyphens, at most 36."""
    return len(text) <= 36 and text.isascii() and text.replace("-", "").isalnum()


def digest_of_seed(seed: str) -> str:
    """Return what is published of a seed (in hexadecimal signs) before the draw."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def digest_of_list(entries: Iterable[Entry]) -> str:
    """Return the digest of everything that goes into a draw, whatever the order in which it is given."""
    lines = sorted(
        f"{one.token} {one.party or '-'} {int(one.together)} {one.places} {one.points}\n" for one in entries
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def ticket(seed: str, list_digest: str, name: str) -> str:
    """Return the ticket that a name draws: HMAC-SHA-256 of the list and the name, under the seed.

    >>> ticket("00" * 32, "11" * 32, "a")[:12]
    'eef662160c6c'
    """
    return hmac.digest(bytes.fromhex(seed), f"{list_digest}:{name}".encode(), "sha256").hex()


def drawn_order(entries: Sequence[Entry], *, seed: str, by_points: bool) -> list[Entry]:
    """Return the entries in the order drawn: by points where they count, then by ticket, the lowest first.

    Those who keep together stand together, with the points of the one who has fewest: nobody comes earlier
    because of whom they come with. Two that share a ticket stand in the order of their tokens.
    """
    key, listed = bytes.fromhex(seed), f"{digest_of_list(entries)}:"
    names = {one.ticket_name for one in entries}
    # The bytes of a ticket stand in the order of its hexadecimal signs.
    tickets = {name: hmac.digest(key, (listed + name).encode(), "sha256") for name in names}
    fewest = fewest_points(entries) if by_points else {}
    keys = [
        (
            -(fewest[one.party] if one.together else one.points) if by_points else 0,
            tickets[one.party or one.token],
            one.party if one.together else "",
            one.token,
        )
        for one in entries
    ]
    return [entries[place] for place in sorted(range(len(entries)), key=keys.__getitem__)]


def fewest_points(entries: Iterable[Entry]) -> dict[str, int]:
    """Return the points of the one who has fewest, for every party of those who keep together."""
    fewest: dict[str, int] = {}
    for one in entries:
        if one.together:
            fewest[one.party] = min(one.points, fewest.get(one.party, one.points))
    return fewest


class Line:
    """A waiting list at work: who stands where, and who is next when places are free."""

    def __init__(self, rule: str) -> None:
        if rule not in (ARRIVAL, DRAW, PRIORITY):
            raise ValueError(f"There is no rule called {rule!r}.")
        self.rule = rule
        self.is_given_out = rule == ARRIVAL
        self._waiting: dict[str, Entry] = {}
        self._turns: dict[str, int] = {}
        # Units of one size stand in one heap: the first that fits is found without passing the larger ones.
        self._members: dict[str, list[str]] = {}
        self._by_size: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self._next_turn = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, token: str) -> bool:
        return token in self._waiting

    def entries(self) -> list[Entry]:
        """Return those who wait, in the order of their turns."""
        return sorted(self._waiting.values(), key=lambda one: self._turns[one.token])

    def join(self, entry: Entry) -> None:
        """Put an entry at the end: after a draw, those who come later stand in order of arrival.

        Raises ValueError if the token stands there already.
        """
        if entry.token in self._waiting:
            raise ValueError(f"{entry.token!r} is on the list already.")
        self._waiting[entry.token] = entry
        self._turns[entry.token] = self._next_turn
        self._next_turn += 1
        if self.is_given_out:
            self._members.setdefault(entry.unit, []).append(entry.token)
            self._enter(entry.unit)

    def leave(self, token: str) -> Entry:
        """Take an entry off. Raises ValueError if it is not there."""
        entry = self._waiting.pop(token, None)
        if entry is None:
            raise ValueError(f"{token!r} is not on the list.")
        members = self._members.get(entry.unit, [])
        if len(members) > 1:
            members.remove(token)
            self._enter(entry.unit)
        else:
            self._members.pop(entry.unit, None)
        return entry

    def draw(self, seed: str) -> None:
        """Draw the order of all who wait now, once. Raises ValueError if places were given out before."""
        if self.is_given_out:
            raise ValueError("This list is not drawn, or was drawn before.")
        order = drawn_order(list(self._waiting.values()), seed=seed, by_points=self.rule == PRIORITY)
        self.is_given_out = True
        self._turns = {entry.token: turn for turn, entry in enumerate(order)}
        self._next_turn = len(order)
        for entry in order:
            self._members.setdefault(entry.unit, []).append(entry.token)
        for unit, members in self._members.items():
            # In the order of their turns each of these lists is a heap already.
            self._by_size[self._size(unit)].append((self._turns[members[0]], unit))

    def give(self, free: int) -> list[Entry]:
        """Offer so many places; return those who get one, in order. They are on the list no more.

        Whoever needs more places than are left is passed over and keeps the turn.
        """
        chosen: list[Entry] = []
        while self.is_given_out and free > 0:
            unit = self._first_that_fits(free)
            if unit is None:
                break
            together = [self._waiting.pop(token) for token in self._members.pop(unit)]
            chosen += together
            free -= sum(one.places for one in together)
        return chosen

    def _enter(self, unit: str) -> None:
        """Enter a unit under its size and turn as they are now; an older entry of it counts no more."""
        heappush(self._by_size[self._size(unit)], (self._turns[self._members[unit][0]], unit))

    def _size(self, unit: str) -> int:
        members = self._members[unit]
        if len(members) == 1:
            return self._waiting[members[0]].places
        return sum(self._waiting[token].places for token in members)

    def _first_that_fits(self, free: int) -> str | None:
        best: tuple[int, str] | None = None
        for size, heap in self._by_size.items():
            if size > free:
                continue
            while heap and not self._is_current(size, *heap[0]):
                heappop(heap)
            if heap and (best is None or heap[0] < best):
                best = heap[0]
        return best[1] if best else None

    def _is_current(self, size: int, turn: int, unit: str) -> bool:
        members = self._members.get(unit)
        return members is not None and turn == self._turns[members[0]] and size == self._size(unit)


def replay(inputs: Mapping[str, Any]) -> list[OfferMade]:
    """Return every offer of a place that follows from the published inputs and the seed, in order.

    Nothing of what happened is looked at. Raises ValueError, with what is wrong, for inputs that cannot have
    been published: a seed that is not the one whose digest was published, a list that is not the one drawn.
    """
    line = Line(str(inputs.get("rule")))
    offers: list[OfferMade] = []
    for step, event in enumerate(_events(inputs), start=1):
        kind = event.get("kind")
        if kind == "joined":
            line.join(_entry(event))
        elif kind == "left":
            line.leave(str(event.get("token")))
        elif kind == "drawn":
            _draw(line, inputs)
        elif kind == "room":
            offers += [OfferMade(step, one.token) for one in line.give(_whole(event, "places"))]
        else:
            raise ValueError(f"Step {step} is of no known kind: {kind!r}.")
    return offers


def first_difference(computed: Sequence[OfferMade], happened: Sequence[OfferMade]) -> str:
    """Return in one sentence where two lists of offers begin to differ; empty if they are the same.

    >>> first_difference([OfferMade(3, "a")], [OfferMade(3, "b")])
    "Offer 1: the inputs give 'a' at step 3, but 'b' at step 3 was recorded."
    """
    for number in range(1, max(len(computed), len(happened)) + 1):
        ours, theirs = _said(computed, number), _said(happened, number)
        if ours != theirs:
            return f"Offer {number}: the inputs give {ours}, but {theirs} was recorded."
    return ""


def _said(offers: Sequence[OfferMade], number: int) -> str:
    if number > len(offers):
        return "nobody"
    return f"{offers[number - 1].token!r} at step {offers[number - 1].step}"


def _draw(line: Line, inputs: Mapping[str, Any]) -> None:
    seed = str(inputs.get("seed"))
    if digest_of_seed(_hexadecimal(seed)) != inputs.get("seed_digest"):
        raise ValueError("The seed is not the one whose digest was published before the draw.")
    listed = inputs.get("list")
    if not isinstance(listed, Sequence):
        raise ValueError("The list of those who stood on it is no list.")
    for one in listed:
        line.join(_entry(one))
    if digest_of_list(line.entries()) != inputs.get("list_digest"):
        raise ValueError("The list is not the one that was drawn: its digest differs.")
    line.draw(seed)


def _hexadecimal(seed: str) -> str:
    if len(seed) != 64 or set(seed) - set("0123456789abcdef"):
        raise ValueError("The seed is not 64 hexadecimal signs.")
    return seed


def _events(inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    events = inputs.get("events")
    if not isinstance(events, Sequence) or not all(isinstance(one, Mapping) for one in events):
        raise ValueError("The inputs hold no list of events.")
    return events


def _entry(said: Mapping[str, Any]) -> Entry:
    if not isinstance(said, Mapping):
        raise ValueError("An entry of the list is not one.")
    return Entry(
        token=str(said.get("token") or ""),
        party=str(said.get("party") or ""),
        together=said.get("together") is True,
        places=_whole(said, "places", 1),
        points=_whole(said, "points", 0),
    )


def _whole(said: Mapping[str, Any], name: str, otherwise: int | None = None) -> int:
    value = said.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name!r} is not a whole number: {value!r}.")
    return value
