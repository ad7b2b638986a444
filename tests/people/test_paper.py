"""Forms on paper as pages: printed for whom one may act, entered once, under the rules of the form itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from learningcity.core.actors import Channel
from learningcity.core.models import AuditLine, Draft, PaperForm
from learningcity.core.paper import (
    AlreadyEntered,
    CodeExpired,
    fresh_code,
    in_groups,
    print_form,
    questions_of,
    twin_named,
)
from learningcity.people.actions.drafts import sending
from learningcity.people.actions.paper import OtherPerson, bring_back, print_for
from learningcity.people.models import Acting, Consent, Membership, Purpose
from learningcity.people.permissions.paper import can_enter_paper, can_print, can_see_paper
from tests.people import factories

pytestmark = pytest.mark.django_db

CONTACT = "people.contact"
CODE = fresh_code(b"mustard")
OTHER_CODE = fresh_code(b"pepper!")
CONTACT_WORDS = {
    "name": "Rosa Rivers",
    "email": "",
    "phone": "",
    "address": "",
    "channel": "none",
    "language": "en",
}


class Desk:
    """Rosa, a helper at a school's desk with a mandate for her contact, and a stranger."""

    def __init__(self, at, *, purposes=(Purpose.CONTACT,)):
        self.rosa, self.helper = factories.person(), factories.person("Hal Helper")
        self.stranger = factories.person("Stan Stranger")
        self.school = factories.organisation()
        self.membership = factories.member(self.helper, self.school, Membership.Role.DESK)
        self.mandate = factories.mandate(self.rosa, self.school, purposes, given_at=at - timedelta(days=1))
        self.by = factories.as_helper(self.helper, self.rosa, self.school)
        self.at_desk = factories.as_member(self.membership)

    def printed(self, at, *, owner=None, by=None, code=CODE, key=CONTACT):
        owner = self.rosa if owner is None else owner
        return print_form(
            key,
            owner=str(owner.public_id) if owner else "",
            code=code,
            by=by or factories.as_self(self.rosa),
            at=at,
        )

    def acting(self, client, at):
        """Sign the helper in, acting for Rosa."""
        login = factories.login(self.helper)
        acting = Acting.objects.create(
            login=login, person=self.rosa, right="mandate", channel="desk", organisation=self.school,
            mandate=self.mandate, started_at=at, ends_at=at + timedelta(minutes=20),
        )  # fmt: skip
        return factories.sign_in(client, login, **{"people.acting": str(acting.public_id)})


@pytest.fixture
def desk(at):
    return Desk(at)


@pytest.fixture
def today():
    return Desk(now())


def test_a_person_prints_a_form_for_themselves_and_the_trail_says_so(desk, at):
    form = print_for(desk.rosa, CONTACT, code=CODE, by=factories.as_self(desk.rosa), at=at)

    assert form.owner == str(desk.rosa.public_id)
    assert AuditLine.objects.get().action == "core.paper_printed"


def test_a_helper_prints_what_the_mandate_is_for(desk, at):
    assert print_for(desk.rosa, CONTACT, code=CODE, by=desk.by, at=at)
    desk.mandate.purposes.update(purpose=Purpose.PLAN)

    with pytest.raises(PermissionDenied):
        print_for(desk.rosa, CONTACT, code=OTHER_CODE, by=desk.by, at=at)


def test_a_stranger_and_a_desk_without_a_reason_print_nothing_for_a_person(desk, at):
    for by in (factories.as_self(desk.stranger), desk.at_desk):
        with pytest.raises(PermissionDenied):
            print_for(desk.rosa, CONTACT, code=CODE, by=by, at=at)


def test_only_a_desk_prints_a_form_for_whoever_takes_it(desk, at):
    assert print_for(None, CONTACT, code=CODE, by=desk.at_desk, at=at).owner == ""
    with pytest.raises(PermissionDenied):
        print_for(None, CONTACT, code=OTHER_CODE, by=factories.as_self(desk.rosa), at=at)


