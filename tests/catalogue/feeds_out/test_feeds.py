"""The feeds: whole, in the forms that others read, under licences that allow it."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from icalendar import Calendar

from learningcity.catalogue.actions import (
    AccessDraft,
    PriceDraft,
    ProviderDraft,
    TextDraft,
    VenueDraft,
    import_offers,
    open_source,
    withdraw_offer,
)
from learningcity.catalogue.actions.changes import forget_removals, number_changes
from learningcity.catalogue.actions.overlays import ForNow, overlay_sessions
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.actions.skills import bring_in_skills
from learningcity.catalogue.importers import LAYOUTS, Defaults
from learningcity.catalogue.models import Offer, Session, SkillTaught
from learningcity.catalogue.queries.whole_offers import all_open_offers
from tests.catalogue.factories import draft, evening, run
from tests.catalogue.skills import some_skills

pytestmark = pytest.mark.django_db

BASE = "/api/v1/feeds"
OPEN = {"licence": "CC BY 4.0", "attribution": "The city of learning"}


def drafts():
    """Return three offers in which everything is said that the layout has a column for."""
    hall = VenueDraft(
        key="hall", name="The Hall, upstairs", kind="library", lat=51.5, lon=-3.0, address="1 High St"
    )
    pottery = draft(
        summary="Make a bowl, “quickly”.",
        description="First line.\nSecond, with a comma; and \"quotes\".",
        texts=(TextDraft(language="cy", title="Crochenwaith", summary="Bowlen", description="Clai"),),
        prices=(PriceDraft(cents=1250, currency="GBP"), PriceDraft(cents=0, group="child", currency="GBP")),
        access=(
            AccessDraft(feature="step_free", is_there=True, note="By the yard"),
            AccessDraft(feature="lift", is_there=False),
        ),
        concepts=("https://data.europa.eu/esco/skill/1",),
        skills=("throw a bowl", "glaze"),
        taught_in=("en", "cy"),
        age_from=6,
        age_to=12,
        hours=4,
        level="beginner",
        audience="children",
        website="https://example.org/pottery",
        confirmed_on=date(2026, 11, 1),
        provider=ProviderDraft(key="sons", name="Lantern & Sons", kind="association", email="a@example.org"),
        series=(
            run(
                evening(1, 11, trainer="Ada"),
                evening(1, 18, status="cancelled", reason="The kiln is broken"),
                evening(1, 25, venue=VenueDraft(key="barn", name="The Barn", lat=51.51, lon=-3.01), room="9"),
                venue=hall, room="2b", places=12, enrol_until_on=date(2027, 1, 10), name="Winter",
            ),
            run(evening(6, 1), key="summer", venue=hall),
        ),
    )  # fmt: skip
    online = draft(key="online", title="Welsh online", mode="online",
                   series=(run(evening(2, 1, is_online=True), venue=None),))  # fmt: skip
    week = replace(
        run(venue=hall, runs_from_on=date(2027, 3, 1), runs_until_on=date(2027, 3, 5)), sessions=()
    )
    days = draft(key="days", title="A walk", prices=(), series=(week,))
    return [pottery, online, days]


@pytest.fixture
def offers(by, at):
    source = open_source("city", **OPEN, by=by, at=at)
    import_offers(drafts(), source=source, by=by, at=at)
    number_changes(by=by, at=at)
    return {offer.source_key: offer for offer in source.offers.all()}


@pytest.fixture
def closed(by, at):
    """Return an offer that may not be passed on."""
    source = open_source("closed", licence="All rights reserved", by=by, at=at)
    import_offers([draft(key="secret", title="Not for others")], source=source, by=by, at=at)
    number_changes(by=by, at=at)
    return source.offers.get()


def body(client, feed, **query):
    answer = client.get(f"{BASE}/{feed}", query)
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


def followed(client, address=f"{BASE}/changes?limit=1"):
    """Return every change from an address on, and the address at which one goes on later."""
    items = []
    while True:
        part = json.loads(b"".join(client.get(address).streaming_content))
        items += part["items"]
        if not part["items"]:
            assert json.loads(b"".join(client.get(part["next"]).streaming_content)) == part
            return items, part["next"]
        address = part["next"]


def test_the_change_feed_tells_every_offer_and_then_leads_to_itself(client, offers):
    items, following = followed(client)

    assert [item["state"] for item in items] == ["updated"] * 3
    assert {item["id"] for item in items} == {str(offer.public_id) for offer in offers.values()}
    assert [item["modified"] for item in items] == sorted({item["modified"] for item in items})
    assert items[0]["data"]["@type"] == "Course"
    assert following.startswith("http://testserver/api/v1/feeds/changes?afterChangeNumber=")


def test_a_withdrawn_offer_is_deleted_in_the_change_feed(client, offers, by, at):
    _items, following = followed(client)

    withdraw_offer(offers["online"], by=by, at=at)
    number_changes(by=by, at=at)
    [item], _following = followed(client, following)

    assert item["state"] == "deleted"
    assert item["id"] == str(offers["online"].public_id)
    assert "data" not in item


def test_an_offer_withdrawn_a_moment_ago_is_not_given_away_under_its_old_number(client, offers, by, at):
    withdraw_offer(offers["online"], by=by, at=at)

    items, _following = followed(client)

    assert [item["state"] for item in items].count("deleted") == 1


def test_a_marker_that_is_too_old_is_refused_with_a_sentence(client, offers, by, at):
    _items, early = followed(client)
    withdraw_offer(offers["online"], by=by, at=at)
    number_changes(by=by, at=at)
    forget_removals(older_than=timedelta(days=90), by=by, at=at + timedelta(days=91))

    answer = client.get(early)

    assert answer.status_code == 410
    assert answer.json()["error"]["code"] == "start_again"
    assert "Start again" in answer.json()["error"]["text"]


@pytest.mark.parametrize("marker", ["-1", "x", "9" * 30, "9223372036854775807"])
def test_a_marker_that_was_made_up_is_refused(client, offers, marker):
    answer = client.get(f"{BASE}/changes", {"afterChangeNumber": marker})

    assert answer.status_code in (400, 422)


def test_only_what_a_licence_opens_is_given_away(client, offers, closed, by, at):
    rebuild_search_index(by=by, at=now())
    items, _following = followed(client)

    assert str(closed.public_id) not in {item["id"] for item in items}
    for feed in ("offers.jsonld", "offers.csv", "services.json", "calendar.ics"):
        assert b"Not for others" not in body(client, feed)


def test_every_feed_names_licence_attribution_contact_and_where_to_go_on(client, offers):
    linked = json.loads(body(client, "offers.jsonld"))
    services = json.loads(body(client, "services.json"))
    answer = client.get(f"{BASE}/offers.csv")

    assert linked["license"] == services["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert linked["creditText"] == services["attributions"] == ["The city of learning"]
    assert {"email", "potentialAction"} <= linked.keys()
    assert 'rel="license"' in answer["Link"]
    assert "/feeds/changes?afterChangeNumber=" in answer["Link"]
    items, _following = followed(client, linked["potentialAction"])
    assert items == []


def test_a_feed_can_be_of_one_source_alone(client, offers, by, at):
    other = open_source("other", licence="CC0", by=by, at=at)
    import_offers([draft(key="other", title="Of another source")], source=other, by=by, at=at)

    said = json.loads(body(client, "offers.jsonld", source="other"))

    assert [one["item"]["name"] for one in said["dataFeedElement"]] == ["Of another source"]
    assert said["license"] == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert json.loads(body(client, "services.json", source="nowhere"))["contents"] == []


def test_a_reader_that_has_it_gets_nothing_until_something_changes(client, offers, by, at):
    first = client.get(f"{BASE}/offers.csv")
    again = client.get(f"{BASE}/offers.csv", headers={"If-None-Match": first["ETag"]})
    withdraw_offer(offers["online"], by=by, at=at)
    number_changes(by=by, at=at)
    later = client.get(f"{BASE}/offers.csv", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert first["Last-Modified"]
    assert later.status_code == 200


def test_who_asks_for_the_head_alone_gets_the_head_alone(client, offers):
    answer = client.head(f"{BASE}/offers.csv")

    assert answer.status_code == 200
    assert answer["ETag"]
    assert not answer.streaming


def test_linked_data_is_a_feed_of_courses_with_their_dates(client, offers):
    said = json.loads(body(client, "offers.jsonld"))
    pottery = next(
        one["item"] for one in said["dataFeedElement"] if one["item"]["name"].startswith("Pottery")
    )
    dates = pottery["hasCourseInstance"]

    assert said["@context"] == "https://schema.org"
    assert [one["price"] for one in pottery["offers"]] == ["12.50", "0.00"]
    assert dates[1]["eventStatus"] == "https://schema.org/EventCancelled"
    assert dates[0]["location"]["geo"]["latitude"] == 51.5
    assert dates[0]["superEvent"]["name"] == "Winter"
    assert pottery["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_services_have_what_the_specification_asks_for(client, offers):
    said = json.loads(body(client, "services.json"))

    assert said["total_items"] == said["size"] == len(said["contents"]) == 3
    assert not said["empty"]
    for one in said["contents"]:
        assert {"id", "name", "status", "organization"} <= one.keys()
        assert one["status"] == "active"
        for there in one.get("service_at_locations", ()):
            assert there["location"]["location_type"] == "physical"


def test_the_table_can_be_imported_elsewhere_and_gives_the_same_offers(client, offers, by, at, tmp_path):
    file = tmp_path / "offers.csv"
    file.write_bytes(body(client, "offers.csv"))
    defaults = Defaults(time_zone="Asia/Seoul", language="ko", currency="KRW")
    there = open_source("elsewhere", **OPEN, by=by, at=at)

    report = import_offers(LAYOUTS["csv"].read(file, defaults), source=there, by=by, at=at)

    assert (report.new, report.rejected) == (3, ())
    here, copied = (
        {one.offer.title: said_of(one) for one in all_open_offers(at=at) if one.source.key == key}
        for key in ("city", "elsewhere")
    )
    assert copied == here


def place_of(venue):
    """Return all that is said of a place."""
    return (venue.name, venue.kind, venue.lat, venue.lon, venue.address) if venue else None


def said_of(whole):
    """Return all that is said of an offer, without the identifiers that each node has of its own."""
    nobody = dict(id=None, key=0, provider_id=None, source="", url="", changed_at=None)
    return (
        replace(whole.offer, **nobody, skills=sorted(whole.offer.skills)),
        replace(whole.provider, id=None, key=0, source=""),
        whole.concepts,
        [
            (
                replace(series, id=None, venue=place_of(series.venue), sessions=[]),
                [replace(one, id=None, venue=place_of(one.venue)) for one in series.sessions],
            )
            for series in whole.series
        ],
    )


FORMULAS = ['=HYPERLINK("https://x.example")', "+1 for all", "-5 % today", "@home", "'=quoted"]


def test_no_text_of_the_table_is_a_formula_and_each_comes_back_as_it_was(client, by, at, tmp_path):
    source = open_source("city", **OPEN, by=by, at=at)
    import_offers(
        [
            draft(key=f"k{number}", title=words.strip(), description=words, summary="'twas so")
            for number, words in enumerate(FORMULAS)
        ],
        source=source, by=by, at=at,
    )  # fmt: skip
    table = body(client, "offers.csv")
    cells = [cell for row in csv.reader(io.StringIO(table.decode(), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert [cell for cell in cells if cell.startswith("-") and not cell[1:2].isdigit()] == []
    assert "-5 % today" not in cells

    file = tmp_path / "offers.csv"
    file.write_bytes(table)
    there = open_source("elsewhere", **OPEN, by=by, at=at)
    import_offers(
        LAYOUTS["csv"].read(file, Defaults("UTC", "en", "GBP", today=at.date())), source=there, by=by, at=at
    )

    here, copied = (
        list(
            Offer.objects.filter(source=one).order_by("title").values_list("title", "description", "summary")
        )
        for one in (source, there)
    )
    assert copied == here


def test_confirmed_skills_go_out_by_their_addresses_and_no_import_believes_them(
    client, offers, by, at, tmp_path
):
    skills = some_skills("yoga", "bake goods")
    of_all = {offer.pk: [skill.uri for skill in skills.values()] for offer in offers.values()}
    with CaptureQueriesContext(connection) as before:
        body(client, "offers.jsonld")
    bring_in_skills(of_all, by=by, at=at)
    with CaptureQueriesContext(connection) as after:
        said = json.loads(body(client, "offers.jsonld"))
    table = body(client, "offers.csv")
    [first, *_rest] = csv.DictReader(io.StringIO(table.decode(), newline=""))
    file = tmp_path / "offers.csv"
    file.write_bytes(table)
    defaults = Defaults("UTC", "en", "GBP", today=at.date())
    there = open_source("elsewhere", **OPEN, by=by, at=at)

    report = import_offers(LAYOUTS["csv"].read(file, defaults), source=there, by=by, at=at)

    terms = [one for one in said["dataFeedElement"][0]["item"]["teaches"] if isinstance(one, dict)]
    assert {one["@id"] for one in terms} == {skill.uri for skill in skills.values()}
    assert {one["name"] for one in terms} == {"yoga", "bake goods"}
    assert set(first["skills_taught"].split("|")) == {skill.uri for skill in skills.values()}
    assert len(after) == len(before)
    assert (report.new, report.rejected) == (3, ())
    assert not SkillTaught.objects.filter(offer__source=there).exists()


def test_the_calendar_is_whole_with_zones_stable_names_and_cancelled_dates(client, offers, by):
    rebuild_search_index(by=by, at=now())
    text = body(client, "calendar.ics")
    calendar = Calendar.from_ical(text)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    sessions = {f"{one.public_id}@learningcity": one for one in Session.objects.all()}

    assert events.keys() == sessions.keys()
    assert len(calendar.walk("VTIMEZONE")) == 1
    for uid, event in events.items():
        assert event["dtstart"].dt == sessions[uid].starts_at
        assert event["dtstart"].params["TZID"] == "Europe/London"
        assert int(event["sequence"]) >= 0
        assert {"LAST-MODIFIED", "DTSTAMP"} <= event.keys()
    assert [str(event["status"]) for event in events.values()].count("CANCELLED") == 1
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))


def test_the_calendar_is_filtered_as_the_search_is(client, offers, by):
    rebuild_search_index(by=by, at=now())

    online = Calendar.from_ical(body(client, "calendar.ics", mode="online")).walk("VEVENT")
    january = Calendar.from_ical(body(client, "calendar.ics", to_on="2027-01-12")).walk("VEVENT")

    assert [str(event["summary"]) for event in online] == ["Welsh online"]
    assert len(january) == 1


def test_a_change_makes_the_sequence_of_its_dates_grow(client, offers, by, at):
    rebuild_search_index(by=by, at=now())
    before = Calendar.from_ical(body(client, "calendar.ics", mode="online")).walk("VEVENT")
    session = Session.objects.get(series__offer=offers["online"])

    overlay_sessions(
        "flood", {session: ForNow(status="cancelled")}, reason="A flood", by=by, at=at + timedelta(hours=1)
    )
    after = Calendar.from_ical(body(client, "calendar.ics", q="Welsh")).walk("VEVENT")

    assert int(after[0]["sequence"]) > int(before[0]["sequence"])
    assert str(after[0]["status"]) == "CANCELLED"
    assert after[0]["uid"] == before[0]["uid"]


def test_the_number_of_questions_does_not_grow_with_the_offers_of_a_batch(client, offers, by, at):
    body(client, "offers.jsonld")
    with CaptureQueriesContext(connection) as few:
        body(client, "offers.jsonld")
    source = open_source("more", **OPEN, by=by, at=at)
    import_offers([draft(key=f"more-{n}") for n in range(20)], source=source, by=by, at=at)
    with CaptureQueriesContext(connection) as many:
        body(client, "offers.jsonld")

    assert len(many) == len(few)


def test_more_offers_than_a_batch_are_given_each_once(client, offers, by, at):
    source = open_source("more", **OPEN, by=by, at=at)
    import_offers(
        [draft(key=f"more-{n}", title=f"More {n}") for n in range(120)], source=source, by=by, at=at
    )

    rows = csv.DictReader(io.StringIO(body(client, "offers.csv").decode()))

    assert len({row["key"] for row in rows}) == Offer.objects.count() == 123


def test_an_empty_city_has_feeds_too(client, by):
    rebuild_search_index(by=by, at=datetime(2026, 11, 23, tzinfo=UTC))

    items, following = followed(client)
    services = json.loads(body(client, "services.json"))

    assert items == []
    assert following == "http://testserver/api/v1/feeds/changes?limit=1"
    assert services["contents"] == []
    assert services["empty"]
    assert json.loads(body(client, "offers.jsonld"))["dataFeedElement"] == []
    assert len(body(client, "offers.csv").splitlines()) == 1
    assert Calendar.from_ical(body(client, "calendar.ics")).walk("VEVENT") == []
