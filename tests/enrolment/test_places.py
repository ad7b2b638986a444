"""Places: held, taken, given to one person or a group, given back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.models import Series
from learningcity.core.actors import Channel, operator, visitor
from learningcity.core.models import AuditLine
from learningcity.enrolment.actions.places import (
    Applicant,
    cancel_enrolment,
    enrol,
    hold_places,
    release_holds,
    take_places,
)
from learningcity.enrolment.actions.places_left import tell_places_left
from learningcity.enrolment.actions.refusals import (
    AlreadyEnrolled,
    AlreadyOver,
    Full,
    GivenByList,
    HoldOver,
    LimitReached,
    NotHeld,
    Past,
    TooYoung,
)
from learningcity.enrolment.models import Enrolment, StatusChange
from learningcity.enrolment.queries.places import (
    enrolments_of,
    history_of,
    intake_of,
    intakes_to_tell,
    miscounted_intakes,
    places_left,
)
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import (
    AT,
    as_guardian,
    as_helper,
    as_self,
    child,
    guardianship,
    mandate,
    member,
    organisation,
    person,
)

pytestmark = pytest.mark.django_db
SOON = AT + timedelta(minutes=5)
LATER = AT + timedelta(minutes=16)


@pytest.fixture
def rosa():
    return person("Rosa")


@pytest.fixture
def kit(rosa):
    kit = child("Kit")
    guardianship(kit, rosa)
    return kit


def ask(places, *people, by=None, at=AT, **more):
    applicants = [one if isinstance(one, Applicant) else Applicant(one) for one in people]
    return enrol(places, applicants, by=by or as_self(applicants[0].person), at=at, **more)


def hold(places, *people, by=None, at=AT, **more):
    return hold_places(places, [Applicant(one) for one in people], by=by or as_self(people[0]), at=at, **more)


def states(*rows):
    return [Enrolment.objects.get(pk=row.pk).state for row in rows]


def taken(places):
    places.refresh_from_db()
    assert not miscounted_intakes().exists()
    return places.taken


# Enrolling


def test_a_person_gets_a_place_with_history_and_audit_line(rosa):
    places = intake(places=2)

    (made,) = ask(places, rosa).enrolled

    (change,) = history_of(made)
    assert (made.state, made.number, taken(places)) == ("enrolled", 1, 1)
    assert (change.state, change.author, change.at) == ("enrolled", str(rosa.public_id), AT)
    assert AuditLine.objects.filter(action="enrolment.enrolled", about__endswith=str(made.public_id)).exists()
    assert places_left([places]) == {places.pk: 1}
    assert list(enrolments_of(rosa)) == [made]
    assert intake_of(places.series) == places


def test_whoever_finds_no_place_waits(rosa):
    places = intake(places=1)
    enrolment(places)

    outcome = ask(places, rosa)

    assert [one.state for one in outcome.waiting] == ["waiting"]
    assert taken(places) == 1


def test_nobody_overtakes_those_who_wait(rosa):
    places = intake(places=3)
    enrolment(places)
    family = [Applicant(person()) for _number in range(3)]
    waiting = enrol(places, family, by=operator(), at=AT).waiting

    (got,) = ask(places, rosa).enrolled

    # Two are free, three are wanted together: who comes alone takes one, and the family keeps its turn.
    assert states(*waiting) == ["waiting"] * 3
    assert got.state == "enrolled"


def test_a_place_without_limit_is_always_there(rosa):
    places = intake(places=None)

    assert ask(places, rosa).enrolled
    assert places_left([places]) == {places.pk: None}


def test_a_family_enrols_together_each_under_the_right_in_their_matter(rosa, kit):
    places = intake(places=2)

    outcome = ask(places, rosa, kit, by=as_self(rosa))

    own, childs = outcome.enrolled
    assert own.party is not None
    assert own.party == childs.party
    assert [(one.right, one.author) for one in history_of(own)] == [("self", str(rosa.public_id))]
    assert [(one.right, one.author) for one in history_of(childs)] == [("guardian", str(rosa.public_id))]


def test_all_or_nobody_waits_together(rosa, kit):
    places = intake(places=2)
    enrolment(places)

    outcome = ask(places, rosa, kit, by=as_self(rosa))

    assert (len(outcome.enrolled), len(outcome.waiting), taken(places)) == (0, 2, 1)


def test_any_takes_what_is_there(rosa, kit):
    places = intake(places=2)
    enrolment(places)

    outcome = ask(places, rosa, kit, by=as_self(rosa), way="any")

    assert [one.person for one in outcome.enrolled] == [rosa]
    assert [one.person for one in outcome.waiting] == [kit]


def test_any_names_who_cannot_come_and_takes_the_others(rosa, kit):
    places = intake(places=9)
    type(places.series.offer).objects.update(age_from=16)

    outcome = ask(places, rosa, kit, by=as_self(rosa), way="any")

    assert [one.person for one in outcome.enrolled] == [rosa]
    ((who, reason),) = outcome.refused
    assert (who.person, type(reason)) == (kit, TooYoung)


def test_companions_take_no_place_unless_the_intake_says_so(rosa):
    free, counted = intake(places=2), intake(places=2, companions_take_places=True)

    ask(free, Applicant(rosa, companions=1))
    ask(counted, Applicant(rosa, companions=1))

    assert (taken(free), taken(counted)) == (1, 2)


def test_a_companion_who_needs_a_place_waits_with_the_person(rosa):
    places = intake(places=2, companions_take_places=True)
    enrolment(places)

    assert ask(places, Applicant(rosa, companions=1)).waiting


def test_whoever_asks_twice_is_told(rosa):
    places = intake(places=2)
    ask(places, rosa)

    with pytest.raises(AlreadyEnrolled, match="Rosa has a place here already"):
        ask(places, rosa)
    assert taken(places) == 1


def test_who_is_there_already_does_not_keep_the_others_out(rosa, kit):
    places = intake(places=2)
    ask(places, rosa)

    outcome = ask(places, rosa, kit, by=as_self(rosa), way="any")

    assert [one.person for one in outcome.enrolled] == [kit]
    assert [type(reason) for _who, reason in outcome.refused] == [AlreadyEnrolled]


def test_a_helper_enrols_a_person_on_paper_under_a_mandate(rosa):
    trust = organisation("Kettle Trust")
    helper = member(person("Helper"), trust).person
    mandate(rosa, trust)
    by = as_helper(helper, rosa, trust, channel=Channel.PAPER)

    (made,) = ask(intake(), rosa, by=by).enrolled

    (change,) = history_of(made)
    assert (change.right, change.channel, change.organisation) == ("mandate", "paper", str(trust.public_id))


@pytest.mark.parametrize("act", [ask, hold])
def test_nobody_takes_places_for_strangers(rosa, act):
    with pytest.raises(PermissionDenied):
        act(intake(), person("Stranger"), by=as_self(rosa))
    with pytest.raises(PermissionDenied):
        act(intake(), rosa, by=visitor())


def test_one_stranger_in_a_group_stops_the_group(rosa, kit):
    places = intake()

    with pytest.raises(PermissionDenied):
        ask(places, rosa, kit, person("Stranger"), by=as_self(rosa), way="any")
    assert taken(places) == 0


# Holding


def test_a_place_is_held_then_taken(rosa):
    places = intake(places=1)

    (one,) = hold(places, rosa)
    (got,) = take_places([one], by=as_self(rosa), at=AT + timedelta(minutes=14))

    assert one.until_at == AT + timedelta(minutes=15)
    assert (got.pk, got.state, got.until_at, taken(places)) == (one.pk, "enrolled", None, 1)


def test_a_hold_keeps_others_out_until_it_is_over(rosa):
    places = intake(places=1)
    hold(places, rosa)

    with pytest.raises(Full):
        hold(places, person(), at=SOON)
    assert [one.state for one in hold(places, person(), at=LATER)] == ["held"]
    assert taken(places) == 1


def test_holding_again_gives_no_more_time(rosa):
    places = intake(places=1)
    (first,) = hold(places, rosa)

    (again,) = hold(places, rosa, at=SOON)

    assert (again.pk, again.until_at) == (first.pk, first.until_at)


def test_enrolling_takes_what_is_held(rosa):
    places = intake(places=1)
    (one,) = hold(places, rosa)

    (got,) = ask(places, rosa, at=SOON).enrolled

    assert (got.pk, taken(places)) == (one.pk, 1)


def test_with_another_number_of_companions_the_hold_is_made_anew(rosa):
    places = intake(places=2, companions_take_places=True)
    (one,) = hold(places, rosa)

    (got,) = ask(places, Applicant(rosa, companions=1), at=SOON).enrolled

    assert states(one) == ["lapsed"]
    assert (got.places, taken(places)) == (2, 2)


def test_a_hold_that_is_over_is_still_taken_while_nobody_waits(rosa):
    places = intake(places=1)
    (one,) = hold(places, rosa)

    assert take_places([one], by=as_self(rosa), at=LATER)


def test_a_hold_that_is_over_goes_to_whoever_waits(rosa):
    places = intake(places=1)
    (one,) = hold(places, rosa)
    (waiting,) = ask(places, person(), at=SOON).waiting

    with pytest.raises(HoldOver):
        take_places([one], by=as_self(rosa), at=LATER)
    assert release_holds(places, by=operator(Channel.TASK), at=LATER) == 1
    assert states(one, waiting) == ["lapsed", "offered"]
    with pytest.raises(NotHeld):
        take_places([one], by=as_self(rosa), at=LATER)


def test_holds_that_are_over_block_nobody_also_without_the_schedule(rosa):
    places = intake(places=1)
    hold(places, rosa)

    assert ask(places, person(), at=LATER).enrolled


def test_any_holds_what_is_there(rosa, kit):
    places, others = intake(places=1), intake(places=2)
    enrolment(others)

    assert [one.person for one in hold(places, rosa, kit, by=as_self(rosa), way="any")] == [rosa]
    with pytest.raises(Full):
        hold(others, rosa, kit, by=as_self(rosa))


def test_whoever_holds_and_wants_one_more_that_is_not_there_is_told_and_keeps_the_hold(rosa, kit):
    places = intake(places=2)
    enrolment(places)
    (one,) = hold(places, rosa)

    with pytest.raises(Full):
        ask(places, rosa, kit, by=as_self(rosa))
    assert states(one) == ["held"]


def test_nobody_holds_places_everywhere(rosa):
    for _number in range(5):
        hold(intake(), rosa)

    with pytest.raises(LimitReached):
        hold(intake(), rosa)


def test_places_that_are_drawn_are_not_held(rosa):
    drawn = intake(rule="draw", draws_at=AT + timedelta(days=2))

    with pytest.raises(GivenByList):
        hold(drawn, rosa)
    assert ask(drawn, rosa).waiting


def test_only_whose_matter_it_is_takes_a_held_place(rosa):
    (one,) = hold(intake(), rosa)

    with pytest.raises(PermissionDenied):
        take_places([one], by=as_self(person()), at=SOON)
    with pytest.raises(PermissionDenied):
        take_places([], by=as_self(rosa), at=SOON)


def test_only_the_schedule_releases_holds(rosa):
    with pytest.raises(PermissionDenied):
        release_holds(intake(), by=as_self(rosa), at=LATER)


# Giving back


def test_a_place_given_back_goes_to_the_next_and_never_back(rosa):
    places = intake(places=1)
    (mine,) = ask(places, rosa).enrolled
    (waiting,) = ask(places, person()).waiting

    gone = cancel_enrolment(mine, by=as_self(rosa), at=SOON)

    assert (gone.state, *states(waiting)) == ("cancelled", "offered")
    assert taken(places) == 1
    with pytest.raises(AlreadyOver):
        cancel_enrolment(mine, by=as_self(rosa), at=SOON)
    cancel_enrolment(waiting, by=operator(), at=SOON)
    assert (states(mine), taken(places)) == (["cancelled"], 0)


def test_a_hold_and_a_turn_are_given_back_too(rosa):
    places = intake(places=1)
    (one,) = hold(places, rosa)
    other = person()
    (waiting,) = ask(places, other).waiting

    cancel_enrolment(waiting, by=as_self(other), at=SOON)
    cancel_enrolment(one, by=as_self(rosa), at=SOON)

    assert (states(one, waiting), taken(places)) == (["cancelled", "cancelled"], 0)


def test_whoever_gave_a_place_back_may_ask_anew(rosa):
    places = intake(places=1)
    (mine,) = ask(places, rosa).enrolled
    cancel_enrolment(mine, by=as_self(rosa), at=SOON)

    (again,) = ask(places, rosa, at=SOON).enrolled

    assert again.pk != mine.pk


def test_a_guardian_gives_back_the_place_of_a_child_in_their_own_right(rosa, kit):
    (mine,) = ask(intake(), kit, by=as_guardian(rosa, kit)).enrolled

    cancel_enrolment(mine, by=as_self(rosa), at=SOON)

    assert [one.right for one in history_of(mine)] == ["guardian", "guardian"]


def test_a_late_giving_back_is_noted_and_nothing_more(rosa):
    places = intake(series_of(organisation()), cancel_hours=24 * 14)
    (mine,) = ask(places, rosa).enrolled

    cancel_enrolment(mine, by=as_self(rosa), at=SOON)

    assert list(StatusChange.objects.filter(enrolment=mine).values_list("reason", flat=True)) == ["", "late"]
    assert ask(places, rosa, at=SOON).enrolled


def test_what_has_taken_place_is_not_given_back(rosa):
    places = intake(series_of(organisation(), sessions=1))
    (mine,) = ask(places, rosa).enrolled

    with pytest.raises(Past):
        cancel_enrolment(mine, by=as_self(rosa), at=AT + timedelta(days=60))


def test_nobody_gives_back_the_place_of_another(rosa):
    (mine,) = ask(intake(), rosa).enrolled

    with pytest.raises(PermissionDenied):
        cancel_enrolment(mine, by=as_self(person()), at=SOON)


# What the catalogue hears


def test_the_catalogue_hears_how_many_places_are_left(rosa):
    places, unlimited = intake(places=2), intake(places=None)
    ask(places, rosa)
    by = operator(Channel.TASK)

    assert tell_places_left(by=by, at=AT) == 2
    said = [Series.objects.get(pk=one.series_id) for one in (places, unlimited)]
    assert [(one.places_left, one.has_no_limit) for one in said] == [(1, False), (None, True)]
    assert not intakes_to_tell().exists()
    assert tell_places_left(by=by, at=AT) == 0
    with pytest.raises(PermissionDenied):
        tell_places_left(by=as_self(rosa), at=AT)


def test_the_catalogue_hears_of_single_dates_and_of_closed_places():
    series = series_of(organisation())
    session = series.sessions.first()
    intake(series, places=4, session=session)
    intake(places=4, is_open=False)

    tell_places_left(by=operator(Channel.TASK), at=AT)

    session.refresh_from_db()
    assert (session.places_left, session.series.places_left) == (4, None)
    assert not intakes_to_tell().exists()


def test_a_count_that_is_wrong_is_found():
    places = intake(places=3)
    enrolment(places)
    type(places).objects.update(taken=2)

    (found,) = miscounted_intakes()

    assert (found.taken, found.counted) == (2, 1)


def test_ages_are_those_of_the_first_day():
    young = person("Yan", born_on=date(2010, 12, 1))
    places = intake(series_of(organisation(), sessions=1))
    type(places.series.offer).objects.update(age_from=16)

    with pytest.raises(TooYoung, match="Yan will be 15 years old on the first day"):
        ask(places, young, by=operator())
    places.series.sessions.update(starts_at=AT + timedelta(days=30), ends_at=AT + timedelta(days=31))
    assert ask(places, young, by=operator()).enrolled
