"""Looking somebody up: always with a reason, always written down, never more than a desk needs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import Channel, visitor
from learningcity.core.models import AuditLine, PaperForm
from learningcity.core.paper import fresh_code
from learningcity.people.actions.contact import ContactWrong, Particulars
from learningcity.people.actions.lookups import ReasonMissing, TooManyLookups, look_at, look_up
from learningcity.people.actions.names import NameMissing
from learningcity.people.actions.newcomers import BirthDateImpossible, SimilarEntry, enter_person
from learningcity.people.models import Contact, Lookup, Person
from learningcity.people.permissions.desk import can_open_person
from learningcity.people.queries.lookups import LOOKUP_OPENS, MOST_LOOKUPS, Wanted
from tests.people import factories as make

pytestmark = pytest.mark.django_db

REASON = {"reason": "at_desk"}


@pytest.fixture
def rosa():
    return make.person("Rósa Rivers", date(1980, 5, 17))


@pytest.fixture
def desk():
    """Return a helper at a desk of the city."""
    return make.as_member(make.member(make.person("Dai Desk"), role="desk"))


@pytest.fixture
def association():
    return make.organisation("Open Door", "association")


@pytest.fixture
def volunteer(association):
    """Return a helper at the desk of an association."""
    return make.as_member(make.member(make.person("Vera Volunteer"), association, role="desk"))


def names(hits):
    return [hit.person.name for hit in hits]


def test_a_desk_finds_a_person_by_the_beginning_of_the_name_and_the_birth_date(rosa, desk, at):
    hits = look_up(Wanted(name="rosa riv", born_on=date(1980, 5, 17)), **REASON, by=desk, at=at)

    assert names(hits) == ["Rósa Rivers"]
    assert hits[0].birth_year == 1980


def test_without_a_birth_date_only_the_whole_name_is_enough(rosa, desk, at):
    assert names(look_up(Wanted(name="Rósa"), **REASON, by=desk, at=at)) == []
    assert names(look_up(Wanted(name=" Rósa  RIVERS "), **REASON, by=desk, at=at)) == ["Rósa Rivers"]


def test_a_contact_is_found_exactly_and_shown_masked(rosa, desk, at):
    Contact.objects.create(person=rosa, email="Rosa@example.org", phone="01633496012", changed_at=at)

    by_mail = look_up(Wanted(contact="rosa@EXAMPLE.org"), **REASON, by=desk, at=at)
    by_phone = look_up(Wanted(contact="01633 496 012"), **REASON, by=desk, at=at)

    assert names(by_mail) == names(by_phone) == ["Rósa Rivers"]
    assert by_mail[0].masked_contact == "R…@example.org"
    assert look_up(Wanted(contact="rosa@example.or"), **REASON, by=desk, at=at) == []


def test_everyone_shown_is_written_down_with_the_reason_apart_from_the_trail(rosa, desk, at):
    look_up(Wanted(name="Rósa Rivers"), reason="other", words="lost her bag", by=desk, at=at)

    line = AuditLine.objects.get(action="people.person_looked_up")
    lookup = Lookup.objects.get()
    assert line.about == f"people.person:{rosa.public_id}"
    assert line.person == lookup.looked_by == desk.person
    assert (lookup.reason, lookup.words, lookup.person) == ("other", "lost her bag", rosa)


@pytest.mark.parametrize("reason", ["", "curious", "other"])
def test_nobody_is_looked_up_without_a_reason(rosa, desk, at, reason):
    with pytest.raises(ReasonMissing):
        look_up(Wanted(name="Rósa Rivers"), reason=reason, by=desk, at=at)
    with pytest.raises(ReasonMissing):
        look_at(rosa, reason=reason, by=desk, at=at)

    assert not Lookup.objects.exists()


def test_at_most_ten_are_shown(desk, at):
    for _ in range(12):
        make.person("John Jones")

    assert len(look_up(Wanted(name="John Jones"), **REASON, by=desk, at=at)) == 10
    assert Lookup.objects.count() == 10


def test_guessing_has_its_limit_too(desk, at):
    for _ in range(MOST_LOOKUPS):
        look_up(Wanted(name="Nobody Here"), **REASON, by=desk, at=at)

    with pytest.raises(TooManyLookups):
        look_up(Wanted(name="Nobody Here"), **REASON, by=desk, at=at)
    assert look_up(Wanted(name="Nobody"), **REASON, by=desk, at=at + timedelta(hours=1, seconds=1)) == []


def test_an_association_finds_only_who_gave_it_a_mandate(rosa, volunteer, association, at):
    assert look_up(Wanted(name="Rósa Rivers"), **REASON, by=volunteer, at=at) == []
    with pytest.raises(PermissionDenied):
        look_at(rosa, **REASON, by=volunteer, at=at)

    make.mandate(rosa, association)

    assert names(look_up(Wanted(name="Rósa Rivers"), **REASON, by=volunteer, at=at)) == ["Rósa Rivers"]


def test_a_mandate_that_has_ended_hides_the_person_again(rosa, volunteer, association, at):
    make.mandate(rosa, association, ended_at=at, ended_through="desk")

    assert look_up(Wanted(name="Rósa Rivers"), **REASON, by=volunteer, at=at) == []


def test_an_association_finds_who_brings_the_code_of_their_own_paper(rosa, volunteer, at):
    code = fresh_code(b"seven-b")
    PaperForm.objects.create(
        code=code,
        form="people.mandate",
        owner=str(rosa.public_id),
        printed_by="",
        printed_at=at,
        expires_at=at + timedelta(days=1),
    )

    found = look_up(Wanted(code=code.lower()), **REASON, by=volunteer, at=at)

    assert names(found) == ["Rósa Rivers"]
    assert can_open_person(volunteer, rosa, at)
    assert look_up(Wanted(code=code), **REASON, by=volunteer, at=at + timedelta(days=1)) == []


@pytest.mark.parametrize("role", ["officer", "editor", "teacher", "assessor"])
def test_other_roles_do_not_look_anybody_up(rosa, at, role):
    by = make.as_member(make.member(make.person("Tom"), role=role))

    with pytest.raises(PermissionDenied):
        look_up(Wanted(name="Rósa Rivers"), **REASON, by=by, at=at)


def test_visitors_residents_and_helpers_who_act_for_somebody_look_nobody_up(rosa, volunteer, association, at):
    acting = make.as_helper(Person.objects.get(public_id=volunteer.person), rosa, association)

    for by in (visitor(), make.as_self(rosa), acting):
        with pytest.raises(PermissionDenied):
            look_up(Wanted(name="Rósa Rivers"), **REASON, by=by, at=at)


def test_a_look_up_opens_the_page_for_a_while_and_for_that_helper_only(rosa, desk, at):
    look_at(rosa, **REASON, by=desk, at=at)
    colleague = make.as_member(make.member(make.person("Cat Colleague"), make.city_office(), role="desk"))

    assert can_open_person(desk, rosa, at)
    assert not can_open_person(colleague, rosa, at)
    assert not can_open_person(desk, rosa, at + LOOKUP_OPENS)


def test_a_person_who_is_erased_is_not_found(rosa, desk, at):
    Person.objects.filter(pk=rosa.pk).update(name="", born_on=None, state="erased")

    assert look_up(Wanted(name=""), **REASON, by=desk, at=at) == []
    assert look_up(Wanted(name="", born_on=date(1980, 5, 17)), **REASON, by=desk, at=at) == []


def enter(by, at, name="New Comer", born_on=date(1990, 1, 2), is_another=False, **particulars):
    return enter_person(
        name,
        born_on=born_on,
        particulars=Particulars(**particulars),
        is_another=is_another,
        by=by,
        at=at,
    )


def test_a_person_entered_at_the_desk_is_open_to_the_helper_and_says_how_to_be_reached(desk, at):
    person = enter(replace(desk, channel=Channel.PHONE), at, phone="01633 496 013", channel="sms")

    assert person.contact.phone == "01633496013"
    assert person.contact.phone_confirmed_at is None
    assert can_open_person(desk, person, at)
    assert Lookup.objects.get().reason == "called"


def test_a_similar_entry_is_noticed_and_nothing_of_it_is_revealed(rosa, desk, at):
    Contact.objects.create(person=rosa, email="rosa@example.org", changed_at=at)

    with pytest.raises(SimilarEntry) as refusal:
        enter(desk, at, name="rosa rivers", born_on=date(1980, 5, 17))

    assert "Look it up with a reason" in str(refusal.value)
    assert "@" not in str(refusal.value)
    assert enter(desk, at, name="rosa rivers", born_on=date(1980, 5, 17), is_another=True) != rosa


def test_an_association_is_not_told_of_entries_that_it_cannot_look_up(rosa, volunteer, at):
    assert enter(volunteer, at, name="Rósa Rivers", born_on=date(1980, 5, 17)) != rosa


@pytest.mark.parametrize("born_on", [date(2026, 11, 24), date(1890, 1, 1)])
def test_nobody_is_born_tomorrow_or_too_long_ago(desk, at, born_on):
    with pytest.raises(BirthDateImpossible):
        enter(desk, at, born_on=born_on)


def test_a_person_needs_a_name_and_an_address_for_the_chosen_channel(desk, at):
    with pytest.raises(NameMissing):
        enter(desk, at, name="  ")
    with pytest.raises(ContactWrong):
        enter(desk, at, channel="letter")


def test_residents_enter_nobody(rosa, at):
    with pytest.raises(PermissionDenied):
        enter(make.as_self(rosa), at)
