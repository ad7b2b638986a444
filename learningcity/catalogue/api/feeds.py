"""Feeds: the open catalogue whole, in the forms that others read, and everything that changes in it.

Every feed names licences, attribution and whom to ask; the whole ones name the number from which the change
feed goes on. They are written while they are sent, in the memory of one batch of offers.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import blake2s
from itertools import islice
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.timezone import now
from ninja import Query, Schema
from pydantic import Field
from pydantic_core import to_json

from learningcity.catalogue.adapters import given_course, given_table
from learningcity.catalogue.adapters.given_calendar import CalendarDate, calendar_pieces, dates_of
from learningcity.catalogue.adapters.given_services import service
from learningcity.catalogue.api.calendar_filters import CalendarFilters, criteria_of_calendar, fits
from learningcity.catalogue.api.records import router
from learningcity.catalogue.queries.changes import changes
from learningcity.catalogue.queries.feed_heads import FeedHead, feed_head
from learningcity.catalogue.queries.search import search
from learningcity.catalogue.queries.whole_offers import (
    all_open_offers,
    languages_of_texts,
    open_offers_among,
)
from learningcity.core.markers import LARGEST_NUMBER
from learningcity.core.wire import Code, SourceOut, Wire, answers

PIECES = 500
MOST_CHANGES = 500
KEEP_SECONDS = 60
KEEP_LAST_SECONDS = 8
JSON = "application/json; charset=utf-8"
TEXT = {"type": "string"}


class FeedFilters(Schema):
    """Which part of the catalogue."""

    source: Code | None = Field(None, description="Only the offers of this source, by its key.")


class ChangeFilters(Schema):
    """Which part of the changes: `next` of the part before says both markers."""

    after: int | None = Field(
        None,
        alias="afterChangeNumber",
        ge=0,
        le=LARGEST_NUMBER,
        description="Changes behind this number; without it, from the beginning.",
    )
    since: int | None = Field(
        None, ge=0, le=LARGEST_NUMBER, description="Where the feed stood when you began; part of `next`."
    )
    limit: int = Field(100, ge=1, le=MOST_CHANGES, description="How many changes at most.")


class ChangeOut(Wire):
    """One change: the offer as it is now, or that it is gone."""

    state: Literal["updated", "deleted"]
    kind: Literal["Course"]
    id: UUID
    modified: int = Field(description="The number of the change.")
    data: dict[str, Any] | None = Field(None, description="A schema.org Course; nothing for what is gone.")


class ChangesOut(Wire):
    """A part of the change feed (RPDE 1.0). The last one has no items, and leads to itself."""

    next: str
    items: list[ChangeOut]
    license: str
    sources: list[SourceOut]
    contact: str


def _gives(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return what the description of a feed says of its answer."""
    whole = {"description": "The whole feed, as a stream.", "content": {kind: {"schema": schema}}}
    return {"responses": {200: whole, 304: {"description": "Nothing has changed since."}}}


@router.get("/feeds/changes", response=answers(ChangesOut, 410))
def feed_changes(request: HttpRequest, filters: Query[ChangeFilters]) -> HttpResponseBase:
    """Return every change of the open catalogue in turn, removals too (Realtime Paged Data Exchange 1.0).

    Follow `next` from part to part. Where a part has no items, all is read: ask its `next` again later.
    Each offer is told once, with its last change. A marker from before removals that are no longer told is
    refused with 410: then start again.
    """
    part = changes(after=filters.after, since=filters.since, size=filters.limit)
    head, site = feed_head(), _site(request)
    whole = {one.offer.id: one for one in open_offers_among([c.offer_id for c in part.changes], at=now())}
    items = []
    for change in part.changes:
        item = {"kind": "Course", "id": change.public_id, "modified": change.number}
        # What was taken away since its last number is gone, and will be told so under another one.
        if change.is_removed or change.public_id not in whole:
            items.append({"state": "deleted", **item})
        else:
            said = given_course.course(whole[change.public_id], site=site)
            items.append({"state": "updated", **item, "data": {"@context": given_course.CONTEXT, **said}})
    following = {"afterChangeNumber": part.after, "since": part.since}
    asked = {name: value for name, value in following.items() if value is not None}
    if filters.limit != ChangeFilters.model_fields["limit"].default:
        asked["limit"] = filters.limit
    body = to_json(
        {
            "next": f"{_feed_of_changes(request)}?{urlencode(asked)}".rstrip("?"),
            "items": items,
            "license": _licence(request, head),
            "sources": [SourceOut.model_validate(source) for source in head.sources],
            "contact": head.contact,
        }
    )
    seconds = KEEP_SECONDS if items else KEEP_LAST_SECONDS
    etag = f'"{blake2s(body, digest_size=12).hexdigest()}"'
    return _answer(request, lambda: [body], head, etag=etag, kind=JSON, seconds=seconds)


