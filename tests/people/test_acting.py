"""Acting for another person: short, in sight, and never for the wrong one."""

import re
import threading
from contextlib import suppress
from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.actors import Channel
from learningcity.core.models import AuditLine
from learningcity.people.actions.acting import ChannelUnknown, start_acting, stop_acting
from learningcity.people.actions.contact import Particulars, change_contact
from learningcity.people.actions.mandates import end_mandate
from learningcity.people.middleware import ACTING
from learningcity.people.models import Acting, Contact, Mandate, Membership, Person, Purpose
from learningcity.people.queries.actors import open_acting
from tests.people import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    return make.city_office("Central Library")


@pytest.fixture
def helping(library):
    """Return the role of a helper at the desk of the library."""
    return make.member(make.person("Dai Desk"), library, role="desk")


@pytest.fixture
def login(helping):
    return make.login(helping.person)


@pytest.fixture
def rosa():
    return make.person("Rosa Rivers")


@pytest.fixture
def mandate(rosa, library):
    return make.mandate(rosa, library, [Purpose.CONTACT, Purpose.PLACES], given_at=now(), days=365)


def begin(login, helping, mandate, at, channel=Channel.DESK):
    return start_acting(login, mandate=mandate, channel=channel, by=make.as_member(helping), at=at)


def test_a_helper_acts_for_half_an_hour_and_the_trail_says_for_whom(login, helping, mandate, rosa):
    at = mandate.given_at
    acting = begin(login, helping, mandate, at)

    assert acting.ends_at == at + timedelta(minutes=30)
    assert open_acting(login, str(acting.public_id), at=at)
    assert open_acting(login, str(acting.public_id), at=acting.ends_at) is None
    line = AuditLine.objects.get(action="people.acting_started")
    assert (line.person, line.on_behalf_of) == (str(helping.person.public_id), str(rosa.public_id))
    assert (line.right, line.channel) == ("mandate", "desk")


def test_acting_never_lasts_longer_than_the_mandate(login, helping, rosa, library, at):
    soon = at + timedelta(minutes=5)
    mandate = make.mandate(rosa, library, ends_at=soon, days=1)

    assert begin(login, helping, mandate, at).ends_at == soon


def test_a_log_in_acts_for_one_person_at_a_time(login, helping, mandate, library):
    at = mandate.given_at
    first = begin(login, helping, mandate, at)
    second = begin(login, helping, make.mandate(make.person("Ben Brook"), library, given_at=at), at)

    first.refresh_from_db()
    assert first.ended_at == at
    assert Acting.objects.get(ended_at=None) == second


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.API, Channel.TASK, Channel.COMMAND])
def test_a_helper_says_how_the_person_reached_them(login, helping, mandate, channel):
    with pytest.raises(ChannelUnknown):
        begin(login, helping, mandate, mandate.given_at, channel)


def test_nobody_acts_without_the_role_the_mandate_or_the_own_log_in(login, helping, mandate, rosa, library):
    at = mandate.given_at
    teacher = make.member(make.person("Tea Cher"), library, role="teacher")
    cases = [
        (make.login(teacher.person), teacher, mandate),
        (make.login(make.person("Else")), helping, mandate),
        (login, helping, make.mandate(rosa, make.organisation("Open Door"), given_at=at)),
        (login, helping, make.mandate(rosa, library, given_at=at, ended_at=at, ended_through="desk")),
        (login, helping, make.mandate(helping.person, library, given_at=at)),
    ]

    for who, role, under in cases:
        with pytest.raises(PermissionDenied):
            begin(who, role, under, at)
    with pytest.raises(PermissionDenied):
        start_acting(login, channel=Channel.DESK, by=make.as_member(helping), at=at)


def test_a_guardian_acts_for_two_hours_and_not_after_majority(at):
    kit, parent = make.child(), make.person("Pat Rivers")
    login = make.login(parent)
    held = make.guardianship(kit, parent)

    def try_it(moment):
        return start_acting(login, guardianship=held, channel=Channel.WEB, by=make.as_self(parent), at=moment)

    assert try_it(at).ends_at == at + timedelta(hours=2)
    Person.objects.filter(pk=kit.pk).update(born_on=date(2008, 1, 1))
    held.child.refresh_from_db()
    with pytest.raises(PermissionDenied):
        try_it(at)


