"""The pages of those who keep offers."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from learningcity.catalogue.actions.workspace_copies import draft_of
from learningcity.catalogue.models import AcceptedClash, ClosingDay, Offer, OfferMerge, Series, Session
from learningcity.core.models import Draft
from tests.catalogue.factories import (
    OfferFactory,
    OfferPriceFactory,
    SeriesFactory,
    SessionFactory,
    VenueFactory,
)
from tests.people.factories import city_office, login, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db
LIST, NEW = "/catalogue", "/catalogue/offers/new"
WORDS = {
    "key": "a" * 32,
    "title": "Pottery for all",
    "summary": "Make a bowl.",
    "description": "",
    "language": "en",
    "taught_in": ["en"],
    "taught_in_more": "so, bfi",
    "form": "non_formal",
    "mode": "on_site",
    "field": "02",
    "level": "open",
    "audience": "everyone",
    "skills": "Throw a bowl\n\nGlaze it",
    "price_everyone": "12.50",
    "price_student": "0",
    "access_lift": "no",
    "access_step_free": "yes",
    "text_0_language": "cy",
    "text_0_title": "Crochenwaith i bawb",
}


@pytest.fixture
def ada(client, membership):
    """Return the client of the editor."""
    return sign_in(client, membership.person.login)


@pytest.fixture
def soon(offer):
    """Return two dates to come of one series, a week apart."""
    series = SeriesFactory(offer=offer)
    start = now().replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=30)
    return [SessionFactory(series=series, starts_at=start + timedelta(weeks=n)) for n in range(2)]


def dates(**changes):
    """Return what is typed for one date in a month."""
    day = (now() + timedelta(days=40)).date()
    while day.weekday() != 1:
        day += timedelta(days=1)
    return {"first_on": day.isoformat(), "starts": "18:00", "ends": "20:00", "place": "", **changes}


def address(thing, page=""):
    kinds = {Offer: "offers", Series: "series", Session: "sessions"}
    return f"/catalogue/{kinds[type(thing)]}/{thing.public_id}{'/' if page else ''}{page}"


def test_an_offer_is_written_looked_at_and_published(ada, a_city, client):
    form = ada.get(ada.get(NEW)["Location"])
    assert form.status_code == 200
    assert "Language of this text" in form.content.decode()

    saved = ada.post(form.wsgi_request.path, WORDS)

    offer = Offer.objects.get(title="Pottery for all")
    assert saved["Location"] == address(offer)
    words = draft_of(offer)
    assert [(one.group, one.cents) for one in words.prices] == [("everyone", 1250), ("student", 0)]
    assert {(one.feature, one.is_there) for one in words.access} == {("lift", False), ("step_free", True)}
    assert words.skills == ("Throw a bowl", "Glaze it")
    assert words.taught_in == ("en", "so", "bfi")
    assert [text.title for text in words.texts] == ["Crochenwaith i bawb"]
    assert client.get(f"/offers/{offer.public_id}").status_code == 404
    assert "It is not published" in ada.get(address(offer, "preview")).content.decode()
    page = ada.get(address(offer)).content.decode()
    assert "There is no date to come." in page
    assert "Nobody else sees this draft" in page

    assert ada.post(address(offer, "publish"))["Location"] == address(offer)
    assert client.get(f"/offers/{offer.public_id}").status_code == 200


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(ada, provider):
    page = f"/catalogue/providers/{provider.organisation.public_id}/offers/new"

    for wrong, sentence in (
        ({"age_from": "30", "age_to": "20"}, "The highest age is below the lowest"),
        ({"price_everyone": "ten"}, "This is no amount"),
        ({"taught_in_more": "klingonish"}, "There is no language code"),
        ({"text_0_language": ""}, "Choose the language, or empty the text."),
        ({"title": ""}, "Give the offer a title."),
    ):
        answer = ada.post(page, WORDS | wrong)
        assert answer.status_code == 400
        shown = answer.content.decode()
        assert sentence in shown
        assert "Throw a bowl" in shown
    assert not Offer.objects.exists()


def test_an_offer_is_sent_once_however_often_the_button_is_pressed(ada, provider):
    page = f"/catalogue/providers/{provider.organisation.public_id}/offers/new"

    assert ada.post(page, WORDS).status_code == 302
    assert "This offer is kept already" in ada.post(page, WORDS).content.decode()
    assert Offer.objects.count() == 1


def test_a_half_filled_offer_is_kept_and_gone_on_with(ada, provider):
    page = f"/catalogue/providers/{provider.organisation.public_id}/offers/new"

    ada.post(page, WORDS | {"keep": "1", "title": "Half a"})

    assert Draft.objects.count() == 1
    again = ada.get(page).content.decode()
    assert "Half a" in again
    assert "Crochenwaith i bawb" in again
    assert "Nothing was sent yet" in again
    assert ada.post(page, WORDS).status_code == 302
    assert not Draft.objects.exists()


def test_an_offer_is_changed_and_keeps_what_the_form_does_not_ask_for(ada, offer):
    OfferPriceFactory(offer=offer, cents=999)
    page = address(offer, "edit")
    assert "9.99" in ada.get(page).content.decode()

    assert ada.post(page, WORDS).status_code == 302

    offer.refresh_from_db()
    assert offer.title == "Pottery for all"
    assert offer.is_published


def test_notes_on_access_are_changed_and_need_a_yes_or_no(ada, offer):
    page = address(offer, "edit")

    lost = ada.post(page, WORDS | {"note_toilet": "Key at the desk"})
    kept = ada.post(page, WORDS | {"note_step_free": "By the yard"})

    assert lost.status_code == 400
    assert "Say yes or no, or empty the note on this." in lost.text
    assert kept.status_code == 302
    assert offer.access.get(feature="step_free").note == "By the yard"
    assert "By the yard" in ada.get(page).text


def test_an_offer_that_was_merged_away_leads_to_the_one_that_stands_for_it(ada, offer, provider):
    other = OfferFactory(provider=provider)
    OfferMerge.objects.create(
        kept=other, dropped=offer, was_published=True, merged_at=now(), undo_until=now()
    )
    Offer.objects.filter(pk=offer.pk).update(is_published=False)

    shown = ada.get(address(offer)).text
    refused = ada.post(address(offer, "publish"), follow=True).text

    assert f"/offers/{other.public_id}" in shown
    assert "Publish the offer" not in shown
    assert "shown in its place" in refused
    assert not Offer.objects.get(pk=offer.pk).is_published


def test_dates_are_added_and_a_clash_is_shown_with_both_bookings(ada, offer, provider, client):
    hall = VenueFactory(name="The Hall", address="1 Quay")
    page = address(offer, "series/new")
    where = {"place": "the hall", "room": "Studio"}
    assert ada.get(page).status_code == 200
    assert ada.post(page, dates(**where)).status_code == 302
    first = Session.objects.get()
    assert (first.venue, first.room) == (hall, "Studio")

    yoga = OfferFactory(provider=provider, title="Yoga")
    page = address(yoga, "series/new")
    asked = ada.post(page, dates(**where, starts="19:00"))
    assert asked.status_code == 400
    shown = asked.content.decode()
    assert "Nothing is saved yet" in shown
    assert "“Yoga”" in shown
    assert "“Pottery”" in shown
    digest = asked.context["look"].fields["seen"].choices[0][0]
    without = ada.post(page, dates(**where, starts="19:00", seen=digest))
    assert "Say why both" in without.content.decode()
    done = ada.post(page, dates(**where, starts="19:00", seen=digest, why="They share."))

    assert done.status_code == 302
    assert AcceptedClash.objects.get().reason == "They share."
    second = Session.objects.exclude(pk=first.pk).get()
    assert "Accepted: They share." in ada.get(address(second)).content.decode()


def test_a_place_is_found_by_name_or_the_choice_is_named(ada, offer):
    VenueFactory(name="Quay Library", address="1 Quay")
    VenueFactory(name="Quay Library", address="2 Hill")
    page = address(offer, "series/new")

    several = ada.post(page, dates(place="Quay Library")).content.decode()
    assert "Quay Library (1 Quay); Quay Library (2 Hill)" in several
    assert "no place of this name" in ada.post(page, dates(place="Nowhere")).content.decode()
    assert ada.post(page, dates(place="Quay Library (2 Hill)")).status_code == 302
    assert Session.objects.get().venue.address == "2 Hill"


def test_a_rule_that_never_ends_is_refused_at_its_field(ada, offer):
    answer = ada.post(address(offer, "series/new"), dates(rule="FREQ=DAILY"))

    assert answer.status_code == 400
    assert "This rule never ends" in str(answer.context["form"].errors["rule"])


def test_dates_are_changed_postponed_and_cancelled_with_a_reason(ada, soon):
    one, other = soon
    form = ada.get(address(one, "change")).context["form"]
    typed = {name: form[name].value() for name in ("day", "place", "room", "trainer")}

    nothing = ada.post(address(one, "change"), typed | {"starts": "18:00", "ends": "20:00", "scope": "all"})
    assert "Nothing is different" in nothing.content.decode()
    earlier = typed | {"starts": "17:00", "ends": "20:00", "scope": "all"}
    assert "Say why" in ada.post(address(one, "change"), earlier).content.decode()
    assert ada.post(address(one, "change"), earlier | {"reason": "Earlier."}).status_code == 302
    assert {one.get_status_display() for one in Session.objects.all()} == {"moved"}

    assert ada.get(address(one, "postpone")).status_code == 200
    ada.post(address(one, "postpone"), {"scope": "this", "reason": "Ill."})
    ada.post(address(other, "cancel"), {"scope": "this", "reason": "Too few."})
    shown = ada.get(address(one.series)).content.decode()
    assert "postponed" in shown
    assert "cancelled" in shown
    assert "cancelled: Too few." in ada.get(address(other)).content.decode()
    assert ada.post(address(other, "cancel"), {"scope": "this", "reason": "x"}).status_code == 400


def test_a_series_grows_and_gets_a_name(ada, soon):
    series = soon[0].series

    assert ada.post(address(series, "dates"), dates()).status_code == 302
    assert ada.post(address(series), {"name": "Spring"}).status_code == 302

    page = ada.get(address(series)).content.decode()
    assert "Spring" in page
    assert series.sessions.count() == 3
    assert ada.get(address(series), {"past": "1"}).status_code == 200
    assert ada.get(address(series), {"after": "broken"}).status_code == 400


def test_an_offer_is_copied_withdrawn_and_a_draft_thrown_away(ada, offer, soon):
    day = (now() + timedelta(days=100)).date().isoformat()

    assert "Give the first day" in ada.post(address(offer, "copy"), {"with_series": "on"}).content.decode()
    copied = ada.post(address(offer, "copy"), {"with_series": "on", "first_on": day})
    copy = Offer.objects.get(is_draft=True)
    assert copied["Location"] == address(copy)
    assert copy.series.get().sessions.count() == 2
    session = copy.series.get().sessions.first()
    assert ada.post(address(session, "take-out"), {"scope": "this"}).status_code == 302

    assert "cannot be undone" in ada.get(address(copy, "withdraw")).content.decode()
    assert ada.post(address(copy, "withdraw"))["Location"] == LIST
    assert ada.post(address(offer, "withdraw")).status_code == 302
    assert Offer.objects.get().is_published is False


def test_the_list_has_drafts_and_all_else_and_goes_on_without_gaps(ada, provider, offer):
    for number in range(30):
        OfferFactory(provider=provider, title=f"Clay {number}", is_published=False, is_draft=number % 2 == 0)
    OfferFactory(title="Somebody else's")

    first = ada.get(LIST, {"q": "clay"})
    second = ada.get(LIST, {"q": "clay", "after": first.context["shown"].next})
    titles = [one.title for page in (first, second) for one in page.context["shown"].offers]
    assert len(titles) == len(set(titles)) == 30
    assert [one.title for one in ada.get(LIST, {"state": "published"}).context["shown"].offers] == ["Pottery"]
    assert len(ada.get(LIST, {"state": "withdrawn"}).context["shown"].offers) == 15
    assert ada.get(LIST, {"after": "broken"}).status_code == 400


def test_the_city_sees_everybody_s_offers(client, offer):
    OfferFactory(title="Yoga")
    sign_in(client, login(member(person(), city_office(), "officer").person))

    titles = {one.title for one in client.get(LIST).context["shown"].offers}

    assert titles == {"Pottery", "Yoga"}
    assert client.get(address(offer, "edit")).status_code == 200
    assert client.get("/catalogue/offers/00000000-0000-0000-0000-000000000009").status_code == 404


def test_a_teacher_sees_the_offers_and_changes_nothing(client, provider, offer, soon):
    sign_in(client, login(member(person(), provider.organisation, "teacher").person))

    assert "Write a new offer" not in client.get(LIST).content.decode()
    for thing in (offer, soon[0], soon[0].series):
        assert client.get(address(thing)).status_code == 200
    assert "Change the date" not in client.get(address(soon[0])).content.decode()
    assert client.get(address(offer, "edit")).status_code == 403
    assert client.post(address(soon[0], "cancel"), {"reason": "x"}).status_code == 403


def test_strangers_cannot_tell_whether_there_is_a_draft(client, offer):
    sign_in(client, login(member(person(), organisation(), "administrator").person))

    assert client.get(address(offer)).status_code == 403
    assert client.get("/catalogue/offers/00000000-0000-0000-0000-000000000009").status_code == 403


def test_the_city_keeps_closing_days(client):
    sign_in(client, login(member(person(), city_office(), "officer").person))
    page = "/catalogue/closing-days"
    day = (now() + timedelta(days=20)).date().isoformat()

    assert client.post(page, {"on": day, "words": "Storm", "place": ""}).status_code == 302
    assert client.post(page, {"on": day, "words": "Storm", "place": ""}).status_code == 400
    assert "Storm" in client.get(page).content.decode()
    client.post(f"{page}/{ClosingDay.objects.get().public_id}/take-away")
    assert not ClosingDay.objects.exists()


def counted(client, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_pages_ask_the_same_number_of_questions_for_much_as_for_little(
    ada, provider, offer, soon, django_assert_max_num_queries
):
    pages = (LIST, address(offer), address(soon[0].series), address(soon[0]))
    few = [counted(ada, page, django_assert_max_num_queries) for page in pages]
    for _number in range(12):
        SessionFactory(series=soon[0].series, starts_at=now() + timedelta(days=90 + _number))
        SeriesFactory(offer=offer)
        OfferFactory(provider=provider)

    assert [counted(ada, page, django_assert_max_num_queries) for page in pages] == few
