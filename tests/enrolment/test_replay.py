"""The published list alone gives every offer of a place again, in a process that sees nothing else."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.core.actors import Channel, operator
from learningcity.core.refusals import Refused
from learningcity.engines.waiting import digest_of_seed, replay
from learningcity.enrolment.actions import drawing, queue
from learningcity.enrolment.actions.following import follow_offers, put_back
from learningcity.enrolment.actions.moves import locked, move
from learningcity.enrolment.actions.places import Applicant, cancel_enrolment, enrol
from learningcity.enrolment.actions.refusals import NotOpen, PartyTooLarge
from learningcity.enrolment.models import Criterion, Enrolment, Intake, QueueEvent
from learningcity.enrolment.queries.places import miscounted_intakes
from learningcity.enrolment.queries.published import offers_in, published
from tests.enrolment.factories import enrolment, intake
from tests.people.factories import AT, person

TASK = operator(Channel.TASK)
HOUR = timedelta(hours=1)
SEED = "a1" * 32


def opened(rule="arrival", *, places=2, **fields):
    """Open places under a rule, the digest of the seed published."""
    drawn = {} if rule == "arrival" else {
        "draws_at": AT + HOUR, "seed": SEED, "seed_digest": digest_of_seed(SEED),
    }  # fmt: skip
    of = intake(places=places, rule=rule, **drawn, **fields)
    if rule == "priority":
        Criterion.objects.create(
            intake=of, key="old", kind="age", words="60 or older", least=60, points=2, from_on=AT.date()
        )
        Criterion.objects.create(
            intake=of, key="pill", kind="area", words="Lives in Pill", points=1, from_on=AT.date()
        )
    return of


def agreed(of):
    """Return whether the replay of what is published gives the offers that were made."""
    document = json.loads(
        json.dumps(published(Intake.objects.select_related("series", "session").get(pk=of.pk)))
    )
    return replay(document["inputs"]) == offers_in(document)


class Story:
    """What may happen to an intake, one thing after another."""

    def __init__(self, rule, places):
        self.of, self.at = opened(rule, places=places), AT

    def join(self, size, way):
        born = (1950, 1990)[size % 2]
        who = [Applicant(person(born_on=AT.date().replace(year=born))) for _ in range(size)]
        with suppress(PartyTooLarge):
            enrol(self.of, who, way=way, by=TASK, at=self.at)

    def pick(self, number, *states):
        rows = Enrolment.objects.filter(intake=self.of, state__in=states).order_by("pk")
        return rows[number % len(rows)] if rows else None

    def cancel(self, number):
        one = self.pick(number, "enrolled", "waiting", "offered")
        if one:
            cancel_enrolment(one, by=TASK, at=self.at)

    def answer(self, number, is_yes):
        one = self.pick(number, "offered")
        if one:
            (queue.accept_offer if is_yes else queue.decline_offer)(one, by=TASK, at=self.at)

    def capacity(self, more):
        with transaction.atomic():
            of = locked(self.of)
            of.places = max(of.taken, of.places + more)
            of.save(update_fields=["places"])
            queue.give_free_places(of, by=TASK, at=self.at)

    def say(self, number):
        one = self.pick(number, "waiting")
        if one and self.of.rule == "priority" and Intake.objects.get(pk=self.of.pk).drawn_at is None:
            drawing.say_reasons(one, ["pill"], by=TASK, at=self.at)

    def wait(self, hours):
        self.at += hours * HOUR
        queue.lapse_offers(self.of, by=TASK, at=self.at)

    def draw(self):
        of = Intake.objects.get(pk=self.of.pk)
        if of.rule != "arrival" and of.drawn_at is None:
            drawing.draw(of, entropy=b"", by=TASK, at=self.at)


groups = st.tuples(st.integers(1, 3), st.sampled_from(["all", "any"]))
steps = st.one_of(
    st.tuples(st.just("join"), st.integers(1, 3), st.sampled_from(["all", "any"])),
    st.tuples(st.just("join"), st.just(1), st.just("all")),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("answer"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("capacity"), st.integers(-2, 3)),
    st.tuples(st.just("say"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 50)),
    st.tuples(st.just("draw")),
)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(
    rule=st.sampled_from(["arrival", "draw", "priority"]),
    places=st.integers(1, 3),
    first=st.lists(groups, min_size=2, max_size=5),
    said=st.lists(steps, max_size=12),
)
def test_whatever_happened_the_replay_gives_the_offers_that_were_made(rule, places, first, said):
    with transaction.atomic():
        story = Story(rule, places)
        for size, way in first:
            story.join(size, way)
        for name, *words in said:
            getattr(story, name)(*words)
        offered = QueueEvent.objects.filter(intake=story.of, kind="offered").values_list("token", flat=True)

        assert agreed(story.of)
        assert len(offered) == len(set(offered))
        assert not miscounted_intakes().exists()
        transaction.set_rollback(True)


class TwoLists(Story):
    """What may happen to two intakes, of which one follows the other when their offers become one."""

    def __init__(self, rules, places):
        self.both = [opened(rule, places=places) for rule in rules]
        self.at, self.number, self.moved = AT, 0, []

    @property
    def of(self):
        return Intake.objects.get(pk=self.both[self.number % 2].pk)

    def join(self, size, way):
        self.number += 1
        with suppress(NotOpen):
            super().join(size, way)

    def merge(self):
        kept, dropped = self.both
        if not self.moved:
            to = {dropped.series_id: kept.series_id}
            self.moved.append(follow_offers(to, {}, by=TASK, at=self.at).as_data())

    def undo(self):
        while self.moved:
            put_back(self.moved.pop(), by=TASK, at=self.at)

    def turn(self):
        self.number += 1


ALONE = """
import json, sys
from learningcity.engines.waiting import replay
assert "django" not in sys.modules
print(json.dumps([[(one.step, one.token) for one in replay(inputs)] for inputs in json.load(sys.stdin)]))
"""
turns = st.one_of(steps, st.tuples(st.just("turn")))


@pytest.mark.django_db
def test_after_offers_became_one_and_were_parted_another_process_gives_the_same_offers():
    documents = []

    @settings(max_examples=12, deadline=None)
    @given(
        rules=st.tuples(*[st.sampled_from(["arrival", "draw", "priority"])] * 2),
        places=st.integers(1, 3),
        first=st.lists(groups, min_size=3, max_size=8),
        said=st.tuples(*[st.lists(turns, max_size=7)] * 3),
    )
    def lived(rules, places, first, said):
        with transaction.atomic():
            story = TwoLists(rules, places)
            for size, way in first:
                story.join(size, way)
            for part, then in zip(said, ("merge", "undo", "merge"), strict=True):
                for name, *words in (*part, (then,)):
                    getattr(story, name)(*words)
            documents.extend(json.loads(json.dumps(published(of))) for of in map(now_is, story.both))
            assert not miscounted_intakes().exists()
            transaction.set_rollback(True)

    lived()
    inputs = json.dumps([one["inputs"] for one in documents])
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=inputs, env={}, capture_output=True, text=True, check=True
    )

    for computed, one in zip(json.loads(done.stdout), documents, strict=True):
        assert [tuple(pair) for pair in computed] == [(made.step, made.token) for made in offers_in(one)]


def now_is(of):
    return Intake.objects.select_related("series", "session").get(pk=of.pk)


def a_drawn_list():
    """Return places drawn among six, of which one was answered, one declined and one lapsed."""
    of = opened("draw", places=2)
    for number in range(6):
        enrol(of, [Applicant(person(f"Person {number}"))], by=TASK, at=AT)
    first, second = drawing.draw(of, entropy=b"", by=TASK, at=AT + HOUR)
    queue.accept_offer(first, by=TASK, at=AT + 2 * HOUR)
    queue.decline_offer(second, by=TASK, at=AT + 2 * HOUR)
    queue.lapse_offers(of, by=TASK, at=AT + timedelta(days=3))
    return Intake.objects.select_related("series", "session").get(pk=of.pk)


def told(*words):
    """Return the data of a command."""
    out = StringIO()
    call_command("enrolment", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.django_db
def test_a_place_that_is_not_answered_moves_to_the_next_one_drawn():
    of = a_drawn_list()
    turns = list(of.enrolments.order_by("turn").values_list("state", flat=True))

    assert turns == ["enrolled", "declined", "lapsed", "offered", "waiting", "waiting"]
    assert agreed(of)


@pytest.mark.django_db
def test_a_process_with_an_empty_database_finds_what_the_published_inputs_do_not_give(tmp_path):
    document = published(a_drawn_list())
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(document))
    # The last offer is said to have gone to somebody else: the process has to find it.
    document["offers"][-1]["token"] = document["offers"][0]["token"]
    file = tmp_path / "list.json"
    file.write_text(json.dumps(document))
    (tmp_path / "data").mkdir()
    alone = os.environ | {"LEARNINGCITY_DATA": str(tmp_path / "data"), "DATABASE_URL": ""}
    words = [sys.executable, "-m", "learningcity.config.cli", "enrolment", "replay", "--json", "--file"]

    done = subprocess.run([*words, str(file)], env=alone, capture_output=True, text=True, check=False)

    assert done.returncode == 2, done.stderr
    (result,) = json.loads(done.stdout)["lists"]
    assert len(result["computed"]) == 4
    assert result["difference"].startswith("Offer 4: ")
    assert told("replay", "--file", str(whole))["lists"][0]["agrees"]


@pytest.mark.django_db
def test_the_command_replays_the_lists_of_a_series_and_counts_again():
    of = a_drawn_list()

    assert [one["agrees"] for one in told("replay", str(of.series.public_id))["lists"]] == [True]
    assert told("check") == {"checked": 1, "miscounted": []}
    for wrong in ("nonsense", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", ""):
        with pytest.raises(Refused):
            told("replay", wrong)


@pytest.mark.django_db
def test_a_miscount_is_named_with_what_was_counted():
    of = intake(places=5)
    enrolment(of)
    Intake.objects.filter(pk=of.pk).update(taken=3)

    assert [(one["taken"], one["counted"]) for one in told("check")["miscounted"]] == [(3, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "break_it",
    [
        lambda inputs: inputs.update(seed="b2" * 32),
        lambda inputs: inputs["list"].pop(),
        lambda inputs: inputs["list"][0].update(places=2),
        lambda inputs: inputs.update(events="none"),
        lambda inputs: inputs.clear(),
    ],
)
def test_a_list_that_was_changed_is_refused_with_the_reason(tmp_path, break_it):
    document = published(a_drawn_list())
    break_it(document["inputs"])
    file = tmp_path / "list.json"
    file.write_text(json.dumps(document))

    with pytest.raises(Refused, match="changed, or is not whole"):
        told("replay", "--file", str(file))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other"}', "[" * 5000, "\x00"])
def test_a_file_that_is_no_list_is_refused_in_one_sentence(tmp_path, text):
    file = tmp_path / "list.json"
    file.write_text(text)

    with pytest.raises(Refused, match=r"^The file"):
        told("replay", "--file", str(file))
    with pytest.raises(Refused, match="cannot be read"):
        told("replay", "--file", str(tmp_path / "missing.json"))


@pytest.mark.django_db
def test_what_is_published_names_nobody_and_hides_who_came_when():
    of = opened("priority", places=1)
    who = [person(f"Person {n}", born_on=AT.date().replace(year=1950 + n)) for n in range(30, 36)]
    for one in who:
        enrol(of, [Applicant(one)], by=TASK, at=AT)
    before = json.dumps(published(of))
    drawing.draw(of, entropy=b"", by=TASK, at=AT + HOUR)
    of.refresh_from_db()
    after = published(of)

    assert '"list": []' in before
    assert SEED not in before
    tokens = [entry["token"] for entry in after["inputs"]["list"]]
    assert tokens == sorted(tokens)
    assert not any(str(one.public_id) in json.dumps(after) or one.name in json.dumps(after) for one in who)
    assert '"met"' not in json.dumps(after)


@pytest.mark.django_db
def test_whoever_vanishes_from_the_list_leaves_a_line_whatever_took_them_away():
    of = intake(places=1)
    enrolment(of)
    outcomes = [enrol(of, [Applicant(person())], by=TASK, at=AT).waiting[0] for _ in range(2)]
    with transaction.atomic():
        move(outcomes[0], "called_off", intake=locked(of), by=TASK, at=AT)
    Story.capacity(type("At", (), {"of": of, "at": AT})(), 1)

    assert agreed(of)
    assert QueueEvent.objects.filter(intake=of, kind="left", token=outcomes[0].token).exists()
