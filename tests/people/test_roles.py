"""Roles: given, prolonged, left, ended, lapsing; never leaving an organisation without an administrator."""

import csv
import inspect
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from learningcity.core.actors import Channel, operator
from learningcity.core.models import AuditLine, Message
from learningcity.people.actions.roles import (
    EndTooEarly,
    LastAdministrator,
    RoleGone,
    RoleNotHere,
    appoint_member,
    close_roles_over,
    end_role,
    end_roles_of,
    leave_role,
    let_roles_lapse,
    note_role_used,
    prolong_role,
    warn_of_ending_roles,
)
from learningcity.people.middleware import HAT
from learningcity.people.models import Membership, Organisation, Purpose
from learningcity.people.permissions.roles import duties, roles_for
from learningcity.people.queries.actors import has_role
from learningcity.people.queries.organisations import able_administrators, sole_administrator_of
from tests.people.factories import (
    AT,
    as_guardian,
    as_helper,
    as_member,
    as_self,
    child,
    city_office,
    guardianship,
    login,
    mandate,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
Role = Membership.Role
SCHEDULE = operator(Channel.TASK)


@pytest.fixture
def office():
    return city_office()


@pytest.fixture
def administrator(office):
    return member(login(person("Ada Officer")).person, office)


@pytest.fixture
def school(office):
    return organisation()


@pytest.fixture
def head(school):
    return member(login(person("Hal Head")).person, school)


@pytest.fixture
def teacher(school):
    return member(login(person("Tia Teacher")).person, school, Role.TEACHER)


def days_later(days):
    return AT + timedelta(days=days)


# Giving, prolonging, ending


def test_an_administrator_gives_a_member_a_further_role(school, head, teacher):
    appoint_member(teacher.person, school, Role.ASSESSOR, by=as_member(head), at=AT)

    assert has_role(as_member(teacher), Role.ASSESSOR, at=AT)


def test_a_role_that_begins_later_does_not_hold_yet(school, head, teacher):
    later = date(2026, 12, 1)
    appoint_member(teacher.person, school, Role.EDITOR, from_on=later, by=as_member(head), at=AT)

    assert not has_role(as_member(teacher), Role.EDITOR, at=AT)
    assert has_role(as_member(teacher), Role.EDITOR, at=days_later(8))


def test_a_role_ends_on_its_day_by_itself(school, head, teacher):
    prolong_role(teacher, until_on=date(2026, 11, 30), by=as_member(head), at=AT)

    assert has_role(as_member(teacher), Role.TEACHER, at=days_later(7))
    assert not has_role(as_member(teacher), Role.TEACHER, at=days_later(8))


def test_a_role_that_is_over_can_be_given_anew(school, head):
    over = member(of=school, role=Role.EDITOR, until_on=date(2026, 6, 30))

    again = appoint_member(over.person, school, Role.EDITOR, by=as_member(head), at=AT)

    over.refresh_from_db()
    assert again.pk != over.pk
    assert over.ending == Membership.Ending.OVER


def test_officers_are_of_the_city(school, head, teacher):
    with pytest.raises(RoleNotHere) as caught:
        appoint_member(teacher.person, school, Role.OFFICER, by=as_member(head), at=AT)

    assert caught.value.field == "role"


def test_a_role_cannot_end_before_today(school, head, teacher):
    with pytest.raises(EndTooEarly):
        prolong_role(teacher, until_on=date(2026, 11, 22), by=as_member(head), at=AT)


def test_nobody_prolongs_a_role_of_their_own(school):
    head = member(of=school, until_on=date(2026, 12, 31))
    member(login(person("Other")).person, school)

    with pytest.raises(PermissionDenied):
        prolong_role(head, until_on=None, by=as_member(head), at=AT)


def test_the_city_prolongs_the_only_administrator(school, administrator):
    head = member(login(person("Hal")).person, school, until_on=date(2026, 12, 31))

    prolong_role(head, until_on=date(2027, 12, 31), by=as_member(administrator), at=AT)

    head.refresh_from_db()
    assert head.until_on == date(2027, 12, 31)


@pytest.mark.parametrize("act", ["give", "prolong", "end"])
def test_who_administers_another_organisation_gives_prolongs_and_ends_nothing(school, head, teacher, act):
    stranger = as_member(member(of=organisation("Sea School")))
    acts = {
        "give": lambda: appoint_member(teacher.person, school, Role.EDITOR, by=stranger, at=AT),
        "prolong": lambda: prolong_role(teacher, until_on=None, by=stranger, at=AT),
        "end": lambda: end_role(teacher, by=stranger, at=AT),
    }

    with pytest.raises(PermissionDenied):
        acts[act]()


@pytest.mark.parametrize("role", [Role.DESK, Role.OFFICER, Role.EDITOR])
def test_staff_without_the_role_of_administrator_give_nothing(office, school, teacher, role):
    clerk = member(of=office, role=role)

    with pytest.raises(PermissionDenied):
        appoint_member(teacher.person, school, Role.EDITOR, by=as_member(clerk), at=AT)


def test_administrators_of_another_part_of_the_city_keep_their_own_part_only(office, school, teacher):
    library = organisation("Library service", Organisation.Kind.CITY)
    librarian = member(of=library)
    reader = member(of=library, role=Role.TEACHER)

    appoint_member(reader.person, library, Role.DESK, by=as_member(librarian), at=AT)
    with pytest.raises(PermissionDenied):
        appoint_member(teacher.person, school, Role.EDITOR, by=as_member(librarian), at=AT)


def test_who_lost_the_role_gives_nothing_more(school, head, teacher):
    was = as_member(head)
    member(login(person("Other")).person, school)
    end_role(head, by=operator(), at=AT)

    with pytest.raises(PermissionDenied):
        appoint_member(teacher.person, school, Role.EDITOR, by=was, at=AT)


def test_a_role_ends_once(head, teacher):
    end_role(teacher, by=as_member(head), at=AT)

    with pytest.raises(RoleGone):
        end_role(teacher, by=as_member(head), at=AT)
    assert AuditLine.objects.filter(action="people.role_ended").count() == 1


def test_everybody_leaves_a_role_of_their_own_and_nobody_elses(head, teacher):
    with pytest.raises(PermissionDenied):
        leave_role(head, by=as_member(teacher), at=AT)
    left = leave_role(teacher, by=as_member(teacher), at=AT)

    assert left.ending == Membership.Ending.LEFT


# The last administrator


def test_the_last_administrator_cannot_leave_or_be_ended_or_given_an_end(head, administrator):
    with pytest.raises(LastAdministrator, match="River School would have no administrator"):
        leave_role(head, by=as_member(head), at=AT)
    with pytest.raises(LastAdministrator):
        end_role(head, by=as_member(administrator), at=AT)
    with pytest.raises(LastAdministrator):
        prolong_role(head, until_on=date(2027, 1, 1), by=as_member(administrator), at=AT)
    with pytest.raises(LastAdministrator):
        end_roles_of(head.person, by=operator(), at=AT)


def test_with_a_second_administrator_the_first_one_may_go(school, head):
    member(login(person("Second")).person, school)

    leave_role(head, by=as_member(head), at=AT)

    assert able_administrators(at=AT).filter(organisation=school).count() == 1


@pytest.mark.parametrize(
    "second",
    [
        {"from_on": date(2026, 12, 1)},
        {"until_on": date(2026, 11, 22)},
        {"role": Role.EDITOR},
    ],
)
def test_somebody_who_does_not_administer_now_is_no_second_administrator(school, head, second):
    member(login(person("Second")).person, school, **second)

    with pytest.raises(LastAdministrator):
        leave_role(head, by=as_member(head), at=AT)


def test_somebody_who_cannot_sign_in_is_no_second_administrator(school, head):
    member(person("Without log-in"), school)

    with pytest.raises(LastAdministrator):
        leave_role(head, by=as_member(head), at=AT)


def test_whom_an_organisation_would_miss_is_asked_before_erasure(school, head, teacher):
    assert sole_administrator_of(head.person, at=AT) == [school]
    assert sole_administrator_of(teacher.person, at=AT) == []

    member(login(person("Second")).person, school)

    assert sole_administrator_of(head.person, at=AT) == []


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_the_same_moment_leave_one_behind():
    school = organisation()
    both = [member(login(person(f"Head {n}")).person, school) for n in range(4)]

    def leave(membership):
        try:
            leave_role(membership, by=as_member(membership), at=AT)
        except LastAdministrator:
            return "stays"
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor(4) as crowd:
        outcomes = sorted(crowd.map(leave, both))

    assert outcomes == ["left", "left", "left", "stays"]
    assert able_administrators(at=AT).filter(organisation=school).count() == 1


@pytest.mark.django_db(transaction=True)
def test_erasure_and_ending_at_the_same_moment_leave_one_administrator():
    school = organisation()
    first, second = (member(login(person(f"Head {n}")).person, school) for n in range(2))

    def run(act):
        try:
            act()
        except LastAdministrator:
            return "refused"
        finally:
            connection.close()
        return "done"

    acts = [
        lambda: end_roles_of(first.person, by=operator(), at=AT),
        lambda: end_role(second, by=operator(), at=AT),
    ]
    with ThreadPoolExecutor(2) as crowd:
        outcomes = sorted(crowd.map(run, acts))

    assert outcomes == ["done", "refused"]


# Warned, lapsed, over


def test_a_role_that_ends_is_announced_thirty_days_before_and_once(head, teacher):
    Membership.objects.update(last_used_on=date(2026, 12, 30))
    Membership.objects.filter(pk=teacher.pk).update(until_on=date(2027, 1, 31))

    assert warn_of_ending_roles(by=SCHEDULE, at=datetime(2026, 12, 31, 9, tzinfo=AT.tzinfo)) == 0
    moment = datetime(2027, 1, 1, 9, tzinfo=AT.tzinfo)
    assert warn_of_ending_roles(by=SCHEDULE, at=moment) == 1
    assert warn_of_ending_roles(by=SCHEDULE, at=moment) == 0

    message = Message.objects.get()
    assert "River School" in message.body
    assert "31 January 2027" in message.body


def test_an_unused_role_is_announced_and_lapses_a_month_later(head, teacher):
    """Rights end with the job, and unused ones lapse."""
    Membership.objects.filter(pk=head.pk).update(last_used_on=date(2026, 11, 1))
    Membership.objects.filter(pk=teacher.pk).update(from_on=date(2026, 6, 27))

    assert warn_of_ending_roles(by=SCHEDULE, at=AT) == 0
    assert warn_of_ending_roles(by=SCHEDULE, at=days_later(1)) == 1
    assert let_roles_lapse(by=SCHEDULE, at=days_later(30)) == 0
    assert let_roles_lapse(by=SCHEDULE, at=days_later(31)) == 1

    teacher.refresh_from_db()
    assert teacher.ending == Membership.Ending.LAPSED
    assert "24 December 2026" in Message.objects.get().body


def test_a_late_schedule_still_leaves_thirty_days(head, teacher):
    Membership.objects.filter(pk=teacher.pk).update(from_on=date(2025, 1, 1))

    warn_of_ending_roles(by=SCHEDULE, at=AT)

    assert let_roles_lapse(by=SCHEDULE, at=days_later(29)) == 0
    assert let_roles_lapse(by=SCHEDULE, at=days_later(30)) == 1


def test_a_role_that_is_used_does_not_lapse(head, teacher):
    Membership.objects.filter(pk=teacher.pk).update(from_on=date(2025, 1, 1))
    warn_of_ending_roles(by=SCHEDULE, at=AT)

    teacher.refresh_from_db()
    note_role_used(teacher, by=as_member(teacher), at=days_later(20))

    assert let_roles_lapse(by=SCHEDULE, at=days_later(40)) == 0
    teacher.refresh_from_db()
    assert teacher.lapse_warned_on is None


def test_the_role_of_the_last_administrator_never_lapses(head):
    Membership.objects.filter(pk=head.pk).update(from_on=date(2025, 1, 1))
    warn_of_ending_roles(by=SCHEDULE, at=AT)

    assert let_roles_lapse(by=SCHEDULE, at=days_later(400)) == 0


def test_of_two_idle_administrators_one_stays(school, head):
    member(login(person("Second")).person, school)
    Membership.objects.update(from_on=date(2025, 1, 1))
    warn_of_ending_roles(by=SCHEDULE, at=AT)

    assert let_roles_lapse(by=SCHEDULE, at=days_later(60)) == 1
    assert able_administrators(at=days_later(60)).filter(organisation=school).count() == 1


def test_what_is_over_is_marked_by_the_schedule(teacher):
    Membership.objects.filter(pk=teacher.pk).update(until_on=date(2026, 11, 22))

    assert close_roles_over(by=SCHEDULE, at=AT) == 1
    teacher.refresh_from_db()
    assert teacher.ending == Membership.Ending.OVER


@pytest.mark.parametrize("act", [warn_of_ending_roles, close_roles_over, let_roles_lapse])
def test_only_the_schedule_lets_roles_lapse(administrator, act):
    with pytest.raises(PermissionDenied):
        act(by=as_member(administrator), at=AT)


@given(idle=st.integers(0, 400), warned=st.none() | st.integers(0, 400))
def test_nobody_loses_a_role_within_thirty_days_of_the_warning_or_180_of_use(idle, warned):
    Membership.objects.all().delete()
    school = organisation()
    member(login(person("Head")).person, school, from_on=date(2020, 1, 1), last_used_on=AT.date())
    role = member(of=school, role=Role.TEACHER, from_on=date(2020, 1, 1))
    role.last_used_on = AT.date() - timedelta(days=idle)
    role.lapse_warned_on = None if warned is None else AT.date() - timedelta(days=warned)
    role.save()

    lapsed = let_roles_lapse(by=SCHEDULE, at=AT)

    assert lapsed == (idle >= 180 and warned is not None and warned >= 30)


# One's own rights


def test_the_words_of_a_role_are_those_of_the_permission_that_decides():
    for duty in duties():
        policy = " ".join((inspect.getdoc(duty.decides) or "").split())

        assert str(duty.words) in policy, duty.decides.__name__


def test_every_role_of_every_kind_of_organisation_has_words(school, office):
    for place in (school, office):
        assert set(roles_for(place)) <= set(Role)
    assert Role.OFFICER not in roles_for(school)


def test_a_person_sees_their_roles_and_what_they_allow(client, head, teacher):
    sign_in(client, head.person.login)
    page = client.get(reverse("people:mine_roles")).content.decode()

    assert "River School" in page
    assert "invite people, and give, prolong and end roles in it" in page
    sign_in(client, teacher.person.login)
    page = client.get(reverse("people:mine_roles")).content.decode()
    assert "invite people" not in page
    assert "see its workspace" in page


def test_a_guardian_sees_for_whom_they_stand(client, office):
    guardian = login(person("Gina Guardian"))
    guardianship(child("Kit Kimble"), guardian.person)
    sign_in(client, guardian)

    assert "Kit Kimble" in client.get(reverse("people:mine_roles")).content.decode()


def test_a_helper_sees_how_many_trust_the_organisation_and_no_names(client, school):
    helper = member(login(person("Hana Helper")).person, school, Role.DESK)
    mandate(person("Rosa Rivers"), school, given_at=now() - timedelta(hours=1))
    sign_in(client, helper.person.login)
    page = client.get(reverse("people:mine_roles")).content.decode()

    assert "1 person lets this organisation act for them" in page
    assert "Rosa Rivers" not in page


def test_visitors_are_sent_to_sign_in_before_their_roles(client):
    assert client.get(reverse("people:mine_roles")).status_code == 302


def test_taking_a_role_changes_who_acts_and_every_open_form(client, school, office):
    two = login(person("Two Hats"))
    member(two.person, office)
    in_school = member(two.person, school)
    sign_in(client, two)
    client.get(reverse("people:mine_roles"))
    token = client.cookies["csrftoken"].value

    client.post(reverse("people:take_hat"), {"hat": str(in_school.public_id)})

    assert client.get(reverse("people:own_organisation")).context["organisation"] == school
    assert client.cookies["csrftoken"].value != token
    in_school.refresh_from_db()
    assert in_school.last_used_on == now().date()


def test_acting_for_oneself_lays_the_role_down(client, administrator):
    sign_in(client, administrator.person.login)
    client.post(reverse("people:take_hat"), {"hat": "self"})

    assert client.get(reverse("people:organisation_list")).status_code == 403


def test_nobody_takes_the_role_of_another(client, head, teacher):
    sign_in(client, teacher.person.login)

    answer = client.post(reverse("people:take_hat"), {"hat": str(head.public_id)})

    assert answer.status_code == 403
    assert HAT not in client.session


def test_without_a_second_factor_no_role_is_taken(client, head):
    sign_in(client, head.person.login, second_factor=False)

    page = client.get(reverse("people:mine_roles")).content.decode()
    answer = client.post(reverse("people:take_hat"), {"hat": str(head.public_id)})

    assert reverse("people:second_factor") in page
    assert answer.status_code == 403


@pytest.mark.parametrize("hat", ["", "nobody", "x" * 5000, "------------------------------------"])
def test_a_role_that_is_none_cannot_be_taken(client, head, hat):
    sign_in(client, head.person.login)

    assert client.post(reverse("people:take_hat"), {"hat": hat}).status_code in (403, 404)


def test_signing_in_counts_as_use_of_the_role_one_begins_in(client, head):
    used = []
    for second_factor in (False, True):
        sign_in(client, head.person.login, second_factor=second_factor)
        request = RequestFactory().post("/sign-in")
        request.session, request.user = client.session, head.person.login
        user_logged_in.send(type(request.user), request=request, user=request.user)
        head.refresh_from_db()
        used.append(head.last_used_on)

    assert used == [None, now().date()]


def test_leaving_asks_once_more_and_then_ends_the_role(client, head, teacher):
    page = reverse("people:role_leave", args=[teacher.public_id])
    sign_in(client, teacher.person.login)

    client.get(page)
    teacher.refresh_from_db()
    assert teacher.ended_at is None
    client.post(page)
    teacher.refresh_from_db()
    assert teacher.ending == Membership.Ending.LEFT


def test_the_last_administrator_is_told_on_the_page_why_not(client, head):
    sign_in(client, head.person.login)

    answer = client.post(reverse("people:role_leave", args=[head.public_id]))

    assert answer.status_code == 400
    assert "Make somebody else an administrator" in answer.content.decode()


def test_nobody_leaves_for_another(client, head, teacher):
    sign_in(client, teacher.person.login)

    assert client.post(reverse("people:role_leave", args=[head.public_id])).status_code == 403


def test_who_acts_for_another_neither_takes_nor_leaves_roles(school, teacher):
    helper = as_helper(teacher.person, person(), school)
    guardian = as_guardian(teacher.person, child())

    for by in (helper, guardian):
        with pytest.raises(PermissionDenied):
            leave_role(teacher, by=by, at=AT)


# In an organisation


def test_an_administrator_sees_prolongs_and_ends_roles_on_the_pages(client, school, head, teacher):
    sign_in(client, head.person.login)
    members_page = reverse("people:organisation_members", args=[school.public_id])
    page = reverse("people:role_change", args=[school.public_id, teacher.public_id])

    assert "Tia Teacher" in client.get(members_page).content.decode()
    client.post(page, {"until_on": "2099-12-31"})
    teacher.refresh_from_db()
    assert teacher.until_on == date(2099, 12, 31)
    client.post(reverse("people:role_end", args=[school.public_id, teacher.public_id]))
    teacher.refresh_from_db()
    assert teacher.ending == Membership.Ending.ENDED


def test_a_further_role_is_given_on_the_page(client, school, head, teacher):
    sign_in(client, head.person.login)
    page = reverse("people:role_give", args=[school.public_id, teacher.person.public_id])

    assert client.post(page, {"role": "officer"}).status_code == 400
    client.post(page, {"role": "assessor"})

    assert teacher.person.memberships.filter(role="assessor").exists()


def test_a_stranger_is_not_given_a_role_by_an_address(client, school, head):
    sign_in(client, head.person.login)
    page = reverse("people:role_give", args=[school.public_id, person("Stranger").public_id])

    assert client.post(page, {"role": "assessor"}).status_code == 403


def test_a_role_of_another_organisation_is_not_changed_through_ones_own(client, school, head):
    elsewhere = member(of=organisation("Sea School"), role=Role.TEACHER)
    sign_in(client, head.person.login)
    page = reverse("people:role_end", args=[school.public_id, elsewhere.public_id])

    assert client.post(page).status_code == 403
    elsewhere.refresh_from_db()
    assert elsewhere.ended_at is None


def test_a_colleague_without_the_role_of_administrator_does_not_see_who_has_which_role(
    client, school, teacher
):
    sign_in(client, teacher.person.login)

    page = reverse("people:organisation_members", args=[school.public_id])

    assert client.get(page).status_code == 403


# Everyone's


def test_administrators_of_the_city_see_everyones_roles(client, administrator, head, teacher):
    sign_in(client, administrator.person.login)
    page = client.get(reverse("people:role_list"), {"q": "river"}).content.decode()

    assert "Tia Teacher" in page
    assert "Ada Officer" not in page.partition("<tbody>")[2]


@pytest.mark.parametrize("name", ["role_list", "role_download"])
def test_nobody_else_sees_everyones_roles(client, office, head, name):
    page = reverse(f"people:{name}", args=["csv"] if name == "role_download" else [])
    clerk = member(login(person("Clerk")).person, office, Role.OFFICER)

    for who in (head.person.login, clerk.person.login, login()):
        sign_in(client, who)
        assert client.get(page).status_code == 403


def test_everyones_roles_continue_and_cost_a_fixed_number_of_questions(
    client, administrator, school, monkeypatch
):
    monkeypatch.setattr("learningcity.people.queries.roles.SIZE", 3)
    sign_in(client, administrator.person.login)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("people:role_list"))
    for number in range(7):
        member(person(f"Number {number}"), school, Role.TEACHER)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("people:role_list"))

    assert len(many) == len(few)
    seen, after = [], ""
    while True:
        shown = client.get(reverse("people:role_list"), {"after": after}).context["shown"]
        seen += [role.pk for role in shown.roles]
        after = shown.next
        if not after:
            break
    assert seen == list(Membership.objects.order_by("pk").values_list("pk", flat=True))


