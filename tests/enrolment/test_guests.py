"""People without an account: nothing counts until the mailed link is used, which shows, cancels, erases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.actors import Channel, operator, visitor
from learningcity.core.models import Message
from learningcity.enrolment.actions.forgetting import forget_person
from learningcity.enrolment.actions.guests import (
    GuestDraft,
    ask_as_guest,
    cancel_as_guest,
    confirm_guest,
    end_guest,
    erase_guest,
)
from learningcity.enrolment.actions.places import cancel_enrolment
from learningcity.enrolment.actions.refusals import (
    AddressWrong,
    AlreadyOver,
    GuestBirthDateMissing,
    GuestNameMissing,
    LimitReached,
    LinkOver,
    NeedsStep,
    NotOpen,
    PartyTooLarge,
    TooManyCompanions,
    TooYoung,
)
from learningcity.enrolment.models import Enrolment, Guest
from learningcity.enrolment.queries.attendance import guest_enrolment_at
from learningcity.enrolment.queries.guests import enrolment_of_guest, guest_with, guests_over
from learningcity.enrolment.queries.places import miscounted_intakes
from learningcity.enrolment.tasks.holds import end_guests
from learningcity.people.queries.logins import digest_of
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import AT, as_self, login, organisation, person

pytestmark = pytest.mark.django_db
GWEN = GuestDraft("Gwen Guest", "gwen@example.org")
SOON = AT + timedelta(minutes=5)
TOMORROW = AT + timedelta(hours=24)
TASK = operator(Channel.TASK)


@pytest.fixture
def places():
    return intake(series_of(organisation()), places=1, allows_guests=True)


def ask(places, token="t1", at=AT, **said):
    return ask_as_guest(places, replace(GWEN, **said), token=token, by=visitor(), at=at)


def confirm(token="t1", at=SOON):
    return confirm_guest(token, by=visitor(), at=at)


def taken(places):
    places.refresh_from_db()
    assert not miscounted_intakes().exists()
    return places.taken


def test_nothing_counts_until_the_link_is_used(places):
    guest = ask(places)

    message = Message.objects.get()
    assert (taken(places), message.address, message.is_secret) == (0, "gwen@example.org", True)
    assert "/my-place/t1\n" in message.body
    assert (guest.link_digest, enrolment_of_guest(guest).state) == (digest_of("t1"), "asked")

    made = confirm()

    assert (made.state, taken(places)) == ("enrolled", 1)
    assert (guest_with("t1"), guest_with("other"), guest_with("")) == (guest, None, None)


def test_using_the_link_twice_changes_nothing(places):
    ask(places)

    assert confirm().pk == confirm().pk
    assert taken(places) == 1


def test_whoever_comes_too_late_waits_and_is_offered_a_place_that_becomes_free(places):
    mine = enrolment(places)
    ask(places)

    assert confirm().state == "waiting"
    cancel_enrolment(mine, by=TASK, at=SOON)
    assert enrolment_of_guest(guest_with("t1")).state == "offered"


def test_guests_overtake_nobody_in_a_draw():
    drawn = intake(series_of(organisation()), rule="draw", draws_at=TOMORROW, allows_guests=True)
    ask(drawn)

    assert confirm().state == "waiting"


def test_the_link_gives_back_and_erases(places):
    ask(places)
    confirm()

    assert cancel_as_guest("t1", by=visitor(), at=SOON).state == "cancelled"
    with pytest.raises(AlreadyOver):
        cancel_as_guest("t1", by=visitor(), at=SOON)
    erase_guest("t1", by=visitor(), at=SOON)

    guest = Guest.objects.get()
    assert (taken(places), guest.name, guest.email, guest.erased_at) == (0, "", "", SOON)
    assert Enrolment.objects.get().guest is None
    assert set(Message.objects.values_list("address", "body")) == {("", "")}


def test_erasing_frees_the_place(places):
    ask(places)
    confirm()

    erase_guest("t1", by=visitor(), at=SOON)

    assert taken(places) == 0
    with pytest.raises(PermissionDenied):
        confirm()


def test_a_link_that_never_was_opens_nothing(places):
    ask(places)

    for act in (confirm_guest, cancel_as_guest, erase_guest):
        with pytest.raises(PermissionDenied):
            act("t2", by=visitor(), at=SOON)


def test_a_link_that_was_not_used_in_time_has_ended(places):
    ask(places)

    with pytest.raises(LinkOver) as refused:
        confirm(at=TOMORROW)
    assert refused.value.step.args == (str(places.public_id),)


def test_enrolment_that_closed_meanwhile_takes_nobody(places):
    ask(places)
    type(places).objects.update(is_open=False)

    with pytest.raises(NotOpen):
        confirm()
    assert taken(places) == 0


def test_asking_again_tells_nobody_who_is_enrolled_and_mails_a_new_link(places):
    first = ask(places)
    confirm()

    again = ask(places, token="t2", at=SOON, email="GWEN@example.org", name="Somebody Else")

    assert (again.pk, guest_with("t1"), guest_with("t2")) == (first.pk, first, first)
    assert Guest.objects.get().name == "Gwen Guest"
    assert (taken(places), Message.objects.count()) == (1, 2)


def test_nobody_ends_the_link_of_another_by_asking(places):
    ask(places)
    ask(places, token="t2", at=SOON)
    ask(places, token="t3", at=SOON)

    assert guest_with("t2") is None
    assert confirm("t1").state == "enrolled"
    assert guest_with("t3")


@pytest.mark.parametrize("act", [confirm_guest, cancel_as_guest])
def test_the_old_link_ends_when_the_new_one_is_used(places, act):
    ask(places)
    confirm()
    ask(places, token="t2", at=SOON)

    act("t2", by=visitor(), at=SOON)

    assert (guest_with("t1"), guest_with("t2")) == (None, Guest.objects.get())
    with pytest.raises(PermissionDenied):
        cancel_as_guest("t1", by=visitor(), at=SOON)


def test_a_new_link_that_could_do_nothing_leaves_the_old_one(places):
    ask(places)
    ask(places, token="t2")
    type(places).objects.update(is_open=False)

    with pytest.raises(NotOpen):
        confirm("t2")

    assert guest_with("t1")


def test_with_either_link_a_guest_says_that_they_are_there(places):
    ask(places)
    made = confirm()
    ask(places, token="t2", at=SOON)
    first = places.series.sessions.first()

    assert [guest_enrolment_at(first, one, SOON) for one in ("t1", "t2", "t3")] == [made, made, None]


def test_an_address_typed_in_capitals_goes_with_the_account_when_it_is_erased(places):
    gwen = login(email="gwen@example.org").person
    ask_as_guest(places, replace(GWEN, email="Gwen@Example.ORG"), token="link", by=visitor(), at=AT)

    forget_person(gwen, by=TASK, at=AT)

    assert Guest.objects.get().email == ""


def test_one_address_is_mailed_three_links_an_hour(places):
    for number in range(3):
        ask(places, token=f"t{number}")

    with pytest.raises(LimitReached):
        ask(places, token="t9")
    other = intake(series_of(organisation()), allows_guests=True)
    with pytest.raises(LimitReached):
        ask(other, token="t9", email="Gwen@Example.org")
    assert ask(places, token="t9", at=AT + timedelta(hours=1, seconds=1))
    assert ask(places, token="t8", email="other@example.org")


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"name": "  "}, GuestNameMissing, "name"),
        ({"email": "gwen"}, AddressWrong, "email"),
        ({"email": "gwen@example.org\nBcc: all@example.org"}, AddressWrong, "email"),
        ({"companions": 9}, TooManyCompanions, "companions"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(places, said, refusal, field):
    with pytest.raises(refusal) as refused:
        ask(places, **said)
    assert refused.value.field == field


def test_ages_are_asked_for_where_the_offer_has_one(places):
    type(places.series.offer).objects.update(age_from=16)

    with pytest.raises(GuestBirthDateMissing):
        ask(places)
    with pytest.raises(TooYoung) as refused:
        ask(places, born_on=date(2020, 1, 1))
    assert refused.value.field == "born_on"
    assert ask(places, born_on=date(1990, 1, 1))


def test_the_age_counts_as_it_is_asked_for_when_the_link_is_used(places):
    ask(places)
    type(places.series.offer).objects.update(age_from=16)

    with pytest.raises(GuestBirthDateMissing) as refused:
        confirm()
    assert refused.value.step.args == (str(places.public_id),)
    assert taken(places) == 0

    ask(places, token="t2", born_on=date(1990, 1, 1))
    assert confirm("t2").state == "enrolled"


def test_who_asked_and_is_too_young_by_a_new_rule_takes_no_place(places):
    ask(places, born_on=date(2020, 1, 1))
    type(places.series.offer).objects.update(age_from=16)

    with pytest.raises(TooYoung):
        confirm()


def test_nobody_waits_for_more_places_than_there_ever_are(places):
    type(places).objects.update(companions_take_places=True, most_companions=3, places=2)
    places.refresh_from_db()

    with pytest.raises(PartyTooLarge, match="may have 2"):
        ask(places, companions=2)
    ask(places, companions=1)
    type(places).objects.update(places=1)

    with pytest.raises(PartyTooLarge) as refused:
        confirm()
    assert refused.value.step.label == "Choose fewer people"
    ask(places, token="t2")
    assert (confirm("t2").places, taken(places)) == (1, 1)


def test_what_can_be_confirmed_is_not_changed_by_asking_again(places):
    ask(places, companions=1)
    ask(places, token="t2", name="Somebody Else", companions=0)

    assert (confirm("t2").companions, Guest.objects.get().name) == (1, "Gwen Guest")


def test_an_intake_may_take_nobody_without_an_account(places):
    type(places).objects.update(allows_guests=False)
    places.refresh_from_db()

    with pytest.raises(NeedsStep) as refused:
        ask(places)
    assert refused.value.step.url_name == "account_login"


def test_who_never_used_the_link_is_forgotten_after_a_day(places):
    ask(places)

    end_guests(TOMORROW - timedelta(seconds=1))
    assert Guest.objects.get().name
    end_guests(TOMORROW)

    assert (Guest.objects.get().name, Enrolment.objects.get().state) == ("", "cancelled")
    assert not guests_over(TOMORROW).exists()


def test_a_guest_is_known_until_some_time_after_the_last_date(places):
    ask(places)
    confirm()
    last = places.series.sessions.order_by("starts_at").last()
    assert Guest.objects.get().ends_at == last.starts_at + timedelta(days=60)

    type(last).objects.filter(pk=last.pk).update(
        starts_at=last.starts_at + timedelta(days=30), ends_at=last.ends_at + timedelta(days=30)
    )
    end_guests(last.starts_at + timedelta(days=61))
    assert Guest.objects.get().name
    end_guests(last.starts_at + timedelta(days=91))

    assert Guest.objects.get().name == ""
    assert Enrolment.objects.get().state == "enrolled"


def test_only_the_schedule_ends_guests(places):
    with pytest.raises(PermissionDenied):
        end_guest(ask(places), by=as_self(person()), at=SOON)