@pytest.mark.parametrize("forbidden", [[""], list(Purpose)])
def test_a_guardian_to_whom_a_court_forbids_everything_does_not_begin(at, forbidden):
    kit, parent = make.child(), make.person("Pat Rivers")
    held = make.guardianship(kit, parent)
    for purpose in forbidden:
        held.limits.create(kind="court", child=kit, purpose=purpose, from_on=date(2026, 1, 1), set_at=at)

    with pytest.raises(PermissionDenied):
        start_acting(
            make.login(parent), guardianship=held, channel=Channel.WEB, by=make.as_self(parent), at=at
        )


def test_nobody_stops_what_another_does(login, helping, mandate):
    begin(login, helping, mandate, mandate.given_at)

    with pytest.raises(PermissionDenied):
        stop_acting(login, by=make.as_self(make.person("Else")), at=mandate.given_at)


# Pages.


@pytest.fixture
def browser(login):
    """Return a signed-in helper whose browser checks forms as a real one would."""
    return make.sign_in(Client(enforce_csrf_checks=True), login)


def token(browser, path=None):
    """Return the token of a form on a page that is open now."""
    page = browser.get(path or reverse("people:desk_people")).content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)


def look_up(browser, person):
    """Open a person's page with a reason."""
    path = reverse("people:desk_person", args=[person.public_id])
    data = {"reason": "at_desk", "csrfmiddlewaretoken": token(browser)}
    assert browser.post(path, data).status_code == 302
    return path


def act(browser, person, channel="desk"):
    """Begin to act for a person from their page."""
    path = look_up(browser, person)
    data = {"through": channel, "csrfmiddlewaretoken": token(browser, path)}
    answer = browser.post(reverse("people:acting_start", args=[person.public_id]), data)
    assert answer.status_code == 302


def contact_form(token, **more):
    return {
        "csrfmiddlewaretoken": token,
        "name": "Rosa Maria Rivers",
        "channel": "none",
        "language": "en",
        **more,
    }


def test_the_name_is_in_sight_on_the_pages_of_all_rooms(browser, mandate):
    act(browser, mandate.person)

    for path in ("/", "/search", reverse("people:desk"), reverse("people:contact"), "/no/such/page"):
        page = browser.get(path).content.decode()
        assert "You act for <b><bdi>Rosa Rivers</bdi></b>, born 1980." in page, path
        assert "Stop acting for Rosa Rivers" in page
        assert page.index('class="skip"') < page.index('class="acting"') < page.index("<header")


def test_pages_that_show_a_person_are_not_kept_by_the_browser(browser, mandate):
    act(browser, mandate.person)

    assert "no-store" in browser.get("/search")["Cache-Control"]


def test_what_a_helper_does_is_marked_so(browser, helping, mandate, rosa, library):
    act(browser, rosa, "phone")

    browser.post(reverse("people:contact"), contact_form(token(browser)))

    line = AuditLine.objects.get(action="people.name_changed")
    assert (line.person, line.on_behalf_of) == (str(helping.person.public_id), str(rosa.public_id))
    assert (line.right, line.channel) == ("mandate", "phone")
    assert line.organisation == str(library.public_id)
    rosa.refresh_from_db()
    assert (rosa.name, rosa.name_source) == ("Rosa Maria Rivers", "helper")


def test_forged_fields_change_nobody_else_and_no_right(browser, helping, mandate, rosa):
    victim = make.person("Vic Tim")
    act(browser, rosa)
    forged = {
        "person": str(victim.public_id),
        "on_behalf_of": str(victim.public_id),
        "owner": str(victim.public_id),
        "right": "self",
        "by": str(victim.public_id),
        "channel_of_actor": "web",
        "name_source": "authority",
    }

    browser.post(reverse("people:contact"), contact_form(token(browser), **forged))

    victim.refresh_from_db()
    assert victim.name == "Vic Tim"
    assert Person.objects.get(pk=rosa.pk).name_source == "helper"
    assert AuditLine.objects.get(action="people.name_changed").on_behalf_of == str(rosa.public_id)


