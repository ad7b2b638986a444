"""Guardians: who stands for a child, what they decide, what courts limit, and the end of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import IntegrityError

from learningcity.core.actors import Channel, visitor
from learningcity.core.models import AuditLine, Message
from learningcity.people.actions.children import (
    ConsentNotNeeded,
    DecisionOver,
    PurposeUnknown,
    agree_to,
    block,
    lift_block,
    take_back_agreement,
)
from learningcity.people.actions.court_limits import LimitOver, lift_court_limit, set_court_limit
from learningcity.people.actions.guardian_invitations import (
    CodeUnknown,
    InvitationWrong,
    forget_invitations,
    invite_guardian,
    join_as_guardian,
    take_back_invitation,
)
from learningcity.people.actions.guardians import (
    MOST_CHILDREN,
    BirthDateWrong,
    ChildEntered,
    GuardianshipOver,
    GuardianUnfit,
    LastGuardian,
    ProofMissing,
    Standing,
    end_guardianship,
    enter_child,
    enter_guardianship,
)
from learningcity.people.models import (
    Contact,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Lookup,
    Membership,
    Person,
    Purpose,
)
from learningcity.people.permissions import can_act_for
from learningcity.people.queries.ages import may_alone
from learningcity.people.queries.guardians import guardianships_of, wards_of
from tests.people import factories as make

AT = make.AT
DAY = timedelta(days=1)
PAPER = "birth certificate, 3 May 2014"
ORDER = "order of the county court, 9 March 2026"
Role = Guardianship.Role
Ending = Guardianship.Ending
pytestmark = pytest.mark.django_db


@pytest.fixture
def guardian():
    return make.person("Rosa Rivers")


@pytest.fixture
def child():
    return make.child()


@pytest.fixture
def held(child, guardian):
    return make.guardianship(child, guardian)


@pytest.fixture
def second(child):
    return make.guardianship(child, make.person("Ben Rivers"))


@pytest.fixture
def desk():
    """Return a helper at the city's desk."""
    return make.as_member(make.member(role=Membership.Role.DESK), channel=Channel.DESK)


@pytest.fixture
def opened(desk):
    """Return a function that opens persons' pages at the desk for a reason."""

    def open_pages(*persons):
        for person in persons:
            Lookup.objects.create(
                person=person,
                looked_by=desk.person,
                organisation=Membership.objects.get(person__public_id=desk.person).organisation,
                reason="at_desk",
                channel="desk",
                at=AT,
            )

    return open_pages


def limit(held, purpose="", **more):
    return GuardianLimit.objects.create(
        **{"kind": "court", "child": held.child, "guardianship": held, "purpose": purpose, "proof": ORDER}
        | {"from_on": date(2026, 1, 1), "set_at": AT}
        | more
    )


# A parent enters a child


def test_a_parent_enters_a_child_by_own_statement_and_acts_for_it_at_once(guardian):
    found = enter_child(
        guardian, name=" Kit  Rivers", born_on=date(2014, 5, 17), by=make.as_self(guardian), at=AT
    )

    kit = found.child
    assert (kit.name, kit.born_source, found.role, found.proof) == ("Kit Rivers", "helper", "parent", "self")
    assert can_act_for(make.as_guardian(guardian, kit), kit, Purpose.PLACES, AT)
    line = AuditLine.objects.get()
    assert (line.action, line.right, line.on_behalf_of) == (
        "people.child_entered",
        "guardian",
        str(kit.public_id),
    )


@pytest.mark.parametrize("born_on", [date(2026, 11, 24), date(2008, 11, 23), date(1980, 1, 1)])
def test_only_somebody_who_is_a_child_today_is_entered(guardian, born_on):
    with pytest.raises(BirthDateWrong) as caught:
        enter_child(guardian, name="Kit", born_on=born_on, by=make.as_self(guardian), at=AT)

    assert caught.value.field == "born_on"
    assert Person.objects.count() == 1


def test_a_child_is_not_entered_twice(guardian):
    words = {"name": "Kit Rivers", "born_on": date(2014, 5, 17), "by": make.as_self(guardian), "at": AT}
    enter_child(guardian, **words)

    with pytest.raises(ChildEntered):
        enter_child(guardian, **words | {"name": "kit rivers"})


