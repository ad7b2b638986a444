"""Waiting lists: inputs and seed fix the order, groups keep together, nobody is passed without a rule."""

import hashlib
import hmac
import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.engines.waiting import (
    Entry,
    Line,
    OfferMade,
    digest_of_list,
    digest_of_seed,
    drawn_order,
    first_difference,
    replay,
    ticket,
)

SEED = "5e" * 32
METHOD = Path(__file__).parents[2] / "docs" / "methods" / "waiting.md"
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def lists(draw, most=14):
    """Return entries with tokens of their own: alone, in groups that keep together, in groups that do not."""
    entries = []
    for group in range(draw(st.integers(0, most))):
        size = draw(st.integers(1, 4))
        together = draw(st.booleans()) and size > 1
        for member in range(size):
            entries.append(
                Entry(
                    f"{group}-{member}",
                    party=f"p{group}" if size > 1 else "",
                    together=together,
                    places=draw(st.integers(1, 3)),
                    points=draw(st.integers(0, 3)),
                )
            )
    return entries


def plain_order(entries, seed, *, by_points):
    """Order slowly and plainly, by the words of the method: the reference."""
    lines = [
        f"{e.token} {e.party or '-'} {1 if e.together else 0} {e.places} {e.points}\n"
        for e in sorted(entries, key=lambda e: f"{e.token} {e.party or '-'}")
    ]
    listed = hashlib.sha256("".join(lines).encode()).hexdigest()
    ordered = []
    for entry in entries:
        mates = [e for e in entries if entry.together and e.together and e.party == entry.party] or [entry]
        drawn = hmac.new(
            bytes.fromhex(seed), f"{listed}:{entry.party or entry.token}".encode(), hashlib.sha256
        ).hexdigest()
        points = min(e.points for e in mates) if by_points else 0
        ordered.append((-points, drawn, f"party {entry.party}" if entry.together else "", entry.token))
    tokens = [key[-1] for key in sorted(ordered)]
    by_token = {e.token: e for e in entries}
    return [by_token[token] for token in tokens]


class PlainLine:
    """A waiting list that looks at everybody each time: the reference."""

    def __init__(self, rule):
        self.rule, self.open, self.there = rule, rule == "arrival", []

    def join(self, entry):
        self.there.append(entry)

    def leave(self, token):
        self.there = [e for e in self.there if e.token != token]

    def draw(self, seed):
        self.there = plain_order(self.there, seed, by_points=self.rule == "priority")
        self.open = True

    def give(self, free):
        if not self.open:
            return []
        chosen, seen = [], set()
        for entry in list(self.there):
            if entry.token in seen:
                continue
            unit = [e for e in self.there if entry.together and e.together and e.party == entry.party]
            unit = unit or [entry]
            seen |= {e.token for e in unit}
            if sum(e.places for e in unit) <= free:
                free -= sum(e.places for e in unit)
                chosen += unit
        self.there = [e for e in self.there if e not in chosen]
        return chosen


@given(lists(), seeds, st.booleans())
def test_the_order_is_that_of_the_plain_reference(entries, seed, by_points):
    assert drawn_order(entries, seed=seed, by_points=by_points) == plain_order(
        entries, seed, by_points=by_points
    )


