"""Who may act for whom: the one answer for self, guardians and helpers, whatever is asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.core.actors import Actor, Channel, Right, operator, visitor
from learningcity.people.models import GuardianConsent, GuardianLimit, Guardianship, Person, Purpose
from learningcity.people.permissions import can_act_for, is_own
from learningcity.people.queries.ages import Answer, comes_of_age_on, what_alone
from tests.people import factories as make

AT = make.AT
DAY = timedelta(days=1)
Role = Guardianship.Role
pytestmark = pytest.mark.django_db
in_one_transaction = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
moments = st.datetimes(
    datetime(2026, 1, 1),
    datetime(2046, 1, 1),
    timezones=st.just(UTC),
)
purposes = st.sampled_from(Purpose)


@in_one_transaction
@given(at=moments, purpose=purposes, role=st.sampled_from(Role))
def test_a_guardian_may_act_before_majority_only_and_never_votes(at, purpose, role):
    born_on = date(2014, 5, 17)
    child, guardian = make.child(born_on=born_on), make.person()
    make.guardianship(child, guardian, role)

    may = can_act_for(make.as_guardian(guardian, child), child, purpose, at)

    is_minor = at.date() < comes_of_age_on(born_on)
    assert may == (purpose != Purpose.VOTE and (is_minor or role == Role.REPRESENTATIVE))


@in_one_transaction
@given(
    purpose=purposes,
    forbidden=st.sets(st.sampled_from(["", *Purpose.values]), max_size=3),
    begins=st.integers(-3, 3),
    lasts=st.none() | st.integers(0, 3),
    is_lifted=st.booleans(),
)
def test_a_guardian_acts_against_no_limit_of_a_court(purpose, forbidden, begins, lasts, is_lifted):
    child, guardian = make.child(), make.person()
    held = make.guardianship(child, guardian)
    first = AT.date() + begins * DAY
    for what in forbidden:
        GuardianLimit.objects.create(
            kind="court",
            child=child,
            guardianship=held,
            purpose=what,
            from_on=first,
            until_on=None if lasts is None else first + lasts * DAY,
            set_at=AT,
            lifted_at=AT if is_lifted else None,
        )

    may = can_act_for(make.as_guardian(guardian, child), child, purpose, AT)

    in_force = not is_lifted and begins <= 0 and (lasts is None or begins + lasts >= 0)
    is_forbidden = in_force and bool({"", purpose} & forbidden)
    assert may == (not is_forbidden and purpose != Purpose.VOTE)


@in_one_transaction
@given(
    born_on=st.dates(date(2005, 1, 1), date(2024, 1, 1)),
    at=moments,
    blocked=st.sets(st.sampled_from(["", *Purpose.values]), max_size=2),
    agreed=st.sets(st.sampled_from(Purpose.values), max_size=2),
)
def test_a_person_acts_alone_as_the_published_answers_say(born_on, at, blocked, agreed):
    child = make.child(born_on=born_on)
    for what in blocked:
        GuardianLimit.objects.create(
            kind="block", child=child, purpose=what, from_on=date(2020, 1, 1), set_at=AT
        )
    for what in agreed:
        GuardianConsent.objects.create(child=child, purpose=what, given_by="x", given_at=AT)

    by = make.as_self(child)
    may = {purpose for purpose in Purpose if can_act_for(by, child, purpose, at)}

    assert may == {found.purpose for found in what_alone(child, at=at) if found.answer is Answer.YES}
    if at.date() >= comes_of_age_on(born_on):
        assert may == set(Purpose)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_limit_holds_for_a_guardian_who_is_entered_anew(purpose):
    child, guardian = make.child(), make.person()
    first = make.guardianship(child, guardian, ended_at=AT, ending="ended")
    GuardianLimit.objects.create(
        kind="court", child=child, guardianship=first, from_on=date(2026, 1, 1), set_at=AT
    )
    make.guardianship(child, guardian)

    assert not can_act_for(make.as_guardian(guardian, child), child, purpose, AT)


def test_a_limit_of_one_guardian_does_not_bind_the_other():
    child, one, other = make.child(), make.person(), make.person("Ben Rivers")
    limited = make.guardianship(child, one)
    make.guardianship(child, other)
    GuardianLimit.objects.create(
        kind="court", child=child, guardianship=limited, from_on=date(2026, 1, 1), set_at=AT
    )

    assert not can_act_for(make.as_guardian(one, child), child, Purpose.PLACES, AT)
    assert can_act_for(make.as_guardian(other, child), child, Purpose.PLACES, AT)


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": AT, "ending": "court"},
        {"from_on": date(2026, 11, 24)},
        {"until_on": date(2026, 11, 22)},
    ],
)
def test_a_guardianship_holds_on_its_days_and_until_it_is_ended(change):
    child, guardian = make.child(), make.person()
    make.guardianship(child, guardian, **change)

    assert not can_act_for(make.as_guardian(guardian, child), child, Purpose.PLACES, AT)


def test_a_guardian_of_one_child_is_a_stranger_to_another():
    child, sibling, guardian = make.child(), make.child("Lou Rivers"), make.person()
    make.guardianship(child, guardian)

    assert not can_act_for(make.as_guardian(guardian, sibling), sibling, Purpose.PLACES, AT)
    assert not can_act_for(make.as_guardian(guardian, child), sibling, Purpose.PLACES, AT)
    assert not can_act_for(make.as_self(guardian), child, Purpose.PLACES, AT)


@pytest.mark.parametrize("state", [Person.State.ERASED, Person.State.ANONYMOUS])
def test_nobody_acts_for_somebody_who_is_gone_nor_as_one(state):
    child, guardian = make.child(), make.person()
    make.guardianship(child, guardian)
    by = make.as_guardian(guardian, child)
    gone = {"state": state, "name": "", "born_on": None}
    Person.objects.filter(pk=guardian.pk).update(**gone)

    assert not can_act_for(by, child, Purpose.PLACES, AT)

    Person.objects.filter(pk=child.pk).update(**gone)
    child.refresh_from_db()

    assert not can_act_for(make.as_self(child), child, Purpose.PLACES, AT)


@pytest.mark.parametrize("right", Right)
def test_an_actor_without_a_person_has_no_right_of_a_person(right):
    child = make.child(born_on=date(2000, 1, 1))
    own = str(child.public_id)
    if right is Right.OPERATOR:
        return

    for on_behalf_of in ("", own):
        by = Actor(right=right, channel=Channel.WEB, on_behalf_of=on_behalf_of)
        assert not can_act_for(by, child, Purpose.PLACES, AT)


def test_a_forged_helper_without_an_organisation_is_refused():
    who, helper = make.person(), make.person("Hal Helper")
    by = Actor(
        right=Right.MANDATE,
        channel=Channel.DESK,
        person=str(helper.public_id),
        on_behalf_of=str(who.public_id),
    )

    assert not can_act_for(by, who, Purpose.PLACES, AT)


def test_visitors_act_for_nobody_and_the_operator_for_all():
    who = make.person()

    assert not can_act_for(visitor(), who, Purpose.PLACES, AT)
    assert can_act_for(operator(), who, Purpose.PLACES, AT)


def test_a_role_does_not_take_away_ones_own_rights_but_gives_none_over_others():
    officer = make.member()
    by = make.as_member(officer)

    assert is_own(by, officer.person)
    assert can_act_for(by, officer.person, Purpose.ACCOUNT, AT)
    assert not can_act_for(by, make.person(), Purpose.ACCOUNT, AT)


def test_who_acts_for_another_is_not_in_their_own_matter():
    child, guardian = make.child(), make.person()
    make.guardianship(child, guardian)
    by = make.as_guardian(guardian, child)

    assert not is_own(by, guardian)
    assert not is_own(by, child)
    assert not can_act_for(by, guardian, Purpose.PLACES, AT)


# Helpers


@pytest.fixture
def helped():
    """Return a person, a helper's role and the actor who acts under a mandate to find places."""
    who = make.person()
    role = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"), role="desk")
    make.mandate(who, role.organisation, [Purpose.PLACES, Purpose.PLAN])
    return who, role, make.as_helper(role.person, who, role.organisation)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_helper_does_what_the_mandate_names_and_nothing_else(helped, purpose):
    who, _, by = helped

    assert can_act_for(by, who, purpose, AT) == (purpose in (Purpose.PLACES, Purpose.PLAN))


