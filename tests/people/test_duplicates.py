"""Entries that may be one person: noticed with care, told to nobody but the desk, proved from both sides."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.actors import operator
from learningcity.core.models import Message
from learningcity.core.personal import ExportPart
from learningcity.people.actions.duplicates import call_two_people, note_likenesses
from learningcity.people.actions.merging import OneEntryOnly, Proofs, merge_persons
from learningcity.people.actions.second_accounts import (
    AskedTooOften,
    CodeWrong,
    ContactWrong,
    answer_second_account,
    prove_second_account,
    say_second_account,
)
from learningcity.people.models import Contact, Likeness, Lookup, Membership, Merge, Person, SecondAccount
from learningcity.people.queries.duplicates import open_likenesses
from learningcity.people.queries.likeness import (
    is_similar,
    likely_pairs,
    likely_same,
    name_words,
    near_names,
    phone_digits,
)
from learningcity.people.signals import person_exported
from learningcity.people.tasks.duplicates import look_for_second_accounts, notice_duplicates
from tests.people import factories as make

pytestmark = pytest.mark.django_db
AT = make.AT
CODE = "204060"
SEEN = Proofs(of_kept="passport", of_dropped="card")


@pytest.fixture
def office():
    return make.city_office()


@pytest.fixture
def desk_login(office):
    login = make.login(make.person("Dana Desk"))
    make.member(login.person, office, Membership.Role.DESK)
    return login


@pytest.fixture
def rosa():
    return make.person("Rosa Rivers")


def contact(of, **fields):
    return Contact.objects.create(person=of, changed_at=AT, **fields)


def noticed():
    """Return the pairs found, each as a set of names with the reason."""
    names = dict(Person.objects.values_list("pk", "name"))
    return {(frozenset((names[pair.first], names[pair.second])), pair.why) for pair in likely_pairs()}


# Names

letters = st.text("abcdefgh", min_size=1, max_size=8)
names = st.lists(letters, min_size=1, max_size=4).map(lambda words: tuple(sorted(words)))


@given(names, names)
def test_similar_names_always_share_a_key_so_that_no_pair_is_missed(one, other):
    if is_similar(one, other):
        assert set(near_names(one)) & set(near_names(other))
    assert is_similar(one, other) == is_similar(other, one)


@given(names, st.data())
def test_a_name_with_one_slip_in_a_long_word_is_similar(words, data):
    long = [place for place, word in enumerate(words) if len(word) > 4]
    if long:
        place = data.draw(st.sampled_from(long))
        letter = data.draw(st.integers(0, len(words[place]) - 1))
        slipped = words[place][:letter] + words[place][letter + 1 :]
        assert is_similar(words, tuple(sorted((*words[:place], slipped, *words[place + 1 :]))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rosa Rivers", "RIVERS, Rosa"),
        ("Rosa Rivers", "Rosa Rivres"),
        ("Máire Ní Bhriain", "Maire Ni Bhriain"),
        ("Siân O'Neill", "Sian O’Neill"),
        ("محمد علي", "علي محمد"),
        ("Anne-Marie Lloyd", "Anne Marie Loyd"),
    ],
)
def test_spellings_of_one_name_are_similar(one, other):
    assert is_similar(name_words(one), name_words(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tim Rivers", "Tom Rivers"), ("Rosa Rivers", "Rosa"), ("", ""), ("Rosa Rivers", "Maria Rivers")],
)
def test_other_names_are_not(one, other):
    assert not is_similar(name_words(one), name_words(other))


@pytest.mark.parametrize("phone", ["", "999", "---"])
def test_what_is_no_whole_phone_number_makes_nobody_alike(phone):
    assert phone_digits(phone) == ""


# Noticing


def test_the_same_birth_date_and_a_similar_name_are_noticed(rosa):
    make.person("Rivers, Roza")
    make.person("Rosa Rivers", born_on=date(1980, 5, 18))
    make.person("Rosa Rivers", born_on=None)

    assert noticed() == {(frozenset(("Rosa Rivers", "Rivers, Roza")), Likeness.Why.NAME)}
    assert [alike.person.name for alike in likely_same(rosa)] == ["Rivers, Roza"]


def test_the_same_confirmed_contact_is_noticed_in_any_spelling_and_an_unconfirmed_one_is_not(rosa):
    people = [rosa, make.person("B B", None), make.person("C C", None), make.person("D D", None)]
    contact(
        people[0],
        email="rosa@example.org",
        email_confirmed_at=AT,
        phone="+44 1633 496 001",
        phone_confirmed_at=AT,
    )
    contact(people[1], email="ROSA@example.org", email_confirmed_at=AT)
    contact(people[2], phone="(01633) 496001", phone_confirmed_at=AT)
    contact(people[3], email="rosa@example.org", phone="01633496001")

    assert noticed() == {
        (frozenset(("Rosa Rivers", "B B")), Likeness.Why.MAIL),
        (frozenset(("Rosa Rivers", "C C")), Likeness.Why.PHONE),
    }
    assert [alike.person for alike in likely_same(rosa)] == people[1:3]


def test_entries_that_are_gone_are_not_noticed(rosa):
    make.person("Rosa Rivers", state="merged", merged_into=rosa)

    assert noticed() == set()
    assert likely_same(rosa) == []


def test_a_thousand_namesakes_born_on_one_day_are_paired_with_the_first_only():
    Person.objects.bulk_create(
        Person(name="Not Known", born_on=date(1900, 1, 1), created_at=AT) for _ in range(1000)
    )

    assert len(list(likely_pairs())) == 999


def test_the_schedule_notices_each_pair_once_and_forgets_what_was_corrected(rosa):
    other = make.person("Roza Rivers")
    notice_duplicates(AT)
    notice_duplicates(AT)
    assert open_likenesses().count() == 1

    Person.objects.filter(pk=other.pk).update(name="Maria Lake")
    notice_duplicates(AT)

    assert not Likeness.objects.exists()


def test_two_people_are_not_shown_again(rosa, desk_login, office):
    other = make.person("Roza Rivers")
    by = make.as_member(Membership.objects.get())
    notice_duplicates(AT)

    call_two_people(other, rosa, by=by, at=AT)
    notice_duplicates(AT)

    assert not open_likenesses().exists()
    with pytest.raises(OneEntryOnly):
        call_two_people(rosa, make.person("Sam"), by=by, at=AT)


def test_only_the_schedule_looks_through_all_entries(rosa):
    with pytest.raises(PermissionDenied):
        note_likenesses([], by=make.as_self(rosa), at=AT)


def test_the_schedule_closes_merges_whose_time_is_over(rosa, desk_login, office):
    other = make.person("Rosa Rivers")
    by = make.as_member(Membership.objects.get())
    merge_persons(rosa, other, choices={}, proofs=SEEN, by=by, at=AT)

    notice_duplicates(AT + timedelta(days=30))

    other.refresh_from_db()
    assert (other.name, other.state) == ("", "merged")
    assert not Merge.objects.exists()


# A second account, proved by a code


def said_by(person, words, at=AT):
    return say_second_account(person, contact=words, by=make.as_self(person), at=at)


def answered(said, at=AT):
    answer_second_account(said, code=CODE, by=operator(), at=at)
    return SecondAccount.objects.get(pk=said.pk)


@pytest.fixture
def other():
    person = make.person("Roza Rivers")
    contact(
        person, email="roza@example.org", email_confirmed_at=AT, phone="01633 496001", phone_confirmed_at=AT
    )
    return person


@pytest.mark.parametrize("words", [" Roza@Example.org ", "+441633496001"])
def test_a_code_to_the_confirmed_contact_proves_a_second_account(rosa, other, words):
    said = answered(said_by(rosa, words))

    assert CODE in Message.objects.get().body
    assert Message.objects.get().is_secret
    proved = prove_second_account(said, code=f" {CODE[:3]} {CODE[3:]} ", by=make.as_self(rosa), at=AT)

    assert proved.other == other


def test_what_the_person_sees_is_the_same_whether_there_is_another_account_or_not(rosa, other):
    found = answered(said_by(rosa, "roza@example.org"))
    nothing = answered(said_by(rosa, "nobody@example.org"))

    for said in (found, nothing):
        with pytest.raises(CodeWrong) as refused:
            prove_second_account(said, code="000000", by=make.as_self(rosa), at=AT)
        assert str(refused.value).startswith("This code does not fit")
    for name in ("address", "answered_at", "code_expires_at"):
        assert getattr(found, name) == getattr(nothing, name)
    assert bool(found.code_digest) == bool(nothing.code_digest)
    assert Message.objects.count() == 1


def test_a_contact_that_nobody_or_more_than_one_confirmed_gets_no_code(rosa, other):
    contact(make.person("C C"), email="roza@example.org", email_confirmed_at=AT)
    contact(make.person("D D"), email="d@example.org")
    contact(rosa, email="rosa@example.org", email_confirmed_at=AT)

    for words in ("roza@example.org", "d@example.org", "rosa@example.org", "nobody@example.org"):
        assert answered(said_by(rosa, words)).other is None
    assert not Message.objects.exists()


def test_five_tries_and_15_minutes_are_all_a_code_has(rosa, other):
    by = make.as_self(rosa)
    late = answered(said_by(rosa, "roza@example.org"))
    with pytest.raises(CodeWrong):
        prove_second_account(late, code=CODE, by=by, at=AT + timedelta(minutes=15))
    tried = answered(said_by(rosa, "roza@example.org"))
    for _ in range(5):
        with pytest.raises(CodeWrong):
            prove_second_account(tried, code="999999", by=by, at=AT)

    with pytest.raises(CodeWrong):
        prove_second_account(tried, code=CODE, by=by, at=AT)


def test_a_code_is_of_no_use_to_anybody_else(rosa, other):
    said = answered(said_by(rosa, "roza@example.org"))

    for by in (make.as_self(make.person("Sam")), make.as_guardian(make.person("Gil"), rosa)):
        with pytest.raises(PermissionDenied):
            prove_second_account(said, code=CODE, by=by, at=AT)


def test_five_codes_a_day_are_enough(rosa):
    for _ in range(5):
        said_by(rosa, "roza@example.org")

    with pytest.raises(AskedTooOften):
        said_by(rosa, "roza@example.org")
    said_by(rosa, "roza@example.org", at=AT + timedelta(days=1, seconds=1))


@pytest.mark.parametrize(
    "words", ["rosa", "rosa@", "12", "<script>@x", "rosa@example.org\nBcc: all@example.org"]
)
def test_what_is_no_contact_is_refused_at_its_field(rosa, words):
    with pytest.raises(ContactWrong) as refused:
        said_by(rosa, words)

    assert refused.value.field == "contact"


def test_a_child_below_the_published_age_says_nothing_of_a_second_account():
    kit = make.child()

    with pytest.raises(PermissionDenied):
        said_by(kit, "kit@example.org")


# Pages of the desk


@pytest.fixture
def desk(client, desk_login):
    return make.sign_in(client, desk_login)


@pytest.fixture
def pair(rosa):
    other = make.person("Roza Rivers")
    notice_duplicates(AT)
    return rosa, other


def page(*pair):
    return reverse("people:duplicate", args=[each.public_id for each in pair])


def filled(**more):
    return {"proof_of_kept": "passport", "proof_of_dropped": "card", "name": "kept", "merge": "yes"} | more


def test_the_list_of_the_desk_shows_no_name_before_a_pair_is_opened(desk, pair):
    words = desk.get(reverse("people:duplicates")).content.decode()

    assert "R. R. 1980 and R. R. 1980" in words
    assert "Rivers" not in words
    assert not Lookup.objects.exists()


def test_a_long_list_is_continued_and_no_pair_shown_twice(desk):
    for number in range(45):
        for _twin in range(2):
            make.person(f"Name{chr(97 + number % 26)}{number}", born_on=date(1950, 1, 1) + timedelta(number))
    notice_duplicates(AT)
    seen, address = [], reverse("people:duplicates")
    while address:
        words = desk.get(address).content.decode()
        seen += re.findall(r"/desk/duplicates/([0-9a-f-]{36})/", words)
        found = re.search(r'rel="next" href="([^"]+)"', words)
        address = found and reverse("people:duplicates") + found[1]

    assert len(seen) == len(set(seen)) == 45


def test_a_marker_that_was_changed_is_refused_in_words(desk):
    answer = desk.get(reverse("people:duplicates"), {"after": "bogus"})

    assert answer.status_code == 400
    assert "Start the list again" in answer.content.decode()


def test_the_desk_opens_a_pair_chooses_shows_proof_and_merges(desk, pair):
    assert "Are these both Rosa Rivers?" in desk.get(page(*pair)).content.decode()
    answer = desk.post(page(*pair), filled(), follow=True)

    assert "The two entries are one now." in answer.content.decode()
    undone = desk.post(reverse("people:merge_undo", args=[Merge.objects.get().public_id]), follow=True)
    assert "apart again" in undone.content.decode()
    assert Person.objects.filter(state="active", name__contains="Rivers").count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Choose which of the two stands."),
        ({"name": "both"}, "Select a valid choice"),
        ({"proof_of_dropped": ""}, "Say which document you saw"),
    ],
)
def test_a_form_that_is_not_whole_is_refused_and_keeps_what_was_chosen(desk, pair, typed, sentence):
    answer = desk.post(page(*pair), filled(**typed))

    words = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in words
    assert '<option value="passport" selected>' in words
    assert not Merge.objects.exists()


def test_two_people_are_taken_from_the_list(desk, pair):
    address = reverse("people:two_people", args=[each.public_id for each in pair])

    assert "Noted" in desk.post(address, follow=True).content.decode()
    assert "No entries look alike" in desk.get(reverse("people:duplicates")).content.decode()


def test_a_pair_that_cannot_be_one_person_says_why_and_has_no_form(desk, pair):
    make.guardianship(*pair)

    words = desk.get(page(*pair)).content.decode()

    assert "these are two people" in words
    assert "Make the two entries one" not in words


def test_each_look_is_written_down_once_while_the_page_is_open(desk, pair):
    desk.get(page(*pair))
    desk.get(page(*pair))

    assert Lookup.objects.filter(reason="duplicate").count() == 2


def test_a_pair_of_which_one_is_gone_is_not_found(desk, pair):
    Person.objects.filter(pk=pair[1].pk).update(state="merged", merged_into=pair[0])

    assert desk.get(page(*pair)).status_code == 404


def test_the_pages_of_the_desk_are_closed_to_everybody_else(client, pair, office):
    merge_page = reverse("people:merge_detail", args=[pair[0].public_id])
    addresses = [reverse("people:duplicates"), page(*pair), merge_page]
    assert all(client.get(address).status_code == 302 for address in addresses)
    resident, officer, helper = make.login(), make.login(make.person("Oz")), make.login(make.person("Hal"))
    make.member(officer.person, office, Membership.Role.OFFICER)
    make.member(helper.person, make.organisation(), Membership.Role.DESK)

    for who in (resident, officer, helper):
        make.sign_in(client, who)
        assert [client.get(address).status_code for address in addresses] == [403] * 3
        assert client.post(page(*pair), filled()).status_code == 403
        undo = reverse("people:merge_undo", args=[pair[0].public_id])
        assert client.post(undo).status_code == 403


def test_the_list_costs_the_same_for_one_pair_and_for_twenty(desk, pair):
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("people:duplicates"))
    for number in range(20):
        for _twin in range(2):
            make.person(f"Named {number:04d}x", born_on=date(1950, 1, 1) + timedelta(number))
    notice_duplicates(AT)
    with CaptureQueriesContext(connection) as twenty:
        desk.get(reverse("people:duplicates"))

    assert len(one) == len(twenty)


# Pages of the person


def proved_pair(client):
    login = make.login(make.person("Rosa Rivers"))
    other = make.person("Roza Rivers")
    contact(other, email="roza@example.org", email_confirmed_at=AT)
    make.sign_in(client, login)
    return login.person, other


def test_a_person_names_proves_and_merges_a_second_account_and_undoes_it(client):
    rosa, other = proved_pair(client)
    answer = client.post(reverse("people:second_account"), {"contact": "roza@example.org"})
    code_page = answer["Location"]
    assert "If there is another account" in client.get(code_page).content.decode()
    look_for_second_accounts(now())
    code = re.search(r"\b\d{6}\b", Message.objects.get().body)[0]

    merge_page = client.post(code_page, {"code": code})["Location"]
    assert "Roza Rivers" in client.get(merge_page).content.decode()
    done = client.post(merge_page, {"name": "dropped", "merge": "yes"}, follow=True)

    assert "Your two accounts are one now" in done.content.decode()
    rosa.refresh_from_db()
    assert rosa.name == "Roza Rivers"
    undo = reverse("people:second_account_undo", args=[Merge.objects.get().public_id])
    assert "apart again" in client.post(undo, follow=True).content.decode()
    rosa.refresh_from_db()
    assert rosa.name == "Rosa Rivers"


def test_without_the_code_nothing_of_the_other_account_is_shown(client):
    proved_pair(client)
    code_page = client.post(reverse("people:second_account"), {"contact": "roza@example.org"})["Location"]
    look_for_second_accounts(now())

    wrong = client.post(code_page, {"code": "12"})

    assert wrong.status_code == 400
    assert "does not fit" in wrong.content.decode()
    assert client.get(f"{code_page}/merge").status_code == 404
    assert client.post(f"{code_page}/merge", {"name": "kept"}).status_code == 404


def test_nobody_opens_what_another_said_of_a_second_account(client, rosa):
    said = said_by(rosa, "roza@example.org")
    address = reverse("people:second_account_code", args=[said.public_id])
    assert client.get(address).status_code == 302

    make.sign_in(client, make.login())

    assert client.get(address).status_code == 403
    assert client.post(address, {"code": CODE}).status_code == 403


def test_another_persons_merge_is_not_there_to_be_undone(client, rosa, desk_login):
    other = make.person("Rosa Rivers")
    by = make.as_member(Membership.objects.get())
    merge = merge_persons(rosa, other, choices={}, proofs=SEEN, by=by, at=now())
    make.sign_in(client, make.login())

    answer = client.post(reverse("people:second_account_undo", args=[merge.public_id]))

    assert answer.status_code == 403
    assert Person.objects.get(pk=other.pk).state == "merged"


def test_a_preview_counts_the_records_of_every_room(desk, pair):
    def told(sender, *, person, at, **more):
        return [ExportPart("circles", "Learning circles", [{"a": 1}] * (3 if person == pair[0] else 2))]

    person_exported.connect(told)
    try:
        words = desk.get(page(*pair)).content.decode()
    finally:
        person_exported.disconnect(told)

    assert re.search(r'Learning circles</th><td class="num">3</td><td class="num">2</td>', words)
