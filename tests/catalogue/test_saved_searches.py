"""A saved search tells its person what is new, once, at the rhythm they chose, and is theirs alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from learningcity.catalogue.actions.offers import withdraw_offer
from learningcity.catalogue.actions.saved_searches import delete_search, save_search, tell_what_is_new
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.actions.workspace_offers import release_offer
from learningcity.catalogue.models import SavedSearch
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.core.models import Message
from learningcity.people.models import Contact
from tests.catalogue.factories import OfferFactory
from tests.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(at):
    rosa = people.person("Rosa")
    Contact.objects.create(person=rosa, channel="mail", email="rosa@example.org", changed_at=at)
    return rosa


def keep(rosa, at, words="pottery", rhythm="daily"):
    criteria = Criteria(words=words)
    return save_search(
        rosa, label=words, query=f"q={words}", criteria=criteria, rhythm=rhythm,
        by=people.as_self(rosa), at=at,
    )  # fmt: skip


def published(title, at, by):
    OfferFactory(title=title, created_at=at)
    rebuild_search_index(by=by, at=at)


def test_what_is_new_is_told_once(rosa, by, at):
    published("Pottery of old", at - timedelta(days=3), by)
    keep(rosa, at)
    published("Pottery of today", at + timedelta(hours=2), by)
    tell_what_is_new(by=by, at=at + timedelta(days=1))
    tell_what_is_new(by=by, at=at + timedelta(days=2))

    sent = Message.objects.get()
    assert "Pottery of today" in sent.body
    assert "Pottery of old" not in sent.body


def test_what_was_a_draft_for_long_is_new_on_the_day_on_which_it_is_published(rosa, by, at):
    long_ago = at - timedelta(days=9)
    draft = OfferFactory(title="Pottery", created_at=long_ago, is_published=False, is_draft=True)
    keep(rosa, at)
    release_offer(draft, by=by, at=at + timedelta(hours=1))
    rebuild_search_index(by=by, at=at + timedelta(hours=1))

    assert tell_what_is_new(by=by, at=at + timedelta(days=1)) == 1

    withdraw_offer(draft, by=by, at=at + timedelta(days=1))
    release_offer(draft, by=by, at=at + timedelta(days=2))

    assert tell_what_is_new(by=by, at=at + timedelta(days=3)) == 0


@pytest.mark.parametrize("old", [{"sort": "by colour"}, {"age": "many"}])
def test_a_search_that_nobody_can_ask_any_more_keeps_no_other_from_being_told(rosa, by, at, old):
    broken = keep(rosa, at - timedelta(hours=1), words="weaving")
    SavedSearch.objects.filter(pk=broken.pk).update(criteria=old)
    keep(rosa, at)
    published("Pottery of today", at + timedelta(hours=2), by)

    assert tell_what_is_new(by=by, at=at + timedelta(days=1)) == 1


@pytest.mark.parametrize(("rhythm", "told_on"), [("daily", 1), ("weekly", 7), ("never", None)])
def test_it_is_told_at_the_rhythm_that_was_chosen(rosa, by, at, rhythm, told_on):
    keep(rosa, at, rhythm=rhythm)
    published("Pottery", at + timedelta(hours=1), by)
    days = [day for day in range(1, 9) if tell_what_is_new(by=by, at=at + timedelta(days=day))]

    assert days == ([told_on] if told_on else [])


def test_nothing_is_written_where_nothing_is_new(rosa, by, at):
    published("Carpentry", at + timedelta(hours=1), by)
    keep(rosa, at)
    tell_what_is_new(by=by, at=at + timedelta(days=1))

    assert not Message.objects.exists()


def test_a_search_is_saved_from_its_page_with_every_filter(client, rosa):
    people.sign_in(client, people.login(rosa), second_factor=False)
    page = reverse("catalogue:saved_searches") + "?q=pottery&free=1"
    offered = client.get(page).content.decode()
    client.post(page, {"label": "Free pottery", "rhythm": "weekly"})
    saved = SavedSearch.objects.get()

    assert "Save this search" in offered
    assert saved.person == rosa
    assert (saved.criteria["words"], saved.criteria["free"]) == ("pottery", True)
    assert "Free pottery" in client.get(reverse("catalogue:saved_searches")).content.decode()


def test_the_same_search_again_changes_the_rhythm(rosa, at):
    keep(rosa, at)
    keep(rosa, at, rhythm="never")

    assert SavedSearch.objects.get().rhythm == "never"


def test_nobody_deletes_or_saves_the_searches_of_another(client, rosa, at):
    saved = keep(rosa, at)
    eve = people.person("Eve")
    people.sign_in(client, people.login(eve), second_factor=False)
    answer = client.post(reverse("catalogue:saved_search_delete", args=[saved.public_id]))

    assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        delete_search(saved, by=people.as_self(eve), at=at)
    with pytest.raises(PermissionDenied):
        save_search(
            rosa, label="x", query="q=x", criteria=Criteria(words="x"), rhythm="daily",
            by=people.as_self(eve), at=at,
        )  # fmt: skip


def test_a_person_deletes_their_own(client, rosa, at):
    saved = keep(rosa, at)
    people.sign_in(client, people.login(rosa), second_factor=False)
    client.post(reverse("catalogue:saved_search_delete", args=[saved.public_id]))

    assert not SavedSearch.objects.exists()