def test_nobody_enters_more_children_than_a_family_has(guardian):
    by = make.as_self(guardian)
    for number in range(MOST_CHILDREN):
        enter_child(guardian, name=f"Kit {number}", born_on=date(2014, 5, 17), by=by, at=AT)

    with pytest.raises(ChildEntered, match="Ask at a desk"):
        enter_child(guardian, name="Lou", born_on=date(2014, 5, 17), by=by, at=AT)


def test_nobody_else_enters_a_child_for_a_parent(guardian, desk, child):
    helper = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"))
    make.mandate(guardian, helper.organisation, list(Purpose)[:-1])
    actors = [
        visitor(),
        desk,
        make.as_self(child),
        make.as_guardian(child, guardian),
        make.as_helper(helper.person, guardian, helper.organisation),
    ]

    for by in actors:
        with pytest.raises(PermissionDenied):
            enter_child(guardian, name="Kit", born_on=date(2014, 5, 17), by=by, at=AT)


def test_a_child_enters_no_child(child):
    with pytest.raises(PermissionDenied):
        enter_child(child, name="Kit", born_on=date(2025, 5, 17), by=make.as_self(child), at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_enter_one_child(guardian):
    def click(_):
        try:
            enter_child(guardian, name="Kit", born_on=date(2014, 5, 17), by=make.as_self(guardian), at=AT)
        except ChildEntered:
            return "there"
        finally:
            connection.close()
        return "new"

    with ThreadPoolExecutor(4) as clicks:
        outcomes = sorted(clicks.map(click, range(4)))

    assert outcomes == ["new", "there", "there", "there"]
    assert Guardianship.objects.count() == 1


# The desk enters guardians


def test_the_desk_enters_a_guardian_with_the_proof_it_saw(desk, opened, child, guardian):
    opened(child, guardian)

    found = enter_guardianship(child, guardian, Standing(Role.CARER, PAPER), by=desk, at=AT)

    assert found.proof == PAPER
    assert can_act_for(make.as_guardian(guardian, child), child, Purpose.PLACES, AT)
    assert PAPER not in str(list(AuditLine.objects.values()))


def test_an_official_representative_stands_for_an_adult(desk, opened, guardian):
    ward = make.person("Ivo Weir", born_on=date(1950, 1, 1))
    opened(ward, guardian)
    standing = Standing(Role.REPRESENTATIVE, ORDER, date(2027, 1, 1))

    enter_guardianship(ward, guardian, standing, by=desk, at=AT)

    by = make.as_guardian(guardian, ward)
    assert can_act_for(by, ward, Purpose.ACCOUNT, AT)
    assert can_act_for(make.as_self(ward), ward, Purpose.ACCOUNT, AT)
    assert not can_act_for(by, ward, Purpose.ACCOUNT, AT + 60 * DAY)


@pytest.mark.parametrize("role", [Role.PARENT, Role.CARER])
@pytest.mark.parametrize("born_on", [date(1990, 1, 1), date(2008, 11, 23), None])
def test_only_a_child_has_parents_and_carers(desk, opened, guardian, role, born_on):
    ward = make.person("Ivo Weir", born_on=born_on)
    opened(ward, guardian)

    with pytest.raises(GuardianUnfit) as caught:
        enter_guardianship(ward, guardian, Standing(role, PAPER), by=desk, at=AT)

    assert caught.value.field == "role"


def test_a_parent_may_be_a_minor_but_a_carer_not(desk, opened, child):
    young = make.person("Zoe Rivers", born_on=date(2010, 1, 1))
    opened(child, young)

    with pytest.raises(GuardianUnfit):
        enter_guardianship(child, young, Standing(Role.CARER, PAPER), by=desk, at=AT)

    assert enter_guardianship(child, young, Standing(Role.PARENT, PAPER), by=desk, at=AT)


def test_nothing_is_entered_without_a_proof(desk, opened, child, guardian):
    opened(child, guardian)

    with pytest.raises(ProofMissing) as caught:
        enter_guardianship(child, guardian, Standing(Role.PARENT, "  "), by=desk, at=AT)

    assert caught.value.field == "proof"


def test_both_entries_must_be_open_at_the_desk_for_a_reason(desk, opened, child, guardian):
    standing = Standing(Role.PARENT, PAPER)
    for persons in ([], [child], [guardian]):
        Lookup.objects.all().delete()
        opened(*persons)

        with pytest.raises(PermissionDenied):
            enter_guardianship(child, guardian, standing, by=desk, at=AT)

    opened(child, guardian)
    with pytest.raises(PermissionDenied):
        enter_guardianship(child, guardian, standing, by=desk, at=AT + timedelta(hours=3))


def test_nobody_at_the_desk_enters_their_own_family(desk, opened, child):
    own = Person.objects.get(public_id=desk.person)
    opened(child, own)

    with pytest.raises(GuardianUnfit, match="colleague"):
        enter_guardianship(child, own, Standing(Role.PARENT, PAPER), by=desk, at=AT)


def test_nobody_stands_for_themselves_or_twice_or_for_each_other(desk, opened, guardian):
    other = make.person("Ben Rivers")
    opened(guardian, other)
    standing = Standing(Role.REPRESENTATIVE, ORDER)
    enter_guardianship(other, guardian, standing, by=desk, at=AT)

    for ward, who in ((guardian, guardian), (other, guardian), (guardian, other)):
        with pytest.raises(GuardianUnfit) as caught:
            enter_guardianship(ward, who, standing, by=desk, at=AT)

        assert caught.value.field == "guardian"


def test_the_database_refuses_what_must_never_be(child, guardian, held):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.guardianship(child, guardian)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.guardianship(child, child)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.guardianship(child, make.person(), until_on=date(2025, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        GuardianLimit.objects.create(kind="court", child=child, from_on=date(2026, 1, 1), set_at=AT)


def test_other_guardians_are_told_who_joined(desk, opened, child, guardian, second):
    Contact.objects.create(
        person=second.guardian, channel="mail", email="ben@example.org", changed_at=AT, language="en"
    )
    opened(child, guardian)

    enter_guardianship(child, guardian, Standing(Role.PARENT, PAPER), by=desk, at=AT)

    message = Message.objects.get()
    assert (message.address, message.subject) == ("ben@example.org", "Rosa Rivers now stands for Kit Rivers")
    assert PAPER not in message.body


@pytest.mark.parametrize("role", [Membership.Role.OFFICER, Membership.Role.EDITOR, Membership.Role.TEACHER])
def test_other_roles_of_the_city_keep_no_guardians(opened, child, guardian, held, role):
    by = make.as_member(make.member(role=role), channel=Channel.DESK)

    with pytest.raises(PermissionDenied):
        end_guardianship(held, proof=ORDER, by=by, at=AT)
    with pytest.raises(PermissionDenied):
        set_court_limit(held, [""], proof=ORDER, by=by, at=AT)


# Several guardians, and the end


def test_a_child_has_several_guardians_and_a_guardian_several_children(child, guardian, held, second):
    make.guardianship(make.child("Lou Rivers", born_on=date(2016, 1, 1)), guardian)

    assert {row.guardian.name for row in guardianships_of(child, at=AT)} == {"Rosa Rivers", "Ben Rivers"}
    assert [ward.child.name for ward in wards_of(guardian, at=AT)] == ["Kit Rivers", "Lou Rivers"]


def test_the_list_of_children_costs_the_same_for_one_and_for_many(guardian, django_assert_num_queries):
    for number in range(5):
        limit(make.guardianship(make.child(f"Kit {number}"), guardian), Purpose.RECORD)

    with django_assert_num_queries(4):
        assert all(ward.forbidden == [Purpose.RECORD] for ward in wards_of(guardian, at=AT))


def test_a_guardian_leaves_while_another_stays(child, guardian, held, second):
    end_guardianship(held, by=make.as_self(guardian), at=AT)

    held.refresh_from_db()
    assert (held.ending, held.ended_at) == ("ended", AT)
    assert not can_act_for(make.as_guardian(guardian, child), child, Purpose.PLACES, AT)
    assert AuditLine.objects.get(action="people.guardianship_ended").on_behalf_of == str(child.public_id)


def test_the_last_guardian_of_a_child_cannot_leave(guardian, held):
    with pytest.raises(LastGuardian, match="Invite another"):
        end_guardianship(held, by=make.as_self(guardian), at=AT)


def test_an_official_representative_leaves_at_the_desk(guardian):
    ward = make.person("Ivo Weir", born_on=date(1950, 1, 1))
    held = make.guardianship(ward, guardian, Role.REPRESENTATIVE)

    with pytest.raises(LastGuardian, match="desk"):
        end_guardianship(held, by=make.as_self(guardian), at=AT)


def test_the_desk_ends_a_guardianship_with_the_paper_of_a_court(desk, opened, child, guardian, held):
    opened(child)
    with pytest.raises(ProofMissing):
        end_guardianship(held, by=desk, at=AT)

    end_guardianship(held, proof=ORDER, by=desk, at=AT)

    held.refresh_from_db()
    assert (held.ending, held.end_proof) == ("court", ORDER)
    assert ORDER not in str(list(AuditLine.objects.values()))
    with pytest.raises(GuardianshipOver):
        end_guardianship(held, proof=ORDER, by=desk, at=AT)


def test_strangers_and_the_other_guardian_end_nothing(child, held, second):
    for by in (visitor(), make.as_self(make.person()), make.as_self(second.guardian), make.as_self(child)):
        with pytest.raises(PermissionDenied):
            end_guardianship(held, proof=ORDER, by=by, at=AT)


def test_what_a_court_removed_decided_ends_with_it(desk, opened, guardian, held, second):
    child = held.child
    opened(child)
    agree_to(child, Purpose.PLACES, by=make.as_self(guardian), at=AT)
    agree_to(child, Purpose.VOTE, by=make.as_self(second.guardian), at=AT)
    block(child, Purpose.PLAN, by=make.as_self(guardian), at=AT)

    end_guardianship(held, proof=ORDER, by=desk, at=AT)

    assert not may_alone(child, Purpose.PLACES, at=AT)
    assert may_alone(child, Purpose.VOTE, at=AT)
    assert not GuardianLimit.objects.filter(kind="block", lifted_at=None).exists()


def test_when_nobody_stands_for_a_child_no_block_is_left_that_nobody_could_end(
    desk, opened, guardian, held, second
):
    block(held.child, Purpose.PLAN, by=make.as_self(guardian), at=AT)
    end_guardianship(held, by=make.as_self(guardian), at=AT)
    assert GuardianLimit.objects.filter(lifted_at=None).exists()
    opened(held.child)

    end_guardianship(second, proof=ORDER, by=desk, at=AT)

    assert not GuardianLimit.objects.filter(lifted_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_guardians_who_leave_at_the_same_moment_one_stays(guardian, held, second):
    def leave(row):
        try:
            end_guardianship(row, by=make.as_self(row.guardian), at=AT)
        except LastGuardian:
            return "stays"
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(leave, [held, second]))

    assert outcomes == ["left", "stays"]


# Courts


def test_a_courts_limit_works_at_once_and_its_proof_stays_at_the_desk(desk, opened, child, guardian, held):
    Contact.objects.create(
        person=guardian, channel="mail", email="rosa@example.org", changed_at=AT, language="en"
    )
    opened(child)

    set_court_limit(held, [Purpose.RECORD, Purpose.DATA], proof=ORDER, by=desk, at=AT)

    by = make.as_guardian(guardian, child)
    assert not can_act_for(by, child, Purpose.RECORD, AT)
    assert can_act_for(by, child, Purpose.PLACES, AT)
    assert ORDER not in str(list(AuditLine.objects.values()))
    message = Message.objects.get()
    assert "court" not in message.subject.lower() + message.body.lower()


def test_a_limit_ends_what_the_guardian_decided_about_it(desk, opened, child, guardian, held, second):
    opened(child)
    for purpose in (Purpose.PLACES, Purpose.VOTE):
        agree_to(child, purpose, by=make.as_self(guardian), at=AT)

    set_court_limit(held, [Purpose.PLACES], proof=ORDER, by=desk, at=AT)

    assert not may_alone(child, Purpose.PLACES, at=AT)
    assert may_alone(child, Purpose.VOTE, at=AT)
    with pytest.raises(PermissionDenied):
        agree_to(child, Purpose.PLACES, by=make.as_self(guardian), at=AT)
    assert agree_to(child, Purpose.PLACES, by=make.as_self(second.guardian), at=AT)


def test_a_limit_is_lifted_with_a_proof_and_once(desk, opened, child, guardian, held):
    opened(child)
    (found,) = set_court_limit(held, ["", Purpose.PLACES], proof=ORDER, by=desk, at=AT)
    assert not can_act_for(make.as_guardian(guardian, child), child, Purpose.PLACES, AT)
    with pytest.raises(ProofMissing):
        lift_court_limit(found, proof="", by=desk, at=AT)

    lift_court_limit(found, proof="order of 1 June", by=desk, at=AT)

    assert can_act_for(make.as_guardian(guardian, child), child, Purpose.PLACES, AT)
    with pytest.raises(DecisionOver):
        lift_court_limit(found, proof="order of 1 June", by=desk, at=AT)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"purposes": []}, PurposeUnknown),
        ({"purposes": ["fly"]}, PurposeUnknown),
        ({"proof": ""}, ProofMissing),
        ({"until_on": date(2026, 11, 22)}, LimitOver),
    ],
)
def test_a_limit_that_says_nothing_is_refused(desk, opened, child, held, change, refusal):
    opened(child)
    words = {"purposes": [""], "proof": ORDER, "until_on": None} | change

    with pytest.raises(refusal):
        set_court_limit(held, words.pop("purposes"), **words, by=desk, at=AT)

    assert not GuardianLimit.objects.exists()


