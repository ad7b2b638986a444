"""The finder: every filter stands in the address, nothing typed is lost, nothing hostile gets through."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.forms import SearchForm, filter_pairs
from learningcity.catalogue.forms.filters import chips, filter_groups, price_choices
from learningcity.catalogue.models import Offer, OfferAccess, OfferPrice
from learningcity.catalogue.queries.criteria import SLOTS, SORTS, WHENS, Criteria
from learningcity.catalogue.queries.search_facets import Count


def form_of(**values) -> SearchForm:
    """Return the form for a query string with these values."""
    return SearchForm(QueryDict(urlencode(values, doseq=True)))


def some(values, most=4):
    return st.lists(st.sampled_from(list(values)), max_size=most, unique=True).map(tuple)


criteria = st.builds(
    Criteria,
    words=st.text(st.characters(categories=("L", "N", "P")), max_size=30),
    forms=some(Offer.LearningForm.values),
    fields=some(Offer.Field.values),
    modes=some(Offer.Mode.values),
    levels=some(Offer.Level.values),
    audiences=some(Offer.Audience.values),
    taught_in=some(["en", "cy", "ar", "zh-hant"]),
    written_in=some(["en", "es"]),
    access=some(OfferAccess.Feature.values),
    slots=some(SLOTS),
    access_unknown=st.booleans(),
    free=st.booleans(),
    with_places=st.booleans(),
    up_to_cents=st.none() | st.integers(0, 100_000),
    price_group=st.sampled_from(OfferPrice.Group.values),
    from_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    to_on=st.none() | st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    age=st.none() | st.integers(0, 120),
    when=st.sampled_from(WHENS),
    provider=st.none() | st.uuids(),
    venue=st.none() | st.uuids(),
    area=st.sampled_from(["", "wards:W05000001"]),
    sort=st.sampled_from([sort for sort in SORTS if sort != "nearest"]),
)


@given(criteria)
def test_every_filter_is_in_the_address_and_comes_back_from_it(asked):
    form = SearchForm(QueryDict(urlencode(filter_pairs(asked))))

    assert form.errors == {}
    assert form.criteria == asked


@given(criteria)
def test_every_chip_takes_off_its_own_filter_and_no_other(asked):
    form = SearchForm(QueryDict(urlencode(filter_pairs(asked))))
    names = {"provider": "A provider", "venue": "A venue", "area": "An area"}

    for chip in chips(form, names, "GBP"):
        without = SearchForm(QueryDict(chip.query))
        assert len(without.pairs) == len(form.pairs) - 1
        assert set(without.pairs) < set(form.pairs)


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=30), max_size=3), max_size=6))
def test_any_query_string_is_read_or_refused_with_a_sentence(query):
    query.pop("near", None)
    query.pop("at", None)
    form = form_of(**{"q": query.pop("q", [])}, **{f"{name}": values for name, values in query.items()})

    assert isinstance(form.criteria, Criteria)
    assert all(form.errors.values())
    assert form.is_refused or set(form.errors) <= {"near"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "x" * 201),
        ("q", "pot\x00tery"),
        ("q", "pot\x07tery"),
        ("form", "hidden"),
        ("field", "42"),
        ("taught_in", "<script>"),
        ("minutes", "-5"),
        ("minutes", "١٢"),
        ("metres", "1e9"),
        ("up_to_cents", "-1"),
        ("age", "200"),
        ("from", "31/12/2026"),
        ("to", "2026-02-30"),
        ("provider", "not-an-id"),
        ("area", "wards"),
        ("sort", "random"),
        ("when", "yesterday"),
        ("free", "yes"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field_and_kept(name, value):
    form = form_of(**{name: value})

    assert form.is_refused
    assert list(form.errors) == [name]
    assert filter_pairs(form.criteria) == []
    if name in form.typed:
        assert form.typed[name] == value.replace("\x00", "\ufffd")


def test_an_unknown_filter_is_named_and_left_out():
    form = form_of(q="pottery", colour="blue")

    assert form.is_refused
    assert "colour" in form.errors["filters"]
    assert form.query == "q=pottery"


def test_a_walk_without_a_place_asks_for_the_place():
    form = form_of(minutes="20", sort="nearest")

    assert not form.is_refused
    assert "near which place" in form.errors["near"]
    assert form.criteria == Criteria()


def test_the_last_day_is_not_before_the_first():
    form = form_of(**{"from": "2026-12-24", "to": "2026-12-01"})

    assert list(form.errors) == ["to"]
    assert form.criteria.from_on == date(2026, 12, 24)
    assert form.criteria.to_on is None


def test_a_value_that_nothing_bears_is_left_out_unless_it_is_on():
    form = form_of(form="formal")

    groups = {group.name: group for group in filter_groups(form, {"form": [Count("informal", 3)]})}

    assert [(choice.value, choice.count, choice.is_on) for choice in groups["form"].choices] == [
        ("formal", "0", True),
        ("informal", "3", False),
    ]


def test_labels_follow_the_reader_not_the_first_who_asked():
    form = form_of(access="step_free")
    with override("en"):
        english = chips(form, {}, "GBP")[0].label
    with override("es"):
        spanish = chips(form, {}, "GBP")[0].label
    with override("en"):
        assert chips(form, {}, "GBP")[0].label == english

    assert english == "Step-free: yes"
    assert spanish


def test_prices_are_counted_in_units_of_the_currency():
    assert "Up to £5" in [choice.label for choice in price_choices(form_of(), "GBP")]
    assert "Up to ₩5,000" in [choice.label for choice in price_choices(form_of(), "KRW")]


def test_an_identifier_is_the_same_however_it_is_written():
    form = form_of(provider="{12345678-1234-5678-1234-567812345678}")

    assert form.criteria.provider == UUID("12345678-1234-5678-1234-567812345678")
    assert form.query == "provider=12345678-1234-5678-1234-567812345678"


@pytest.mark.django_db
def test_a_point_may_be_typed_where_a_place_is_asked_for():
    form = form_of(near="51.5881,-2.9969")

    assert form.place.point == "51.588,-2.997"
    assert form.is_place_new