@given(minutes=st.integers(-60 * 24 * 40, 60 * 24 * 40))
@in_one_transaction
def test_a_mandate_holds_from_when_it_was_given_until_its_end(minutes):
    who = make.person()
    role = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"), role="desk")
    make.mandate(who, role.organisation)
    at = AT + timedelta(minutes=minutes)

    may = can_act_for(make.as_helper(role.person, who, role.organisation), who, Purpose.PLACES, at)

    assert may == (0 <= minutes < 31 * 24 * 60)


def test_a_helper_whose_role_has_ended_acts_no_more(helped):
    who, role, by = helped
    role.ended_at, role.ending = AT, "left"
    role.save()

    assert not can_act_for(by, who, Purpose.PLACES, AT)


def test_a_block_stops_a_helper_of_the_child_too(helped):
    _, role, _ = helped
    child = make.child(born_on=date(2010, 5, 17))
    make.mandate(child, role.organisation)
    by = make.as_helper(role.person, child, role.organisation)
    assert can_act_for(by, child, Purpose.PLACES, AT)

    GuardianLimit.objects.create(
        kind="block", child=child, purpose=Purpose.PLACES, from_on=date(2026, 1, 1), set_at=AT
    )

    assert not can_act_for(by, child, Purpose.PLACES, AT)


def test_a_mandate_given_before_majority_counts_no_more_after_it(helped):
    _, role, _ = helped
    born_on = date(2008, 11, 10)
    who = make.person(born_on=born_on, came_of_age_at=datetime(2026, 11, 10, tzinfo=UTC))
    make.mandate(who, role.organisation, given_at=AT - 20 * DAY)
    by = make.as_helper(role.person, who, role.organisation)

    assert not can_act_for(by, who, Purpose.PLACES, AT)

    make.mandate(who, role.organisation, given_at=AT)

    assert can_act_for(by, who, Purpose.PLACES, AT)


# What it costs


def test_an_adult_in_their_own_matter_costs_no_question(django_assert_num_queries):
    who = make.person()

    with django_assert_num_queries(0):
        can_act_for(make.as_self(who), who, Purpose.ACCOUNT, AT)


def test_a_guardian_and_a_minor_cost_a_fixed_number_of_questions(django_assert_max_num_queries):
    child, guardian = make.child(), make.person()
    make.guardianship(child, guardian)

    with django_assert_max_num_queries(3):
        can_act_for(make.as_guardian(guardian, child), child, Purpose.PLACES, AT)
    with django_assert_max_num_queries(4):
        can_act_for(make.as_self(child), child, Purpose.PLACES, AT)
