"""Half-filled forms as pages: continued by whoever may act, on any device, never overwritten unseen."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.drafts import DraftForm, keep_draft, register_form
from learningcity.core.models import AuditLine, Draft
from learningcity.people.actions.drafts import drop_form, keep_form, sending
from learningcity.people.models import Membership, Purpose
from learningcity.people.permissions.drafts import can_continue, forms_open_to
from tests.people import factories

pytestmark = pytest.mark.django_db

OWN = register_form(DraftForm("tests.own", "Only my own", "people:drafts"))
PLAN = register_form(DraftForm("tests.plan", "My plan", "people:drafts", Purpose.PLAN))
ACCOUNT = register_form(DraftForm("tests.account", "My account", "people:drafts", Purpose.ACCOUNT))
WORDS = {"name": ["Rosa"]}
CONTACT = "people.contact"


def helper_of(person, *purposes, at):
    """Return the actor of a helper whom a person allowed this."""
    school = factories.organisation()
    helper = factories.person("Hal Helper")
    factories.member(helper, school, Membership.Role.DESK)
    factories.mandate(person, school, purposes, given_at=at - timedelta(days=1))
    return factories.as_helper(helper, person, school)


def keep(person, form=PLAN, *, by=None, at, data=WORDS):
    return keep_draft(form, data, owner=str(person.public_id), by=by or factories.as_self(person), at=at)


def test_a_helper_goes_on_with_what_the_mandate_allows_and_nothing_else(at):
    rosa = factories.person()
    by = helper_of(rosa, Purpose.PLAN, at=at)

    assert keep_form(rosa, PLAN.key, WORDS, by=by, at=at).kept_by == by.person
    for form in (OWN, ACCOUNT):
        assert not can_continue(by, rosa, form, at)
        with pytest.raises(PermissionDenied):
            keep_form(rosa, form.key, WORDS, by=by, at=at)
    assert forms_open_to(by, rosa, [OWN, PLAN, ACCOUNT], at) == {PLAN.key}


def test_nobody_keeps_or_drops_a_form_for_a_stranger(at):
    rosa, stranger = factories.person(), factories.person("Stan Stranger")
    draft = keep(rosa, at=at)

    for by in (factories.as_self(stranger), factories.as_member(factories.member())):
        with pytest.raises(PermissionDenied):
            keep_form(rosa, PLAN.key, WORDS, by=by, at=at)
        with pytest.raises(PermissionDenied):
            drop_form(rosa, draft, by=by, at=at)
    with pytest.raises(PermissionDenied):
        drop_form(stranger, draft, by=factories.as_self(stranger), at=at)
    assert Draft.objects.get() == draft


def test_a_form_that_no_room_brings_is_not_kept(at):
    rosa = factories.person()

    with pytest.raises(PermissionDenied):
        keep_form(rosa, "no.such_form", WORDS, by=factories.as_self(rosa), at=at)


def test_a_form_that_is_sent_takes_its_draft_along_and_one_refused_does_not(at):
    rosa = factories.person()
    keep(rosa, at=at)

    with pytest.raises(PermissionDenied), sending(PLAN.key, rosa, by=factories.as_self(rosa), at=at):
        raise PermissionDenied
    assert Draft.objects.exists()

    with sending(PLAN.key, rosa, by=factories.as_self(rosa), at=at) as by:
        assert by == factories.as_self(rosa)
    assert not Draft.objects.exists()


def test_the_page_lists_what_was_kept_by_whom_and_leads_on(client, at):
    rosa = factories.person()
    keep(rosa, OWN, at=now())
    keep(rosa, by=helper_of(rosa, Purpose.PLAN, at=now()), at=now())

    page = factories.sign_in(client, factories.login(rosa)).get(reverse("people:drafts")).content.decode()

    assert "You kept it on" in page
    assert "<bdi>Hal Helper</bdi> kept it on" in page
    assert page.index("My plan") < page.index("Only my own")


def test_the_page_says_what_to_do_where_nothing_was_kept(client):
    page = factories.sign_in(client, factories.login()).get(reverse("people:drafts")).content.decode()

    assert "No form is half filled in" in page


def test_a_visitor_is_led_to_the_sign_in(client):
    answer = client.get(reverse("people:drafts"))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("people:sign_in"))


def test_the_page_asks_the_same_number_of_questions_for_one_draft_and_for_many(
    client, django_assert_max_num_queries
):
    rosa = factories.person()
    keep(rosa, at=now())
    factories.sign_in(client, factories.login(rosa))
    with django_assert_max_num_queries(100) as one:
        client.get(reverse("people:drafts"))
    for number in range(9):
        keep(
            rosa, register_form(DraftForm(f"tests.{number}", "More", "people:drafts", Purpose.PLAN)), at=now()
        )

    with django_assert_max_num_queries(len(one.captured_queries)):
        page = client.get(reverse("people:drafts"))

    assert page.content.count(b"Throw away") == 10


def test_a_draft_is_thrown_away_by_its_owner_and_the_trail_says_so(client):
    rosa = factories.person()
    draft = keep(rosa, at=now())
    factories.sign_in(client, factories.login(rosa))

    answer = client.post(reverse("people:draft_drop", args=[draft.public_id]))

    assert answer.url == reverse("people:drafts")
    assert not Draft.objects.exists()
    assert AuditLine.objects.filter(action="core.draft_dropped", person=str(rosa.public_id)).exists()
    assert client.post(reverse("people:draft_drop", args=[draft.public_id])).status_code == 404


def test_another_persons_draft_is_not_thrown_away(client):
    draft = keep(factories.person(), at=now())
    factories.sign_in(client, factories.login(factories.person("Stan Stranger")))

    assert client.post(reverse("people:draft_drop", args=[draft.public_id])).status_code == 403
    assert Draft.objects.exists()


def typed(**changes):
    return {
        "name": "Rosa",
        "email": "",
        "phone": "",
        "address": "",
        "channel": "none",
        "language": "en",
    } | changes


def test_a_half_filled_contact_is_kept_unchecked_and_goes_on_on_another_device(client):
    rosa = factories.person()
    factories.sign_in(client, factories.login(rosa))

    kept = client.post(reverse("people:contact"), typed(email="rosa at", keep="1", draft_version=""))
    page = client.get(reverse("people:contact")).content.decode()

    assert kept.url == reverse("people:contact")
    assert 'value="rosa at"' in page
    assert "Nothing was sent yet" in page


def test_who_kept_the_form_meanwhile_is_named_and_both_are_shown(client):
    rosa = factories.person()
    data = {name: [value] for name, value in typed(email="helper@example.org").items()}
    helper = helper_of(rosa, Purpose.CONTACT, at=now())
    newer = keep_form(rosa, CONTACT, data, by=helper, at=now())
    factories.sign_in(client, factories.login(rosa))
    words = typed(email="<b>rosa", channel="letter", keep="1", draft_version="")

    answer = client.post(reverse("people:contact"), words)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<bdi>Hal Helper</bdi> kept it on" in page
    assert "helper@example.org" in page
    assert "&lt;b&gt;rosa" in page
    assert "<td>letter on paper</td>" in page
    assert Draft.objects.get().data["email"] == ["helper@example.org"]

    again = client.post(reverse("people:contact"), words | {"draft_version": newer.version})

    assert again.status_code == 302
    assert Draft.objects.get().data["email"] == ["<b>rosa"]


def test_a_contact_that_is_saved_leaves_no_draft(client):
    rosa = factories.person()
    factories.sign_in(client, factories.login(rosa))
    client.post(reverse("people:contact"), typed(name="Rosa R", keep="1", draft_version=""))

    saved = client.post(reverse("people:contact"), typed(name="Rosa Rivers-Lane"))

    assert saved.status_code == 302
    assert not Draft.objects.exists()
