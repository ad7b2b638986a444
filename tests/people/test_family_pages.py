"""Pages of family and of guardians at the desk: the right person gets in, the wrong one does not."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.models import Message
from learningcity.people.middleware import ACTING
from learningcity.people.models import (
    Acting,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Membership,
    Organisation,
    Person,
    Purpose,
)
from tests.people import factories as make

PAPER = "birth certificate, 3 May 2014"
pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"people:{name}", args=args)


@pytest.fixture
def guardian():
    return make.person("Rosa Rivers")


@pytest.fixture
def child():
    return make.child(born_on=date(now().year - 12, 1, 1))


@pytest.fixture
def held(child, guardian):
    return make.guardianship(child, guardian, from_on=date(2020, 1, 1))


@pytest.fixture
def as_parent(client, guardian, held):
    return make.sign_in(client, make.login(guardian), second_factor=False)


@pytest.fixture
def acting(client, guardian, child, held):
    """Return the client of a guardian who acts for the child."""
    login = make.login(guardian)
    row = Acting.objects.create(
        login=login,
        person=child,
        right="guardian",
        channel="web",
        guardianship=held,
        started_at=now(),
        ends_at=now() + timedelta(minutes=30),
    )
    return make.sign_in(client, login, second_factor=False, **{ACTING: str(row.public_id)})


def words_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# The right persons


def test_a_parent_sees_the_children_and_can_act_for_each(as_parent, held):
    words = words_of(as_parent.get(page("family")))

    assert "You stand for 1 person." in words
    assert page("acting_start_for_child", held.public_id) in words


def test_a_child_sees_who_stands_for_it_and_what_it_may_do_alone(client, child, held):
    GuardianConsent.objects.create(child=child, purpose=Purpose.PLACES, given_by="x", given_at=now())
    make.sign_in(client, make.login(child), second_factor=False)

    words = words_of(client.get(page("family")))

    assert "Rosa Rivers" in words
    assert "A guardian has agreed." in words
    assert "with consent" in words
    assert "Possible from the age of 14." in words
    assert page("family_child", held.public_id) not in words


def test_a_guardian_who_acts_for_the_child_sees_its_family(acting, held):
    words = words_of(acting.get(page("family")))

    assert "Who stands for Kit Rivers" in words
    assert page("family_child", held.public_id) in words
    assert words_of(acting.get(page("family_child", held.public_id)))


def test_a_parent_enters_a_child_on_the_page(client, guardian):
    make.sign_in(client, make.login(guardian), second_factor=False)
    typed = {"name": "Kit Rivers", "born_on": f"{now().year - 5}-03-04", "is_mine": "on"}

    answer = client.post(page("add_child"), typed)

    assert answer["Location"] == page("family_child", Guardianship.objects.get().public_id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": ""}, "name"), ({"born_on": "1980-01-01"}, "born_on"), ({"is_mine": ""}, "is_mine")],
)
def test_a_child_refused_is_refused_at_its_field_and_nothing_typed_is_lost(client, guardian, wrong, field):
    make.sign_in(client, make.login(guardian), second_factor=False)
    typed = {"name": "Kit Rivers", "born_on": f"{now().year - 5}-03-04", "is_mine": "on"} | wrong

    answer = client.post(page("add_child"), typed)

    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert typed["born_on"] in answer.content.decode()
    assert not Guardianship.objects.exists()


def decide(client, held, act, purpose=""):
    return client.post(
        page("decide_for_child", held.public_id), {"act": act, "purpose": purpose}, follow=True
    )


def test_a_parent_agrees_blocks_and_takes_both_back(as_parent, held):
    assert "holds from now on" in words_of(decide(as_parent, held, "agree", "places"))
    assert "No longer agree" in words_of(as_parent.get(page("family_child", held.public_id)))
    decide(as_parent, held, "take_back", "places")
    decide(as_parent, held, "block")
    assert "Everything is blocked" in words_of(as_parent.get(page("family_child", held.public_id)))
    decide(as_parent, held, "lift")

    assert not GuardianConsent.objects.filter(ended_at=None).exists()
    assert not GuardianLimit.objects.filter(lifted_at=None).exists()


def test_a_decision_that_is_refused_says_why(as_parent, held):
    assert "from the age of 14" in words_of(decide(as_parent, held, "agree", "account"))
    assert as_parent.post(page("decide_for_child", held.public_id), {"act": "fly"}).status_code == 404


def test_a_second_guardian_joins_with_the_code_of_the_message(as_parent, client, held, child):
    typed = {"email": "ben@example.org", "role": "parent"}
    as_parent.post(page("invite_guardian", held.public_id), typed)
    code = next(word for word in Message.objects.get().body.split() if word.count("-") == 3)
    assert "ben@example.org" in words_of(as_parent.get(page("family_child", held.public_id)))
    make.sign_in(client, make.login(make.person("Ben Rivers")), second_factor=False)

    wrong = client.post(page("join_family"), {"code": code, "born_on": "2001-01-01"})
    right = client.post(page("join_family"), {"code": code, "born_on": child.born_on.isoformat()})

    assert (wrong.status_code, right.status_code) == (400, 302)
    assert child.guardianships.count() == 2


def test_an_invitation_is_taken_back_on_the_page(as_parent, held):
    as_parent.post(page("invite_guardian", held.public_id), {"email": "b@example.org", "role": "parent"})
    invitation = GuardianInvitation.objects.get()

    as_parent.post(page("take_back_guardian_invitation", held.public_id, invitation.public_id))

    assert not GuardianInvitation.objects.exists()


def test_the_last_guardian_is_told_why_they_cannot_leave(as_parent, held, child):
    assert as_parent.get(page("leave_child", held.public_id)).status_code == 200
    refused = as_parent.post(page("leave_child", held.public_id))
    assert refused.status_code == 400
    assert "Invite another guardian first" in refused.content.decode()
    make.guardianship(child, make.person("Ben Rivers"))

    assert as_parent.post(page("leave_child", held.public_id))["Location"] == page("family")


def test_a_limited_guardian_reads_neutral_words_and_gets_no_way_to_decide_it(as_parent, child, held):
    GuardianLimit.objects.create(
        kind="court",
        child=child,
        guardianship=held,
        purpose=Purpose.PLACES,
        proof="order of the county court",
        from_on=date(2020, 1, 1),
        set_at=now(),
    )

    words = words_of(as_parent.get(page("family_child", held.public_id)))

    assert "What you may do is limited" in words
    assert "court" not in words
    assert "Invite another guardian" not in words
    assert "You cannot decide this." in words
    assert as_parent.get(page("invite_guardian", held.public_id)).status_code == 403
    assert decide(as_parent, held, "agree", "places").status_code == 403


# The wrong persons

OF_A_GUARDIANSHIP = ["family_child", "invite_guardian", "leave_child"]


@pytest.mark.parametrize("name", OF_A_GUARDIANSHIP)
def test_strangers_children_and_other_guardians_are_refused(client, name, child, held):
    other = make.guardianship(child, make.person("Ben Rivers"))
    for who in (make.person("Eve"), child, other.guardian):
        make.sign_in(client, make.login(who), second_factor=False)

        assert client.get(page(name, held.public_id)).status_code == 403
        assert client.post(page(name, held.public_id)).status_code in (403, 405)
        assert client.post(page("decide_for_child", held.public_id), {"act": "block"}).status_code == 403


def test_visitors_sign_in_first(client, held):
    for address in (
        page("family"),
        page("add_child"),
        page("join_family"),
        page("family_child", held.public_id),
    ):
        answer = client.get(address)

        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("people:sign_in"))


def test_who_acts_for_a_child_enters_no_child_and_joins_none(acting):
    for name in ("add_child", "join_family"):
        assert acting.get(page(name)).status_code == 403


def test_a_guardian_who_acts_for_one_child_does_not_decide_for_another(acting, guardian):
    other = make.guardianship(make.child("Lou Rivers"), guardian)

    for name in OF_A_GUARDIANSHIP:
        assert acting.get(page(name, other.public_id)).status_code == 403


def test_after_majority_nothing_of_the_child_is_shown_or_decided(as_parent, child, held):
    Person.objects.filter(pk=child.pk).update(born_on=date(now().year - 19, 1, 1))

    assert "Kit" not in words_of(as_parent.get(page("family")))
    assert as_parent.get(page("family_child", held.public_id)).status_code == 403
    assert decide(as_parent, held, "block").status_code == 403
    assert as_parent.post(page("acting_start_for_child", held.public_id)).status_code in (403, 404)


@pytest.mark.parametrize(("purposes", "status"), [([Purpose.DATA], 200), ([Purpose.PLACES], 403)])
def test_a_helper_sees_a_family_only_with_a_mandate_for_data(client, guardian, held, purposes, status):
    helper = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"), role="desk")
    login = make.login(helper.person)
    mandate = make.mandate(guardian, helper.organisation, purposes, given_at=now() - timedelta(days=1))
    row = Acting.objects.create(
        login=login,
        person=guardian,
        right="mandate",
        channel="desk",
        mandate=mandate,
        organisation=helper.organisation,
        started_at=now(),
        ends_at=now() + timedelta(minutes=30),
    )
    make.sign_in(client, login, **{ACTING: str(row.public_id)})

    answer = client.get(page("family"))

    assert answer.status_code == status
    assert page("family_child", held.public_id) not in answer.content.decode()
    assert client.get(page("family_child", held.public_id)).status_code == 403


def test_the_pages_ask_the_database_a_fixed_number_of_times(
    as_parent, guardian, held, django_assert_max_num_queries
):
    for number in range(4):
        make.guardianship(make.child(f"Lou {number}"), guardian)
    as_parent.get(page("family"))

    with django_assert_max_num_queries(14):
        as_parent.get(page("family"))
    with django_assert_max_num_queries(18):
        as_parent.get(page("family_child", held.public_id))


# The desk


@pytest.fixture
def at_desk(client):
    member = make.member(make.person("Dee Desk"), role=Membership.Role.DESK)
    return make.sign_in(client, make.login(member.person))


def open_page(client, *persons):
    for person in persons:
        client.post(page("desk_person", person.public_id), {"reason": "at_desk", "words": ""})


def test_the_desk_gives_a_reason_before_it_sees_who_stands_for_a_person(at_desk, child):
    answer = at_desk.get(page("desk_guardians", child.public_id))

    assert answer["Location"] == page("desk_person", child.public_id)


def test_the_desk_enters_limits_and_ends_a_guardian(at_desk, child, guardian):
    open_page(at_desk, child, guardian)
    address = page("desk_guardians", child.public_id)
    typed = {"guardian": str(guardian.public_id), "role": "parent", "proof": PAPER, "until_on": ""}

    assert at_desk.post(address, typed)["Location"] == address
    held = Guardianship.objects.get()
    assert PAPER in words_of(at_desk.get(address))
    at_desk.post(
        page("desk_guardian_limit", child.public_id, held.public_id),
        {"purposes": ["everything", "data"], "proof": "order of 9 March"},
    )
    limit = GuardianLimit.objects.get()
    assert limit.purpose == ""
    assert "order of 9 March" in words_of(at_desk.get(address))
    at_desk.post(page("desk_guardian_lift", child.public_id, limit.public_id), {"proof": "order of 1 June"})
    at_desk.post(page("desk_guardian_end", child.public_id, held.public_id), {"proof": "order of 2 June"})

    held.refresh_from_db()
    limit.refresh_from_db()
    assert (held.ending, limit.lift_proof) == ("court", "order of 1 June")
    assert "order of 2 June" in words_of(at_desk.get(address))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"proof": ""}, "proof"), ({"role": ""}, "role"), ({"guardian": "00000000"}, "guardian")],
)
def test_what_the_desk_forgot_is_asked_at_its_field(at_desk, child, guardian, wrong, field):
    open_page(at_desk, child, guardian)
    typed = {"guardian": str(guardian.public_id), "role": "carer", "proof": PAPER} | wrong

    answer = at_desk.post(page("desk_guardians", child.public_id), typed)

    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Guardianship.objects.exists()


def test_forms_of_the_desk_that_say_nothing_are_refused(at_desk, child, held):
    open_page(at_desk, child)
    for name in ("desk_guardian_end", "desk_guardian_limit"):
        assert at_desk.get(page(name, child.public_id, held.public_id)).status_code == 200
        assert at_desk.post(page(name, child.public_id, held.public_id), {"proof": ""}).status_code == 400


def test_a_guardianship_of_another_person_is_not_found_at_the_desk(at_desk, child, held):
    other = make.person("Ivo Weir")
    open_page(at_desk, other)

    for name in ("desk_guardian_end", "desk_guardian_limit"):
        assert at_desk.get(page(name, other.public_id, held.public_id)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (Organisation.Kind.CITY, Membership.Role.OFFICER),
        (Organisation.Kind.ASSOCIATION, Membership.Role.DESK),
        (Organisation.Kind.EDUCATION, Membership.Role.ADMINISTRATOR),
    ],
)
def test_other_roles_do_not_keep_guardians(client, child, held, kind, role):
    member = make.member(make.person("Olu Other"), make.organisation("Harbour", kind), role=role)
    make.sign_in(client, make.login(member.person))

    assert client.get(page("desk_guardians", child.public_id)).status_code == 403
    for name in ("desk_guardian_end", "desk_guardian_limit"):
        assert client.post(page(name, child.public_id, held.public_id), {"proof": "x"}).status_code == 403


def test_the_desks_page_asks_the_database_a_fixed_number_of_times(
    at_desk, child, guardian, held, django_assert_max_num_queries
):
    open_page(at_desk, child, guardian)
    for number in range(4):
        GuardianLimit.objects.create(
            kind="court",
            child=child,
            guardianship=make.guardianship(child, make.person(f"Ben {number}")),
            proof="order",
            from_on=date(2020, 1, 1),
            set_at=now(),
        )
    address = page("desk_guardians", child.public_id)
    at_desk.get(address)

    with django_assert_max_num_queries(22):
        at_desk.get(address)
