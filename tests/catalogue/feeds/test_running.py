"""Feeds are read in their rhythm; whatever their machines do, nothing is lost and the feed says why."""

import itertools
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.actions.feeds import (
    BadFeed,
    FeedBusy,
    FeedDraft,
    FeedKnown,
    NoFeed,
    add_feed,
    ask_for_run,
    change_feed,
    pause_feed,
    run_due_feeds,
    run_feed,
)
from learningcity.catalogue.importers import LAYOUTS, FileUnreadable
from learningcity.catalogue.importers import gathering as gathering_of
from learningcity.catalogue.models import ImportRun, Offer, Source
from learningcity.catalogue.queries.feeds import due_feeds
from learningcity.core.actors import visitor
from learningcity.core.fetching import FetchRefused
from learningcity.core.refusals import Refused
from tests.catalogue.factories import OrganisationFactory
from tests.catalogue.feeds.conftest import event
from tests.core.wayward import says

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_feed_is_read_and_read_again_without_a_change(a_feed, serve, content, ran):
    content.body = [event(1), event(2)]
    source = a_feed(serve(content).url)

    first, second = ran(source), ran(source)

    assert (first.new, second.new, second.changed, second.same, second.gone) == (2, 0, 0, 2, 0)
    assert Offer.objects.get(title="Pottery 1").source == source


def test_after_a_run_the_feed_is_due_in_its_rhythm(a_feed, serve, content, ran, by, at):
    content.body = [event(1)]
    source = a_feed(serve(content).url, rhythm=Source.Rhythm.HOURLY)
    assert list(due_feeds(at)) == [source]

    assert run_due_feeds(by=by, at=at) == ["fed"]

    assert list(due_feeds(at + timedelta(minutes=59))) == []
    assert list(due_feeds(at + timedelta(minutes=60))) == [source]
    assert Source.objects.get(pk=source.pk).leased_until is None


def test_a_paused_feed_is_not_due_unless_somebody_asks(a_feed, by, at):
    source = a_feed("https://feed.example/")
    pause_feed(source, by=by, at=at)
    assert list(due_feeds(at)) == []

    ask_for_run(source, by=by, at=at)

    assert list(due_feeds(at)) == [source]
    assert Source.objects.get(pk=source.pk).is_paused


def test_one_reading_at_a_time(a_feed, by, at, ran):
    source = a_feed("https://feed.example/")
    other = a_feed("https://other.example/", key="other")
    Source.objects.filter(pk=source.pk).update(leased_until=at + timedelta(minutes=5))

    with pytest.raises(FeedBusy, match="being read right now"):
        ran(source)

    assert list(due_feeds(at)) == []
    assert list(due_feeds(at + timedelta(minutes=5))) == [source, other]


def endless(line, _request):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        line.sendall(b" " * 65536)


def dripping(line, _request):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    for _number in itertools.count():
        line.sendall(b" ")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (dripping, "fetch_too_slow"),
        (endless, "fetch_too_large"),
        (says(302, Location="http://169.254.169.254/latest/"), "fetch_private"),
        (says(200, b"<!DOCTYPE html><p>Sign in", Content_Type="text/plain"), "feed_answers_badly"),
        (says(200, b"[]", Content_Type="text/html"), "feed_answers_badly"),
        (says(500, b"[]"), "feed_answers_badly"),
        (says(200, '{"data": [{"id": "caf\xe9"}]}'.encode("latin-1")), "file_unreadable"),
        (says(200, '{"data": []}'.encode("utf-16")), "file_unreadable"),
        (says(200, b'{"data": [{"id": "1"}, {"id"'), "file_unreadable"),
        (says(200, b""), "file_unreadable"),
        (
            lambda line, request: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["),
            "fetch_unreadable",
        ),
    ],
    ids=[
        "hangs",
        "without end",
        "into our network",
        "a page of the web",
        "said to be a page",
        "an error",
        "another encoding",
        "two bytes a sign",
        "cut",
        "empty",
        "cut on the way",
    ],
)
def test_a_feed_that_answers_badly_is_marked_and_nothing_is_lost(
    a_feed, serve, content, ran, monkeypatch, answer, code
):
    monkeypatch.setattr(gathering_of, "PAGE_SECONDS", 0.5)
    monkeypatch.setattr(gathering_of, "MOST_BYTES", 3_000_000)
    content.body = {"data": [linked(1), linked(2)]}
    source = a_feed(serve(content).url, layout="linkedevents")
    ran(source)
    before = list(Offer.objects.order_by("pk").values())
    Source.objects.filter(pk=source.pk).update(address=serve(answer).url)

    with pytest.raises(Refused) as refused:
        ran(source)

    kept = ImportRun.objects.latest("pk")
    assert (refused.value.code, kept.code, kept.state) == (code, code, "failed")
    assert kept.sentence == str(refused.value)
    assert list(Offer.objects.order_by("pk").values()) == before
    assert Source.objects.get(pk=source.pk).leased_until is None


