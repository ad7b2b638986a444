"""Offers that nobody confirms are asked about, warned of twice and hidden; one press brings them back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from learningcity.catalogue.actions.duplicates_merging import merge_offers
from learningcity.catalogue.actions.freshness import ask_for_confirmation, confirm_offers
from learningcity.catalogue.actions.offers import confirm_offer, withdraw_offer
from learningcity.catalogue.models import Freshness, ImportRun, Offer
from learningcity.catalogue.queries.freshness import CONFIRM_FIRST, link_token, offers_to_confirm
from learningcity.catalogue.queries.parts import part_by_days
from learningcity.core.actors import visitor
from learningcity.core.models import Message
from learningcity.people.models import Contact
from tests.catalogue.factories import OfferFactory, OrganisationFactory, ProviderFactory, SourceFactory
from tests.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return OrganisationFactory(name="River School", email="office@river.example")


@pytest.fixture
def old(school, at):
    return OfferFactory(
        provider=ProviderFactory(organisation=school),
        title="Pottery",
        confirmed_on=(at - timedelta(days=500)).date(),
    )


def run(days, *, by, at):
    """Run the task on each of so many days; return what came of the offer."""
    for day in range(days):
        ask_for_confirmation(by=by, at=at + timedelta(days=day))
    return Offer.objects.get()


def test_what_was_confirmed_within_the_year_is_left_alone(school, by, at):
    OfferFactory(
        provider=ProviderFactory(organisation=school), confirmed_on=(at - timedelta(days=300)).date()
    )

    assert ask_for_confirmation(by=by, at=at) == 0
    assert not Message.objects.exists()


def test_an_offer_is_hidden_only_after_a_reminder_and_two_warnings_a_fortnight_apart(old, by, at):
    assert run(29, by=by, at=at).is_published
    assert not run(31, by=by, at=at).is_published
    steps = Freshness.objects.get()

    assert steps.warned_on - steps.reminded_on == timedelta(days=1)
    assert steps.warned_again_on - steps.warned_on == timedelta(days=14)
    assert steps.hidden_on - steps.warned_again_on == timedelta(days=14)
    assert [message.address for message in Message.objects.all()] == ["office@river.example"] * 4


def test_what_was_done_before_it_was_confirmed_counts_no_more(old, by, at):
    run(29, by=by, at=at)
    confirm_offer(old, by=by, at=at + timedelta(days=29))
    later = at + timedelta(days=29 + 400)
    Message.objects.all().delete()

    assert run(29, by=by, at=later).is_published
    assert Message.objects.count() == 3
    assert not run(1, by=by, at=later + timedelta(days=30)).is_published


@pytest.mark.parametrize("end", ["withdrawn", "merged"])
def test_a_link_shows_nothing_again_that_was_taken_away_for_another_reason(end, old, school, by, at):
    run(31, by=by, at=at)
    if end == "withdrawn":
        withdraw_offer(old, by=by, at=at)
    else:
        merge_offers(OfferFactory(provider=old.provider), old, by=by, at=at)
    on = at + timedelta(days=40)
    token = link_token(school, on.date())

    assert confirm_offers(school, [str(old.public_id)], token=token, by=visitor(), at=on) == 0
    assert not Offer.objects.get(pk=old.pk).is_published


def test_no_day_brings_two_messages_to_one_organisation(old, school, by, at):
    for number in range(3):
        OfferFactory(provider=old.provider, confirmed_on=(at - timedelta(days=340 + 60 * number)).date())
    ask_for_confirmation(by=by, at=at)
    ask_for_confirmation(by=by, at=at)

    assert Message.objects.count() == 1


def test_what_a_feed_brings_is_vouched_for_by_its_source(school, by, at):
    feed = SourceFactory(key="feed", rhythm=1440, address="https://feed.example/")
    ImportRun.objects.create(
        source=feed, new=1, changed=0, same=0, rejected=0, imported_at=at - timedelta(days=1)
    )
    provider = ProviderFactory(organisation=school)
    OfferFactory(provider=provider, source=feed, confirmed_on=(at - timedelta(days=900)).date())

    assert ask_for_confirmation(by=by, at=at) == 0


def test_the_link_in_the_message_confirms_without_signing_in_and_shows_the_offer_again(
    client, old, school, by, at
):
    run(31, by=by, at=at)
    page = reverse("catalogue:confirm_by_link", args=[link_token(school, now().date())])
    looked = client.get(page).content.decode()
    is_published_after_a_look = Offer.objects.get().is_published
    client.post(page, {"offer": [str(old.public_id)]})

    assert "Pottery" in looked
    assert not is_published_after_a_look
    assert Offer.objects.get().is_published
    assert Freshness.objects.get().vouched_by == "link"


def test_what_is_not_ticked_stays_as_it_was(client, old, school):
    page = reverse("catalogue:confirm_by_link", args=[link_token(school, now().date())])
    client.post(page, {"offer": ["nonsense"]})

    assert Offer.objects.get().confirmed_on == old.confirmed_on


@pytest.mark.parametrize("age", [0, 61])
def test_a_forged_or_old_link_says_what_to_do(client, school, age):
    token = link_token(school, now().date() - timedelta(days=age))
    answer = client.get(reverse("catalogue:confirm_by_link", args=[token if age else token + "x"]))

    assert answer.status_code == 410
    assert "Use the newest message" in answer.content.decode()


def test_a_link_of_one_organisation_confirms_nothing_of_another(old, by, at):
    other = OrganisationFactory(name="Other")

    with pytest.raises(PermissionDenied):
        confirm_offers(
            old.provider.organisation,
            [str(old.public_id)],
            token=link_token(other, at.date()),
            by=visitor(),
            at=at,
        )


def test_an_editor_confirms_on_the_page_and_the_offer_says_so(client, old, school):
    editor = people.member(people.person("Ed"), school, role="editor")
    people.sign_in(client, people.login(editor.person))
    client.post(reverse("catalogue:confirm_own", args=[school.public_id]), {"offer": [str(old.public_id)]})

    assert not offers_to_confirm(school, now().date()).exists()
    assert "Confirmed by the provider" in client.get(old.get_absolute_url()).content.decode()


def test_where_nobody_has_an_address_those_who_keep_the_offers_are_written_to(old, school, by, at):
    type(school).objects.update(email="")
    editor = people.person("Ed")
    people.member(editor, school, role="editor")
    Contact.objects.create(person=editor, channel="mail", email="ed@example.org", changed_at=at)
    ask_for_confirmation(by=by, at=at)

    assert [message.recipient for message in Message.objects.all()] == [str(editor.public_id)]


def test_the_database_hides_nothing_without_two_warnings(old, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        Freshness.objects.create(offer=old, hidden_on=at.date())


def test_only_the_machine_asks(at):
    with pytest.raises(PermissionDenied):
        ask_for_confirmation(by=visitor(), at=at)


def test_an_editor_is_led_to_what_waits_and_the_city_to_every_organisation(client, old, school):
    editor = people.member(people.person("Ed"), school, role="editor")
    people.sign_in(client, people.login(editor.person))

    shown = client.get(reverse("catalogue:own_offers")).text

    assert reverse("catalogue:confirm_own", args=[school.public_id]) in shown
    assert client.get(reverse("catalogue:freshness_list")).status_code == 403
    assert client.get(reverse("catalogue:feedback_list")).status_code == 200


def test_a_long_list_to_confirm_goes_on_hidden_ones_first(school, at):
    provider, day = ProviderFactory(organisation=school), (at - timedelta(days=500)).date()
    offers = [
        OfferFactory(provider=provider, confirmed_on=day + timedelta(days=number % 3)) for number in range(9)
    ]
    hidden = offers[5]
    Offer.objects.filter(pk=hidden.pk).update(is_published=False)
    steps = ("reminded_on", "warned_on", "warned_again_on", "hidden_on")
    Freshness.objects.create(offer=hidden, **dict.fromkeys(steps, at.date()))

    found, after = [], ""
    while not found or after:
        waiting = offers_to_confirm(school, at.date())
        part = part_by_days(waiting, columns=CONFIRM_FIRST, kind="confirm", after=after, size=2)
        found, after = [*found, *part.rows], part.next

    assert found[0] == hidden
    assert [one.pk for one in found] == [one.pk for one in offers_to_confirm(school, at.date())]
    assert len(found) == len(offers)
