"""Organisations: who enters and changes them, who sees which workspace, and what their new names reach."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learningcity.core.actors import visitor
from learningcity.core.models import AuditLine
from learningcity.people.actions.names import NameMissing
from learningcity.people.actions.organisations import (
    CityOfficeStays,
    ParticularsWrong,
    change_organisation,
)
from learningcity.people.models import Membership, Organisation
from learningcity.people.queries.organisations import organisations
from learningcity.people.signals import organisation_changed
from tests.people.factories import (
    AT,
    as_helper,
    as_member,
    as_self,
    city_office,
    login,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
Role = Membership.Role


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


def test_an_administrator_changes_name_and_contact_and_the_trail_knows(school, head):
    change_organisation(school, name=" Sea  School ", phone="01633 1", by=as_member(head), at=AT)

    school.refresh_from_db()
    assert (school.name, school.phone) == ("Sea School", "01633 1")
    line = AuditLine.objects.get(action="people.organisation_changed")
    assert line.about == f"people.organisation:{school.public_id}"


def test_nothing_new_writes_no_line(school, head):
    change_organisation(school, name=school.name, by=as_member(head), at=AT)

    assert not AuditLine.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.TEACHER, Role.DESK])
def test_a_member_who_is_no_administrator_changes_nothing(school, role):
    teacher = member(of=school, role=role)

    with pytest.raises(PermissionDenied):
        change_organisation(school, name="Mine now", by=as_member(teacher), at=AT)


def test_an_administrator_of_another_organisation_is_refused(school, office):
    other = member(of=organisation("Sea School"))

    with pytest.raises(PermissionDenied):
        change_organisation(school, name="Mine now", by=as_member(other), at=AT)


def test_an_actor_who_claims_an_organisation_without_a_role_in_it_is_refused(school, head):
    forged = as_member(Membership(person=person("Eve"), organisation=school))

    with pytest.raises(PermissionDenied):
        change_organisation(school, name="Mine now", by=forged, at=AT)


def test_while_acting_for_a_person_an_administrator_is_none(school, head):
    acting = as_helper(head.person, person(), school)

    with pytest.raises(PermissionDenied):
        change_organisation(school, name="Mine now", by=acting, at=AT)


@pytest.mark.parametrize("who", [visitor(), None])
def test_visitors_and_residents_change_nothing(school, who):
    with pytest.raises(PermissionDenied):
        change_organisation(school, name="Mine now", by=who or as_self(person()), at=AT)


def test_only_administrators_of_the_city_make_an_organisation_a_part_of_the_city(school, head, administrator):
    """Otherwise whoever administers a provider would become staff by a change of kind."""
    clerk = member(of=administrator.organisation, role=Role.OFFICER)

    for by in (as_member(head), as_member(clerk)):
        with pytest.raises(PermissionDenied):
            change_organisation(school, kind=Organisation.Kind.CITY, by=by, at=AT)
    change_organisation(school, kind=Organisation.Kind.CITY, by=as_member(administrator), at=AT)

    school.refresh_from_db()
    assert school.is_city


def test_the_city_office_stays_a_part_of_the_city(office, administrator):
    with pytest.raises(CityOfficeStays):
        change_organisation(office, kind=Organisation.Kind.OTHER, by=as_member(administrator), at=AT)


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"name": " "}, NameMissing, "name"),
        ({"name": "x" * 201}, ParticularsWrong, "name"),
        ({"name": "a\x07b"}, ParticularsWrong, "name"),
        ({"email": "nobody"}, ParticularsWrong, "email"),
        ({"website": "javascript:alert(1)"}, ParticularsWrong, "website"),
        ({"kind": "castle"}, ParticularsWrong, "kind"),
    ],
)
def test_what_an_organisation_cannot_be_is_refused_at_its_field(school, by, change, refusal, field):
    with pytest.raises(refusal) as caught:
        change_organisation(school, **change, by=by, at=AT)

    assert caught.value.field == field


def test_a_name_in_a_script_with_joiners_is_kept(school, by):
    change_organisation(school, name="کتاب\u200cخانه", by=by, at=AT)

    school.refresh_from_db()
    assert school.name == "کتاب\u200cخانه"


def test_others_hear_of_new_particulars(school, by):
    heard = []

    def hear(sender, organisation, **more):
        heard.append(organisation.name)

    organisation_changed.connect(hear)
    try:
        change_organisation(school, name="Sea School", by=by, at=AT)
    finally:
        organisation_changed.disconnect(hear)

    assert heard == ["Sea School"]


def test_a_list_of_organisations_continues_and_counts_who_administers(office, school, head, monkeypatch):
    monkeypatch.setattr("learningcity.people.queries.organisations.SIZE", 2)
    organisation("an association")

    first = organisations(at=AT)
    second = organisations(after=first.next, at=AT)

    assert [one.name for one in first.organisations] == ["an association", "City office"]
    assert [(one.name, one.administrators) for one in second.organisations] == [("River School", 1)]
    assert second.next == ""
    alone = organisations(only_without=True, at=AT)
    assert [one.name for one in alone.organisations] == ["an association", "City office"]


def test_the_workspace_opens_for_its_members_only(client, school, head):
    stranger = member(login(person("Eve")).person, organisation("Sea School"))
    page = reverse("people:organisation", args=[school.public_id])

    sign_in(client, head.person.login)
    assert "Hal Head" in client.get(page).content.decode()
    sign_in(client, stranger.person.login)
    assert client.get(page).status_code == 403
    sign_in(client, login())
    assert client.get(page).status_code == 403
    client.logout()
    assert client.get(page).status_code == 302


def test_a_member_without_a_second_factor_is_led_to_setting_it_up(client, school, head):
    sign_in(client, head.person.login, second_factor=False)

    answer = client.get(reverse("people:organisation", args=[school.public_id]))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:second_factor"))


def test_an_unknown_organisation_looks_like_one_that_is_closed_to_a_stranger(client, head):
    sign_in(client, head.person.login)

    answer = client.get(reverse("people:organisation", args=["00000000-0000-0000-0000-000000000000"]))

    assert answer.status_code == 403


def test_an_administrator_changes_the_particulars_on_the_page_and_is_not_asked_for_the_kind(
    client, school, head
):
    page = reverse("people:organisation_change", args=[school.public_id])
    sign_in(client, head.person.login)

    assert 'name="kind"' not in client.get(page).content.decode()
    client.post(page, {"name": "Sea School", "kind": "city"})

    school.refresh_from_db()
    assert (school.name, school.kind) == ("Sea School", "education")


def test_a_wrong_particular_is_refused_at_its_field_and_nothing_typed_is_lost(client, school, head):
    page = reverse("people:organisation_change", args=[school.public_id])
    sign_in(client, head.person.login)

    answer = client.post(page, {"name": "Sea School", "email": "nobody"})

    assert answer.status_code == 400
    assert "Sea School" in answer.content.decode()


def test_the_city_enters_an_organisation_on_its_page(client, administrator):
    sign_in(client, administrator.person.login)

    answer = client.post(reverse("people:organisation_new"), {"name": "Sea School", "kind": "education"})

    made = Organisation.objects.get(name="Sea School")
    assert answer["Location"] == reverse("people:organisation", args=[made.public_id])


@pytest.mark.parametrize("name", ["organisation_list", "organisation_new"])
def test_the_list_is_for_the_citys_staff(client, head, administrator, name):
    sign_in(client, head.person.login)
    assert client.get(reverse(f"people:{name}")).status_code == 403
    sign_in(client, administrator.person.login)
    assert client.get(reverse(f"people:{name}")).status_code == 200


def test_a_changed_marker_starts_the_list_again(client, administrator):
    sign_in(client, administrator.person.login)

    answer = client.get(reverse("people:organisation_list"), {"after": "AAAA"})

    assert answer.status_code == 400
    assert "City office" in answer.content.decode()


def test_a_provider_sees_its_own_rooms_and_a_resident_those_of_the_city(client, head):
    sign_in(client, head.person.login)
    page = client.get(reverse("people:own_organisation")).content.decode()

    assert "Rooms of your role" in page
    assert f'href="{reverse("people:organisation_list")}"' not in page
    client.logout()
    sign_in(client, login())
    assert "Rooms of your role" not in client.get("/").content.decode()


def test_the_list_costs_a_fixed_number_of_questions(client, administrator):
    sign_in(client, administrator.person.login)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("people:organisation_list"))
    for number in range(10):
        member(of=organisation(f"School {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("people:organisation_list"))

    assert len(many) == len(few)
