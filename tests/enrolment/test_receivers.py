"""What happens to places when a person is erased or merged, or offers become one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learningcity.catalogue.models import Session
from learningcity.catalogue.signals import merge_undone, offers_merged
from learningcity.core.actors import Channel, operator
from learningcity.enrolment.actions.places import Applicant, enrol
from learningcity.enrolment.actions.places_left import tell_places_left
from learningcity.enrolment.actions.queue import accept_offer
from learningcity.enrolment.models import Attendance, Enrolment, Guest, Intake, QueueEvent
from learningcity.enrolment.queries.places import miscounted_intakes
from learningcity.people.actions.erasure import erase_person
from learningcity.people.signals import person_merged, person_unmerged
from tests.enrolment.factories import enrolment, guest, intake, series_of
from tests.people.factories import AT, as_self, login, organisation, person

pytestmark = pytest.mark.django_db
BY = operator(Channel.TASK)


def ask(places, who, at=AT):
    outcome = enrol(places, [Applicant(who)], by=BY, at=at)
    return (outcome.enrolled or outcome.waiting)[0]


def now_is(row):
    return type(row).objects.get(pk=row.pk)


# Persons


def test_erasing_somebody_gives_the_place_to_the_next():
    rosa, places = person("Rosa"), intake(places=1)
    mine, waiting = ask(places, rosa), ask(places, person())

    erase_person(rosa, by=operator(), at=AT)

    assert (now_is(mine).state, now_is(mine).person, now_is(waiting).state) == ("cancelled", None, "offered")
    assert not miscounted_intakes().exists()


def test_what_has_taken_place_stays_counted_without_a_name():
    rosa = person("Rosa")
    places = intake(series_of(organisation(), sessions=1))
    mine = enrolment(places, rosa)

    erase_person(rosa, by=operator(), at=AT + timedelta(days=60))

    assert (now_is(mine).state, now_is(mine).person, now_is(places).taken) == ("enrolled", None, 1)


def test_the_published_list_holds_nobody_before_and_after():
    rosa, places = person("Rosa"), intake(places=1)
    enrolment(places)
    ask(places, rosa)
    own = str(rosa.public_id)

    erase_person(rosa, by=operator(), at=AT)

    for event in QueueEvent.objects.values():
        assert own not in str(event)
        assert "Rosa" not in str(event)


def test_whoever_enrolled_as_a_guest_with_the_same_address_is_erased_too():
    rosa = login(email="gwen@example.org").person
    made = enrolment(intake(), guest=guest(email="Gwen@Example.org".lower()))

    erase_person(rosa, by=operator(), at=AT)

    assert Guest.objects.get().email == ""
    assert (now_is(made).state, now_is(made).guest) == ("cancelled", None)


def merge(kept, dropped):
    answers = person_merged.send(None, kept=kept, dropped=dropped, by=BY, at=AT)
    return {label: ids for _receiver, moved in answers if moved for label, ids in moved.items()}


def test_places_follow_a_person_and_go_back():
    kept, dropped = person("Rosa"), person("Rosa R")
    mine = ask(intake(), dropped)

    moved = merge(kept, dropped)
    assert now_is(mine).person == kept
    person_unmerged.send(None, kept=kept, dropped=dropped, moved=moved, by=BY, at=AT)

    assert now_is(mine).person == dropped


@pytest.mark.parametrize("is_dropped_first", [True, False])
def test_two_entries_in_one_intake_keep_the_better_place(is_dropped_first):
    kept, dropped, other = person("Rosa"), person("Rosa R"), person()
    places = intake(places=1)
    first, second = (dropped, kept) if is_dropped_first else (kept, dropped)
    has_place, waits, third = ask(places, first), ask(places, second), ask(places, other)

    moved = merge(kept, dropped)

    assert [now_is(one).state for one in (has_place, waits, third)] == ["enrolled", "cancelled", "waiting"]
    assert now_is(has_place).person == now_is(waits).person == kept
    person_unmerged.send(None, kept=kept, dropped=dropped, moved=moved, by=BY, at=AT)
    assert {now_is(has_place).person, now_is(waits).person} == {kept, dropped}
    assert not miscounted_intakes().exists()


def test_two_places_of_one_person_free_one():
    kept, dropped = person("Rosa"), person("Rosa R")
    places = intake(places=2)
    rows = [ask(places, kept), ask(places, dropped)]
    waiting = ask(places, person())

    merge(kept, dropped)

    assert sorted(now_is(one).state for one in rows) == ["cancelled", "enrolled"]
    assert now_is(waiting).state == "offered"


# Offers


def two_series():
    """Return two runs with the same dates, and what became what."""
    kept, dropped = series_of(organisation("One")), series_of(organisation("Two"))
    pairs = zip(dropped.sessions.order_by("starts_at"), kept.sessions.order_by("starts_at"), strict=True)
    return kept, dropped, {old.pk: new.pk for old, new in pairs}


def join(kept, dropped, sessions):
    words = {
        "kept": kept.offer,
        "dropped": dropped.offer,
        "merge": "x",
        "series": {dropped.pk: kept.pk},
        "sessions": sessions,
    }
    moved = {}
    for _receiver, answer in offers_merged.send(None, **words, by=BY, at=AT):
        moved.update(answer or {})
    return words, moved


def part(words, moved):
    merge_undone.send(None, **words, moved=moved, by=BY, at=AT)


def test_an_intake_follows_its_series_and_dates_and_goes_back():
    kept, dropped, sessions = two_series()
    places = intake(dropped)
    old = dropped.sessions.order_by("starts_at").first()
    dated = intake(dropped, session=old)

    words, moved = join(kept, dropped, sessions)
    assert now_is(places).series == kept
    assert (now_is(dated).series, now_is(dated).session_id) == (kept, sessions[old.pk])
    part(words, moved)

    assert now_is(places).series == dropped
    assert (now_is(dated).series, now_is(dated).session) == (dropped, old)


def test_where_both_have_places_everybody_follows_and_nobody_loses_a_place():
    kept, dropped, sessions = two_series()
    stays, goes = intake(kept, places=2), intake(dropped, places=2)
    here = [ask(stays, person()), ask(stays, person())]
    there = [ask(goes, person()), ask(goes, person()), ask(goes, person())]

    words, moved = join(kept, dropped, sessions)

    assert {now_is(one).intake for one in (*here, *there)} == {stays}
    assert [now_is(one).state for one in there] == ["enrolled", "enrolled", "waiting"]
    assert (now_is(stays).places, now_is(stays).taken, now_is(goes).taken) == (4, 4, 0)
    assert not now_is(goes).is_open
    assert not miscounted_intakes().exists()

    part(words, moved)

    assert {now_is(one).intake for one in there} == {goes}
    assert [now_is(one).state for one in there] == ["enrolled", "enrolled", "waiting"]
    assert (now_is(stays).places, now_is(stays).taken, now_is(goes).taken) == (2, 2, 2)
    assert now_is(goes).is_open
    assert not miscounted_intakes().exists()


def test_all_places_that_a_merge_concerns_are_locked_at_once_in_one_order():
    kept, dropped, sessions = two_series()
    made = [intake(dropped, places=2), intake(kept, places=2)]
    made += [intake(dropped, session_id=old) for old in sessions]
    others = [intake(kept, session_id=new) for new in sessions.values()]
    ask(made[0], person())

    with CaptureQueriesContext(connection) as merging:
        words, moved = join(kept, dropped, sessions)
    with CaptureQueriesContext(connection) as parting:
        part(words, moved)

    for asked, concerned in ((merging, [*made, *others]), (parting, made)):
        everyone = ", ".join(str(key) for key in sorted(one.pk for one in concerned))
        about = [one["sql"] for one in asked if "enrolment_intake" in one["sql"]]
        of_all = next(place for place, sql in enumerate(about) if f'"id" IN ({everyone})' in sql)
        of_one = next(place for place, sql in enumerate(about) if '"enrolment_intake"."id" = ' in sql)
        assert 'ORDER BY "enrolment_intake"."id" ASC' in about[of_all]
        assert of_all < of_one


def test_what_somebody_set_after_a_merge_stays_when_it_is_undone():
    kept, dropped, sessions = two_series()
    stays, goes = intake(kept, places=1), intake(dropped, places=1)
    ask(stays, person())
    ask(goes, person())

    words, moved = join(kept, dropped, sessions)
    Intake.objects.filter(pk=stays.pk).update(places=7)
    Intake.objects.filter(pk=goes.pk).update(changed_at=AT + timedelta(hours=1))
    part(words, moved)

    assert (now_is(stays).places, now_is(stays).taken) == (7, 1)
    assert not now_is(goes).is_open


def test_a_number_that_rose_in_two_steps_goes_back_to_the_first():
    kept, dropped, sessions = two_series()
    stays, goes = intake(kept, places=1), intake(dropped, places=1)
    old, new = next(iter(sessions.items()))
    of_date, from_date = intake(kept, session_id=new, places=1), intake(dropped, session_id=old, places=1)
    for one in (stays, goes, of_date, from_date):
        ask(one, person())

    words, moved = join(kept, dropped, sessions)
    assert [now_is(one).places for one in (stays, of_date)] == [2, 2]
    part(words, moved)

    assert [now_is(one).places for one in (stays, goes, of_date, from_date)] == [1, 1, 1, 1]
    assert not miscounted_intakes().exists()


def test_somebody_with_a_place_in_both_keeps_one():
    kept, dropped, sessions = two_series()
    rosa = person("Rosa")
    stays, goes = intake(kept, places=2), intake(dropped, places=2)
    first, second = ask(stays, rosa), ask(goes, rosa)

    join(kept, dropped, sessions)

    assert (now_is(first).state, now_is(second).state) == ("enrolled", "cancelled")
    assert not miscounted_intakes().exists()


def test_a_place_that_was_offered_stays_the_persons_to_take():
    kept, dropped, sessions = two_series()
    intake(kept, places=1)
    goes = intake(dropped, places=1)
    offered = enrolment(goes, state="offered", until_at=AT + timedelta(hours=2))

    join(kept, dropped, sessions)

    assert (now_is(offered).state, now_is(offered).until_at) == ("offered", AT + timedelta(hours=2))
    assert now_is(accept_offer(now_is(offered), by=BY, at=AT)[0]).state == "enrolled"
    assert not miscounted_intakes().exists()


def test_whoever_waits_in_one_and_has_a_place_in_the_other_keeps_the_place():
    kept, dropped, sessions = two_series()
    rosa = person("Rosa")
    stays, goes = intake(kept, places=1), intake(dropped, places=1)
    other = ask(stays, person())
    waits, has_place = ask(stays, rosa), ask(goes, rosa)
    next_one = ask(goes, person())

    join(kept, dropped, sessions)

    assert [now_is(one).state for one in (other, waits, has_place)] == ["enrolled", "cancelled", "enrolled"]
    assert (now_is(next_one).state, now_is(next_one).intake) == ("waiting", stays)
    assert not miscounted_intakes().exists()


def test_who_waits_keeps_the_order_that_was_drawn_there_and_back():
    kept, dropped, sessions = two_series()
    stays, goes = intake(kept, places=1), intake(dropped, places=1)
    ask(stays, person()), ask(goes, person())
    waiting = [ask(goes, person()) for _number in range(4)]
    for turn, one in zip((4, 3, 2, 1), waiting, strict=True):
        Enrolment.objects.filter(pk=one.pk).update(turn=turn)

    def in_line(of):
        return list(of.enrolments.filter(state="waiting").order_by("turn").values_list("pk", flat=True))

    words, moved = join(kept, dropped, sessions)
    assert in_line(stays) == [one.pk for one in reversed(waiting)]
    part(words, moved)

    assert in_line(goes) == [one.pk for one in reversed(waiting)]


def test_the_catalogue_hears_of_places_that_came_and_went():
    kept, dropped, sessions = two_series()
    intake(dropped, places=7)
    tell_places_left(by=BY, at=AT)

    words, moved = join(kept, dropped, sessions)
    tell_places_left(by=BY, at=AT)
    assert [now_is(one).places_left for one in (kept, dropped)] == [7, None]
    part(words, moved)
    tell_places_left(by=BY, at=AT)

    assert [now_is(one).places_left for one in (kept, dropped)] == [None, 7]


def test_presence_follows_its_date_and_goes_back():
    kept, dropped, sessions = two_series()
    mine = enrolment(intake(dropped))
    old = dropped.sessions.order_by("starts_at").first()
    made = Attendance.objects.create(
        enrolment=mine, session=old, state="present", way="list", taken_at=AT, changed_at=AT
    )

    words, moved = join(kept, dropped, sessions)
    assert now_is(made).session_id == sessions[old.pk]
    part(words, moved)

    assert now_is(made).session == old


def test_a_series_that_came_over_whole_keeps_its_places():
    kept, dropped, _sessions = two_series()
    places = intake(dropped)

    offers_merged.send(
        None, kept=kept.offer, dropped=dropped.offer, merge="x", series={}, sessions={}, by=BY, at=AT
    )

    assert now_is(places).series == dropped
    assert Intake.objects.count() == 1


def test_a_date_that_came_over_alone_takes_its_places_along():
    kept, dropped, sessions = two_series()
    extra = Session.objects.create(
        series=dropped,
        starts_at=AT + timedelta(weeks=9),
        ends_at=AT + timedelta(weeks=9, hours=2),
        time_zone="Europe/London",
    )
    places = intake(dropped, session=extra)
    Session.objects.filter(pk=extra.pk).update(series=kept)

    words, moved = join(kept, dropped, sessions)
    assert (now_is(places).series, now_is(places).session) == (kept, extra)
    part(words, moved)

    assert now_is(places).series == dropped


def test_the_person_themselves_may_enrol_after_a_merge_as_before():
    kept, dropped, sessions = two_series()
    stays = intake(kept, places=2)
    intake(dropped, places=2)
    rosa = person("Rosa")

    join(kept, dropped, sessions)

    assert enrol(now_is(stays), [Applicant(rosa)], by=as_self(rosa), at=AT).enrolled
    assert Enrolment.objects.count() == 1
