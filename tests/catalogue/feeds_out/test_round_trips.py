"""What one node gives away, another one reads: the same offers, in every form as far as the form goes."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.timezone import now

from learningcity.catalogue.actions import (
    PriceDraft,
    ProviderDraft,
    SessionDraft,
    VenueDraft,
    import_offers,
    open_source,
    withdraw_offer,
)
from learningcity.catalogue.actions.changes import number_changes
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.importers import LAYOUTS, Defaults
from learningcity.catalogue.queries.whole_offers import all_open_offers
from tests.catalogue.factories import draft, evening, run
from tests.catalogue.feeds_out.test_feeds import OPEN, body, followed

pytestmark = pytest.mark.django_db

# Of another country: nothing may come from what the reader takes for granted.
ELSEWHERE = Defaults(time_zone="Asia/Seoul", language="en", currency="KRW", today=date(2026, 11, 23))
NEAR = Defaults(time_zone="Europe/London", language="en", currency="GBP", today=date(2026, 11, 23))
HALL = VenueDraft(
    key="hall", name="The Hall; upstairs, left", lat=51.5, lon=-3.0, address="1 High St, Newport"
)
BARN = VenueDraft(key="barn", name="The Barn", lat=51.51, lon=-3.01)


def exact(*words: int, **changes: object) -> SessionDraft:
    """Return an hour that begins at a moment in UTC, planned in London."""
    starts = datetime(*words, tzinfo=UTC)
    return SessionDraft(starts=starts, ends=starts + timedelta(hours=1), time_zone="Europe/London", **changes)


def given() -> list:
    """Return offers over a clock change, at several places, online, moved, cancelled, free and paid."""
    weekly = draft(
        key="weekly",
        title="Clay, “wet”; and dry",
        summary="Make a bowl.",
        prices=(PriceDraft(cents=1250, currency="GBP"), PriceDraft(cents=0, group="child", currency="GBP")),
        provider=ProviderDraft(key="sons", name="Lantern & Sons: “Arts”, Ltd"),
        series=(
            run(
                evening(3, 24, reason="Bring an apron"),
                evening(3, 31, status="cancelled", reason="The kiln is broken"),
                evening(4, 7, venue=BARN, room="2b"),
                evening(4, 14, status="moved", trainer="Ada"),
                venue=HALL,
            ),
        ),
    )
    # The clock shows 1:30 twice on this night.
    night = draft(
        key="night",
        title="Night of the clocks",
        prices=(PriceDraft(cents=0, currency="GBP"),),
        series=(run(exact(2027, 10, 31, 0, 30), exact(2027, 10, 31, 1, 30), venue=BARN),),
    )
    online = draft(
        key="online",
        title="Welsh online",
        mode="online",
        prices=(),
        series=(run(evening(2, 1, is_online=True), evening(7, 5, is_online=True), venue=None),),
    )
    both = draft(
        key="both",
        title="Half and half",
        mode="both",
        series=(run(evening(5, 3), evening(5, 10, is_online=True), venue=HALL),),
    )
    return [weekly, night, online, both]


@pytest.fixture
def offers(by, at):
    source = open_source("city", **OPEN, by=by, at=at)
    report = import_offers(given(), source=source, by=by, at=at)
    assert report.rejected == ()
    number_changes(by=by, at=at)
    rebuild_search_index(by=by, at=now())
    return {offer.source_key: offer for offer in source.offers.all()}


def said(key, at, *, without=()):
    """Return what is known of the offers of a source: words, prices, mode, and each date with its place."""
    found = {}
    for whole in all_open_offers(at=at, source=key):
        offer = whole.offer
        found[offer.title] = {
            "mode": offer.mode,
            "provider": offer.provider_name,
            "prices": sorted((one.group, one.cents, one.currency) for one in offer.prices),
            "dates": [date_of(one, without) for one in whole.sessions if one.status not in without],
        }
    return found


def date_of(one, without):
    place = (one.venue.name, one.venue.lat, one.venue.lon) if one.venue else None
    told = {
        "starts": one.starts_at.astimezone(UTC),
        "ends": one.ends_at.astimezone(UTC),
        "zone": one.time_zone,
        "place": place,
        "room": one.room,
        "online": one.is_online,
        "status": one.status,
        "reason": one.reason,
        "trainer": one.trainer,
    }
    return {name: value for name, value in told.items() if name not in without}


def read_into(tmp_path, raw, layout, *, by, at, defaults=ELSEWHERE, key="elsewhere"):
    file = tmp_path / "feed"
    file.write_bytes(raw)
    source = open_source(key, **OPEN, by=by, at=at)
    report = import_offers(
        LAYOUTS[layout].read(file, defaults),
        source=source,
        is_whole=LAYOUTS[layout].is_whole,
        by=by,
        at=at,
    )
    assert report.rejected == ()
    return report


@pytest.mark.parametrize(("feed", "layout"), [("offers.csv", "csv"), ("offers.jsonld", "jsonld")])
def test_a_whole_feed_read_elsewhere_gives_the_same_offers(client, offers, feed, layout, tmp_path, by, at):
    read_into(tmp_path, body(client, feed), layout, by=by, at=at)

    assert said("elsewhere", at) == said("city", at)


def test_the_calendar_read_elsewhere_gives_the_same_dates(client, offers, tmp_path, by, at):
    report = read_into(tmp_path, body(client, "calendar.ics"), "icalendar", by=by, at=at, defaults=NEAR)

    assert report.new == len(offers)
    assert said("elsewhere", at) == said("city", at)


def test_services_read_elsewhere_give_the_dates_that_are_held(client, offers, tmp_path, by, at):
    read_into(tmp_path, body(client, "services.json"), "hsds", by=by, at=at)

    # The form knows neither states of dates, nor zones by name, nor rooms and trainers.
    lost = ("zone", "status", "room", "trainer", "cancelled")
    assert said("elsewhere", at, without=lost) == said("city", at, without=lost)


def test_services_keep_the_zone_of_a_reader_in_the_same_one(client, offers, tmp_path, by, at):
    read_into(tmp_path, body(client, "services.json"), "hsds", by=by, at=at, defaults=NEAR)

    lost = ("status", "room", "trainer", "cancelled")
    assert said("elsewhere", at, without=lost) == said("city", at, without=lost)


def test_the_change_feed_followed_elsewhere_gives_the_same_offers_and_takes_removals(
    client, offers, tmp_path, by, at
):
    items, following = followed(client)
    read_into(tmp_path, json.dumps({"items": items}).encode(), "rpde", by=by, at=at)
    first = said("elsewhere", at)

    withdraw_offer(offers["night"], by=by, at=at)
    number_changes(by=by, at=at)
    later, _following = followed(client, following)
    # The copy stands on the same node here, so that its offers are in the feed too.
    ours = {item["id"] for item in items}
    items = [item for item in later if item["id"] in ours]
    report = read_into(tmp_path, json.dumps({"items": items}).encode(), "rpde", by=by, at=at)

    assert len(first) == 4
    assert report.gone == 1
    assert said("elsewhere", at) == said("city", at)
    assert "Night of the clocks" not in said("elsewhere", at)


@pytest.mark.parametrize(
    ("feed", "layout"),
    [
        ("offers.csv", "csv"),
        ("offers.jsonld", "jsonld"),
        ("services.json", "hsds"),
        ("calendar.ics", "icalendar"),
    ],
)
def test_a_feed_read_twice_changes_nothing(client, offers, feed, layout, tmp_path, by, at):
    raw = body(client, feed)
    read_into(tmp_path, raw, layout, by=by, at=at)

    again = read_into(tmp_path, raw, layout, by=by, at=at + timedelta(hours=1))

    assert (again.new, again.changed, again.gone) == (0, 0, 0)