def test_a_session_that_holds_the_acting_of_another_log_in_acts_for_nobody(mandate, library, helping, login):
    acting = begin(login, helping, mandate, mandate.given_at)
    thief = make.member(make.person("Thea Thief"), library, role="desk")
    client = make.sign_in(Client(), make.login(thief.person), **{ACTING: str(acting.public_id)})

    assert "You act for" not in client.get("/search").content.decode()


def test_a_form_sent_after_the_mandate_ended_is_refused_and_shows_what_was_typed(
    browser, mandate, helping, rosa
):
    act(browser, rosa)
    held = token(browser, reverse("people:contact"))
    end_mandate(mandate, by=make.as_self(rosa), at=now())

    answer = browser.post(reverse("people:contact"), contact_form(held, good_to_know="<b>Large</b> print"))

    assert answer.status_code == 409
    words = answer.content.decode()
    assert "Nothing was saved" in words
    assert "&lt;b&gt;Large&lt;/b&gt; print" in words
    assert held not in words
    assert Person.objects.get(pk=helping.person.pk).name == "Dai Desk"
    assert Person.objects.get(pk=rosa.pk).name == "Rosa Rivers"
    assert not Contact.objects.exists()


def test_after_the_time_is_over_a_form_is_refused_and_later_forms_are_the_helpers_own(
    browser, mandate, rosa, helping
):
    act(browser, rosa)
    old = token(browser, reverse("people:contact"))
    Acting.objects.update(started_at=now() - timedelta(hours=1), ends_at=now() - timedelta(minutes=1))

    assert browser.post(reverse("people:contact"), contact_form(old)).status_code == 409
    assert browser.post(reverse("people:contact"), contact_form(old)).status_code == 403
    fresh = contact_form(token(browser, reverse("people:contact")), name="Dai D. Desk")
    assert browser.post(reverse("people:contact"), fresh).status_code == 302
    assert Person.objects.get(pk=helping.person.pk).name == "Dai D. Desk"
    assert Person.objects.get(pk=rosa.pk).name == "Rosa Rivers"


def test_a_page_read_after_the_end_says_so_and_is_the_helpers_own(browser, mandate, rosa):
    act(browser, rosa)
    end_mandate(mandate, by=make.as_self(rosa), at=now())

    page = browser.get(reverse("people:contact")).content.decode()

    assert "Your time of acting for Rosa Rivers has ended." in page
    assert 'value="Dai Desk"' in page


def test_a_helper_whose_role_ended_meanwhile_acts_no_more(browser, mandate, helping, rosa):
    act(browser, rosa)
    held = token(browser, reverse("people:contact"))
    Membership.objects.update(ended_at=now(), ending="ended")

    assert browser.post(reverse("people:contact"), contact_form(held)).status_code == 409
    assert browser.get(reverse("people:desk_person", args=[rosa.public_id])).status_code == 403


def test_a_helper_who_is_only_a_teacher_now_acts_no_more(browser, mandate, helping, rosa):
    act(browser, rosa)
    Membership.objects.update(role="teacher")

    assert "You act for" not in browser.get("/search").content.decode()


def test_two_tabs_with_different_persons_never_mix(browser, mandate, library, rosa):
    ben = make.person("Ben Brook")
    make.mandate(ben, library, [Purpose.CONTACT], given_at=now())
    act(browser, rosa)
    tab_of_rosa = contact_form(token(browser, reverse("people:contact")), name="Rosa M. Rivers")
    act(browser, ben)

    answer = browser.post(reverse("people:contact"), tab_of_rosa)

    assert answer.status_code == 403
    words = answer.content.decode()
    assert "This page was opened for another person, or too long ago. Nothing was saved." in words
    assert {person.name for person in Person.objects.all()} >= {"Ben Brook", "Rosa Rivers"}
    assert not Contact.objects.exists()