def test_a_guardian_neither_sets_nor_lifts_a_courts_limit(guardian, child, held, second):
    found = limit(held)

    for by in (make.as_self(guardian), make.as_guardian(guardian, child), make.as_self(second.guardian)):
        with pytest.raises(PermissionDenied):
            lift_court_limit(found, proof=ORDER, by=by, at=AT)
        with pytest.raises(PermissionDenied):
            set_court_limit(second, [""], proof=ORDER, by=by, at=AT)


# Blocks and agreements


@pytest.mark.parametrize("purpose", ["", Purpose.PLAN])
def test_a_block_stops_the_child_and_any_guardian_ends_it(child, guardian, held, second, purpose):
    teen = child
    Person.objects.filter(pk=teen.pk).update(born_on=date(2010, 1, 1))
    teen.refresh_from_db()
    assert may_alone(teen, Purpose.PLAN, at=AT)

    first = block(teen, purpose, by=make.as_self(guardian), at=AT)
    assert block(teen, purpose, by=make.as_guardian(second.guardian, teen), at=AT) == first
    assert not may_alone(teen, Purpose.PLAN, at=AT)
    assert can_act_for(make.as_guardian(guardian, teen), teen, Purpose.PLAN, AT)

    lift_block(teen, purpose, by=make.as_self(second.guardian), at=AT)

    assert may_alone(teen, Purpose.PLAN, at=AT)
    with pytest.raises(DecisionOver):
        lift_block(teen, purpose, by=make.as_self(guardian), at=AT)


