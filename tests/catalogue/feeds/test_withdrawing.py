"""What a source no longer names is withdrawn, never deleted; too much of it only when somebody lets it go."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions import Rejected, import_offers, open_source, withdraw_offer
from learningcity.catalogue.actions.arrivals import Gone
from learningcity.catalogue.actions.feeds import NothingAsked, let_pass
from learningcity.catalogue.models import ImportRun, Offer, RejectedRow, Session, Source
from learningcity.catalogue.signals import session_changed
from learningcity.core.actors import operator, visitor
from tests.catalogue.factories import MONDAY, OfferFactory, SourceFactory, draft, evening, run


def drafts(count):
    return [draft(key=f"k{number}", row=number + 2) for number in range(count)]


@pytest.fixture
def bring(source, by, at):
    """Return a function that imports drafts as the whole of the desk's source."""
    return lambda *rows, **words: import_offers(rows, **({"source": source, "by": by, "at": at} | words))


def published():
    return set(Offer.objects.filter(is_published=True).values_list("source_key", flat=True))


def test_what_is_gone_is_unpublished_its_dates_cancelled_and_nothing_deleted(bring, source):
    OfferFactory(source=SourceFactory(key="other"), source_key="k9")
    bring(*drafts(5))

    report = bring(*drafts(4), at=MONDAY.replace(month=12))

    assert (report.same, report.gone) == (4, 1)
    assert published() == {"k0", "k1", "k2", "k3", "k9"}
    gone = Session.objects.filter(series__offer__source_key="k4")
    assert set(gone.values_list("status", flat=True)) == {"cancelled"}
    assert Session.objects.filter(status="cancelled").count() == gone.count() == 2


def test_a_date_that_is_past_stays_as_it_was(bring):
    bring(*drafts(4), draft(key="k9", row=9, series=(run(evening(1, 11), evening(6, 11)),)))

    bring(*drafts(4), at=MONDAY.replace(year=2027, month=3))

    statuses = Session.objects.filter(series__offer__source_key="k9").order_by("starts_at")
    assert list(statuses.values_list("status", flat=True)) == ["planned", "cancelled"]


def test_those_who_hold_places_are_told_of_each_cancelled_date(bring, at):
    bring(*drafts(5))
    told = []

    def hear(sender, session, before, by, at, **more):
        told.append((session.series.offer.source_key, before, session.status))

    session_changed.connect(hear)
    try:
        bring(*drafts(4))
    finally:
        session_changed.disconnect(hear)

    assert told == [("k4", {"status": "planned"}, "cancelled")] * 2


def test_too_much_at_once_stops_asks_and_writes_nothing(bring, at):
    bring(*drafts(6))
    before = list(Offer.objects.order_by("pk").values())

    report = bring(draft(key="k0", title="Changed", row=2), *drafts(6)[1:3], draft(key="new", row=9))

    assert report.is_stopped
    assert (report.new, report.changed, report.gone) == (1, 1, 3)
    assert "would withdraw 3 of 6 published offers; 20 % may go at once" in report.sentence
    assert list(Offer.objects.order_by("pk").values()) == before
    kept = ImportRun.objects.latest("pk")
    assert (kept.state, kept.code, kept.gone) == ("stopped", "too_many_gone", 3)


@pytest.mark.parametrize(
    ("before", "after", "share", "asks"),
    [
        (3, 2, 20, False),
        (3, 1, 20, False),
        (4, 1, 20, True),
        (2, 0, 20, True),
        (1, 0, 20, True),
        (3, 2, 0, True),
    ],
)
def test_a_tiny_source_may_lose_one_or_two_offers_but_not_all(bring, source, before, after, share, asks):
    Source.objects.filter(pk=source.pk).update(most_gone=share)
    bring(*drafts(before))

    assert bring(*drafts(after)).is_stopped == asks