def test_a_form_that_has_no_twin_is_not_printed(desk, at):
    with pytest.raises(PermissionDenied):
        print_for(desk.rosa, "no.such_form", code=CODE, by=factories.as_self(desk.rosa), at=at)


def test_a_sheet_is_seen_by_its_person_its_printer_and_a_desk(desk, at):
    form, twin = desk.printed(at, by=desk.by), twin_named(CONTACT)

    def sees(by):
        return can_see_paper(by, form, desk.rosa, twin, at)

    assert sees(factories.as_self(desk.rosa))
    assert sees(desk.by)
    assert sees(desk.at_desk)
    assert not sees(factories.as_self(desk.stranger))
    assert not can_print(factories.as_self(desk.stranger), desk.rosa, twin, at)


def test_only_a_desk_enters_paper_and_only_while_the_role_lasts(desk, at):
    assert can_enter_paper(desk.at_desk, at)
    assert can_enter_paper(desk.by, at)
    assert not can_enter_paper(factories.as_self(desk.rosa), at)
    Membership.objects.update(until_on=at.date() - timedelta(days=1))
    assert not can_enter_paper(desk.at_desk, at)


def test_a_code_leads_the_helper_who_acts_for_its_person_to_the_form(desk, at):
    desk.printed(at)

    assert bring_back(in_groups(CODE), by=desk.by, at=at) == f"{reverse('people:contact')}?paper={CODE}"


def test_a_helper_who_acts_for_nobody_or_another_is_told_to_begin_there(desk, at):
    desk.printed(at)
    desk.printed(at, owner=desk.stranger, by=factories.as_self(desk.stranger), code=OTHER_CODE)

    for code, by in ((CODE, desk.at_desk), (OTHER_CODE, desk.by)):
        with pytest.raises(OtherPerson, match="Act for them first"):
            bring_back(code, by=by, at=at)


def test_a_mandate_that_ended_ends_entering_too(desk, at):
    desk.printed(at)
    type(desk.mandate).objects.update(ended_at=at - timedelta(hours=1), ended_through="screen")

    with pytest.raises(OtherPerson):
        bring_back(CODE, by=desk.by, at=at)


def test_what_is_entered_acts_through_paper_and_counts_once(desk, at):
    form = desk.printed(at)

    with sending(CONTACT, desk.rosa, paper=CODE, by=desk.by, at=at) as by:
        assert by.channel is Channel.PAPER
        assert by.right is desk.by.right

    form.refresh_from_db()
    assert (form.entered_at, form.entered_by) == (at, str(desk.helper.public_id))
    with (
        pytest.raises(AlreadyEntered, match="Hal Helper entered this form on 23 November 2026"),
        sending(CONTACT, desk.rosa, paper=CODE, by=desk.by, at=at + timedelta(days=1)),
    ):
        pytest.fail("it counted twice")
    with pytest.raises(AlreadyEntered, match="Hal Helper"):
        bring_back(CODE, by=desk.by, at=at + timedelta(days=1))


def test_what_is_refused_leaves_the_paper_unused(desk, at):
    form = desk.printed(at)

    with pytest.raises(PermissionDenied), sending(CONTACT, desk.rosa, paper=CODE, by=desk.by, at=at):
        raise PermissionDenied

    form.refresh_from_db()
    assert form.entered_at is None


def test_a_person_who_fills_in_their_own_printed_form_on_a_screen_uses_it_up_but_not_as_paper(desk, at):
    form = desk.printed(at)

    with sending(CONTACT, desk.rosa, paper=CODE, by=factories.as_self(desk.rosa), at=at) as by:
        assert by.channel is Channel.WEB

    form.refresh_from_db()
    assert form.entered_at


def test_a_paper_of_another_person_or_form_opens_nothing(desk, at):
    desk.printed(at, owner=desk.stranger, by=factories.as_self(desk.stranger))
    desk.printed(at, code=OTHER_CODE, key="people.mandate")

    for code in (CODE, OTHER_CODE):
        with pytest.raises(PermissionDenied), sending(CONTACT, desk.rosa, paper=code, by=desk.by, at=at):
            pytest.fail("it was entered")