def test_a_guardian_whom_a_court_limits_decides_only_what_is_left(child, guardian, held):
    limit(held, Purpose.PLAN)
    by = make.as_self(guardian)

    for act in (block, lift_block, agree_to, take_back_agreement):
        with pytest.raises(PermissionDenied):
            act(child, Purpose.PLAN, by=by, at=AT)
    with pytest.raises(PermissionDenied):
        block(child, "", by=by, at=AT)
    with pytest.raises(PermissionDenied):
        invite_guardian(child, email="x@example.org", role="parent", code="ABCD", by=by, at=AT)
    assert block(child, Purpose.PLACES, by=by, at=AT)


@pytest.mark.parametrize("act", [block, lift_block, agree_to, take_back_agreement])
def test_nobody_but_a_guardian_decides_for_a_child(act, child, guardian, held, desk, opened):
    opened(child)
    helper = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"))
    make.mandate(guardian, helper.organisation, list(Purpose)[:-1])
    make.mandate(child, helper.organisation, list(Purpose)[:-1])
    sibling = make.child("Lou Rivers")
    make.guardianship(sibling, guardian)
    actors = [
        visitor(),
        desk,
        make.as_self(child),
        make.as_self(make.person()),
        make.as_helper(helper.person, guardian, helper.organisation),
        make.as_helper(helper.person, child, helper.organisation),
        make.as_guardian(guardian, sibling),
        replace(make.as_self(guardian), on_behalf_of=str(helper.person.public_id)),
    ]

    for by in actors:
        with pytest.raises(PermissionDenied):
            act(child, Purpose.PLACES, by=by, at=AT)


