"""Festivals and campaigns: put together by those who offer, read and printed by everybody."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from icalendar import Calendar

from learningcity.catalogue.actions.programmes import (
    DaysOutOfOrder,
    ProgrammeDraft,
    ProgrammeIsEmpty,
    add_to_programme,
    change_programme,
    found_programme,
    show_programme,
    take_from_programme,
)
from learningcity.catalogue.models import Programme, Session
from learningcity.core.markers import marker
from tests.catalogue.factories import MONDAY, OfferFactory, SeriesFactory, SessionFactory
from tests.people import factories as people

pytestmark = pytest.mark.django_db

WEEK = ProgrammeDraft(
    title="Learning week", from_on=date(2026, 11, 30), until_on=date(2026, 12, 6), language="en"
)


@pytest.fixture
def editor():
    return people.member(people.person("Ed"), people.organisation(), role="editor")


@pytest.fixture
def week(editor, at):
    return found_programme(editor.organisation, WEEK, by=people.as_member(editor), at=at)


@pytest.fixture
def pottery():
    series = SeriesFactory(offer=OfferFactory(title="Pottery"))
    for days in (7, 9, 30):
        SessionFactory(series=series, starts_at=MONDAY + timedelta(days=days))
    return series.offer


def test_a_week_shows_the_dates_between_its_days_and_no_other(client, week, pottery, editor, at):
    by = people.as_member(editor)
    added = add_to_programme(week, [pottery, pottery], by=by, at=at)
    show_programme(week, is_shown=True, by=by, at=at)
    page = client.get(week.get_absolute_url()).content.decode()
    dates = Calendar.from_ical(
        client.get(reverse("catalogue:programme_calendar", args=[week.public_id])).content
    )

    assert added == 1
    assert page.count(pottery.get_absolute_url()) == 2
    assert len(dates.walk("VEVENT")) == 2


def test_the_page_asks_the_database_no_more_for_more_offers(
    client, week, pottery, editor, at, django_assert_num_queries
):
    by = people.as_member(editor)
    for number in range(5):
        series = SeriesFactory(offer=OfferFactory(title=f"Course {number}"))
        SessionFactory(series=series, starts_at=MONDAY + timedelta(days=8, hours=number))
        add_to_programme(week, [series.offer], by=by, at=at)
    show_programme(week, is_shown=True, by=by, at=at)
    client.get(week.get_absolute_url())

    with django_assert_num_queries(7):
        client.get(week.get_absolute_url())


def test_an_empty_programme_is_not_published(week, editor, at):
    with pytest.raises(ProgrammeIsEmpty, match="search for some below"):
        show_programme(week, is_shown=True, by=people.as_member(editor), at=at)


def test_what_is_not_published_only_its_keepers_see(client, week, editor):
    seen_by_visitors = client.get(week.get_absolute_url()).status_code
    people.sign_in(client, people.login(editor.person))

    assert seen_by_visitors == 404
    assert client.get(week.get_absolute_url()).status_code == 200


def test_another_organisation_changes_nothing(week, pottery, at):
    other = people.as_member(people.member(people.person("Eve"), people.organisation("Other"), role="editor"))

    for act in (
        lambda: change_programme(week, WEEK, by=other, at=at),
        lambda: add_to_programme(week, [pottery], by=other, at=at),
        lambda: take_from_programme(week, pottery, by=other, at=at),
        lambda: show_programme(week, is_shown=True, by=other, at=at),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_days_out_of_order_are_refused_at_their_field(editor, at):
    wrong = ProgrammeDraft(title="x", from_on=WEEK.until_on, until_on=WEEK.from_on, language="en")

    with pytest.raises(DaysOutOfOrder) as refused:
        found_programme(editor.organisation, wrong, by=people.as_member(editor), at=at)
    assert refused.value.field == "until_on"


def test_an_editor_begins_fills_and_publishes_one_on_the_pages(client, editor, pottery):
    people.sign_in(client, people.login(editor.person))
    begun = client.post(
        reverse("catalogue:own_programmes"),
        {"title": "Learning week", "language": "en", "from_on": "2026-11-30", "until_on": "2026-12-06"},
    )
    week = Programme.objects.get()
    client.post(reverse("catalogue:programme_fill", args=[week.public_id]), {"offer": [str(pottery.pk)]})
    client.post(reverse("catalogue:programme_show", args=[week.public_id]), {"show": "yes"})
    listed = client.get(reverse("catalogue:programme_list")).content.decode()

    assert begun["Location"] == reverse("catalogue:programme_edit", args=[week.public_id])
    assert week.get_absolute_url() in listed
    assert "1 offer" in listed


def all_parts(client, address, hits):
    """Return what is on each part of a list, following it to its end."""
    found = []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        found.append(hits(page.content.decode()))
        following = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = f"{address.partition('?')[0]}{html.unescape(following[1])}" if following else ""
    return found


def test_long_lists_of_programmes_go_on_without_gap_or_repeat(client, editor, at):
    by, titles = people.as_member(editor), [f"Week {number:03}" for number in range(60)]
    for number, title in enumerate(titles):
        first = WEEK.from_on + timedelta(days=number // 7)
        words = replace(WEEK, title=title, from_on=first, until_on=first + timedelta(days=400))
        found_programme(editor.organisation, words, by=by, at=at)
    Programme.objects.update(is_published=True)
    people.sign_in(client, people.login(editor.person))

    def weeks(page):
        return re.findall(r"Week \d{3}", page)

    own = all_parts(client, reverse("catalogue:own_programmes"), weeks)
    public = all_parts(client, reverse("catalogue:programme_list"), weeks)

    assert [len(part) for part in own] == [len(part) for part in public] == [50, 10]
    assert sorted(sum(own, [])) == sorted(sum(public, [])) == titles
    assert own[0][0] > own[-1][-1]
    assert public[0][0] == "Week 000"


def test_the_dates_of_a_long_programme_go_on_and_what_has_none_stands_behind_the_last(
    client, week, pottery, editor, at
):
    by, series = people.as_member(editor), pottery.series.get()
    Session.objects.bulk_create(
        Session(
            public_id=uuid4(), series=series, starts_at=start, ends_at=start + timedelta(minutes=5),
            time_zone="UTC",
        )
        for start in (MONDAY + timedelta(days=8, minutes=10 * number + 1) for number in range(220))
    )  # fmt: skip
    add_to_programme(week, [pottery, OfferFactory(title="A walk")], by=by, at=at)
    show_programme(week, is_shown=True, by=by, at=at)

    parts = all_parts(
        client, week.get_absolute_url(), lambda page: (page.count("Pottery</a>"), "A walk" in page)
    )

    assert parts == [(200, False), (22, True)]


@pytest.mark.parametrize("word", ["x", marker("programmes", 10**12, 1), marker("own_programmes", -5, 1)])
def test_a_marker_that_was_made_up_begins_the_list_anew_or_is_behind_all(client, word):
    assert client.get(reverse("catalogue:programme_list"), {"after": word}).status_code in (200, 400)
