"""Name and contact: changed by the person, a guardian or a helper with a mandate; addresses are proved."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from learningcity.core.drafts import draft_of
from learningcity.core.models import AuditLine, Draft, Message
from learningcity.people.actions.contact import (
    CodeSentJustNow,
    CodeWrong,
    ContactWrong,
    NameConfirmed,
    NoCodeSent,
    Particulars,
    change_contact,
    confirm_contact,
    send_contact_code,
)
from learningcity.people.actions.drafts import keep_form
from learningcity.people.forms.kept import CONTACT
from learningcity.people.models import Contact, Person, Purpose
from tests.people import factories as make

pytestmark = pytest.mark.django_db

CODE = "123456"
MAIL = Particulars(email="Rosa@Example.org ", channel="mail")


@pytest.fixture
def rosa():
    return make.person("Rosa Rivers")


def change(person, at, particulars=MAIL, name="Rosa Rivers", by=None, code=CODE):
    return change_contact(
        person, name=name, particulars=particulars, code=code, by=by or make.as_self(person), at=at
    )


def test_a_new_address_is_kept_and_proved_with_the_code_sent_to_it(rosa, at):
    contact = change(rosa, at)

    assert (contact.email, contact.email_confirmed_at) == ("rosa@example.org", None)
    message = Message.objects.get()
    assert (message.address, message.is_secret) == ("rosa@example.org", True)
    assert CODE in message.body
    assert CODE not in str(contact.__dict__)

    assert confirm_contact(rosa, "123 456", by=make.as_self(rosa), at=at).email_confirmed_at == at


def test_wrong_codes_are_counted_and_five_use_the_code_up(rosa, at):
    change(rosa, at)

    for _ in range(5):
        with pytest.raises(CodeWrong):
            confirm_contact(rosa, "000000", by=make.as_self(rosa), at=at)
    with pytest.raises(NoCodeSent):
        confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at)


def test_a_code_ends_after_a_quarter_of_an_hour(rosa, at):
    change(rosa, at)

    with pytest.raises(NoCodeSent):
        confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at + timedelta(minutes=15))


def test_changing_the_address_again_and_again_sends_one_code_in_a_minute_and_gives_no_new_tries(rosa, at):
    change(rosa, at)
    for number in range(4):
        with pytest.raises(CodeWrong):
            confirm_contact(rosa, f"{number}", by=make.as_self(rosa), at=at)

    for number in range(5):
        change(rosa, at, Particulars(phone=f"01633 49600{number}", channel="sms"))

    assert Message.objects.filter(template="people/messages/contact_code").count() == 1
    with pytest.raises((CodeWrong, NoCodeSent)):
        confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at)
    with pytest.raises(NoCodeSent):
        confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at)

    change(rosa, at + timedelta(minutes=1), MAIL)
    assert Message.objects.filter(template="people/messages/contact_code").count() == 2


def test_the_code_of_an_address_does_not_confirm_the_next_one(rosa, at):
    change(rosa, at)
    change(rosa, at, Particulars(email="other@example.org", channel="mail"), code="")

    with pytest.raises(CodeWrong):
        confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at)


def test_codes_are_not_sent_again_and_again(rosa, at):
    change(rosa, at)

    with pytest.raises(CodeSentJustNow):
        send_contact_code(rosa, "email", code=CODE, by=make.as_self(rosa), at=at)
    send_contact_code(rosa, "email", code="654321", by=make.as_self(rosa), at=at + timedelta(minutes=1))
    assert confirm_contact(rosa, "654321", by=make.as_self(rosa), at=at + timedelta(minutes=2))


@pytest.mark.parametrize("which", ["phone", "address", "code_digest", ""])
def test_only_an_address_that_was_given_gets_a_code(rosa, at, which):
    change(rosa, at)

    with pytest.raises(ContactWrong):
        send_contact_code(rosa, which, code=CODE, by=make.as_self(rosa), at=at)


def test_a_confirmed_address_that_is_replaced_is_told_and_the_new_one_is_not_confirmed(rosa, at):
    change(rosa, at)
    confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at)
    later = at + timedelta(hours=1)

    contact = change(rosa, later, Particulars(email="thief@example.org", channel="mail"))

    assert contact.email_confirmed_at is None
    told = Message.objects.get(template="people/messages/contact_changed")
    assert told.address == "rosa@example.org"
    assert "thief" not in told.body


def test_what_did_not_change_stays_confirmed_and_is_not_recorded(rosa, at):
    change(rosa, at)
    confirm_contact(rosa, CODE, by=make.as_self(rosa), at=at)
    lines = AuditLine.objects.count()

    assert change(rosa, at).email_confirmed_at == at
    assert AuditLine.objects.count() == lines


@pytest.mark.parametrize(
    "particulars",
    [
        Particulars(channel="mail"),
        Particulars(channel="sms"),
        Particulars(channel="letter", address="  "),
        Particulars(phone="call me"),
        Particulars(phone="123"),
        Particulars(phone="+" + "1" * 17),
        Particulars(phone="01633 x 12"),
    ],
)
def test_what_reaches_nobody_is_refused_at_its_field(rosa, at, particulars):
    with pytest.raises(ContactWrong) as refusal:
        change(rosa, at, particulars)

    assert refusal.value.field in {"email", "phone", "address"}
    assert not Contact.objects.exists()


def test_figures_of_every_script_are_a_phone_number(rosa, at):
    assert change(rosa, at, Particulars(phone="٠١٦٣٣ ٤٩٦", channel="sms")).phone == "01633496"


def test_a_name_that_an_authority_confirmed_is_not_typed_over(rosa, at):
    Person.objects.filter(pk=rosa.pk).update(name_source="authority")

    with pytest.raises(NameConfirmed):
        change(rosa, at, name="Rose")
    assert not Contact.objects.exists()


def test_only_the_person_a_guardian_and_a_helper_with_this_purpose_change_it(rosa, at):
    library = make.city_office()
    helping = make.member(make.person("Dai"), library, role="desk")
    make.mandate(rosa, library, [Purpose.PLACES])
    kit, parent = make.child(), make.person("Pat")
    make.guardianship(kit, parent)

    for by in (
        make.as_helper(helping.person, rosa, library),
        make.as_member(helping),
        make.as_self(parent),
        make.as_guardian(parent, rosa),
    ):
        with pytest.raises(PermissionDenied):
            change(rosa, at, by=by)
    with pytest.raises(PermissionDenied):
        change(kit, at, by=make.as_self(kit))

    change(kit, at, name="Kit R. Rivers", by=make.as_guardian(parent, kit))
    kit.refresh_from_db()
    assert kit.name_source == "helper"


# The page.


def form(**more):
    return {"name": "Rosa Rivers", "channel": "none", "language": "en", **more}


@pytest.fixture
def page():
    return reverse("people:contact")


def test_a_resident_changes_the_own_contact(client, rosa, page):
    make.sign_in(client, make.login(rosa), second_factor=False)

    answer = client.post(page, form(phone="01633 496 012", channel="sms"))

    assert answer["Location"] == page
    assert Contact.objects.get(person=rosa).phone == "01633496012"
    assert "A code was sent" in client.get(page).content.decode()


def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_do_at_the_field(client, rosa, page):
    make.sign_in(client, make.login(rosa), second_factor=False)

    answer = client.post(page, form(phone="call me", good_to_know="Large print"))

    words = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="id_phone_error"' in words
    assert "Large print" in words


def test_visitors_are_sent_to_sign_in_and_small_children_are_refused(client, page):
    assert client.get(page)["Location"].startswith(reverse("people:sign_in"))

    make.sign_in(client, make.login(make.child()), second_factor=False)
    assert client.get(page).status_code == 403


def test_what_a_helper_began_the_person_finishes_and_the_reverse(client, rosa, page, at):
    library = make.city_office()
    helping = make.member(make.person("Dai Desk"), library, role="desk")
    make.mandate(rosa, library, [Purpose.CONTACT], given_at=now() - timedelta(hours=1))
    helper = make.as_helper(helping.person, rosa, library)
    keep_form(rosa, CONTACT, form_lists(address="12 Long Row"), by=helper, at=now())
    make.sign_in(client, make.login(rosa), second_factor=False)

    began = client.get(page).content.decode()
    assert "12 Long Row" in began
    version = draft_of(CONTACT, owner=str(rosa.public_id), at=at).version

    kept = client.post(page, form(address="12 Long Row, Newport", keep="1", draft_version=version))
    assert kept.status_code == 302
    assert draft_of(CONTACT, owner=str(rosa.public_id), at=at).data["address"] == ["12 Long Row, Newport"]

    client.post(page, form(address="12 Long Row, Newport", channel="letter"))
    assert Contact.objects.get(person=rosa).address == "12 Long Row, Newport"
    assert not Draft.objects.exists()


def form_lists(**more):
    return {name: [value] for name, value in form(**more).items()}


def test_the_page_asks_the_database_as_often_with_and_without_contact(
    client, rosa, page, at, django_assert_max_num_queries
):
    change(rosa, at)
    make.sign_in(client, make.login(rosa), second_factor=False)
    client.get(page)

    with django_assert_max_num_queries(14):
        client.get(page)


def test_code_pages_take_forms_only_and_refuse_strangers(client, rosa):
    for name in ("people:contact_code", "people:contact_confirm"):
        assert client.get(reverse(name)).status_code == 405
        assert client.post(reverse(name)).status_code == 403