@pytest.mark.parametrize("act", [block, lift_block, agree_to, take_back_agreement])
def test_nothing_is_decided_for_somebody_of_age(act, guardian):
    ward = make.person("Ivo Weir", born_on=date(1950, 1, 1))
    make.guardianship(ward, guardian, Role.REPRESENTATIVE)
    grown = make.person("Kit Rivers", born_on=date(2008, 11, 23))
    make.guardianship(grown, guardian)

    for person in (ward, grown):
        with pytest.raises(PermissionDenied):
            act(person, Purpose.PLACES, by=make.as_self(guardian), at=AT)


def test_a_guardian_agrees_and_takes_it_back(child, guardian, held):
    by = make.as_self(guardian)
    assert not may_alone(child, Purpose.PLACES, at=AT)

    assert agree_to(child, Purpose.PLACES, by=by, at=AT) == agree_to(child, Purpose.PLACES, by=by, at=AT)
    assert may_alone(child, Purpose.PLACES, at=AT)

    take_back_agreement(child, Purpose.PLACES, by=by, at=AT)
    assert not may_alone(child, Purpose.PLACES, at=AT)
    with pytest.raises(DecisionOver):
        take_back_agreement(child, Purpose.PLACES, by=by, at=AT)


@pytest.mark.parametrize(
    ("born_on", "words"), [(date(2020, 1, 1), "from the age of 11"), (date(2010, 1, 1), "nobody")]
)
def test_agreeing_is_refused_where_it_changes_nothing(guardian, born_on, words):
    young = make.child(born_on=born_on)
    make.guardianship(young, guardian)

    with pytest.raises(ConsentNotNeeded, match=words):
        agree_to(young, Purpose.PLACES, by=make.as_self(guardian), at=AT)


