"""Offers published, changed, confirmed and withdrawn: checked, written whole, and noted for the search."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.actions import (
    AccessDraft,
    KnownVenue,
    OfferKnown,
    OfferNotRight,
    PriceDraft,
    ProviderKnown,
    TextDraft,
    change_offer,
    confirm_offer,
    open_source,
    plan_series,
    publish_offer,
    publish_provider,
    withdraw_offer,
)
from learningcity.catalogue.actions.providers import BadSource
from learningcity.catalogue.models import Offer, SearchChange, Series, Session
from learningcity.core.actors import visitor
from learningcity.core.models import AuditLine
from tests.catalogue.factories import OrganisationFactory, ProviderFactory, VenueFactory, draft, evening, run


@pytest.fixture
def provider(source):
    return ProviderFactory(source=source)


@pytest.fixture
def offer(provider, source, by, at):
    return publish_offer(draft(), provider=provider, source=source, by=by, at=at)


def moments(series: Series) -> list[tuple[datetime, str]]:
    return list(series.sessions.order_by("starts_at").values_list("starts_at", "status"))


def test_an_offer_is_published_with_everything_that_its_draft_says(provider, source, by, at):
    library = VenueFactory()

    offer = publish_offer(
        draft(
            texts=(TextDraft(language="cy", title="Crochenwaith"),),
            access=(AccessDraft(feature="lift", is_there=False, note="Ask for help."),),
            skills=("clay", "glaze"),
            series=(run(venue=KnownVenue(pk=library.pk), room="Kiln", places=12),),
        ),
        provider=provider,
        source=source,
        by=by,
        at=at,
    )

    [series] = offer.series.all()
    assert offer.provider == provider
    assert offer.confirmed_on == at.date()
    assert offer.texts.get().title == "Crochenwaith"
    assert offer.access.get().is_there is False
    assert list(offer.skills.order_by("position").values_list("words", flat=True)) == ["clay", "glaze"]
    assert offer.prices.get().cents == 1000
    assert (series.venue, series.room, series.places) == (library, "Kiln", 12)
    assert {session.venue for session in series.sessions.all()} == {library}


def test_every_action_notes_the_offer_for_the_search_and_for_the_audit(offer, by, at):
    change_offer(offer, draft(title="Pottery again"), by=by, at=at)
    plan_series(offer, run(key="2"), by=by, at=at)
    confirm_offer(offer, by=by, at=at)
    withdraw_offer(offer, by=by, at=at)

    acts = AuditLine.objects.filter(about__contains=str(offer.public_id)).values_list("action", flat=True)
    assert SearchChange.objects.filter(offer_id=offer.pk).count() == 5
    assert set(acts) == {
        "catalogue.offer_published",
        "catalogue.offer_changed",
        "catalogue.offer_confirmed",
        "catalogue.offer_withdrawn",
    }


def test_a_visitor_may_do_nothing_of_it(offer, provider, source, at):
    nobody = {"by": visitor(), "at": at}

    for forbidden in (
        lambda: publish_offer(draft(key="x"), provider=provider, source=source, **nobody),
        lambda: change_offer(offer, draft(), **nobody),
        lambda: plan_series(offer, run(), **nobody),
        lambda: confirm_offer(offer, **nobody),
        lambda: withdraw_offer(offer, **nobody),
        lambda: publish_provider(OrganisationFactory(), source=source, source_key="x", **nobody),
        lambda: open_source("x", **nobody),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_a_member_of_staff_may(provider, source, staff, at):
    assert publish_offer(draft(), provider=provider, source=source, by=staff, at=at).pk


def test_the_same_key_is_not_published_twice(offer, provider, source, by, at):
    with pytest.raises(OfferKnown, match="Change that one, or give another key"):
        publish_offer(draft(), provider=provider, source=source, by=by, at=at)


def test_the_same_key_of_the_same_source_has_the_same_identifier_on_every_node(offer, by, at):
    before = (offer.public_id, Series.objects.get().public_id, set(Session.objects.values_list("public_id")))
    provider, source = offer.provider, offer.source
    Offer.objects.all().delete()

    again = publish_offer(draft(), provider=provider, source=source, by=by, at=at)

    after = (again.public_id, Series.objects.get().public_id, set(Session.objects.values_list("public_id")))
    assert after == before


def test_a_changed_offer_keeps_its_identifiers_and_its_runs(offer, by, at):
    sessions = set(Session.objects.values_list("pk", "public_id", "starts_at"))

    changed = change_offer(offer, draft(title="Clay", prices=(PriceDraft(cents=0),), series=()), by=by, at=at)

    assert (changed.pk, changed.public_id, changed.title) == (offer.pk, offer.public_id, "Clay")
    assert [price.cents for price in changed.prices.all()] == [0]
    assert set(Session.objects.values_list("pk", "public_id", "starts_at")) == sessions


def test_a_run_is_planned_whole_or_not_at_all(offer, by, at):
    ends_before_it_starts = evening(2, 8, ends=datetime(2027, 2, 8, 17))

    with pytest.raises(OfferNotRight, match="not after its start at 2027-02-08 18:00") as refusal:
        plan_series(offer, run(evening(2, 1), ends_before_it_starts, key="spring"), by=by, at=at)

    assert refusal.value.field == "ends"
    assert not offer.series.filter(source_key="spring").exists()


def test_a_run_with_one_date_grows_when_a_second_comes(offer, by, at):
    once = plan_series(offer, run(evening(2, 1), key="spring"), by=by, at=at)
    first = once.sessions.get().public_id

    twice = plan_series(offer, run(evening(2, 1), evening(2, 8), key="spring"), by=by, at=at)

    assert twice.public_id == once.public_id
    assert twice.sessions.order_by("starts_at").first().public_id == first
    assert twice.sessions.count() == 2


def test_a_session_that_changes_its_hour_keeps_its_identifier(offer, by, at):
    series = plan_series(offer, run(evening(2, 1), evening(2, 8), key="spring"), by=by, at=at)
    before = dict(series.sessions.values_list("public_id", "pk"))

    plan_series(offer, run(evening(2, 1, hour=19), evening(2, 8), key="spring"), by=by, at=at)

    assert dict(series.sessions.values_list("public_id", "pk")) == before
    assert [start.hour for start, _status in moments(series)] == [19, 18]


def test_a_new_session_at_the_hour_of_a_moved_one_is_another_session(offer, by, at):
    series = plan_series(offer, run(evening(2, 1), key="spring"), by=by, at=at)
    plan_series(offer, run(evening(2, 1, hour=19), key="spring"), by=by, at=at)

    plan_series(offer, run(evening(2, 1), evening(2, 1, hour=20), key="spring"), by=by, at=at)

    identifiers = list(series.sessions.values_list("public_id", flat=True))
    assert len(set(identifiers)) == len(identifiers) == 3


def test_a_session_that_is_no_longer_planned_is_cancelled_never_deleted(offer, by, at):
    series = plan_series(offer, run(evening(2, 1), evening(2, 8), key="spring"), by=by, at=at)

    plan_series(offer, run(evening(2, 8), key="spring"), by=by, at=at)

    assert [status for _start, status in moments(series)] == ["cancelled", "planned"]


def test_a_session_that_is_past_stays_as_it_was(offer, by, at):
    series = plan_series(offer, run(evening(2, 1), evening(2, 8), key="spring"), by=by, at=at)
    later = datetime.fromisoformat("2027-02-03T00:00:00Z")

    plan_series(offer, run(evening(2, 8), key="spring"), by=by, at=later)

    assert [status for _start, status in moments(series)] == ["planned", "planned"]


def test_a_session_that_is_planned_again_is_no_longer_cancelled(offer, by, at):
    series = plan_series(offer, run(evening(2, 1), evening(2, 8), key="spring"), by=by, at=at)
    plan_series(offer, run(evening(2, 8), key="spring"), by=by, at=at)

    plan_series(offer, run(evening(2, 1), evening(2, 8), key="spring"), by=by, at=at)

    assert [status for _start, status in moments(series)] == ["planned", "planned"]


def test_one_session_may_be_at_another_place_than_its_run(offer, by, at):
    museum = VenueFactory(name="Museum")

    series = plan_series(
        offer,
        run(evening(2, 1), evening(2, 8, venue=KnownVenue(public_id=str(museum.public_id))), key="spring"),
        by=by,
        at=at,
    )

    names = series.sessions.order_by("starts_at").values_list("venue__name", flat=True)
    assert list(names) == ["The Hall", "Museum"]


def test_a_place_that_the_city_does_not_know_is_refused(offer, by, at):
    with pytest.raises(OfferNotRight, match="knows no venue “somewhere”"):
        plan_series(offer, run(venue=KnownVenue(public_id="somewhere"), key="x"), by=by, at=at)


def test_confirming_and_withdrawing_change_nothing_else(offer, by, at):
    words = replace(draft(), series=())
    before = Offer.objects.filter(pk=offer.pk).values().get()
    later = at.replace(year=2027)

    confirm_offer(offer, by=by, at=later)
    withdraw_offer(offer, by=by, at=later)

    after = Offer.objects.filter(pk=offer.pk).values().get()
    assert words.title == after["title"]
    assert {key for key in before if before[key] != after[key]} == {
        "confirmed_on",
        "changed_at",
        "is_published",
    }
    assert after["confirmed_on"] == date(2027, 11, 23)


def test_an_organisation_becomes_a_provider_once(provider, source, by, at):
    with pytest.raises(ProviderKnown):
        publish_provider(provider.organisation, source=source, source_key="other", by=by, at=at)


def test_a_source_is_opened_once_and_learns_what_is_said_anew(db, by, at):
    first = open_source("feed", name="A feed", by=by, at=at)

    again = open_source("feed", licence="CC BY 4.0", by=by, at=at)

    assert again.pk == first.pk
    assert (again.name, again.licence) == ("A feed", "CC BY 4.0")


@pytest.mark.parametrize(
    "said", [{"name": "x" * 201}, {"licence": "a\nb"}, {"attribution": "\0"}, {"url": "ftp://example.org"}]
)
def test_what_is_said_of_a_source_fits_its_table(db, said, by, at):
    with pytest.raises(BadSource, match=next(iter(said))):
        open_source("feed", **said, by=by, at=at)


@pytest.mark.parametrize("key", ["", "two words", "ä", "x" * 41, "a/b", "a\n"])
def test_a_key_that_cannot_stand_in_an_address_is_no_source(db, key, by, at):
    with pytest.raises(BadSource, match="letters, digits, hyphens"):
        open_source(key, by=by, at=at)
