"""Dates change one at a time, from one on, or all; the wall clock holds, and what is past stays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.catalogue.actions.drafts import KnownVenue
from learningcity.catalogue.actions.offers import OfferNotRight
from learningcity.catalogue.actions.workspace_dates import DatesDraft, DatesNotRight
from learningcity.catalogue.actions.workspace_looks import NeedsLook, Seen
from learningcity.catalogue.actions.workspace_offers import draft_offer
from learningcity.catalogue.actions.workspace_series import add_series
from learningcity.catalogue.actions.workspace_sessions import (
    DateOver,
    NothingChanged,
    ReasonNeeded,
    Scope,
    SessionChange,
    Wall,
    cancel_sessions,
    change_sessions,
    drop_sessions,
    postpone_sessions,
)
from learningcity.catalogue.models import Series, Session
from learningcity.catalogue.signals import session_changed
from tests.catalogue.factories import MONDAY, VenueFactory, draft
from tests.people.factories import as_member, member, organisation, person

LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


@pytest.fixture
def evenings(offer, editor, a_city):
    """Return six Monday evenings; the clocks go forward between the third and the fourth."""
    dates = DatesDraft(
        first_on=date(2027, 3, 8), last_on=date(2027, 4, 19), starts=time(18), ends=time(20),
        rule="FREQ=WEEKLY;COUNT=6", venue=KnownVenue(pk=VenueFactory().pk), trainer="Ada Kiln",
    )  # fmt: skip
    series = add_series(offer, dates, by=editor, at=MONDAY)
    return list(series.sessions.order_by("starts_at"))


def change(session, **changes):
    """Return a date as it is, changed where a test says so."""
    wall = Wall.of(session)
    words = {
        "day": wall.starts.date(), "starts": wall.starts.time(), "ends": wall.ends.time(),
        "venue_id": session.venue_id, "room": session.room, "trainer": session.trainer,
        "is_online": session.is_online, "reason": "The hall is let.",
    }  # fmt: skip
    return SessionChange(**(words | changes))


def seen_through(session, wanted, **more):
    """Change dates, accepting what has to be looked at."""
    try:
        return change_sessions(session, wanted, **more)
    except NeedsLook as look:
        return change_sessions(session, wanted, seen=Seen(look.digest, "It fits."), **more)


def walls():
    """Return start and end of every date on the wall clock, in order."""
    return [
        (one.starts_at.astimezone(LONDON).replace(tzinfo=None), one.ends_at.astimezone(LONDON).time())
        for one in Session.objects.order_by("starts_at")
    ]


@pytest.mark.parametrize(
    ("scope", "moved"), [(Scope.THIS, [2]), (Scope.LATER, [2, 3, 4, 5]), (Scope.ALL, [0, 1, 2, 3, 4, 5])]
)
def test_a_change_reaches_this_date_later_ones_or_all(evenings, editor, scope, moved):
    before = walls()

    seen_through(
        evenings[2], change(evenings[2], starts=time(19), ends=time(21)), scope=scope, by=editor, at=MONDAY
    )

    for number, (was, now) in enumerate(zip(before, walls(), strict=True)):
        hours = 1 if number in moved else 0
        assert now[0] == was[0] + timedelta(hours=hours)
        assert now[1] == time(21 if hours else 20)
    assert set(Session.objects.filter(status="moved")) == {evenings[number] for number in moved}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    at_number=st.integers(0, 5),
    days=st.integers(-20, 60),
    hour=st.integers(6, 21),
    scope=st.sampled_from(Scope),
)
def test_eighteen_o_clock_stays_eighteen_o_clock_whatever_moves(
    evenings, editor, at_number, days, hour, scope
):
    before = {one.pk: Wall.of(one) for one in Session.objects.order_by("starts_at")}
    here = Session.objects.get(pk=evenings[at_number].pk)
    own = before[here.pk]
    wanted = change(
        here, day=own.starts.date() + timedelta(days=days), starts=time(hour), ends=time(hour + 2)
    )

    try:
        changed = seen_through(here, wanted, scope=scope, by=editor, at=MONDAY)
    except (NothingChanged, DatesNotRight):
        changed = []

    for one in Session.objects.all():
        was, now = before[one.pk], Wall.of(one)
        if one in changed:
            # Who does not touch the hour leaves that of each other date as it is.
            clock = was.starts.time() if own.starts.time() == time(hour) else time(hour)
            assert now.starts == datetime.combine(was.starts.date() + timedelta(days=days), clock)
            assert now.ends - now.starts == timedelta(hours=2)
        else:
            assert now == was
    assert Session.objects.count() == 6


def test_dates_may_take_one_another_s_place(evenings, editor):
    before = walls()

    week = change(evenings[0], day=Wall.of(evenings[0]).starts.date() + timedelta(weeks=1))
    seen_through(evenings[0], week, scope=Scope.ALL, by=editor, at=MONDAY)

    assert [now for now, _end in walls()] == [was + timedelta(weeks=1) for was, _end in before]


def test_a_date_does_not_move_onto_another_one(evenings, editor):
    taken = change(evenings[0], day=Wall.of(evenings[1]).starts.date())

    with pytest.raises(DatesNotRight, match="another date at this moment"):
        change_sessions(evenings[0], taken, by=editor, at=MONDAY)


def test_only_what_was_changed_goes_to_the_other_dates(evenings, editor):
    seen_through(evenings[4], change(evenings[4], trainer="Bo Wheel"), by=editor, at=MONDAY)
    elsewhere = VenueFactory()

    seen_through(
        evenings[0], change(evenings[0], venue_id=elsewhere.pk), scope=Scope.ALL, by=editor, at=MONDAY
    )

    trainers = list(Session.objects.order_by("starts_at").values_list("trainer", flat=True))
    assert trainers == [*["Ada Kiln"] * 4, "Bo Wheel", "Ada Kiln"]
    assert set(Session.objects.values_list("venue", flat=True)) == {elsewhere.pk}


def test_what_is_over_or_cancelled_stays_as_it_was(evenings, editor):
    cancel_sessions(evenings[3], reason="The teacher is ill.", by=editor, at=MONDAY)
    before = walls()
    later = evenings[0].ends_at

    seen_through(
        evenings[1],
        change(evenings[1], starts=time(17)),
        scope=Scope.ALL,
        by=editor,
        at=later,
    )

    hours = [now[0].hour - was[0].hour for was, now in zip(before, walls(), strict=True)]
    assert hours == [0, -1, -1, 0, -1, -1]
    for gone in (evenings[0], evenings[3]):
        with pytest.raises(DateOver):
            change_sessions(gone, change(gone, room="1"), by=editor, at=later)
    with pytest.raises(DatesNotRight, match="is over. Choose a day to come"):
        change_sessions(evenings[1], change(evenings[1], day=date(2027, 3, 1)), by=editor, at=later)


def test_people_are_told_why_and_drafts_need_no_reason(evenings, editor, provider):
    with pytest.raises(ReasonNeeded) as refused:
        change_sessions(evenings[0], change(evenings[0], room="2", reason=" "), by=editor, at=MONDAY)
    assert refused.value.field == "reason"
    with pytest.raises(ReasonNeeded):
        cancel_sessions(evenings[0], reason="", by=editor, at=MONDAY)
    with pytest.raises(NothingChanged):
        change_sessions(evenings[0], change(evenings[0]), by=editor, at=MONDAY)

    hidden = draft_offer(draft(key="x", series=()), organisation=provider.organisation, by=editor, at=MONDAY)
    dates = DatesDraft(first_on=date(2027, 2, 1), starts=time(9), ends=time(10))
    one = add_series(hidden, dates, by=editor, at=MONDAY).sessions.get()
    change_sessions(one, change(one, starts=time(8), reason=""), by=editor, at=MONDAY)

    one.refresh_from_db()
    assert (one.status, one.reason, Wall.of(one).starts.hour) == ("planned", "", 8)


def test_whoever_listens_hears_what_a_date_was(evenings, editor):
    heard = []

    def listen(sender, session, before, by, at, **more):
        heard.append((session.pk, session.starts_at, before))

    session_changed.connect(listen)
    was = evenings[0].starts_at
    try:
        seen_through(evenings[0], change(evenings[0], starts=time(17)), by=editor, at=MONDAY)
        cancel_sessions(evenings[5], reason="Ill.", by=editor, at=MONDAY)
    finally:
        session_changed.disconnect(listen)

    assert heard[0][0] == evenings[0].pk
    assert heard[0][1] == was - timedelta(hours=1)
    assert heard[0][2] == {"starts_at": was, "status": "planned", "reason": ""}
    assert heard[1][2] == {"status": "planned", "reason": ""}


def test_cancelled_and_postponed_dates_stay_with_their_reason(evenings, editor):
    cancel_sessions(evenings[4], scope=Scope.LATER, reason="Too few came.", by=editor, at=MONDAY)
    postpone_sessions(evenings[1], reason="The hall is flooded.", by=editor, at=MONDAY)

    found = Session.objects.order_by("starts_at").values_list("status", "reason")
    assert list(found) == [
        ("planned", ""), ("postponed", "The hall is flooded."), ("planned", ""), ("planned", ""),
        ("cancelled", "Too few came."), ("cancelled", "Too few came."),
    ]  # fmt: skip
    moved = change(evenings[1], day=date(2027, 4, 1), reason="The hall is dry.")
    seen_through(Session.objects.get(pk=evenings[1].pk), moved, by=editor, at=MONDAY)
    assert Session.objects.get(pk=evenings[1].pk).status == "moved"


def test_a_move_into_a_skipped_hour_is_shown_first(evenings, editor):
    night = change(evenings[0], day=date(2027, 3, 28), starts=time(1, 30), ends=time(4))

    with pytest.raises(NeedsLook, match="Look at this first") as look:
        change_sessions(evenings[0], night, by=editor, at=MONDAY)
    change_sessions(evenings[0], night, seen=Seen(look.value.digest), by=editor, at=MONDAY)

    assert "does not exist and becomes 02:30" in look.value.lines[0]
    assert Session.objects.get(pk=evenings[0].pk).starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_second_hour_that_clocks_repeat_stays_when_only_the_room_changes(offer, editor, a_city):
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    series = Series.objects.create(offer=offer, source_key="night")
    night = Session.objects.create(
        series=series, starts_at=second, ends_at=second + timedelta(hours=1), time_zone="Europe/London"
    )

    change_sessions(night, change(night, room="Roof"), by=editor, at=MONDAY)

    assert Session.objects.get().starts_at == second


def test_hostile_words_are_refused(evenings, editor):
    for changes in ({"trainer": "x" * 121}, {"reason": "y" * 301}, {"room": "a\u202eb"}):
        with pytest.raises(OfferNotRight):
            change_sessions(
                evenings[0], change(evenings[0], **({"room": "9"} | changes)), by=editor, at=MONDAY
            )


def test_dates_of_a_draft_can_be_taken_out_and_published_ones_cannot(evenings, editor, provider):
    with pytest.raises(DateOver, match="Cancel it"):
        drop_sessions(evenings[0], by=editor, at=MONDAY)
    hidden = draft_offer(draft(key="x", series=()), organisation=provider.organisation, by=editor, at=MONDAY)
    dates = DatesDraft(first_on=date(2027, 2, 1), starts=time(9), ends=time(10), rule="FREQ=DAILY;COUNT=3")
    series = add_series(hidden, dates, by=editor, at=MONDAY)
    first, second, third = series.sessions.order_by("starts_at")

    assert drop_sessions(second, scope=Scope.LATER, by=editor, at=MONDAY) == 2
    assert list(series.sessions.all()) == [first]
    assert drop_sessions(first, by=editor, at=MONDAY) == 1
    assert not hidden.series.exists()
    assert third.pk


def test_others_may_not_touch_dates(evenings):
    by = as_member(member(person(), organisation(), "administrator"))

    for act in (
        lambda: change_sessions(evenings[0], change(evenings[0], room="1"), by=by, at=MONDAY),
        lambda: cancel_sessions(evenings[0], reason="x", by=by, at=MONDAY),
        lambda: postpone_sessions(evenings[0], reason="x", by=by, at=MONDAY),
        lambda: drop_sessions(evenings[0], by=by, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()


@override_settings(TIME_ZONE="America/New_York")
def test_the_zone_of_the_server_changes_nothing(evenings, editor):
    seen_through(evenings[5], change(evenings[5], room="2"), by=editor, at=MONDAY)

    assert {now[0].hour for now in walls()} == {18}