def test_stopping_empties_the_forms_too(browser, mandate, rosa):
    act(browser, rosa)
    page_of_rosa = contact_form(token(browser, reverse("people:contact")))
    stopped = browser.post(reverse("people:acting_stop"), {"csrfmiddlewaretoken": token(browser)})

    assert stopped["Location"] == reverse("people:desk_person", args=[rosa.public_id])
    assert browser.post(reverse("people:contact"), page_of_rosa).status_code == 403
    assert Acting.objects.filter(ended_at=None).count() == 0


def test_stopping_works_when_the_time_is_over(browser, mandate, rosa):
    act(browser, rosa)
    held = token(browser)
    Acting.objects.update(started_at=now() - timedelta(hours=1), ends_at=now() - timedelta(minutes=1))

    answer = browser.post(reverse("people:acting_stop"), {"csrfmiddlewaretoken": held})

    assert answer.status_code == 302
    assert ACTING not in browser.session


def test_without_a_second_factor_nobody_acts_for_others(login, helping, mandate):
    acting = begin(login, helping, mandate, mandate.given_at)
    client = make.sign_in(Client(), login, second_factor=False, **{ACTING: str(acting.public_id)})

    assert "You act for" not in client.get("/search").content.decode()
    assert client.post(reverse("people:contact"), contact_form("")).status_code == 409


def test_acting_begins_and_ends_by_a_form_only(browser, mandate, rosa):
    assert browser.get(reverse("people:acting_start", args=[rosa.public_id])).status_code == 405
    assert browser.get(reverse("people:acting_stop")).status_code == 405


def test_a_mandate_without_a_channel_starts_nothing(browser, mandate, rosa):
    path = look_up(browser, rosa)
    data = {"through": "web", "csrfmiddlewaretoken": token(browser, path)}

    browser.post(reverse("people:acting_start", args=[rosa.public_id]), data)

    assert not Acting.objects.exists()


def test_a_guardian_acts_for_a_child_and_stops(client):
    kit, parent = make.child(), make.person("Pat Rivers")
    held = make.guardianship(kit, parent)
    make.sign_in(client, make.login(parent), second_factor=False)

    client.post(reverse("people:acting_start_for_child", args=[held.public_id]))

    page = client.get("/search").content.decode()
    assert "You act for <b><bdi>Kit Rivers</bdi></b>, born 2014." in page
    stranger = make.sign_in(Client(), make.login(make.person("Else")))
    path = reverse("people:acting_start_for_child", args=[held.public_id])
    assert stranger.post(path).status_code == 403
    assert Client().post(path).status_code == 403


def test_the_acting_bar_costs_visitors_nothing(client, django_assert_max_num_queries):
    client.get("/accessibility")

    with django_assert_max_num_queries(3):
        client.get("/accessibility")


@pytest.mark.django_db(transaction=True)
def test_a_mandate_that_ends_while_an_act_runs_leaves_no_act_after_its_end(at):
    """Whichever comes first: an act of the helper never stands in the trail behind the end."""
    library = make.city_office("Central Library")
    helping = make.member(make.person("Dai Desk"), library, role="desk")
    for number in range(6):
        rosa = make.person(f"Rosa {number}")
        mandate = make.mandate(rosa, library, [Purpose.CONTACT])
        race(
            partial(
                change_contact,
                rosa,
                name="Changed",
                particulars=Particulars(),
                by=make.as_helper(helping.person, rosa, library),
                at=at,
            ),
            partial(end_mandate, mandate, by=make.as_self(rosa), at=at),
        )

        lines = AuditLine.objects.filter(on_behalf_of=str(rosa.public_id)).order_by("pk")
        assert [line.action for line in lines] in (
            ["people.mandate_ended"],
            ["people.name_changed", "people.mandate_ended"],
        )
        assert Mandate.objects.get(pk=mandate.pk).ended_at == at


def race(*acts):
    """Run acts at the same moment, each with its own connection; PermissionDenied is an answer."""
    gate = threading.Barrier(len(acts))

    def run(each):
        try:
            gate.wait(10)
            with suppress(PermissionDenied):
                each()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
