"""How places are given: opened, changed with consequences shown before, closed, decided."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import Channel, operator
from learningcity.core.models import Message
from learningcity.engines.waiting import digest_of_seed
from learningcity.enrolment.actions.deciding import ask_to_decide
from learningcity.enrolment.actions.intakes import (
    CriterionDraft,
    IntakeDraft,
    change_intake,
    close_intake,
    decide,
    open_intake,
    reopen_intake,
)
from learningcity.enrolment.actions.leaving import call_off
from learningcity.enrolment.actions.places import Applicant, cancel_enrolment, enrol
from learningcity.enrolment.actions.refusals import (
    AlreadyOver,
    CalledOff,
    CapacityTooLow,
    ListHasBegun,
    NotAsShown,
    NotOpen,
    SettingsWrong,
)
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.consequences import consequences
from learningcity.enrolment.queries.intake_drafts import draft_of
from learningcity.enrolment.queries.places import decisions_waiting, intakes_to_ask_about
from learningcity.enrolment.tasks.holds import ask, free_holds, tell_left
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import (
    AT,
    as_member,
    as_self,
    child,
    guardianship,
    login,
    member,
    organisation,
    person,
)

pytestmark = pytest.mark.django_db
SEED = "ab" * 32
NEAR = CriterionDraft(key="near", kind="area", words="Lives near", points=3, area="W1", from_on=AT.date())


@pytest.fixture
def school():
    return organisation()


@pytest.fixture
def editor(school):
    return as_member(member(person("Ed Editor"), school, role="editor"))


@pytest.fixture
def series(school):
    return series_of(school)


def change(places, draft, by, at=AT):
    return change_intake(places, draft, seen=consequences(places, draft, at).digest, by=by, at=at)


def test_an_editor_opens_the_places_of_a_series(series, editor):
    made = open_intake(series, IntakeDraft(places=12), by=editor, at=AT)

    assert (made.places, made.taken, made.is_open, made.session) == (12, 0, True, None)
    assert draft_of(made) == IntakeDraft(places=12)


@pytest.mark.parametrize("role", ["teacher", "desk"])
def test_only_those_who_keep_the_places_say_how_they_are_given(series, school, role):
    by = as_member(member(person(), school, role=role))
    places = intake(series)

    for act in (
        lambda: open_intake(series, IntakeDraft(), by=by, at=AT),
        lambda: change(places, draft_of(places), by),
        lambda: close_intake(places, by=by, at=AT),
        lambda: reopen_intake(places, by=by, at=AT),
        lambda: decide(places, "go", by=by, at=AT),
        lambda: ask_to_decide(places, by=by, at=AT),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_editors_of_other_organisations_may_not(series):
    stranger = as_member(member(person(), organisation("Other School"), role="editor"))

    with pytest.raises(PermissionDenied):
        open_intake(series, IntakeDraft(), by=stranger, at=AT)
    with pytest.raises(PermissionDenied):
        open_intake(series, IntakeDraft(), by=as_self(person()), at=AT)


def test_places_are_opened_once(series, editor):
    session = series.sessions.first()
    open_intake(series, IntakeDraft(), by=editor, at=AT)
    open_intake(series, IntakeDraft(), session=session, by=editor, at=AT)

    for more in ({}, {"session": session}):
        with pytest.raises(SettingsWrong, match="open already"):
            open_intake(series, IntakeDraft(), by=editor, at=AT, **more)


WRONG = [
    ({"places": -1}, "places"),
    ({"places": 2_000_000}, "places"),
    ({"minimum": -1}, "minimum"),
    ({"places": 3, "minimum": 4, "decide_on": AT.date()}, "minimum"),
    ({"minimum": 4}, "decide_on"),
    ({"opens_at": AT, "closes_at": AT}, "closes_at"),
    ({"rule": "draw"}, "draws_at"),
    ({"rule": "draw", "opens_at": AT, "draws_at": AT}, "draws_at"),
    ({"hold_minutes": 0}, "hold_minutes"),
    ({"answer_hours": 0}, "answer_hours"),
    ({"largest_party": 0}, "largest_party"),
    ({"most_companions": -1}, "most_companions"),
    ({"completing_percent": 101}, "completing_percent"),
    ({"criteria": (NEAR, NEAR)}, "criteria"),
    ({"criteria": (replace(NEAR, until_on=AT.date() - timedelta(days=9)),)}, "criteria"),
]


@pytest.mark.parametrize(("said", "field"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_settings_that_contradict_one_another_are_refused_at_their_field(series, editor, said, field):
    with pytest.raises(SettingsWrong) as refused:
        open_intake(series, IntakeDraft(**said), by=editor, at=AT)

    assert refused.value.field == field


def test_all_settings_are_kept_and_read_again(series, editor):
    draft = IntakeDraft(
        places=20,
        opens_at=AT,
        closes_at=AT + timedelta(days=9),
        minimum=4,
        decide_on=AT.date(),
        rule="priority",
        draws_at=AT + timedelta(days=5),
        hold_minutes=20,
        answer_hours=24,
        largest_party=9,
        most_companions=2,
        companions_take_places=True,
        allows_guests=True,
        checks_age=False,
        cancel_hours=48,
        completing="all",
        completing_percent=100,
        criteria=(NEAR, replace(NEAR, key="young", kind="age", most=25)),
    )

    made = open_intake(series, draft, seed=SEED, by=editor, at=AT)

    assert draft_of(Intake.objects.get(pk=made.pk)) == draft
    assert made.seed_digest == digest_of_seed(SEED)
    assert list(made.events.values_list("kind", flat=True)) == ["committed"]


def test_what_is_no_seed_is_a_mistake_in_the_code(series, editor):
    draft = IntakeDraft(rule="draw", draws_at=AT + timedelta(days=5))

    with pytest.raises(ValueError, match="64"):
        open_intake(series, draft, seed="abc", by=editor, at=AT)


# Changes, with what they do shown before


def test_raising_the_number_offers_places_to_those_who_are_next(series, editor):
    places = intake(series, places=1)
    enrolment(places)
    first, second = (enrolment(places, state="waiting", turn=turn) for turn in (1, 2))
    draft = replace(draft_of(places), places=2)

    shown = consequences(places, draft, AT)
    change(places, draft, editor)

    assert [one.pk for one in shown.offered] == [first.pk]
    assert "1 person on the waiting list is offered a place at once" in shown.lines[1]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("offered", "waiting")


def test_no_limit_offers_a_place_to_everybody(series, editor):
    places = intake(series, places=1)
    enrolment(places)
    waiting = [enrolment(places, state="waiting", turn=turn) for turn in (1, 2)]

    change(places, replace(draft_of(places), places=None), editor)

    assert {Enrolment.objects.get(pk=one.pk).state for one in waiting} == {"offered"}


def test_nobody_is_thrown_out_when_the_number_falls(series, editor):
    places = intake(series, places=3)
    enrolment(places)
    enrolment(places)
    too_few = replace(draft_of(places), places=1)

    shown = consequences(places, too_few, AT)

    assert not shown.is_possible
    assert "2 places are taken" in shown.lines[0]
    with pytest.raises(CapacityTooLow, match="2 places are taken") as refused:
        change(places, too_few, editor)
    assert refused.value.field == "places"
    assert change(places, replace(too_few, places=2), editor).places == 2


def test_a_hold_that_is_over_does_not_keep_the_number_up(series, editor):
    places = intake(series, places=2)
    enrolment(places)
    enrolment(places, state="held", until_at=AT + timedelta(minutes=15))

    changed = change(places, replace(draft_of(places), places=1), editor, at=AT + timedelta(minutes=16))

    assert (changed.places, changed.taken) == (1, 1)


def test_nothing_happens_that_was_not_shown(series, editor):
    places = intake(series, places=1)
    enrolment(places)
    draft = replace(draft_of(places), places=2)
    seen = consequences(places, draft, AT).digest
    enrolment(places, state="waiting", turn=1)

    with pytest.raises(NotAsShown):
        change_intake(places, draft, seen=seen, by=editor, at=AT)


def test_a_published_rule_stays_once_people_stand_on_the_list(series, editor):
    places = intake(series, rule="draw", draws_at=AT + timedelta(days=2))
    draft = replace(draft_of(places), rule="arrival")
    change(places, replace(draft_of(places), draws_at=AT + timedelta(days=3)), editor)
    enrolment(places, state="waiting", turn=1)

    with pytest.raises(ListHasBegun) as refused:
        change(places, draft, editor)
    assert refused.value.field == "rule"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"companions_take_places": True}, "stay counted as they are"),
        ({"allows_guests": True}, "without an account from now on"),
        ({"answer_hours": 12}, "keep their time to answer"),
        ({"minimum": 2, "decide_on": AT.date()}, "you are asked whether it takes place"),
        ({}, "Nothing changes"),
    ],
)
def test_rules_that_change_say_what_they_do(series, said, words):
    places = intake(series)

    shown = consequences(places, replace(draft_of(places), **said), AT)

    assert words in " ".join(shown.lines)


def test_guests_who_are_there_keep_their_places(series):
    places = intake(series, allows_guests=True)

    shown = consequences(places, replace(draft_of(places), allows_guests=False), AT)

    assert "keep their places" in shown.lines[0]


def test_closing_keeps_everybody_in_and_others_out(series, editor):
    places = intake(series, places=1)
    mine = enrolment(places)
    waiting = enrolment(places, state="waiting", turn=1)

    close_intake(places, by=editor, at=AT)
    close_intake(places, by=editor, at=AT)

    with pytest.raises(NotOpen):
        enrol(places, [Applicant(person())], by=operator(), at=AT)
    cancel_enrolment(mine, by=operator(), at=AT)
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    reopen_intake(places, by=editor, at=AT)
    assert enrol(places, [Applicant(person())], by=operator(), at=AT).waiting


# Minimum numbers


def reached(name, email):
    who = person(name)
    login(who, email)
    return who


def bodies(template):
    return {
        one.address: one.body for one in Message.objects.filter(template=f"enrolment/messages/{template}")
    }


def test_the_organiser_is_asked_once_when_too_few_are_enrolled(series, school):
    ed = reached("Ed", "ed@example.org")
    member(ed, school, role="editor")
    places = intake(series, minimum=3, decide_on=AT.date())
    enrolment(places)

    assert list(intakes_to_ask_about(AT - timedelta(days=1))) == []
    assert list(intakes_to_ask_about(AT)) == [places]
    assert ask_to_decide(places, by=operator(Channel.TASK), at=AT)

    assert "Places taken: 1" in bodies("decision_asked")["ed@example.org"]
    assert list(intakes_to_ask_about(AT + timedelta(hours=1))) == []
    assert list(decisions_waiting(school, AT)) == [places]
    assert list(decisions_waiting(organisation("Other"), AT)) == []


def test_places_that_nobody_has_taken_yet_do_not_make_it_take_place(series, school):
    ed = reached("Ed", "ed@example.org")
    member(ed, school, role="editor")
    places = intake(series, minimum=3, decide_on=AT.date())
    for state in ("enrolled", "held", "offered"):
        enrolment(places, state=state)

    assert ask_to_decide(places, by=operator(Channel.TASK), at=AT)

    assert "Places taken: 1" in bodies("decision_asked")["ed@example.org"]
    assert [one.enrolled for one in decisions_waiting(school, AT)] == [1]


def test_where_enough_are_enrolled_it_takes_place_and_all_are_told(series):
    rosa = reached("Rosa", "rosa@example.org")
    places = intake(series, minimum=1, decide_on=AT.date())
    enrolment(places, rosa)

    assert not ask_to_decide(places, by=operator(Channel.TASK), at=AT)

    places.refresh_from_db()
    assert places.decision == "go"
    assert "takes place as planned" in bodies("decided_go")["rosa@example.org"]


def test_calling_off_ends_everything_and_tells_everybody_at_once(series, editor):
    rosa, gwen = reached("Rosa", "rosa@example.org"), guest(confirmed_at=AT)
    places = intake(series, places=2, minimum=5, decide_on=AT.date())
    rows = [
        enrolment(places, rosa),
        enrolment(places, guest=gwen),
        enrolment(places, state="waiting", turn=1),
    ]

    decide(places, "cancelled", by=editor, at=AT)

    places.refresh_from_db()
    assert (places.decision, places.is_open, places.taken) == ("cancelled", False, 0)
    assert {Enrolment.objects.get(pk=one.pk).state for one in rows} == {"called_off"}
    assert set(bodies("decided_cancelled")) == {"rosa@example.org", "gwen@example.org"}
    with pytest.raises(CalledOff):
        decide(places, "go", by=editor, at=AT)
    with pytest.raises(CalledOff):
        reopen_intake(places, by=editor, at=AT)


def test_postponing_keeps_the_places_and_tells_guardians_too(series, editor):
    rosa, kit = reached("Rosa", "rosa@example.org"), child("Kit")
    guardianship(kit, rosa)
    places = intake(series)
    mine = enrolment(places, kit)

    decide(places, "postponed", by=editor, at=AT)
    decide(places, "postponed", by=editor, at=AT)

    mine.refresh_from_db()
    assert mine.state == "enrolled"
    assert "Kit keeps the place" in bodies("decided_postponed")["rosa@example.org"]
    assert len(bodies("decided_postponed")) == 1


def test_the_schedule_asks_frees_and_tells(series):
    by_day = intake(series, minimum=3, decide_on=AT.date())
    held = enrolment(by_day, state="held", until_at=AT)

    free_holds(AT)
    ask(AT)
    tell_left(AT)

    held.refresh_from_db()
    by_day.refresh_from_db()
    assert (held.state, by_day.asked_to_decide_on) == ("lapsed", AT.date())
    assert by_day.series.places_left == 10


def test_the_organiser_ends_one_enrolment_and_the_next_is_offered_the_place(series, editor):
    rosa = reached("Rosa", "rosa@example.org")
    places = intake(series, places=1)
    mine = enrolment(places, rosa)
    waiting = enrolment(places, state="waiting", turn=1)

    call_off(mine, by=editor, at=AT)

    waiting.refresh_from_db()
    assert waiting.state == "offered"
    assert "has ended the enrolment of Rosa" in bodies("called_off")["rosa@example.org"]
    with pytest.raises(AlreadyOver):
        call_off(mine, by=editor, at=AT)
    with pytest.raises(PermissionDenied):
        call_off(waiting, by=as_self(rosa), at=AT)
