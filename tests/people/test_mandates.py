"""Mandates: given by the person only, in three ways, and ended at any moment through any channel."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PIL import Image

from learningcity.core.actors import Channel, Right, operator
from learningcity.core.models import AuditLine, Message
from learningcity.core.uploads import UploadRefused, checked_upload
from learningcity.people.actions.acting import start_acting
from learningcity.people.actions.contact import CodeWrong, NoCodeSent
from learningcity.people.actions.lookups import look_at
from learningcity.people.actions.mandates import (
    MandateGone,
    MandateUnclear,
    NoWayToSend,
    TooManyAsked,
    accept_mandate,
    ask_for_mandate,
    end_mandate,
    give_by_code,
    give_mandate,
    give_on_paper,
    lapse_mandates,
    show_scan,
)
from learningcity.people.models import Acting, Contact, Mandate, Purpose
from learningcity.people.permissions import can_act_for
from learningcity.people.queries.mandates import ASKING_LASTS, mandates_of, what_is_allowed
from tests.people import factories as make

pytestmark = pytest.mark.django_db

CODE = "042137"
TERMS = {"purposes": [Purpose.PLACES, Purpose.CONTACT], "days": 31}


@pytest.fixture
def library():
    return make.city_office("Central Library")


@pytest.fixture
def desk(library):
    return make.as_member(make.member(make.person("Dai Desk"), library, role="desk"))


@pytest.fixture
def rosa(at):
    person = make.person("Rosa Rivers")
    Contact.objects.create(
        person=person,
        email="rosa@example.org",
        email_confirmed_at=at,
        channel="mail",
        changed_at=at,
    )
    return person


@pytest.fixture
def opened(rosa, desk, at):
    """Return Rosa, whose page the helper has open for a reason."""
    look_at(rosa, reason="at_desk", by=desk, at=at)
    return rosa


def helper(desk, person):
    return replace(desk, right=Right.MANDATE, on_behalf_of=str(person.public_id))


def picture(**info):
    content = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(content, "JPEG", **info)
    return content.getvalue()


def scan(content=None):
    return checked_upload(io.BytesIO(content or picture()), field="scan")


def test_a_person_gives_a_mandate_on_their_own_page_and_the_helper_may_act(rosa, desk, library, at):
    assert not can_act_for(helper(desk, rosa), rosa, Purpose.PLACES, at)

    mandate = give_mandate(rosa, library, **TERMS, by=make.as_self(rosa), at=at)

    assert mandate.ends_at == at + timedelta(days=31)
    assert can_act_for(helper(desk, rosa), rosa, Purpose.PLACES, at)
    assert not can_act_for(helper(desk, rosa), rosa, Purpose.RECORD, at)
    assert not can_act_for(helper(desk, rosa), rosa, Purpose.PLACES, mandate.ends_at)


@given(
    purposes=some.lists(some.sampled_from([p.value for p in Purpose if p != Purpose.VOTE]), min_size=1),
    days=some.sampled_from(Mandate.Days.values),
    later=some.integers(0, 366 * 24),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mandate_allows_what_it_names_until_it_ends_and_nothing_else(
    rosa, desk, library, at, purposes, days, later
):
    mandate = give_mandate(rosa, library, purposes=purposes, days=days, by=make.as_self(rosa), at=at)
    moment = at + timedelta(hours=later)

    for purpose in Purpose:
        expected = purpose in purposes and moment < at + timedelta(days=days)
        assert can_act_for(helper(desk, rosa), rosa, purpose, moment) is expected
    end_mandate(mandate, by=make.as_self(rosa), at=at)
    assert not any(can_act_for(helper(desk, rosa), rosa, purpose, at) for purpose in Purpose)


@pytest.mark.parametrize(
    "terms",
    [
        {"purposes": [], "days": 31},
        {"purposes": [Purpose.VOTE], "days": 31},
        {"purposes": [Purpose.PLACES, Purpose.VOTE], "days": 31},
        {"purposes": ["everything"], "days": 31},
        {"purposes": [Purpose.PLACES], "days": 30},
        {"purposes": [Purpose.PLACES], "days": 100_000},
    ],
)
def test_a_mandate_that_is_unclear_is_not_given(rosa, library, at, terms):
    with pytest.raises(MandateUnclear):
        give_mandate(rosa, library, **terms, by=make.as_self(rosa), at=at)


def test_nobody_else_gives_a_mandate_for_a_person(rosa, desk, library, at):
    make.mandate(rosa, library, [p for p in Purpose if p != Purpose.VOTE])
    stranger = make.person("Someone Else")

    for by in (make.as_self(stranger), desk, helper(desk, rosa), operator()):
        with pytest.raises(PermissionDenied):
            give_mandate(rosa, library, **TERMS, by=by, at=at)


def test_a_guardian_gives_a_mandate_for_a_child_and_a_small_child_does_not(desk, library, at):
    kit, parent = make.child(), make.person("Pat Rivers")
    make.guardianship(kit, parent)

    with pytest.raises(PermissionDenied):
        give_mandate(kit, library, **TERMS, by=make.as_self(kit), at=at)

    assert give_mandate(kit, library, **TERMS, by=make.as_guardian(parent, kit), at=at).given_at == at


def test_a_mandate_given_before_majority_holds_no_more(library, desk, at):
    grown = make.person("Kit Rivers", date(2008, 11, 20), came_of_age_at=at - timedelta(days=3))
    make.mandate(grown, library, given_at=at - timedelta(days=10))

    assert not can_act_for(helper(desk, grown), grown, Purpose.PLACES, at)
    assert not mandates_of(grown, at=at).exists()


def test_a_helper_asks_and_the_person_accepts_on_their_own_page(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, by=desk, at=at)

    assert [one.answer for one in what_is_allowed(mandates_of(opened, at=at))][:2] == ["unknown"] * 2
    assert not can_act_for(helper(desk, opened), opened, Purpose.PLACES, at)
    assert Message.objects.get().template == "people/messages/mandate_asked"
    with pytest.raises(PermissionDenied):
        accept_mandate(mandate, by=desk, at=at)

    accept_mandate(mandate, by=make.as_self(opened), at=at)

    assert can_act_for(helper(desk, opened), opened, Purpose.PLACES, at)


def test_nobody_asks_without_having_the_page_open_for_a_reason(rosa, desk, library, at):
    with pytest.raises(PermissionDenied):
        ask_for_mandate(rosa, library, **TERMS, by=desk, at=at)


def test_nobody_asks_for_an_organisation_of_others(opened, desk, at):
    with pytest.raises(PermissionDenied):
        ask_for_mandate(opened, make.organisation("Open Door"), **TERMS, by=desk, at=at)


def test_asking_has_its_limit(opened, desk, library, at):
    for _ in range(5):
        ask_for_mandate(opened, library, **TERMS, by=desk, at=at)

    with pytest.raises(TooManyAsked):
        ask_for_mandate(opened, library, **TERMS, by=desk, at=at)


def test_ending_and_asking_again_gives_no_new_tries_at_codes_for_ever(opened, desk, library, at):
    for _number in range(5):
        mandate = ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)
        end_mandate(mandate, by=desk, at=at)

    with pytest.raises(TooManyAsked):
        ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)


def test_what_is_not_answered_in_a_week_lapses(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, by=desk, at=at)
    late = at + ASKING_LASTS

    with pytest.raises(MandateGone):
        accept_mandate(mandate, by=make.as_self(opened), at=late)
    assert lapse_mandates(by=operator(Channel.TASK), at=late - timedelta(seconds=1)) == 0
    assert lapse_mandates(by=operator(Channel.TASK), at=late) == 1
    mandate.refresh_from_db()
    assert mandate.ended_through == "lapsed"
    with pytest.raises(PermissionDenied):
        lapse_mandates(by=desk, at=late)


def test_the_code_goes_to_the_person_and_is_kept_as_a_digest_only(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)

    message = Message.objects.get()
    assert (message.address, message.is_secret) == ("rosa@example.org", True)
    assert CODE in message.body
    assert library.name in message.body
    mandate.refresh_from_db()
    assert CODE not in str(mandate.__dict__)
    assert not any(CODE in str(line.__dict__) for line in AuditLine.objects.all())


def test_the_helper_enters_the_code_that_the_person_told(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)

    give_by_code(mandate, " 042 137 ", by=desk, at=at)

    assert can_act_for(helper(desk, opened), opened, Purpose.PLACES, at)
    with pytest.raises(MandateGone):
        give_by_code(mandate, CODE, by=desk, at=at)


def test_five_wrong_codes_close_the_door_even_to_the_right_one(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)

    for guess in ("000000", "000001", "", "42137", "042138"):
        with pytest.raises(CodeWrong):
            give_by_code(mandate, guess, by=desk, at=at)

    with pytest.raises(NoCodeSent):
        give_by_code(mandate, CODE, by=desk, at=at)
    mandate.refresh_from_db()
    assert (mandate.given_at, mandate.code_attempts) == (None, 5)


def test_a_code_holds_for_fifteen_minutes(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)

    with pytest.raises(NoCodeSent):
        give_by_code(mandate, CODE, by=desk, at=at + timedelta(minutes=15))


def test_the_code_of_one_mandate_opens_no_other(opened, desk, library, at):
    ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)
    other = ask_for_mandate(opened, library, **TERMS, code="999999", by=desk, at=at)
    on_screen = ask_for_mandate(opened, library, **TERMS, by=desk, at=at)

    with pytest.raises(CodeWrong):
        give_by_code(other, CODE, by=desk, at=at)
    with pytest.raises(NoCodeSent):
        give_by_code(on_screen, "", by=desk, at=at)


def test_no_code_goes_to_an_address_that_nobody_confirmed(opened, desk, library, at):
    Contact.objects.update(email_confirmed_at=None)

    with pytest.raises(NoWayToSend):
        ask_for_mandate(opened, library, **TERMS, code=CODE, by=desk, at=at)
    assert not Mandate.objects.exists()
    assert not Message.objects.exists()


def paper(person, library, desk, at, number="P-20931", content=None):
    by = replace(desk, channel=Channel.PAPER)
    return give_on_paper(person, library, **TERMS, paper_number=number, scan=scan(content), by=by, at=at)


def test_a_mandate_on_paper_keeps_its_scan_outside_the_web_and_tells_the_person(
    opened, desk, library, at, settings
):
    mandate = paper(opened, library, desk, at)

    kept = Path(settings.MEDIA_ROOT) / mandate.scan.file.name
    assert kept.is_file()
    assert "Rosa" not in str(kept)
    assert not str(kept).startswith(str(settings.STATIC_ROOT))
    assert can_act_for(helper(desk, opened), opened, Purpose.PLACES, at)
    assert Message.objects.get().template == "people/messages/mandate_given"
    assert AuditLine.objects.get(action="people.mandate_given").channel == "paper"


def test_a_paper_needs_its_number(opened, desk, library, at):
    with pytest.raises(MandateUnclear):
        paper(opened, library, desk, at, number=" ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ this is a program",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture() + b"<script>alert(1)</script>" * 3 + b"<?php evil();",
        b"%PDF-1.7 no pages",
        b"\xff\xd8\xff\xe0" + b"0" * 5_000_001,
    ],
    ids=["empty", "program", "svg", "script behind a picture", "broken pdf", "too big"],
)
def test_a_scan_that_is_not_what_it_says_is_refused_and_nothing_is_kept(content):
    with pytest.raises(UploadRefused) as refusal:
        checked_upload(io.BytesIO(content), field="scan")

    assert refusal.value.field == "scan"


def test_the_scan_is_shown_to_the_person_and_to_the_desk_of_that_organisation_only(opened, desk, library, at):
    mandate = paper(opened, library, desk, at)
    teacher = make.as_member(make.member(make.person("Tea Cher"), library, role="teacher"))
    other_desk = make.as_member(make.member(make.person("Otto"), make.city_office("East"), role="desk"))

    assert show_scan(mandate, by=make.as_self(opened), at=at) == mandate.scan
    assert show_scan(mandate, by=desk, at=at) == mandate.scan
    assert AuditLine.objects.filter(action="people.mandate_scan_seen").count() == 2
    for by in (teacher, other_desk, make.as_self(make.person("Stranger"))):
        with pytest.raises(PermissionDenied):
            show_scan(mandate, by=by, at=at)


@pytest.mark.parametrize("channel", [Channel.DESK, Channel.PHONE, Channel.PAPER])
def test_any_desk_ends_a_mandate_for_the_person_who_is_told(rosa, library, at, channel):
    mandate = make.mandate(rosa, library)
    elsewhere = make.as_member(make.member(make.person("Otto"), make.city_office("East"), role="desk"))
    with pytest.raises(PermissionDenied):
        end_mandate(mandate, by=elsewhere, at=at)
    look_at(rosa, reason="called", by=elsewhere, at=at)

    end_mandate(mandate, by=replace(elsewhere, channel=channel), at=at)

    mandate.refresh_from_db()
    assert (mandate.ended_at, mandate.ended_through) == (at, channel.value)
    assert Message.objects.get().template == "people/messages/mandate_ended"


def test_the_person_ends_a_mandate_at_once_and_whoever_acts_stops(rosa, library, at):
    mandate = make.mandate(rosa, library)
    helping = make.member(make.person("Dai Desk"), library, role="desk")
    login = make.login(helping.person)
    acting = start_acting(login, mandate=mandate, channel=Channel.DESK, by=make.as_member(helping), at=at)

    end_mandate(mandate, by=make.as_self(rosa), at=at)

    assert Acting.objects.get(pk=acting.pk).ended_at == at
    with pytest.raises(MandateGone):
        end_mandate(mandate, by=make.as_self(rosa), at=at)


def test_strangers_and_helpers_without_a_reason_end_no_mandate(rosa, desk, library, at):
    mandate = make.mandate(rosa, library)

    for by in (make.as_self(make.person("Stranger")), desk):
        with pytest.raises(PermissionDenied):
            end_mandate(mandate, by=by, at=at)


def test_saying_no_is_not_the_same_as_ending(opened, desk, library, at):
    mandate = ask_for_mandate(opened, library, **TERMS, by=desk, at=at)

    end_mandate(mandate, by=make.as_self(opened), at=at)

    mandate.refresh_from_db()
    assert mandate.ended_through == "refused"