@router.get(
    "/feeds/offers.jsonld",
    response=answers(None),
    openapi_extra=_gives("application/ld+json", {"type": "object"}),
)
def feed_linked_data(request: HttpRequest, filters: Query[FeedFilters]) -> HttpResponseBase:
    """Return the open catalogue whole, as a schema.org DataFeed of Courses (JSON-LD)."""
    site, at, head = _site(request), now(), feed_head("linked data", source=filters.source)
    said = {
        "@context": given_course.CONTEXT,
        "@type": "DataFeed",
        "name": head.title,
        "license": head.licences,
        "creditText": [source.attribution for source in head.sources if source.attribution],
        "email": head.contact,
        "dateModified": head.changed_at,
        "potentialAction": _changes_behind(request, head),
    }

    def items() -> Iterator[dict[str, Any]]:
        for whole in all_open_offers(at=at, source=filters.source):
            yield {
                "@type": "DataFeedItem",
                "dateModified": whole.offer.changed_at,
                "item": given_course.course(whole, site=site),
            }

    pieces = partial(_json_pieces, said, "dataFeedElement", items())
    return _answer(request, pieces, head, kind="application/ld+json; charset=utf-8", name="offers.jsonld")


@router.get("/feeds/offers.csv", response=answers(None), openapi_extra=_gives("text/csv", TEXT))
def feed_table(request: HttpRequest, filters: Query[FeedFilters]) -> HttpResponseBase:
    """Return the open catalogue whole, as a table in the layout that this programme imports (CSV, UTF-8)."""
    at, head = now(), feed_head("table", source=filters.source)
    columns = given_table.header(languages_of_texts())

    def pieces() -> Iterator[bytes]:
        yield from _lines([columns])
        yield from _lines(given_table.rows(all_open_offers(at=at, source=filters.source), columns))

    return _answer(request, pieces, head, kind="text/csv; charset=utf-8", name="offers.csv")


@router.get(
    "/feeds/services.json",
    response=answers(None),
    openapi_extra=_gives("application/json", {"type": "object"}),
)
def feed_services(request: HttpRequest, filters: Query[FeedFilters]) -> HttpResponseBase:
    """Return the open catalogue whole, as services of the Human Services Data Specification (HSDS 3)."""
    site, at = _site(request), now()
    head = feed_head("services", at.date().isoformat(), source=filters.source)
    said = {
        "license": head.licences,
        "attributions": [source.attribution for source in head.sources if source.attribution],
        "contact": head.contact,
        "changes": _changes_behind(request, head),
        "total_pages": 1,
        "page_number": 1,
        "first_page": True,
        "last_page": True,
    }

    def pieces() -> Iterator[bytes]:
        offers = all_open_offers(at=at, source=filters.source)
        services = (service(whole, site=site, at=at) for whole in offers)
        return _json_pieces(said, "contents", services, count="total_items")

    return _answer(request, pieces, head, kind=JSON, name="services.json")


