"""One offer whole, providers, and how much there is."""

from datetime import timedelta
from uuid import uuid4

import pytest

from learningcity.catalogue.actions import (
    confirm_offer,
    import_offers,
    withdraw_offer,
)
from learningcity.catalogue.models import Offer
from learningcity.catalogue.queries.offer_page import MOST_PAST, offer_page
from learningcity.catalogue.queries.providers import Counts, counts, provider_page, providers
from learningcity.core.markers import BadMarker
from tests.catalogue.factories import (
    MONDAY,
    OfferAccessFactory,
    OfferFactory,
    OfferPriceFactory,
    OfferTextFactory,
    OrganisationFactory,
    ProviderFactory,
    SeriesFactory,
    SessionFactory,
    draft,
)

pytestmark = pytest.mark.django_db


def page(offer, *, language="en", at=MONDAY):
    return offer_page(offer.public_id, at=at, language=language)


def test_a_page_shows_every_access_fact_also_those_that_nobody_knows():
    offer = OfferFactory()
    OfferAccessFactory(offer=offer, feature="lift", is_there=False, note="Broken.")

    facts = {fact.feature: (fact.answer, fact.note) for fact in page(offer).access}

    assert len(facts) == 8
    assert facts.pop("lift") == ("no", "Broken.")
    assert set(facts.values()) == {("unknown", "")}


def test_a_page_has_the_readers_text_and_names_the_others():
    offer = OfferFactory(title="Pottery", language="en")
    OfferTextFactory(offer=offer, language="cy", title="Crochenwaith", is_machine_made=True)

    welsh, english = page(offer, language="cy"), page(offer, language="es")

    assert (welsh.text.title, welsh.text.is_machine_made) == ("Crochenwaith", True)
    assert [text.language for text in welsh.others] == ["en"]
    assert (english.text.title, [text.language for text in english.others]) == ("Pottery", ["cy"])


def test_prices_stand_in_the_order_of_the_groups_with_everyone_first():
    offer = OfferFactory()
    for group in ("senior", "everyone", "child"):
        OfferPriceFactory(offer=offer, group=group)

    assert [price.group for price in page(offer).prices] == ["everyone", "child", "senior"]


def test_dates_to_come_stand_before_the_last_few_that_are_past():
    run = SeriesFactory()
    for days in range(-9, 4):
        starts = MONDAY + timedelta(days=days, hours=1)
        SessionFactory(series=run, starts_at=starts, ends_at=starts + timedelta(hours=1))

    [fact] = page(run.offer).series

    assert [session.starts_at.day for session in fact.coming] == [23, 24, 25, 26]
    assert [session.starts_at.day for session in fact.past] == [18, 19, 20, 21, 22]
    assert len(fact.past) == MOST_PAST
    assert fact.sessions == [*fact.coming, *fact.past]


def test_the_run_that_comes_next_stands_first():
    offer = OfferFactory()
    over, late, soon = (SeriesFactory(offer=offer) for _ in range(3))
    for run, days in ((over, -5), (late, 9), (soon, 2)):
        starts = MONDAY + timedelta(days=days)
        SessionFactory(series=run, starts_at=starts, ends_at=starts + timedelta(hours=1))

    assert [fact.pk for fact in page(offer).series] == [soon.pk, late.pk, over.pk]
    assert [session.starts_at.day for session in page(offer).coming] == [25, 2]


def test_a_withdrawn_offer_has_a_page_that_says_so():
    offer = OfferFactory(is_published=False)

    assert page(offer).is_published is False


def test_an_offer_that_never_was_has_no_page():
    assert offer_page(uuid4(), at=MONDAY, language="en") is None


@pytest.mark.parametrize("runs", [1, 12])
def test_a_page_takes_seven_questions_however_long_its_lists(runs, django_assert_num_queries):
    offer = OfferFactory()
    for _ in range(runs):
        SessionFactory.create_batch(3, series=SeriesFactory(offer=offer))

    with django_assert_num_queries(7):
        shown = page(offer)
        names = {session.venue.name for session in shown.coming}

    assert len(names) == runs


def test_providers_are_listed_by_name_in_parts_without_gaps_or_repeats(django_assert_num_queries):
    names = ["Ärna", "Berth", "Berth", "Cae", "Zoo\u00a0Club", "가나"]
    for name in names:
        ProviderFactory(organisation__name=name)
    OfferFactory(provider__organisation__name="Able")
    OfferFactory(provider__organisation__name="Able", is_published=False)

    found, after = [], ""
    while True:
        part = providers(after=after, size=2)
        found += part.providers
        after = part.next
        if not after:
            break

    assert sorted(line.name for line in found) == sorted([*names, "Able", "Able"])
    assert len({line.public_id for line in found}) == 8
    assert sorted(line.offers for line in found if line.name == "Able") == [0, 1]


def test_a_marker_that_was_changed_or_whose_provider_is_gone_is_refused():
    ProviderFactory.create_batch(3)
    part = providers(size=1)
    last = part.providers[0]

    for after in ("x", part.next[:-2], "WyJvZmZlcnMiLDFd"):
        with pytest.raises(BadMarker):
            providers(after=after)
    provider_page(last.public_id)
    ProviderFactory._meta.model.objects.filter(organisation__public_id=last.public_id).delete()
    with pytest.raises(BadMarker, match="Start the list again"):
        providers(after=part.next)


def test_a_provider_shows_its_public_face():
    provider = ProviderFactory(
        organisation=OrganisationFactory(name="Lantern", kind="culture", phone="+44 1"), summary="We teach."
    )
    OfferFactory(provider=provider)

    shown = provider_page(provider.organisation.public_id)

    assert (shown.name, shown.kind_label, shown.phone) == ("Lantern", "library, museum or arts", "+44 1")
    assert (shown.summary, shown.offers) == ("We teach.", 1)
    assert provider_page(uuid4()) is None


def test_counts_follow_every_act(source, by, at):
    later = [at + timedelta(minutes=n) for n in range(1, 4)]
    empty = counts()

    import_offers([draft(key=f"k{n}", row=n) for n in range(3)], source=source, by=by, at=at)
    imported = counts()
    OfferPriceFactory._meta.model.objects.filter(offer__source_key="k0").update(cents=0)
    confirm_offer(Offer.objects.get(source_key="k0"), by=by, at=later[0])
    cheaper = counts()
    withdraw_offer(Offer.objects.get(source_key="k0"), by=by, at=later[1])

    assert empty == Counts(offers=0, free=0, providers=0)
    assert imported == Counts(offers=3, free=0, providers=1)
    assert cheaper == Counts(offers=3, free=1, providers=1)
    assert counts() == Counts(offers=2, free=0, providers=1)


def test_counts_are_not_counted_anew_for_every_reader(django_assert_num_queries):
    OfferFactory.create_batch(3)
    counts()

    with django_assert_num_queries(1):
        assert counts().offers == 3
