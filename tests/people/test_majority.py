"""Coming of age: the account passes over, guardians lose it, consents are asked anew, the record stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from learningcity.core.actors import Channel, Right, operator
from learningcity.core.models import AuditLine, Draft, Message
from learningcity.people.actions.consents import decide_consent
from learningcity.people.actions.majority import close_guardianships_over, hand_over
from learningcity.people.models import (
    Acting,
    Consent,
    ConsentPurpose,
    Contact,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Person,
    Purpose,
)
from learningcity.people.permissions import can_act_for
from learningcity.people.queries.actors import open_acting
from learningcity.people.queries.consents import has_consent
from learningcity.people.queries.guardians import persons_who_came_of_age
from learningcity.people.signals import person_came_of_age
from learningcity.people.tasks.guardians import hand_over_at_majority
from tests.people import factories as make

AT = make.AT
DAY = timedelta(days=1)
BIRTHDAY = date(2008, 11, 23)
LAST_YEAR = AT - 365 * DAY
BY = operator(Channel.TASK)
pytestmark = pytest.mark.django_db


@pytest.fixture
def grown():
    """Return somebody who comes of age today and was entered as a child."""
    return make.person("Kit Rivers", born_on=BIRTHDAY, at=LAST_YEAR)


@pytest.fixture
def guardian():
    return make.person("Rosa Rivers")


@pytest.fixture
def held(grown, guardian):
    return make.guardianship(grown, guardian)


@pytest.fixture
def heard():
    """Return who came of age, as other rooms hear of it."""
    found = []

    def hear(person, **_):
        found.append(person.pk)

    person_came_of_age.connect(hear)
    yield found
    person_came_of_age.disconnect(hear)


def test_the_schedule_hands_over_on_the_birthday_and_not_before(grown, guardian, held, heard):
    hand_over_at_majority(AT - DAY)
    assert heard == []

    hand_over_at_majority(AT)

    held.refresh_from_db()
    grown.refresh_from_db()
    assert (held.ending, held.ended_at) == ("majority", AT)
    assert grown.came_of_age_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert heard == [grown.pk]
    assert not can_act_for(make.as_guardian(guardian, grown), grown, Purpose.PLACES, AT)
    assert all(can_act_for(make.as_self(grown), grown, purpose, AT) for purpose in Purpose)
    assert [line.action for line in AuditLine.objects.order_by("pk")] == [
        "people.guardianship_ended",
        "people.came_of_age",
    ]


def test_doing_it_again_changes_nothing(grown, held, heard):
    Contact.objects.create(person=grown, channel="letter", address="1 Quay", language="en", changed_at=AT)
    hand_over_at_majority(AT)
    before = list(AuditLine.objects.values()), list(Person.objects.values()), Message.objects.count()

    for hours in range(1, 4):
        hand_over_at_majority(AT + timedelta(hours=hours))

    assert before == (list(AuditLine.objects.values()), list(Person.objects.values()), 1)
    assert heard == [grown.pk]
    assert hand_over(grown.pk, by=BY, at=AT) is False


def test_official_representatives_stay(grown, guardian):
    stays = make.guardianship(grown, guardian, Guardianship.Role.REPRESENTATIVE)

    hand_over_at_majority(AT)

    stays.refresh_from_db()
    assert stays.ended_at is None
    assert can_act_for(make.as_guardian(guardian, grown), grown, Purpose.PLACES, AT)


def test_what_guardians_decided_ends_and_the_drafts_stay(grown, guardian, held):
    GuardianConsent.objects.create(child=grown, purpose=Purpose.ACCOUNT, given_by="x", given_at=LAST_YEAR)
    GuardianLimit.objects.create(kind="block", child=grown, from_on=date(2026, 1, 1), set_at=LAST_YEAR)
    GuardianInvitation.objects.create(
        child=grown,
        email="x@example.org",
        role="parent",
        digest="d",
        created_at=AT - DAY,
        expires_at=AT + DAY,
    )
    draft = Draft.objects.create(
        owner=str(grown.public_id), form="x", data={}, kept_by="y", kept_at=AT, expires_at=AT + DAY
    )

    hand_over_at_majority(AT)

    assert not GuardianConsent.objects.filter(ended_at=None).exists()
    assert not GuardianLimit.objects.filter(lifted_at=None).exists()
    assert not GuardianInvitation.objects.exists()
    assert Draft.objects.get() == draft


def test_whoever_acts_for_the_child_is_stopped(grown, guardian, held):
    login = make.login(guardian)
    acting = Acting.objects.create(
        login=login,
        person=grown,
        right=Right.GUARDIAN,
        channel=Channel.WEB,
        guardianship=held,
        started_at=AT - timedelta(minutes=5),
        ends_at=AT + timedelta(hours=1),
    )
    assert not can_act_for(make.as_guardian(guardian, grown), grown, Purpose.PLACES, AT)

    hand_over_at_majority(AT)

    acting.refresh_from_db()
    assert acting.ended_at == AT
    assert open_acting(login, str(acting.public_id), at=AT) is None


def consent(grown, by, at):
    return decide_consent(grown, ConsentPurpose.NEWS, True, by=by, at=at)


def test_consents_are_asked_anew_and_their_history_stays(grown, guardian, held):
    consent(grown, make.as_guardian(guardian, grown), AT - 30 * DAY)
    assert has_consent(grown, ConsentPurpose.NEWS)

    hand_over_at_majority(AT)

    assert not has_consent(grown, ConsentPurpose.NEWS)
    assert Consent.objects.get().is_given
    grown.refresh_from_db()
    consent(grown, make.as_self(grown), AT + DAY)
    assert has_consent(grown, ConsentPurpose.NEWS)


def test_what_the_new_adult_decided_on_the_birthday_counts_before_the_schedule_passes(grown, held):
    consent(grown, make.as_self(grown), datetime(2026, 11, 23, 0, 5, tzinfo=UTC))

    hand_over_at_majority(AT)

    assert has_consent(grown, ConsentPurpose.NEWS)


def test_a_mandate_of_the_child_counts_no_more(grown, held):
    helper = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"), role="desk")
    make.mandate(grown, helper.organisation, given_at=AT - 5 * DAY)
    hand_over_at_majority(AT)
    grown.refresh_from_db()

    by = make.as_helper(helper.person, grown, helper.organisation)

    assert not can_act_for(by, grown, Purpose.PLACES, AT)


# Whom it finds


def test_those_who_were_of_age_when_they_came_are_left_alone(heard):
    make.person(born_on=date(1980, 1, 1))
    make.person(born_on=BIRTHDAY, at=AT)
    make.person(born_on=None)
    make.person("Lou Weir", born_on=date(2000, 1, 1), at=LAST_YEAR)

    hand_over_at_majority(AT)

    assert heard == []
    assert not AuditLine.objects.exists()


@pytest.mark.parametrize("late", [0, 1, 30, 400, 4000])
def test_a_schedule_that_rested_finds_everybody_later(grown, heard, late):
    hand_over_at_majority(AT + late * DAY)

    assert heard == [grown.pk]


@pytest.mark.parametrize("state", [Person.State.ERASED, Person.State.ANONYMOUS])
def test_who_is_gone_is_not_handed_over(grown, heard, state):
    Person.objects.filter(pk=grown.pk).update(state=state, name="", born_on=None)

    hand_over_at_majority(AT)

    assert heard == []
    assert hand_over(grown.pk, by=BY, at=AT) is False


def test_somebody_whose_birth_date_was_corrected_is_handed_over(guardian, heard):
    child = make.child(at=LAST_YEAR)
    held = make.guardianship(child, guardian)
    consent(child, make.as_guardian(guardian, child), AT - DAY)
    hand_over_at_majority(AT)
    assert heard == []
    Person.objects.filter(pk=child.pk).update(born_on=date(1990, 1, 1))

    hand_over_at_majority(AT)

    held.refresh_from_db()
    child.refresh_from_db()
    assert held.ending == "majority"
    assert heard == [child.pk]
    assert child.came_of_age_at == AT
    assert not has_consent(child, ConsentPurpose.NEWS)


def test_somebody_who_becomes_a_child_again_by_a_correction_comes_of_age_again(grown, guardian, heard):
    hand_over_at_majority(AT)
    Person.objects.filter(pk=grown.pk).update(born_on=date(2009, 2, 1))
    make.guardianship(grown, guardian)

    hand_over_at_majority(AT + DAY)
    assert heard == [grown.pk]

    hand_over_at_majority(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert heard == [grown.pk, grown.pk]


def test_a_block_that_is_left_over_is_found(heard):
    grown = make.person(born_on=date(1990, 1, 1))
    GuardianLimit.objects.create(kind="block", child=grown, from_on=date(2020, 1, 1), set_at=AT)

    hand_over_at_majority(AT)

    assert not GuardianLimit.objects.filter(lifted_at=None).exists()


def test_many_are_handed_over_in_parts_and_the_search_costs_little(django_assert_max_num_queries):
    Person.objects.bulk_create(
        [Person(name=f"Kit {n}", born_on=BIRTHDAY - (n % 7) * DAY, created_at=LAST_YEAR) for n in range(1100)]
    )

    with django_assert_max_num_queries(12):
        found = list(persons_who_came_of_age(at=AT))

    assert len(found) == len(set(found)) == 1100


def test_only_the_schedule_hands_over(grown, guardian, held):
    for by in (make.as_self(grown), make.as_guardian(guardian, grown), make.as_member(make.member())):
        with pytest.raises(PermissionDenied):
            hand_over(grown.pk, by=by, at=AT)
        with pytest.raises(PermissionDenied):
            close_guardianships_over(by=by, at=AT)


# Kills and races


def test_a_run_that_is_killed_leaves_nothing_half_done_and_the_next_one_does_it(grown, held):
    class KilledError(Exception):
        pass

    def kill(**_):
        raise KilledError

    person_came_of_age.connect(kill)
    with pytest.raises(KilledError):
        hand_over_at_majority(AT)
    person_came_of_age.disconnect(kill)

    held.refresh_from_db()
    assert held.ended_at is None
    assert not AuditLine.objects.exists()

    hand_over_at_majority(AT)

    held.refresh_from_db()
    assert held.ending == "majority"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_hand_over_once(grown, held, heard):
    def work(_):
        try:
            hand_over_at_majority(AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))

    assert heard == [grown.pk]
    assert AuditLine.objects.filter(action="people.came_of_age").count() == 1
    assert AuditLine.objects.filter(action="people.guardianship_ended").count() == 1


# Messages and addresses


def contact(person, **fields):
    return Contact.objects.create(
        **{"person": person, "channel": "mail", "email": "x@example.org", "language": "en", "changed_at": AT}
        | fields
    )


def test_the_new_adult_and_the_guardians_are_told(grown, guardian, held):
    contact(grown, email="kit@example.org")
    contact(guardian, email="rosa@example.org")

    hand_over_at_majority(AT)

    told = {message.address: message for message in Message.objects.all()}
    assert set(told) == {"kit@example.org", "rosa@example.org"}
    assert told["kit@example.org"].subject == "You are 18: decide for yourself here"
    assert "/mine/consents" in told["kit@example.org"].body
    assert "no longer stand" in told["rosa@example.org"].subject


@pytest.mark.parametrize(
    ("address", "channel"), [("", Contact.Channel.NONE), ("1 Quay", Contact.Channel.LETTER)]
)
def test_an_address_of_a_guardian_is_no_longer_the_new_adults(grown, guardian, held, address, channel):
    mine = contact(grown, email="Rosa@example.org", phone="+441633", address=address, email_confirmed_at=AT)
    contact(guardian, email="rosa@example.org", phone="+441633")

    hand_over_at_majority(AT)

    mine.refresh_from_db()
    assert (mine.email, mine.email_confirmed_at, mine.phone, mine.channel) == ("", None, "", channel)
    assert [m.channel for m in Message.objects.filter(recipient=str(grown.public_id))] == (
        ["letter"] if address else []
    )


def test_the_address_with_which_a_guardian_signs_in_is_not_the_new_adults_either(grown, guardian, held):
    mine = contact(grown, email="rosa@example.org")
    make.login(guardian, "rosa@example.org")

    hand_over_at_majority(AT)

    mine.refresh_from_db()
    assert (mine.email, mine.channel) == ("", Contact.Channel.NONE)


def test_an_address_of_ones_own_stays(grown, guardian, held):
    mine = contact(grown, email="kit@example.org", phone="+441633")
    contact(guardian, email="rosa@example.org")

    hand_over_at_majority(AT)

    mine.refresh_from_db()
    assert (mine.email, mine.phone, mine.channel) == ("kit@example.org", "+441633", "mail")


# Guardianships with a last day


def test_a_guardianship_whose_last_day_is_over_is_closed(guardian):
    over = make.guardianship(make.child(), guardian, until_on=date(2026, 11, 22))
    holds = make.guardianship(make.child("Lou"), guardian, until_on=date(2026, 11, 23))

    hand_over_at_majority(AT)
    hand_over_at_majority(AT)

    over.refresh_from_db()
    holds.refresh_from_db()
    assert (over.ending, holds.ended_at) == ("ended", None)
    assert AuditLine.objects.count() == 1


def test_mandates_from_before_majority_are_closed_and_later_ones_hold(at):
    library = make.organisation("Library")
    young = make.person("Kit Rivers", born_on=date(2008, 11, 20))
    before = make.mandate(young, library, given_at=at - timedelta(days=10), days=365)
    after = make.mandate(young, make.city_office(), given_at=at - timedelta(hours=1), days=365)

    hand_over(young.pk, by=BY, at=at)

    before.refresh_from_db()
    after.refresh_from_db()
    assert before.ended_through == "majority"
    assert after.ended_at is None
