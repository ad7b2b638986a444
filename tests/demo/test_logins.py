"""A log-in for each part that somebody can play: it comes in with what the page shows, and has its right."""

import pytest

from learningcity.core.actors import Right
from learningcity.demo.logins import HELPERS, PARTS, PASSWORD, TOTP_SECRET, open_logins
from learningcity.demo.panels import code_of_the_moment, public_logins
from learningcity.people.actions import found_organisation
from learningcity.people.models import Guardianship, Login, Mandate, Membership, Organisation
from learningcity.people.queries import actor_of
from tests.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def logins(by, at):
    for part in PARTS:
        if part.organisation and part.organisation != "city":
            found_organisation(part.organisation, Organisation.Kind.ASSOCIATION, by=by, at=at)
    return {login.email: login for login in open_logins(by=by, at=at)}


def test_every_part_has_a_log_in_marked_as_public(logins):
    assert set(logins) == {part.email for part in PARTS}
    assert all(login.is_demo and login.check_password(PASSWORD) for login in logins.values())
    assert not Login.objects.filter(person__is_synthetic=False).exists()


def test_every_part_with_a_role_acts_under_it(logins, at):
    for part in PARTS:
        actor = actor_of(logins[part.email], second_factor=bool(part.role), at=at)
        wanted = {"": Right.SELF, "city": Right.STAFF}.get(part.organisation, Right.PROVIDER)
        assert actor.right == wanted, part.key


def test_a_second_time_nothing_is_new(logins, by, at):
    counts = [model.objects.count() for model in (Login, Membership, Mandate, Guardianship)]

    open_logins(by=by, at=at)

    assert [model.objects.count() for model in (Login, Membership, Mandate, Guardianship)] == counts


def test_neighbours_gave_their_mandates_to_the_helpers(logins, at):
    held = Mandate.objects.filter(organisation__name=HELPERS, given_at__isnull=False, ends_at__gt=at)

    assert held.count() == 2


def test_the_page_shows_the_public_log_ins_and_the_code_that_opens(client, logins):
    page = client.get("/sign-in").content.decode()

    assert PASSWORD in page
    assert all(part.email in page for part in PARTS)
    client.post("/sign-in", {"login": "officer@demo.learningcity.example", "password": PASSWORD})
    code = code_of_the_moment(None, ())["code"]
    answer = client.post("/account/second-step", {"code": code})
    assert answer.status_code == 302
    assert client.get("/desk").status_code == 200


def test_the_published_secret_makes_the_codes(logins):
    assert TOTP_SECRET == "LEARNINGCITYDEMO"
    assert len(code_of_the_moment(None, ())["code"]) == 6


def test_a_real_city_shows_no_log_ins_and_no_codes(client):
    people.login()

    assert public_logins(None, ()) is None
    assert code_of_the_moment(None, ()) is None
    assert PASSWORD not in client.get("/sign-in").content.decode()


def test_a_code_of_the_demonstration_opens_nobody_else(client, logins):
    own = people.login(email="ada@example.org")
    people.member(own.person)
    client.post("/sign-in", {"login": "ada@example.org", "password": people.PASSWORD})

    client.post("/second-factor", {"code": code_of_the_moment(None, ())["code"]})

    assert client.get("/desk").status_code != 200