def test_a_page_left_open_past_the_end_of_its_paper_is_refused(desk, at):
    form = desk.printed(at)

    with pytest.raises(CodeExpired), sending(CONTACT, desk.rosa, paper=CODE, by=desk.by, at=form.expires_at):
        pytest.fail("it was entered")


def test_a_form_printed_for_nobody_in_particular_is_entered_for_whom_the_helper_acts(desk, at):
    print_for(None, CONTACT, code=CODE, by=desk.at_desk, at=at)

    assert bring_back(CODE, by=desk.by, at=at).endswith(CODE)
    with pytest.raises(OtherPerson):
        bring_back(CODE, by=desk.at_desk, at=at)


def test_the_form_page_prints_and_the_sheet_can_be_read(client, today):
    factories.sign_in(client, factories.login(today.rosa))

    answer = client.post(reverse("people:paper_print"), CONTACT_WORDS | {"print": CONTACT}, follow=True)

    page = answer.content.decode()
    code = in_groups(PaperForm.objects.get().code)
    assert answer.redirect_chain == [(reverse("people:paper_form", args=[code]), 302)]
    assert code in page
    assert "Rosa Rivers" in page
    assert "Address for letters" in page
    assert "<svg" in page
    assert "no-store" in answer["Cache-Control"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("language", ["ar", "es"])
def test_the_sheet_turns_with_the_readers_language(client, today, language):
    today.printed(now())
    factories.sign_in(client, factories.login(today.rosa))
    client.cookies["django_language"] = language

    page = client.get(reverse("people:paper_form", args=[in_groups(CODE)])).content.decode()

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert f'dir="ltr">{in_groups(CODE)}' in page
    translation.activate("en")


def test_a_stranger_and_a_visitor_see_no_sheet_and_print_none(client, today):
    today.printed(now())
    address = reverse("people:paper_form", args=[in_groups(CODE)])

    assert client.get(address).url.startswith(reverse("people:sign_in"))
    assert client.post(reverse("people:paper_print"), {"print": CONTACT}).status_code == 403

    factories.sign_in(client, factories.login(today.stranger))
    assert client.get(address).status_code == 403
    assert client.post(
        reverse("people:paper_print"), {"print": CONTACT, "print_for": str(today.rosa.public_id)}
    ).status_code == 403  # fmt: skip
    assert client.post(reverse("people:paper_print"), {"print": CONTACT, "print_for": "x"}).status_code == 403


@pytest.mark.parametrize("code", [in_groups(OTHER_CODE), "nonsense", "0000-0000-0001"])
def test_a_code_that_leads_nowhere_is_a_page_that_is_not_there(client, code):
    factories.sign_in(client, factories.login())

    assert client.get(reverse("people:paper_form", args=[code])).status_code == 404


def test_the_desk_page_is_for_desks(client, today):
    address = reverse("people:desk_paper")

    assert client.get(address).url.startswith(reverse("people:sign_in"))
    factories.sign_in(client, factories.login(today.rosa))
    assert client.get(address).status_code == 403
    assert client.post(address, {"code": CODE}).status_code == 403
    factories.sign_in(client, factories.login(today.helper))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Give the code"),
        ("12", "12 letters and digits"),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "One sign of this code is wrong"),
        (OTHER_CODE, "No printed form has this code"),
    ],
)
def test_a_slip_at_the_desk_is_told_at_the_field_and_nothing_typed_is_lost(client, today, typed, sentence):
    factories.sign_in(client, factories.login(today.helper))

    answer = client.post(reverse("people:desk_paper"), {"code": typed})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert 'id="id_code_error"' in page
    assert f'value="{typed}"' in page or not typed