def linked(number):
    return {"id": f"e:{number}", "name": {"en": f"Event {number}"}, "publisher": "city:1"}


def test_a_key_that_comes_twice_is_rejected_and_the_others_imported(a_feed, serve, content, ran):
    content.body = [event(1), event(1, name="Other"), event(2)]

    report = ran(a_feed(serve(content).url))

    assert report.new == 2
    assert [(one.row, one.field) for one in report.rejected] == [(2, "@id")]


def test_pages_are_followed_to_the_last(a_feed, serve, ran):
    def page(line, request):
        number = int(request.partition(b"page=")[2][:1] or 1)
        onward = f'"/?page={number + 1}"' if number < 3 else "null"
        body = f'{{"meta": {{"next": {onward}}}, "data": [{{"id": "e:{number}", "name": {{"en": "E"}}, '
        body += '"publisher": "city:1"}]}'
        says(200, body.encode(), Content_Type="application/json")(line, request)

    report = ran(a_feed(serve(page).url, layout="linkedevents"))

    assert report.new == 3
    assert sorted(Offer.objects.values_list("source_key", flat=True)) == ["e:1", "e:2", "e:3"]


def test_pages_in_a_circle_are_refused(a_feed, serve, ran):
    served = serve(says(200, b'{"meta": {"next": "/b"}, "data": []}', Content_Type="application/json"))

    with pytest.raises(FileUnreadable, match="in a circle"):
        ran(a_feed(served.url, layout="linkedevents"))


def rpde_of(items):
    """Return the answer of an RPDE feed: pages of two items, and where the next reading begins."""

    def page(line, request):
        since = int(request.partition(b"since=")[2].split(b" ")[0] or 0)
        found = [item for item in items if item["modified"] > since][:2]
        last = found[-1]["modified"] if found else since
        body = {"next": f"/rpde?since={last}", "items": found, "license": "CC BY 4.0"}
        says(200, json.dumps(body).encode(), Content_Type="application/json")(line, request)

    return page


def changed(number, modified):
    data = event(number, name=f"Pottery {number}, as of {modified}")
    return {"id": number, "kind": "Event", "state": "updated", "modified": modified, "data": data}


def test_a_feed_of_changes_goes_on_where_it_ended_and_deletes_only_what_it_says(a_feed, serve, ran):
    items = [changed(1, 1), changed(2, 2), changed(3, 3), changed(4, 4), changed(5, 5), changed(1, 6)]
    served = serve(rpde_of(items))
    source = a_feed(served.url, layout="rpde", most_gone=50)

    first = ran(source)
    asked = len(served.asked)
    items += [{"id": 2, "kind": "Event", "state": "deleted", "modified": 7}, changed(3, 8)]
    second = ran(source)
    third = ran(source)

    assert (first.new, first.gone) == (5, 0)
    assert (second.changed, second.gone, second.same) == (1, 1, 0)
    assert (third.changed, third.gone, third.same) == (0, 0, 0)
    assert b"since=6" in served.asked[asked]
    titles = Offer.objects.filter(is_published=True).values_list("title", flat=True)
    assert sorted(titles) == [f"Pottery {n}, as of {when}" for n, when in ((1, 6), (3, 8), (4, 4), (5, 5))]