def test_a_changed_marker_of_the_roles_starts_the_list_again(client, administrator):
    sign_in(client, administrator.person.login)

    assert client.get(reverse("people:role_list"), {"after": "AAAA"}).status_code == 400


def test_the_roles_are_downloaded_and_no_name_is_a_formula(client, administrator, school):
    member(person("=HYPERLINK(1)"), school, Role.TEACHER)
    sign_in(client, administrator.person.login)

    table = client.get(reverse("people:role_download", args=["csv"]), {"role": "teacher"})
    book = client.get(reverse("people:role_download", args=["xlsx"]), {"role": "teacher"})

    rows = list(csv.reader(io.StringIO(table.getvalue().decode("utf-8-sig"))))
    assert rows[1][1] == "'=HYPERLINK(1)"
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet["B2"].data_type == "s"
    assert AuditLine.objects.filter(action="people.roles_downloaded").count() == 2


def test_a_download_with_a_filter_that_cannot_be_read_gives_nothing_away(client, administrator):
    sign_in(client, administrator.person.login)

    answer = client.get(reverse("people:role_download", args=["csv"]), {"role": "king"})

    assert answer.status_code == 409


def test_one_does_not_need_a_role_to_ask_what_one_may_do(client, office):
    resident = login()
    sign_in(client, resident)

    assert "You have no role" in client.get(reverse("people:mine_roles")).content.decode()


def test_a_guardian_limited_by_a_court_reads_what_is_forbidden(client, office):
    guardian = login(person("Gina Guardian"))
    held = guardianship(child("Kit Kimble"), guardian.person)
    held.limits.create(
        kind="court", child=held.child, purpose=Purpose.RECORD, from_on=date(2026, 1, 1), set_at=AT
    )
    sign_in(client, guardian)

    assert "A desk of the city entered this" in client.get(reverse("people:mine_roles")).content.decode()


def test_as_oneself_one_gives_no_roles(school, teacher, head):
    with pytest.raises(PermissionDenied):
        appoint_member(teacher.person, school, Role.EDITOR, by=as_self(head.person), at=AT)