def test_from_the_sheet_to_the_desk_to_the_form_and_back(client, today):
    """A helper who acts for Rosa enters her contact from paper; a second time is refused."""
    today.printed(now())
    today.acting(client, now())

    sheet = client.get(reverse("people:paper_form", args=[in_groups(CODE)])).content.decode()
    assert f"{reverse('people:desk_paper')}?code={in_groups(CODE)}" in sheet
    assert f'value="{in_groups(CODE)}"' in client.get(
        reverse("people:desk_paper"), {"code": in_groups(CODE)}
    ).content.decode()  # fmt: skip

    entry = client.post(reverse("people:desk_paper"), {"code": in_groups(CODE).lower()})
    page = client.get(entry.url).content.decode()
    assert f'name="paper" value="{CODE}"' in page
    assert "You enter a form from paper" in page

    saved = client.post(reverse("people:contact"), CONTACT_WORDS | {"phone": "01633123456", "paper": CODE})
    assert saved.status_code == 302
    line = AuditLine.objects.get(action="people.contact_changed")
    assert (line.channel, line.right) == ("paper", "mandate")

    again = client.post(reverse("people:contact"), CONTACT_WORDS | {"phone": "01633999999", "paper": CODE})
    assert again.status_code == 400
    assert "Hal Helper entered this form" in again.content.decode()
    assert "Hal Helper entered this form" in client.post(
        reverse("people:desk_paper"), {"code": CODE}
    ).content.decode()  # fmt: skip
    assert AuditLine.objects.filter(action="people.contact_changed").count() == 1


def test_pages_of_paper_ask_a_fixed_number_of_questions(client, today, django_assert_max_num_queries):
    today.printed(now())
    today.acting(client, now())
    for address in (reverse("people:paper_form", args=[CODE]), reverse("people:desk_paper")):
        with django_assert_max_num_queries(22):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("key", ["people.contact", "people.consents", "people.mandate"])
def test_the_twins_of_this_room_print_their_questions_and_lead_to_a_page(key):
    twin = twin_named(key)

    assert questions_of(twin.form())
    assert reverse(
        twin.entry_url_name, args=["00000000-0000-0000-0000-000000000000"] if twin.entry_takes else []
    )


def test_consents_come_back_from_paper_all_at_once(client, at):
    desk = Desk(now(), purposes=(Purpose.CONSENTS,))
    desk.printed(now(), key="people.consents")
    desk.acting(client, now())
    address = f"{reverse('people:consents_all')}?paper={CODE}"
    assert client.post(reverse("people:desk_paper"), {"code": CODE}).url == address

    assert client.post(address, {"paper": CODE}).status_code == 400
    saved = client.post(address, {"paper": CODE, "news": "yes", "surveys": "no"})

    assert saved.url == reverse("people:consents")
    decided = Consent.objects.order_by("purpose").values_list("purpose", "is_given", "channel", "right")
    assert list(decided) == [("news", True, "paper", "mandate"), ("surveys", False, "paper", "mandate")]
    assert client.post(address, {"paper": CODE, "news": "no"}).status_code == 400
    assert Consent.objects.count() == 2


def test_half_decided_consents_are_kept_without_deciding_anything(client):
    rosa = factories.person()
    factories.sign_in(client, factories.login(rosa))
    address = reverse("people:consents_all")

    client.post(address, {"news": "yes", "keep": "1"})

    assert not Consent.objects.exists()
    assert "Nothing was sent yet" in client.get(address).content.decode()
    assert client.get(reverse("people:drafts")).content.decode().count("All consents") >= 1
    client.post(address, {"news": "no"})
    assert not Draft.objects.exists()
    assert not Consent.objects.get().is_given


def test_all_consents_are_for_the_person_and_who_may_decide_for_them(client, today):
    address = reverse("people:consents_all")

    assert client.get(address).url.startswith(reverse("people:sign_in"))
    today.acting(client, now())
    assert client.get(address).status_code == 403
    assert client.post(address, {"news": "yes"}).status_code == 403