@pytest.mark.parametrize("act", [block, lift_block, agree_to, take_back_agreement])
def test_a_purpose_that_nobody_knows_is_refused(act, child, guardian, held):
    with pytest.raises(PurposeUnknown):
        act(child, "fly", by=make.as_self(guardian), at=AT)


def test_one_agrees_to_one_thing_at_a_time(child, guardian, held):
    with pytest.raises(PurposeUnknown):
        agree_to(child, "", by=make.as_self(guardian), at=AT)


# Invitations

CODE = "ABCD-EFGH-JKLM-2345"


@pytest.fixture
def invited(child, guardian, held):
    return invite_guardian(
        child, email=" Ben@Example.org ", role="parent", code=CODE, by=make.as_self(guardian), at=AT
    )


def join(who, code=CODE, born_on=date(2014, 5, 17), at=AT):
    return join_as_guardian(who, code=code, born_on=born_on, by=make.as_self(who), at=at)


def test_an_invited_guardian_joins_with_code_and_birth_date(child, invited):
    ben = make.person("Ben Rivers")

    found = join(ben, "abcd efgh jklm 2345")

    assert (found.guardian, found.role) == (ben, "parent")
    assert can_act_for(make.as_guardian(ben, child), child, Purpose.PLACES, AT)
    assert not GuardianInvitation.objects.exists()
    with pytest.raises(CodeUnknown):
        join(make.person("Eve"))


def test_the_code_goes_to_the_address_as_a_secret_and_is_not_kept(invited):
    message = Message.objects.get()

    assert (message.address, message.is_secret) == ("ben@example.org", True)
    assert CODE in message.body
    assert "Kit" not in message.subject + message.body
    assert "ABCD" not in str(list(GuardianInvitation.objects.values())) + str(
        list(AuditLine.objects.values())
    )


def test_after_five_wrong_birth_dates_the_invitation_is_gone(invited):
    eve = make.person("Eve")
    for day in range(1, 6):
        with pytest.raises(CodeUnknown):
            join(eve, born_on=date(2014, 6, day))

    assert not GuardianInvitation.objects.exists()
    with pytest.raises(CodeUnknown):
        join(eve)


def test_a_wrong_code_and_a_wrong_date_are_answered_alike(invited):
    eve = make.person("Eve")
    with pytest.raises(CodeUnknown) as wrong_date:
        join(eve, born_on=date(2014, 6, 1))
    with pytest.raises(CodeUnknown) as wrong_code:
        join(eve, "ZZZZ")

    assert str(wrong_date.value) == str(wrong_code.value)


