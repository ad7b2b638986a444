"""Calendars that people follow: of a search, of a saved one, of a festival; they change with the dates."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from learningcity.catalogue.actions import import_offers, open_source
from learningcity.catalogue.actions.overlays import ForNow, overlay_sessions
from learningcity.catalogue.actions.programmes import (
    ProgrammeDraft,
    add_to_programme,
    found_programme,
    show_programme,
)
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.actions.workspace_sessions import cancel_sessions
from learningcity.catalogue.adapters.calendar_address import calendar_address
from learningcity.catalogue.api.calendar_filters import CalendarFilters, criteria_of_calendar
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.models import Offer, Session
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.core.actors import operator
from tests.catalogue.factories import draft, evening, run
from tests.people import factories as people

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/feeds/calendar.ics"


@pytest.fixture
def offers(by, at):
    source = open_source("city", licence="CC0 1.0", by=by, at=at)
    twice = draft(key="twice", title="Here and there", series=(run(evening(1, 11), evening(1, 16)),))
    import_offers([draft(), twice], source=source, by=by, at=at)
    rebuild_search_index(by=by, at=now())
    return {offer.source_key: offer for offer in source.offers.all()}


def events(client, address):
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {str(event["uid"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_the_search_and_saved_searches_lead_to_a_calendar_that_names_nobody(client, offers):
    ada = people.login()
    people.sign_in(client, ada)
    page = reverse("catalogue:saved_searches") + "?q=pottery&mode=on_site"
    client.post(page, {"label": "Ada's clay", "rhythm": "never"})

    for shown in (client.get(reverse("catalogue:search") + "?q=pottery&mode=on_site"), client.get(page)):
        text = shown.text
        assert f"webcal://testserver{ADDRESS}?q=pottery&amp;mode=on_site" in text
        assert f'href="{ADDRESS}?q=pottery&amp;mode=on_site"' in text
        for personal in (str(ada.person.public_id), "Ada"):
            assert personal not in text[text.index("webcal://") : text.index("webcal://") + 80]
    client.logout()
    assert len(events(client, f"{ADDRESS}?q=pottery&mode=on_site")) == 2


@given(
    st.dictionaries(
        st.sampled_from(
            ["q", "from", "age", "free", "slot", "access", "up_to_cents", "group", "when", "unknown"]
        ),
        st.just(""),
    )
)
def test_the_calendar_asks_what_the_page_asks(chosen):
    values = {
        "q": "clay & co", "from": "2027-01-01", "age": "9", "free": "1", "slot": "weekend", "access": "lift",
        "up_to_cents": "500", "group": "child", "when": "week", "unknown": "1",
    }  # fmt: skip
    query = QueryDict(mutable=True)
    query.update({name: values[name] for name in chosen})
    asked = SearchForm(query).criteria

    told = QueryDict(calendar_address(asked).partition("?")[2])
    many = {"form", "field", "mode", "level", "audience", "taught_in", "written_in", "access", "slot"}
    read = CalendarFilters(**{name: told.getlist(name) if name in many else told[name] for name in told})

    assert criteria_of_calendar(read) == Criteria(
        **{**vars(asked), "sort": "soonest", "size": criteria_of_calendar(read).size}
    )


def test_a_date_that_moves_or_is_cancelled_changes_in_the_calendar_that_somebody_follows(client, offers, at):
    first, second = Session.objects.filter(series__offer=offers["pottery"]).order_by("starts_at")
    before = events(client, f"{ADDRESS}?q=pottery")
    uids = [f"{one.public_id}@learningcity" for one in (first, second)]

    for_now = ForNow(
        starts_at=first.starts_at + timedelta(hours=1), ends_at=first.ends_at + timedelta(hours=1)
    )
    overlay_sessions("late", {first: for_now}, reason="Ice", by=operator(), at=now())
    cancel_sessions(second, reason="Ill", by=operator_staff(), at=now())
    after = events(client, f"{ADDRESS}?q=pottery")

    assert before.keys() == after.keys() == set(uids)
    assert after[uids[0]]["dtstart"].dt == first.starts_at + timedelta(hours=1)
    assert str(after[uids[1]]["status"]) == "CANCELLED"
    for uid in uids:
        assert int(after[uid]["sequence"]) > int(before[uid]["sequence"])


def operator_staff():
    """Return an officer of the city at work."""
    return people.as_member(people.member(people.person(), people.city_office(), "officer"))


def test_day_and_hour_must_hold_for_the_same_date(client, offers):
    # A Monday evening and a Saturday: no date is on a Saturday before the twelfth.
    found = events(client, f"{ADDRESS}?q=there&slot=weekend&to_on=2027-01-12")

    assert found == {}
    assert len(events(client, f"{ADDRESS}?q=there&slot=weekend")) == 1


def test_the_calendar_of_a_festival_follows_its_dates_too(client, offers, at):
    editor = people.member(people.person("Ed"), people.organisation(), role="editor")
    by, pottery = people.as_member(editor), Offer.objects.get(source_key="pottery")
    days = ProgrammeDraft(title="Week", from_on=date(2027, 1, 10), until_on=date(2027, 1, 31), language="en")
    week = found_programme(editor.organisation, days, by=by, at=at)
    add_to_programme(week, [pottery], by=by, at=at)
    show_programme(week, is_shown=True, by=by, at=at)
    address = reverse("catalogue:programme_calendar", args=[week.public_id])
    before = events(client, address)
    first, _second = Session.objects.filter(series__offer=pottery).order_by("starts_at")

    overlay_sessions("flood", {first: ForNow(status="cancelled")}, reason="A flood", by=operator(), at=now())
    after = events(client, address)

    uid = f"{first.public_id}@learningcity"
    assert f"webcal://testserver{address}" in client.get(week.get_absolute_url()).text
    assert before.keys() == after.keys()
    assert str(after[uid]["status"]) == "CANCELLED"
    assert int(after[uid]["sequence"]) > int(before[uid]["sequence"])
    assert after[uid]["dtstart"].params["TZID"] == "Europe/London"