@given(lists(), seeds, st.booleans(), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_inputs(entries, seed, by_points, rng):
    shuffled = rng.sample(entries, len(entries))

    assert drawn_order(shuffled, seed=seed, by_points=by_points) == drawn_order(
        entries, seed=seed, by_points=by_points
    )


@given(lists(), seeds)
def test_whoever_has_more_points_comes_first_and_groups_stand_together(entries, seed):
    order = drawn_order(entries, seed=seed, by_points=True)
    units = [one.unit for one in order]

    assert Counter(order) == Counter(entries)
    for unit in set(units):
        first = units.index(unit)
        assert units[first : first + units.count(unit)] == [unit] * units.count(unit)
    fewest = [min(e.points for e in entries if e.unit == unit) for unit in units]
    assert fewest == sorted(fewest, reverse=True)


def test_every_order_of_three_is_drawn_about_as_often():
    entries = [Entry(token) for token in "abc"]
    drawn = Counter(
        "".join(e.token for e in drawn_order(entries, seed=f"{n:064x}", by_points=False)) for n in range(6000)
    )

    assert len(drawn) == 6
    # 1,000 each; with five degrees of freedom, chi-square passes 25 once in 7,000 honest draws.
    assert sum((count - 1000) ** 2 / 1000 for count in drawn.values()) < 25


def test_a_group_has_the_chance_of_one_ticket():
    entries = [Entry("a"), *(Entry(f"b{n}", party="b", together=True) for n in range(5))]
    first = sum(drawn_order(entries, seed=f"{n:064x}", by_points=False)[0].token == "a" for n in range(2000))

    assert 900 < first < 1100


@st.composite
def histories(draw):
    """Return a rule and what happens to a list: people join, leave; places are free; the order is drawn."""
    rule = draw(st.sampled_from(["arrival", "draw", "priority"]))
    groups, there, steps, is_drawn = 0, [], [], rule == "arrival"
    for _ in range(draw(st.integers(0, 18))):
        kind = draw(st.sampled_from(["join", "join", "leave", "give", "draw"]))
        if kind == "join":
            size, groups = draw(st.integers(1, 3)), groups + 1
            together = size > 1 and draw(st.booleans())
            for member in range(size):
                entry = Entry(
                    f"{groups}-{member}",
                    f"p{groups}" if size > 1 else "",
                    together,
                    draw(st.integers(1, 2)),
                    draw(st.integers(0, 2)),
                )
                there.append(entry.token)
                steps.append(("join", entry))
        elif kind == "leave" and there:
            steps.append(("leave", there.pop(draw(st.integers(0, len(there) - 1)))))
        elif kind == "give":
            steps.append(("give", draw(st.integers(0, 6))))
        elif kind == "draw" and not is_drawn:
            is_drawn = True
            steps.append(("draw", SEED))
    return rule, steps


@given(histories())
def test_offers_are_those_of_the_plain_reference(history):
    rule, steps = history
    line, plain = Line(rule), PlainLine(rule)
    for kind, value in steps:
        if kind == "leave" and value not in line:
            assert value not in {e.token for e in plain.there}
            continue
        assert getattr(line, kind)(value) == getattr(plain, kind)(value) or kind in ("join", "leave", "draw")

    assert [e.token for e in line.entries()] == [e.token for e in plain.there]


@given(histories())
def test_nobody_is_offered_two_places_and_no_place_twice(history):
    rule, steps = history
    line, offered = Line(rule), []
    for kind, value in steps:
        if kind == "give":
            got = line.give(value)
            assert sum(e.places for e in got) <= value
            offered += [e.token for e in got]
        elif kind != "leave" or value in line:
            getattr(line, kind)(value)

    assert len(offered) == len(set(offered))


def document(**changes):
    """Return inputs as they are published, of a draw among three with one who comes late."""
    entries = [Entry("aa"), Entry("bb"), Entry("cc", places=2)]
    return {
        "rule": "draw",
        "seed_digest": digest_of_seed(SEED),
        "seed": SEED,
        "list": [{"token": e.token, "places": e.places} for e in entries],
        "list_digest": digest_of_list(entries),
        "events": [
            {"kind": "drawn"},
            {"kind": "room", "places": 1},
            {"kind": "joined", "token": "dd", "places": 1},
            {"kind": "room", "places": 5},
        ],
    } | changes


def test_a_replay_needs_nothing_but_what_was_published():
    inputs = json.loads(json.dumps(document()))
    order = [
        e.token
        for e in drawn_order([Entry("aa"), Entry("bb"), Entry("cc", places=2)], seed=SEED, by_points=False)
    ]
    single = [token for token in order if token != "cc"]

    offers = replay(inputs)

    assert offers[0] == OfferMade(2, single[0])
    assert [one.token for one in offers[1:]] == [t for t in order if t != single[0]] + ["dd"]
    assert {one.step for one in offers[1:]} == {4}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seed": "6f" * 32}, "digest was published"),
        ({"seed": "not a seed"}, "64 hexadecimal"),
        ({"seed_digest": ""}, "digest was published"),
        ({"list": [{"token": "aa", "places": 1}]}, "its digest differs"),
        ({"list": [{"token": "aa", "places": 0}]}, "can stand"),
        ({"list": "aa"}, "is not one"),
        ({"list": 5}, "is no list"),
        ({"rule": "favour"}, "no rule"),
        ({"events": None}, "no list of events"),
        ({"events": [{"kind": "magic"}]}, "no known kind"),
        ({"events": [{"kind": "left", "token": "zz"}]}, "not on the list"),
        ({"events": [{"kind": "drawn"}, {"kind": "drawn"}]}, "on the list already|drawn before"),
        ({"events": [{"kind": "room", "places": -1}]}, "not a whole number"),
        ({"events": [{"kind": "room", "places": True}]}, "not a whole number"),
        ({"events": [{"kind": "joined", "token": "a b", "places": 1}]}, "can stand"),
    ],
)
def test_inputs_that_were_changed_are_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        replay(document(**changes))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["rule", "events", "list", "seed", "kind", "token", "places"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_given_as_inputs_is_replayed_or_refused(anything):
    if not isinstance(anything, dict):
        return
    with suppress(ValueError):
        replay(anything)


def test_the_first_difference_is_named():
    ours = [OfferMade(1, "a"), OfferMade(2, "b")]

    assert first_difference(ours, ours) == ""
    assert (
        first_difference(ours, ours[:1]) == "Offer 2: the inputs give 'b' at step 2, but nobody was recorded."
    )


def test_the_worked_example_of_the_method_is_true():
    entries = [
        Entry("amber-1", points=2),
        Entry("birch-2", points=1),
        Entry("cedar-3", "p-1", together=True, points=3),
        Entry("cedar-4", "p-1", together=True, points=1),
        Entry("daisy-5", points=1),
    ]
    line = Line("priority")
    for entry in entries:
        line.join(entry)
    line.draw(SEED)
    page = METHOD.read_text(encoding="utf-8")
    listed = digest_of_list(entries)

    assert [e.token for e in line.give(2)] == ["amber-1", "birch-2"]
    assert [e.token for e in line.give(2)] == ["cedar-3", "cedar-4"]
    for shown in (digest_of_seed(SEED), listed, *(ticket(SEED, listed, e.ticket_name) for e in entries)):
        assert f"`{shown[:12]}`" in page