def test_an_invitation_ends_after_two_weeks_and_is_forgotten(invited, by):
    with pytest.raises(CodeUnknown):
        join(make.person("Ben"), at=AT + 14 * DAY)

    assert forget_invitations(by=by, at=AT + 13 * DAY) == 0
    assert forget_invitations(by=by, at=AT + 14 * DAY) == 1


def test_who_was_removed_by_a_court_is_not_invited_back(child, guardian, held):
    ben = make.person("Ben Rivers")
    make.guardianship(child, ben, ended_at=AT, ending=Ending.COURT)
    invite_guardian(child, email="b@example.org", role="carer", code=CODE, by=make.as_self(guardian), at=AT)

    with pytest.raises(InvitationWrong, match="desk"):
        join(ben)

    assert not can_act_for(make.as_guardian(ben, child), child, Purpose.PLACES, AT)


def test_an_invitation_of_a_guardian_who_is_limited_meanwhile_works_no_more(desk, opened, held, invited):
    opened(held.child)
    set_court_limit(held, [Purpose.RECORD], proof=ORDER, by=desk, at=AT)

    with pytest.raises(CodeUnknown):
        join(make.person("Ben Rivers"))


def test_a_child_a_guardian_already_there_and_a_child_grown_up_do_not_join(child, guardian, invited):
    with pytest.raises(PermissionDenied):
        join(make.child("Lou Rivers"))
    with pytest.raises(GuardianUnfit):
        join(guardian)
    Person.objects.filter(pk=child.pk).update(born_on=date(2008, 5, 17))
    with pytest.raises(CodeUnknown):
        join(make.person("Ben Rivers"), born_on=date(2008, 5, 17))


def test_nobody_joins_for_somebody_else(invited, guardian):
    ben = make.person("Ben Rivers")

    for by in (visitor(), make.as_self(guardian), make.as_guardian(guardian, ben)):
        with pytest.raises(PermissionDenied):
            join_as_guardian(ben, code=CODE, born_on=date(2014, 5, 17), by=by, at=AT)


@pytest.mark.parametrize(
    ("change", "field"), [({"email": "nobody"}, "email"), ({"role": "representative"}, "role")]
)
def test_an_invitation_to_nowhere_or_to_an_office_is_refused(child, guardian, held, change, field):
    words = {"email": "b@example.org", "role": "parent"} | change
    with pytest.raises(InvitationWrong) as caught:
        invite_guardian(child, **words, code=CODE, by=make.as_self(guardian), at=AT)

    assert caught.value.field == field
    assert not Message.objects.exists()


def test_inviting_again_takes_the_first_code_back_and_few_wait_at_once(child, guardian, invited):
    by = make.as_self(guardian)
    invite_guardian(child, email="ben@example.org", role="parent", code="NEW1", by=by, at=AT)
    for number in range(3):
        invite_guardian(child, email=f"{number}@example.org", role="parent", code=f"C{number}", by=by, at=AT)

    with pytest.raises(InvitationWrong, match="Take one back"):
        invite_guardian(child, email="more@example.org", role="parent", code="MORE", by=by, at=AT)
    with pytest.raises(CodeUnknown):
        join(make.person("Ben"))
    assert join(make.person("Ben"), "NEW1")


def test_any_guardian_takes_an_invitation_back(child, invited, second):
    with pytest.raises(PermissionDenied):
        take_back_invitation(invited, by=make.as_self(make.person()), at=AT)

    take_back_invitation(invited, by=make.as_self(second.guardian), at=AT)

    assert not GuardianInvitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_code_used_twice_at_the_same_moment_lets_one_in(child, guardian, held):
    invite_guardian(child, email="b@example.org", role="parent", code=CODE, by=make.as_self(guardian), at=AT)
    persons = [make.person(f"Ben {number}") for number in range(3)]

    def use(person):
        try:
            join(person)
        except CodeUnknown:
            return "late"
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(3) as uses:
        outcomes = sorted(uses.map(use, persons))

    assert outcomes == ["in", "late", "late"]
    assert GuardianConsent.objects.count() == 0
