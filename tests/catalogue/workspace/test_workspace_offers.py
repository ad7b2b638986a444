"""Offers are written as drafts, published, copied, withdrawn by those who keep them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.actions.drafts import AccessDraft, PriceDraft, TextDraft
from learningcity.catalogue.actions.offers import OfferKnown, OfferNotRight, change_offer, withdraw_offer
from learningcity.catalogue.actions.places import note_places_left
from learningcity.catalogue.actions.workspace_copies import draft_of
from learningcity.catalogue.actions.workspace_offers import (
    FirstDayNeeded,
    OfferSettled,
    copy_offer,
    draft_offer,
    drop_draft_offer,
    release_offer,
)
from learningcity.catalogue.actions.workspace_sessions import Wall, cancel_sessions
from learningcity.catalogue.models import Offer, Provider, SearchChange, Series, Session
from learningcity.catalogue.queries.offer_page import offer_page
from learningcity.catalogue.queries.own import state_of
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY, SeriesFactory, SessionFactory, draft
from tests.people.factories import as_member, city_office, member, organisation, person

pytestmark = pytest.mark.django_db
RICH = draft(
    key="a" * 32,
    series=(),
    texts=(TextDraft(language="cy", title="Crochenwaith"),),
    access=(AccessDraft(feature="lift", is_there=False, note="Ask."),),
    skills=("Throw a bowl",),
)


@pytest.fixture
def hidden(provider, editor):
    """Return a draft."""
    return draft_offer(RICH, organisation=provider.organisation, by=editor, at=MONDAY)


def test_a_draft_is_seen_by_nobody_until_it_is_published(hidden, editor):
    assert (hidden.is_draft, hidden.is_published, state_of(hidden)) == (True, False, "draft")
    assert offer_page(hidden.public_id, at=MONDAY, language="en") is None

    release_offer(hidden, by=editor, at=MONDAY)

    hidden.refresh_from_db()
    assert state_of(hidden) == "published"
    assert offer_page(hidden.public_id, at=MONDAY, language="en")
    assert SearchChange.objects.filter(offer_id=hidden.pk).exists()
    with pytest.raises(OfferSettled):
        release_offer(hidden, by=editor, at=MONDAY)
    withdraw_offer(hidden, by=editor, at=MONDAY)
    hidden.refresh_from_db()
    assert state_of(hidden) == "withdrawn"
    release_offer(hidden, by=editor, at=MONDAY)


def test_the_first_offer_gives_an_organisation_its_public_face():
    club = organisation("Chess Club")
    by = as_member(member(person(), club, "editor"))

    offer = draft_offer(RICH, organisation=club, by=by, at=MONDAY)

    assert Provider.objects.get() == offer.provider
    assert offer.source.key == "own"
    with pytest.raises(OfferKnown):
        draft_offer(RICH, organisation=club, by=by, at=MONDAY)


def test_what_is_wrong_is_refused_at_its_field(provider, editor, hidden):
    wrong = draft(key="b" * 32, series=(), age_from=20, age_to=10)

    with pytest.raises(OfferNotRight) as refused:
        draft_offer(wrong, organisation=provider.organisation, by=editor, at=MONDAY)
    assert refused.value.field == "age_to"
    with pytest.raises(OfferNotRight):
        change_offer(hidden, draft(key=hidden.source_key, title=" "), by=editor, at=MONDAY)
    assert Offer.objects.get().title == RICH.title


def test_a_change_keeps_the_series_and_the_place(hidden, editor):
    series = SeriesFactory(offer=hidden)
    words = draft_of(hidden)
    assert words.texts == RICH.texts
    assert words.access == RICH.access

    change_offer(hidden, draft(key=hidden.source_key, title="Bowls", series=()), by=editor, at=MONDAY)

    assert Offer.objects.get().title == "Bowls"
    assert Series.objects.get() == series


def test_a_copy_says_the_same_with_its_dates_moved_to_the_same_weekday(hidden, editor, a_city):
    series = SeriesFactory(offer=hidden, name="Winter", room="Studio")
    dates = [SessionFactory(series=series, trainer="Ada") for _number in range(3)]
    cancel_sessions(dates[1], reason="Ill.", by=editor, at=MONDAY)
    first = Wall.of(dates[0]).starts

    with pytest.raises(FirstDayNeeded) as refused:
        copy_offer(hidden, key="c" * 32, with_series=True, by=editor, at=MONDAY)
    copied = copy_offer(
        hidden, key="c" * 32, with_series=True, first_on=date(2027, 9, 1), by=editor, at=MONDAY
    )

    assert refused.value.field == "first_on"
    assert copied.is_draft
    assert (copied.title, copied.prices.count(), copied.texts.count()) == (RICH.title, 1, 1)
    twin = copied.series.get()
    assert (twin.name, twin.room, twin.venue) == ("Winter", "Studio", series.venue)
    starts = [Wall.of(one).starts for one in twin.sessions.order_by("starts_at")]
    assert len(starts) == 2
    assert (starts[0].weekday(), starts[0].time()) == (first.weekday(), first.time())
    assert 0 <= (starts[0].date() - date(2027, 9, 1)).days < 7
    assert {one.trainer for one in twin.sessions.all()} == {"Ada"}


def test_a_copy_without_dates_has_none(hidden, editor):
    SessionFactory(series=SeriesFactory(offer=hidden))

    assert not copy_offer(hidden, key="c" * 32, by=editor, at=MONDAY).series.exists()


def test_only_what_was_never_published_is_deleted(hidden, offer, editor):
    with pytest.raises(OfferSettled, match="Withdraw it"):
        drop_draft_offer(offer, by=editor, at=MONDAY)

    drop_draft_offer(hidden, by=editor, at=MONDAY)

    assert Offer.objects.get() == offer


def test_the_city_keeps_everybody_s_offers_and_others_only_their_own(hidden, provider):
    staff = as_member(member(person(), city_office(), "officer"))
    release_offer(hidden, by=staff, at=MONDAY)

    for by in (
        as_member(member(person(), provider.organisation, "teacher")),
        as_member(member(person(), organisation(), "administrator")),
    ):
        for act in (
            lambda by: draft_offer(RICH, organisation=provider.organisation, by=by, at=MONDAY),
            lambda by: release_offer(hidden, by=by, at=MONDAY),
            lambda by: change_offer(hidden, RICH, by=by, at=MONDAY),
            lambda by: withdraw_offer(hidden, by=by, at=MONDAY),
            lambda by: copy_offer(hidden, key="d" * 32, by=by, at=MONDAY),
            lambda by: drop_draft_offer(hidden, by=by, at=MONDAY),
        ):
            with pytest.raises(PermissionDenied):
                act(by)


def test_prices_and_machine_texts_survive_a_round(hidden, editor):
    words = draft_of(hidden)

    changed = change_offer(hidden, words, by=editor, at=MONDAY)

    assert draft_of(changed) == words
    assert words.prices == (PriceDraft(cents=1000, group="everyone", currency="GBP"),)


def test_places_left_are_noted_once_they_change(offer):
    series = SeriesFactory(offer=offer)
    session = SessionFactory(series=series)

    note_places_left({series.pk: 3}, {session.pk: None}, by=operator(), at=MONDAY)
    note_places_left({series.pk: 3}, by=operator(), at=MONDAY)

    assert Series.objects.get().places_left == 3
    assert Session.objects.get().places_left is None
    assert SearchChange.objects.filter(offer_id=offer.pk).count() == 1
    with pytest.raises(PermissionDenied):
        note_places_left({series.pk: 4}, by=as_member(member()), at=MONDAY)