def test_read_anew_as_a_whole_a_feed_of_changes_withdraws_what_it_forgot(a_feed, serve, ran):
    items = [changed(number, number) for number in range(1, 8)]
    source = a_feed(serve(rpde_of(items)).url, layout="rpde")
    ran(source)
    items.pop()

    assert ran(source, anew=True).gone == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": " "}, "name"),
        ({"layout": "unheard"}, "layout"),
        ({"rhythm": 7}, "rhythm"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "elvish"}, "language"),
        ({"most_gone": 101}, "most_gone"),
        ({"address": "x" * 501}, "address"),
    ],
)
def test_a_feed_that_cannot_be_is_refused_at_its_field(by, at, words, field):
    said = {"name": "Fed", "address": "https://feed.example/", "layout": "jsonld"} | words

    with pytest.raises(BadFeed) as refused:
        add_feed("fed", FeedDraft(**said), by=by, at=at)

    assert refused.value.field == field


def test_an_address_with_a_password_and_a_key_twice_are_refused(a_feed, by, at):
    with pytest.raises(FetchRefused, match="name or password"):
        a_feed("https://me:word@feed.example/")
    a_feed("https://feed.example/")

    with pytest.raises(FeedKnown):
        a_feed("https://feed.example/")
    with pytest.raises(FeedKnown):
        a_feed("https://feed.example/", key="new")


def test_another_address_is_read_from_its_beginning(a_feed, by, at):
    source = a_feed("https://feed.example/", layout="rpde")
    Source.objects.filter(pk=source.pk).update(marker="https://feed.example/?since=9")
    draft = FeedDraft(name="Fed", address="https://other.example/", layout="rpde", owner="Lantern")
    OrganisationFactory(name="Lantern")

    change_feed(source, draft, by=by, at=at)

    changed_feed = Source.objects.get(pk=source.pk)
    assert (changed_feed.marker, changed_feed.owner.name) == ("", "Lantern")


def test_a_visitor_reads_and_enters_no_feed_and_a_source_without_address_cannot_be_read(
    a_feed, at, by, source
):
    draft = FeedDraft(name="Fed", address="https://feed.example/", layout="jsonld")
    with pytest.raises(PermissionDenied):
        add_feed("fed", draft, by=visitor(), at=at)
    with pytest.raises(PermissionDenied):
        run_feed(source, by=visitor(), at=at)
    with pytest.raises(NoFeed):
        run_feed(source, by=by, at=at)


class UnforeseenError(Exception):
    """What nobody foresaw."""


def test_a_fault_of_our_own_leaves_a_failed_run_with_a_next_step_and_loses_nothing(
    a_feed, serve, content, ran, by, at, monkeypatch, caplog
):
    content.body = [event(1)]
    source = a_feed(serve(content).url, rhythm=Source.Rhythm.HOURLY)
    ran(source)

    def breaks(path, defaults):
        yield from reads(path, defaults)
        raise UnforeseenError

    layout = LAYOUTS["jsonld"]
    reads = layout.read
    monkeypatch.setitem(LAYOUTS, "jsonld", replace(layout, read=breaks))
    content.body = [event(2)]
    with pytest.raises(UnforeseenError):
        run_due_feeds(by=by, at=at + timedelta(hours=1))

    run = ImportRun.objects.order_by("-pk").first()
    assert (run.state, run.code) == (ImportRun.State.FAILED, "broke_off")
    assert "Read it once more" in run.sentence
    assert list(Offer.objects.values_list("title", "is_published")) == [("Pottery 1", True)]
    assert "A reading broke off." in caplog.messages
    # The feed is due again in its rhythm, and nobody holds it.
    assert list(due_feeds(at + timedelta(hours=2))) == [source]