@router.get("/feeds/calendar.ics", response=answers(None, 503), openapi_extra=_gives("text/calendar", TEXT))
def feed_calendar(request: HttpRequest, filters: Query[CalendarFilters]) -> HttpResponseBase:
    """Return the dates to come of all offers that the filters find, as a calendar (iCalendar, RFC 5545).

    Subscribe to it: identifiers stay, and a date that is cancelled is told as such.
    """
    site, at = _site(request), now()
    head = feed_head("calendar", filters.model_dump_json(), at.date().isoformat())
    criteria = criteria_of_calendar(filters)
    # A search that cannot be asked is refused before anything is sent.
    first = search(criteria, at=at)

    def dates() -> Iterator[CalendarDate]:
        results, seen = first, set[int]()
        while True:
            # An offer whose next date moves while we read may come up twice.
            fresh = [row.offer_id for row in results.rows if row.offer_id not in seen]
            seen.update(fresh)
            for whole in open_offers_among(fresh, at=at):
                yield from dates_of(whole, site=site, fits=lambda date: fits(date, filters, at))
            if not results.next:
                return
            results = search(criteria, after=results.next, at=at)

    pieces = partial(calendar_pieces, dates(), title=head.title)
    return _answer(request, pieces, head, kind="text/calendar; charset=utf-8", name="calendar.ics")


def _answer(
    request: HttpRequest,
    pieces: Callable[[], Iterable[bytes]],
    head: FeedHead,
    *,
    kind: str,
    name: str = "",
    etag: str = "",
    seconds: int = KEEP_SECONDS,
) -> HttpResponseBase:
    """Return a feed as a stream; nothing but its head if the reader has it already, or asks for no more."""
    etag = etag or f'W/"{head.digest}"'
    modified = int(head.changed_at.timestamp()) if head.changed_at else None
    is_head = request.META["REQUEST_METHOD"] == "HEAD"
    known = get_conditional_response(request, etag=etag, last_modified=None)
    response: HttpResponseBase = known or (
        HttpResponse(content_type=kind)
        if is_head
        else StreamingHttpResponse(_together(pieces()), content_type=kind)
    )
    response["ETag"] = etag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = f"public, max-age={seconds}"
    links = [f'<{address}>; rel="license"' for address in head.licences]
    links.append(f'<{_changes_behind(request, head)}>; rel="next"; title="changes from here on"')
    response["Link"] = ", ".join(links)
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _together(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces many at a time: each one that is sent alone costs as much as many."""
    rest = iter(pieces)
    while some := b"".join(islice(rest, PIECES)):
        yield some


def _json_pieces(
    said: dict[str, Any], name: str, items: Iterable[dict[str, Any]], *, count: str = ""
) -> Iterator[bytes]:
    """Yield an object whose last member is a list, item by item; `count` names a member that counts them."""
    yield to_json(said)[:-1] + f',"{name}":['.encode()
    number = 0
    for number, item in enumerate(items, start=1):
        yield (b"," if number > 1 else b"") + to_json(item)
    counted = f',"{count}":{number},"size":{number},"empty":{str(not number).lower()}' if count else ""
    yield f"]{counted}}}".encode()


class _Line:
    """What a CSV writer writes to: it hands each line back."""

    def write(self, line: str) -> bytes:
        """Return the line in UTF-8."""
        return line.encode()


def _lines(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    writer = csv.writer(_Line())
    return (writer.writerow(row) for row in rows)


def _licence(request: HttpRequest, head: FeedHead) -> str:
    """Return the one licence of the feed; where there are several, the page that names them."""
    if len(head.licences) == 1:
        return head.licences[0]
    return request.build_absolute_uri(reverse("city:about_data"))


def _changes_behind(request: HttpRequest, head: FeedHead) -> str:
    return f"{_feed_of_changes(request)}?afterChangeNumber={head.change}"


def _feed_of_changes(request: HttpRequest) -> str:
    """Return the address of the change feed: all feeds stand side by side."""
    return request.build_absolute_uri("changes")


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
