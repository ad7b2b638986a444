"""Layers over the plan: every reader sees what holds, and the plan stays as it is."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from icalendar import Calendar

from learningcity.catalogue.actions.changes import number_changes
from learningcity.catalogue.actions.overlays import (
    ForNow,
    OverlayLifted,
    OverlayNotRight,
    lift_overlay,
    overlay_sessions,
)
from learningcity.catalogue.actions.search_index import follow_changes, rebuild_search_index
from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.changes import changes
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.effective import as_they_hold, effective_session
from learningcity.catalogue.queries.offer_page import offer_page
from learningcity.catalogue.queries.offers import offer_cards, offers_of_provider
from learningcity.catalogue.queries.search import search
from learningcity.catalogue.signals import merge_undone, offers_merged
from learningcity.core.actors import Actor, Channel, Right, operator
from tests.catalogue.factories import MONDAY, OfferFactory, SeriesFactory, SessionFactory, VenueFactory

BY = operator()
LATER = MONDAY + timedelta(hours=2)
HOUR = timedelta(hours=1)
ONLINE = ForNow(is_online=True)
READ = ("starts_at", "ends_at", "venue_id", "is_online", "status", "reason")


@pytest.fixture
def planned(db):
    """Return an offer with two dates at a library, a year from now: the pages read the clock."""
    offer = OfferFactory(changed_at=MONDAY - HOUR)
    series = SeriesFactory(offer=offer, room="2b")
    far = MONDAY + timedelta(days=365)
    return [SessionFactory(series=series, starts_at=far + timedelta(weeks=n)) for n in range(2)]


def over(sessions, for_now=ONLINE, key="flood", reason="The river is high", at=MONDAY, **span):
    return overlay_sessions(key, dict.fromkeys(sessions, for_now), reason=reason, by=BY, at=at, **span)


def rows():
    return list(Session.objects.order_by("pk").values_list("pk", *READ))


def indexed(**criteria):
    return [row.offer_id for row in search(Criteria(**criteria), at=MONDAY).rows]


def test_the_plan_is_never_written_over(planned):
    before = rows()

    overlay = over(planned, ForNow(is_online=True, status="moved"))

    assert rows() == before
    lift_overlay(overlay, by=BY, at=LATER)
    assert rows() == before


def test_lifting_brings_back_the_plan_with_what_was_changed_in_it_meanwhile(planned):
    overlay = over(planned)
    elsewhere = VenueFactory()
    Session.objects.filter(pk=planned[0].pk).update(venue=elsewhere)
    planned[0].refresh_from_db()

    during, after = (effective_session(planned[0], at) for at in (MONDAY, LATER))
    lift_overlay(overlay, by=BY, at=LATER)
    lifted = effective_session(planned[0], LATER)

    assert during.is_online
    assert after.is_online
    assert not lifted.is_online
    assert lifted.venue == elsewhere
    assert not lifted.is_overlaid


def test_a_date_that_was_over_when_the_layer_was_lifted_stays_as_it_was_held(planned):
    overlay = over(planned)

    lift_overlay(overlay, by=BY, at=planned[0].ends_at)

    assert effective_session(planned[0], planned[1].ends_at).is_online
    assert not effective_session(planned[1], planned[1].ends_at).is_online


def test_of_several_layers_the_last_decides_what_it_names(planned):
    hall = VenueFactory()
    start = planned[0].starts_at + HOUR
    over(planned[:1], ForNow(venue=hall, room="Upstairs", starts_at=start, ends_at=start + HOUR))
    top = over(planned[:1], key="strike", reason="A strike", at=LATER)

    both = effective_session(planned[0], LATER)
    lift_overlay(top, by=BY, at=LATER + HOUR)
    one = effective_session(planned[0], LATER + HOUR)

    assert (both.is_online, both.venue, both.starts_at, both.reason) == (True, None, start, "A strike")
    assert (one.is_online, one.venue, one.room) == (False, hall, "Upstairs")


def test_a_layer_covers_only_what_is_planned_in_its_span(planned):
    over(planned, until_at=planned[1].starts_at)

    assert [effective_session(one, MONDAY).is_online for one in planned] == [True, False]


def test_what_the_provider_cancelled_stays_cancelled(planned):
    Session.objects.filter(pk=planned[0].pk).update(status="cancelled")
    planned[0].refresh_from_db()

    over(planned, ForNow(is_online=True, status="planned"))

    assert effective_session(planned[0], MONDAY).status == "cancelled"


def test_a_layer_can_be_laid_again_with_more_sessions(planned):
    first = over(planned[:1])
    second = over(planned, ForNow(status="postponed"), reason="Still high", at=LATER)

    assert second == first
    assert {effective_session(one, LATER).status for one in planned} == {"postponed"}
    assert not effective_session(planned[0], LATER).is_online


@pytest.mark.parametrize(
    "for_now",
    [
        ForNow(),
        ForNow(room="2"),
        ForNow(starts_at=MONDAY),
        ForNow(starts_at=LATER, ends_at=MONDAY),
        ForNow(status="eaten"),
    ],
)
def test_what_cannot_be_is_refused(planned, for_now):
    with pytest.raises(OverlayNotRight):
        over(planned, for_now)


def test_a_layer_needs_sessions_a_key_a_reason_and_a_span_that_can_be(planned):
    for wrong in (
        {"key": ""},
        {"reason": " "},
        {"reason": "x" * 301},
        {"from_at": LATER, "until_at": MONDAY},
    ):
        with pytest.raises(OverlayNotRight):
            over(planned, **wrong)
    with pytest.raises(OverlayNotRight):
        over([])


def test_a_layer_is_lifted_once(planned):
    overlay = over(planned)
    lift_overlay(overlay, by=BY, at=LATER)

    with pytest.raises(OverlayLifted):
        lift_overlay(overlay, by=BY, at=LATER)


def test_only_the_city_lays_and_lifts(planned):
    nobody = Actor(right=Right.PROVIDER, channel=Channel.WEB)
    overlay = over(planned)

    with pytest.raises(PermissionDenied):
        overlay_sessions("x", {planned[0]: ONLINE}, reason="x", by=nobody, at=MONDAY)
    with pytest.raises(PermissionDenied):
        lift_overlay(overlay, by=nobody, at=LATER)


def test_pages_and_cards_show_what_holds(planned, client):
    offer = planned[0].series.offer
    later = planned[1].starts_at + HOUR
    overlay = overlay_sessions(
        "flood",
        {planned[0]: ForNow(status="cancelled"), planned[1]: ForNow(starts_at=later, ends_at=later + HOUR)},
        reason="The river is high",
        by=BY,
        at=MONDAY,
    )
    page = offer_page(offer.public_id, at=MONDAY, language="en")
    [card] = offer_cards([offer.pk], at=MONDAY, language="en")
    html = client.get(offer.get_absolute_url()).content.decode()
    lift_overlay(overlay, by=BY, at=LATER)
    [after] = offer_cards([offer.pk], at=LATER, language="en")

    assert [(one.status, one.is_overlaid) for one in page.coming] == [("cancelled", True), ("planned", True)]
    assert (card.next_session.starts_at, card.sessions_ahead) == (later, 1)
    assert html.count("Changed for now: The river is high") == 3
    assert (after.next_session.starts_at, after.sessions_ahead) == (planned[0].starts_at, 2)
    assert "Changed for now" not in client.get(offer.get_absolute_url()).content.decode()


def test_a_card_has_no_next_date_when_all_are_called_off(planned):
    offer = planned[0].series.offer
    over(planned, ForNow(status="cancelled"))

    [card] = offer_cards([offer.pk], at=MONDAY, language="en")
    listed = offers_of_provider(offer.provider_id, at=MONDAY, language="en")

    assert card.next_session is None
    assert [one.pk for one in listed] == [offer.pk]


def test_the_search_finds_what_holds(planned):
    offer, hall = planned[0].series.offer, VenueFactory()
    library = planned[0].venue
    rebuild_search_index(by=BY, at=MONDAY)

    online = over(planned)
    follow_changes(by=BY, at=MONDAY)
    assert indexed(modes=("online",)) == [offer.pk]
    assert indexed(venue=library.public_id) == []

    over(planned, ForNow(venue=hall), key="hall", at=LATER)
    follow_changes(by=BY, at=LATER)
    assert indexed(venue=hall.public_id, modes=("on_site",)) == [offer.pk]

    for overlay in (online, over(planned, key="hall", at=LATER)):
        lift_overlay(overlay, by=BY, at=LATER)
    follow_changes(by=BY, at=LATER)
    assert indexed(venue=library.public_id, modes=("on_site",)) == [offer.pk]


def test_calendar_feeds_and_api_show_what_holds(planned, client):
    offer = planned[0].series.offer
    rebuild_search_index(by=BY, at=MONDAY)
    number_changes(by=BY, at=MONDAY)
    known = changes(size=1).after
    later = planned[0].starts_at + HOUR
    over(planned[:1], ForNow(is_online=True, starts_at=later, ends_at=later + HOUR), at=LATER)
    number_changes(by=BY, at=LATER)

    [event, _other] = Calendar.from_ical(
        client.get(f"{offer.get_absolute_url()}/calendar.ics").content
    ).events
    feed = json.loads(b"".join(client.get("/api/v1/feeds/offers.jsonld").streaming_content))
    date = feed["dataFeedElement"][0]["item"]["hasCourseInstance"][0]
    items = client.get("/api/v1/sessions").json()["items"]

    assert event["dtstart"].dt == later
    assert "location" not in event
    assert date["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert date["disambiguatingDescription"] == "The river is high"
    assert [item["is_changed_for_now"] for item in items] == [True, False]
    assert items[0]["venue_id"] is None
    assert [change.public_id for change in changes(after=known, size=5).changes] == [offer.public_id]


def test_what_layers_say_follows_a_session_that_became_one_with_another(planned):
    dropped, kept = planned
    over([dropped])
    words = {"kept": None, "dropped": None, "merge": None, "series": {}, "sessions": {dropped.pk: kept.pk}}

    answers = offers_merged.send(sender=Session, **words, by=BY, at=LATER)
    moved = {name: rows for _receiver, said in answers if said for name, rows in said.items()}
    after = effective_session(kept, LATER).is_online, effective_session(dropped, LATER).is_online
    merge_undone.send(sender=Session, **words, moved=moved, by=BY, at=LATER)

    assert after == (True, False)
    assert effective_session(dropped, LATER).is_online


HOURS = st.integers(0, 30).map(lambda hours: MONDAY + timedelta(hours=hours))
SAID = st.builds(
    lambda place, hour, status: (place, hour, status),
    st.sampled_from(["", "online", "venue"]),
    st.none() | st.integers(1, 20),
    st.sampled_from(["", "cancelled", "postponed", "moved"]),
).filter(lambda said: said != ("", None, ""))
LAYERS = st.lists(
    st.tuples(SAID, HOURS, st.none() | HOURS, st.none() | HOURS, st.booleans()), min_size=1, max_size=4
)


class AnyLayers(TestCase):
    """Layers of any kind, in any order."""

    @settings(max_examples=40, deadline=None)
    @given(LAYERS, st.sampled_from(["planned", "cancelled"]), HOURS)
    def test_the_database_and_python_agree_on_what_holds(self, layers, status, at):
        session = SessionFactory(starts_at=MONDAY + timedelta(hours=10), status=status)
        venue = VenueFactory()
        for number, ((place, hour, state), made_at, start, end, is_lifted) in enumerate(layers):
            moment = MONDAY + timedelta(days=2, hours=hour or 0)
            for_now = ForNow(
                is_online=place == "online",
                venue=venue if place == "venue" else None,
                starts_at=moment if hour else None,
                ends_at=moment + HOUR if hour else None,
                status=state,
            )
            span = {"from_at": start, "until_at": end} if not (start and end) or start < end else {}
            overlay = over([session], for_now, key=f"layer-{number}", at=made_at, **span)
            if is_lifted:
                lift_overlay(overlay, by=BY, at=made_at + timedelta(hours=5))

        held = effective_session(session, at)
        row = as_they_hold(Session.objects.filter(pk=session.pk), at).values_list(
            "now_starts_at", "now_ends_at", "now_venue", "now_is_online", "now_status"
        )

        venue_id = held.venue.pk if held.venue else None
        assert row.get() == (held.starts_at, held.ends_at, venue_id, held.is_online, held.status)