def test_who_lets_these_go_lets_no_others_go(bring, by, at):
    bring(*drafts(6))
    bring(*drafts(3))
    let_pass(ImportRun.objects.latest("pk"), by=by, at=at)

    others = bring(*drafts(2))
    let_pass(ImportRun.objects.latest("pk"), by=by, at=at)
    these = bring(*drafts(2))

    assert (others.is_stopped, these.is_stopped, these.gone) == (True, False, 4)
    assert published() == {"k0", "k1"}


def test_a_run_is_let_pass_once_by_the_citys_staff_while_it_is_the_newest(bring, by, at):
    bring(*drafts(5))
    bring(*drafts(2))
    asked = ImportRun.objects.latest("pk")

    with pytest.raises(PermissionDenied):
        let_pass(asked, by=visitor(), at=at)
    let_pass(asked, by=by, at=at)
    with pytest.raises(NothingAsked, match="no longer asks"):
        let_pass(ImportRun.objects.get(pk=asked.pk), by=by, at=at)
    with pytest.raises(NothingAsked):
        let_pass(ImportRun.objects.earliest("pk"), by=by, at=at)


def test_what_comes_back_is_published_and_planned_again(bring):
    bring(*drafts(5))
    bring(*drafts(4))

    report = bring(*drafts(5))

    assert (report.changed, report.same) == (1, 4)
    assert "k4" in published()
    assert not Session.objects.filter(status="cancelled").exists()


def test_what_the_city_withdrew_is_not_published_when_it_comes_back(bring, by, at):
    bring(*drafts(5))
    withdraw_offer(Offer.objects.get(source_key="k4"), by=by, at=at)
    bring(*drafts(4))

    bring(*drafts(5))

    assert "k4" not in published()


def test_what_is_named_wrongly_is_not_gone(bring):
    bring(*drafts(5))

    report = bring(*drafts(3), draft(key="k3", mode="x", row=8), Rejected(9, "ends", "Torn.", "k4"))

    assert (report.gone, len(report.rejected)) == (0, 2)
    assert published() == {f"k{number}" for number in range(5)}


def test_while_a_row_does_not_tell_its_key_nothing_is_taken_for_gone(bring):
    bring(*drafts(5))

    report = bring(*drafts(2), Rejected(7, "", "Torn."))

    assert (report.gone, report.state) == (0, "done")
    assert "nothing was taken for gone" in report.remarks[0].reason
    assert RejectedRow.objects.filter(is_remark=True).count() == 1


def test_a_part_withdraws_only_what_it_says_is_gone(bring):
    bring(*drafts(6))

    report = bring(Gone(2, "k5"), Gone(3, "never-there"), is_whole=False)

    assert report.gone == 1
    assert published() == {f"k{number}" for number in range(5)}


def test_a_thousand_rejected_rows_are_kept_and_those_of_old_runs_forgotten(bring):
    for _again in range(12):
        bring(*(Rejected(row, "title", "This is empty.", "x") for row in range(5)))
    bring(*(Rejected(row, "title", "This is empty.", "x") for row in range(1500)))

    newest = ImportRun.objects.latest("pk")
    assert (newest.rejected, newest.rows.count()) == (1500, 1000)
    assert RejectedRow.objects.count() == 1000 + 9 * 5


keys = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@pytest.mark.django_db
@given(st.lists(keys, min_size=1, max_size=4))
def test_after_any_imports_what_is_published_is_what_was_last_named_unless_the_run_asked(readings):
    who = {"by": operator(), "at": MONDAY}
    source = open_source(uuid4().hex, **who)
    expected = set()

    for reading in readings:
        rows = [draft(key=key, row=row, series=()) for row, key in enumerate(reading)]
        report = import_offers(rows, source=source, **who)
        again = import_offers(rows, source=source, **who)
        if not report.is_stopped:
            expected = set(reading)
            assert (again.new, again.changed, again.gone) == (0, 0, 0)
        else:
            assert len(expected - set(reading)) * 100 > 20 * len(expected)

        found = source.offers.filter(is_published=True)
        assert set(found.values_list("source_key", flat=True)) == expected
