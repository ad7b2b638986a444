"""Public holidays and closing days: known, kept by the city, and said to whoever plans on them."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from learningcity.catalogue.actions.closing import ClosingDayRefused, add_closing_day, drop_closing_day
from learningcity.catalogue.actions.drafts import KnownVenue
from learningcity.catalogue.actions.workspace_dates import DatesDraft
from learningcity.catalogue.actions.workspace_looks import NeedsLook
from learningcity.catalogue.actions.workspace_series import add_series
from learningcity.catalogue.models import ClosingDay
from learningcity.catalogue.queries.closing import free_days
from tests.catalogue.factories import MONDAY, VenueFactory
from tests.people.factories import as_member, city_office, member, person

pytestmark = pytest.mark.django_db
EASTER_MONDAY = date(2027, 3, 29)


@pytest.fixture
def staff():
    """Return an officer of the city."""
    return as_member(member(person(), city_office(), "officer"))


@pytest.mark.parametrize(("region", "known"), [("", False), ("WLS", True), ("nowhere", False)])
def test_holidays_are_those_of_the_country_and_of_its_part(a_city, region, known):
    with override_settings(HOLIDAY_REGION=region):
        assert bool(free_days({EASTER_MONDAY}, ())) == known
        assert free_days({date(2027, 12, 25)}, ())


@pytest.mark.parametrize(("setting", "known"), [("", True), ("NIR", True), ("SCT", False)])
def test_the_city_says_its_region_and_the_setting_overrides_it(a_city, setting, known):
    a_city.region = "WLS"
    a_city.save()

    with override_settings(HOLIDAY_REGION=setting):
        assert bool(free_days({EASTER_MONDAY}, ())) == known


def test_a_country_that_nobody_knows_has_no_holidays(a_city):
    a_city.country = "XX"
    a_city.save()

    assert free_days({date(2027, 12, 25)}, ()) == []


def test_a_closing_day_is_said_to_whoever_plans_at_its_place(staff, offer, editor):
    closed, elsewhere = VenueFactory(), VenueFactory()
    add_closing_day(date(2027, 2, 1), "Stocktaking", venue=closed, by=staff, at=MONDAY)
    everywhere = add_closing_day(date(2027, 2, 2), "Storm", by=staff, at=MONDAY)

    def dates(day, venue):
        return DatesDraft(first_on=day, starts=time(9), ends=time(10), venue=KnownVenue(pk=venue.pk))

    with pytest.raises(NeedsLook) as look:
        add_series(offer, dates(date(2027, 2, 1), closed), by=editor, at=MONDAY)
    assert look.value.lines == ["The place is closed on Monday 1 February 2027: Stocktaking."]
    add_series(offer, dates(date(2027, 2, 1), elsewhere), by=editor, at=MONDAY)
    with pytest.raises(NeedsLook, match="Look at this first"):
        add_series(offer, dates(date(2027, 2, 2), elsewhere), by=editor, at=MONDAY)
    drop_closing_day(everywhere, by=staff, at=MONDAY)
    add_series(offer, dates(date(2027, 2, 2), elsewhere), by=editor, at=MONDAY)


def test_a_closing_day_is_entered_once_with_its_words(staff):
    add_closing_day(date(2027, 2, 1), "Storm", by=staff, at=MONDAY)

    with pytest.raises(ClosingDayRefused) as refused:
        add_closing_day(date(2027, 2, 1), "Storm", by=staff, at=MONDAY)
    assert refused.value.field == "on"
    with pytest.raises(ClosingDayRefused) as refused:
        add_closing_day(date(2027, 2, 2), " ", by=staff, at=MONDAY)
    assert refused.value.field == "words"
    assert ClosingDay.objects.count() == 1


def test_only_the_city_keeps_closing_days(editor, staff):
    day = add_closing_day(date(2027, 2, 1), "Storm", by=staff, at=MONDAY)

    for act in (
        lambda: add_closing_day(date(2027, 3, 1), "x", by=editor, at=MONDAY),
        lambda: drop_closing_day(day, by=editor, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()
