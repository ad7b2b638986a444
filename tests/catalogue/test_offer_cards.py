"""Cards of offers: in the reader's language, with the next date, the price and what is not known."""

from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.models import Offer, OfferPrice, Session
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.offers import (
    Price,
    filter_names,
    offer_cards,
    offers_of_provider,
    price_for,
)
from learningcity.catalogue.queries.prepared import Prepared
from tests.catalogue.factories import (
    MONDAY,
    OfferAccessFactory,
    OfferFactory,
    OfferPriceFactory,
    OfferTextFactory,
    ProviderFactory,
    SeriesFactory,
    SessionFactory,
    SourceFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db
IN_AN_HOUR = {"starts_at": MONDAY + timedelta(hours=1), "ends_at": MONDAY + timedelta(hours=2)}


def card(offer, *, language="en", at=MONDAY, **words):
    [only] = offer_cards([offer.pk], at=at, language=language, **words)
    return only


def test_cards_stand_in_the_order_asked_for():
    offers = OfferFactory.create_batch(5)
    wanted = [offers[place].pk for place in (3, 0, 4, 1)]

    assert [one.pk for one in offer_cards(wanted, at=MONDAY, language="en")] == wanted


def test_what_is_withdrawn_or_gone_has_no_card():
    shown, withdrawn = OfferFactory(), OfferFactory(is_published=False)

    cards = offer_cards([withdrawn.pk, shown.pk, 10**9], at=MONDAY, language="en")

    assert [one.pk for one in cards] == [shown.pk]


def test_no_offers_no_questions(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert offer_cards([], at=MONDAY, language="en") == []


@pytest.mark.parametrize("count", [1, 2, 20, 60])
def test_any_number_of_cards_takes_four_questions(count, django_assert_max_num_queries):
    offers = OfferFactory.create_batch(count)
    SessionFactory(series__offer=offers[0])

    with django_assert_max_num_queries(4):
        cards = offer_cards([one.pk for one in offers], at=MONDAY, language="cy")

    assert len(cards) == count


@pytest.mark.parametrize(
    ("language", "title", "shown_in"),
    [
        ("cy", "Crochenwaith", "cy"),
        ("en", "Pottery", "en"),
        ("en-gb", "Pottery", "en"),
        ("ar", "Pottery", "en"),
    ],
)
def test_the_title_is_in_the_readers_language_or_marked_as_another(language, title, shown_in):
    offer = OfferFactory(title="Pottery", language="en")
    OfferTextFactory(offer=offer, language="cy", title="Crochenwaith")

    one = card(offer, language=language)

    assert (one.title, one.language) == (title, shown_in)


def test_the_next_session_is_the_first_that_is_not_over_in_its_own_zone():
    run = SeriesFactory(venue=VenueFactory(name="Library"), room="Kiln")
    SessionFactory(series=run, starts_at=MONDAY - timedelta(days=2), ends_at=MONDAY - timedelta(days=1))
    SessionFactory(series=run, starts_at=MONDAY + timedelta(days=2), ends_at=MONDAY + timedelta(days=3))
    SessionFactory(series=run, **IN_AN_HOUR, time_zone="Asia/Seoul")

    one = card(run.offer)

    assert one.next_session.starts_at == MONDAY + timedelta(hours=1)
    assert one.next_session.starts_at.tzinfo == ZoneInfo("Asia/Seoul")
    assert (one.next_session.venue_name, one.next_session.room) == ("Library", "Kiln")
    assert one.sessions_ahead == 2


def test_a_session_that_goes_on_is_still_the_next():
    session = SessionFactory(starts_at=MONDAY - timedelta(hours=1), ends_at=MONDAY + timedelta(hours=1))

    assert card(session.series.offer).next_session.starts_at == session.starts_at


@pytest.mark.parametrize(
    ("status", "counts"), [("planned", 1), ("moved", 1), ("cancelled", 0), ("postponed", 0)]
)
def test_a_session_that_does_not_take_place_is_never_the_next(status, counts):
    session = SessionFactory(status=status)

    one = card(session.series.offer)

    assert one.sessions_ahead == counts
    assert (one.next_session is None) == (counts == 0)


def test_an_online_session_has_no_place():
    session = SessionFactory(series=SeriesFactory(venue=None), is_online=True)

    following = card(session.series.offer).next_session

    assert following.is_online
    assert (following.venue_pk, following.venue_id, following.venue_name) == (None, None, "")


def test_days_stand_in_where_no_hours_are_known():
    run = SeriesFactory(runs_from_on=date(2027, 1, 11), runs_until_on=date(2027, 3, 1))

    one = card(run.offer)

    assert (one.next_session, one.runs_from_on, one.runs_until_on) == (
        None,
        date(2027, 1, 11),
        date(2027, 3, 1),
    )


def test_the_price_is_that_of_the_group_else_of_everyone():
    offer = OfferFactory()
    OfferPriceFactory(offer=offer, cents=1000)
    OfferPriceFactory(offer=offer, group="senior", cents=0)

    assert (card(offer).price.cents, card(offer).others_pay_less) == (1000, True)
    senior = card(offer, price_group="senior")
    assert (senior.price.cents, senior.others_pay_less) == (0, False)
    assert card(offer, price_group="student").price.group == "everyone"


def test_a_price_that_nobody_said_is_not_known():
    assert card(OfferFactory()).price is None


@pytest.mark.parametrize(("said", "answer"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_step_free_is_yes_no_or_not_known(said, answer):
    offer = OfferFactory()
    OfferAccessFactory(offer=offer, feature="lift")
    if said is not None:
        OfferAccessFactory(offer=offer, feature="step_free", is_there=said)

    assert card(offer).step_free == answer


@pytest.mark.parametrize(("days", "is_stale"), [(365, False), (366, True)])
def test_what_nobody_confirmed_for_a_year_is_marked(days, is_stale):
    offer = OfferFactory(confirmed_on=MONDAY.date() - timedelta(days=days))

    assert card(offer).is_stale == is_stale


def test_what_is_invented_is_labelled_whether_the_source_or_the_organisation_says_so():
    of_source = OfferFactory(source=SourceFactory(key="invented", is_synthetic=True))
    of_organisation = OfferFactory(provider__organisation__is_synthetic=True)

    assert card(of_source).is_synthetic
    assert card(of_organisation).is_synthetic
    assert not card(OfferFactory()).is_synthetic


def test_what_a_provider_offers_stands_soonest_first():
    provider = ProviderFactory()
    late, soon = OfferFactory(provider=provider), OfferFactory(provider=provider)
    for offer, days in ((late, 9), (soon, 1), (soon, 5)):
        starts = MONDAY + timedelta(days=days)
        SessionFactory(
            series=SeriesFactory(offer=offer), starts_at=starts, ends_at=starts + timedelta(hours=1)
        )
    SessionFactory()

    assert [one.pk for one in offers_of_provider(provider.pk, at=MONDAY, language="en")] == [soon.pk, late.pk]
    assert [one.pk for one in offers_of_provider(provider.pk, at=MONDAY, language="en", size=1)] == [soon.pk]


def test_what_a_provider_offers_ends_with_what_has_no_date():
    provider = ProviderFactory()
    undated = OfferFactory(provider=provider)
    dated = SessionFactory(series__offer__provider=provider).series.offer
    OfferFactory()

    found = offers_of_provider(provider.pk, at=MONDAY, language="en")

    assert [one.pk for one in found] == [dated.pk, undated.pk]


def test_filters_that_hold_an_identifier_have_a_name():
    provider, library = ProviderFactory(), VenueFactory()
    chosen = Criteria(provider=provider.organisation.public_id, venue=library.public_id, area="wards:W01")

    assert filter_names(chosen) == {"provider": provider.organisation.name, "venue": library.name}
    assert filter_names(Criteria(provider=uuid4())) == {}


@given(
    st.dictionaries(st.sampled_from(OfferPrice.Group.values), st.integers(0, 5000)),
    st.sampled_from(OfferPrice.Group.values),
)
def test_nobody_is_told_that_others_pay_less_unless_one_does(prices, group):
    price, others_pay_less = price_for([Price(who, cents, "GBP") for who, cents in prices.items()], group)

    if price is None:
        assert group not in prices
        assert "everyone" not in prices
    else:
        assert price.cents == prices.get(group, prices.get("everyone"))
        assert others_pay_less == (min(prices.values()) < price.cents)


def questions(ids, at, language):
    return (
        Session.objects.filter(series__offer__in=ids, ends_at__gt=at, series__offer__language=language)
        .order_by("pk")
        .values_list("pk", "public_id", "starts_at", "is_online", "series__offer__taught_in", "venue__lat")
    )


@pytest.mark.parametrize("count", [1, 4, 20, 21, 130])
def test_a_prepared_question_gives_the_rows_of_its_queryset(count):
    prepared = Prepared(questions)
    SessionFactory.create_batch(count)
    ids = list(Offer.objects.values_list("pk", flat=True))

    for at in (MONDAY, MONDAY + timedelta(weeks=5, microseconds=1)):
        for language in ("en", "cy"):
            wanted = [list(row) for row in questions(ids, at, language)]
            assert [list(row) for row in prepared.rows(ids, at=at, language=language)] == wanted
