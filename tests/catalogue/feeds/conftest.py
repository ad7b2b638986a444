"""A feed that a server on this machine gives, and drafts as its content."""

import json

import pytest

from learningcity.catalogue.actions.feeds import FeedDraft, add_feed, run_feed
from learningcity.catalogue.models import Source
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY
from tests.core.wayward import says, serving


@pytest.fixture
def by():
    return operator()


@pytest.fixture
def at():
    return MONDAY


@pytest.fixture
def serve(settings):
    """Return a function that serves an answer at a place that the operator allows."""
    stack = []

    def start(answer, *, allowed=True):
        context = serving(answer)
        served = context.__enter__()
        stack.append(context)
        if allowed:
            settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, served.place]
        return served

    yield start
    for context in stack:
        context.__exit__(None, None, None)


@pytest.fixture
def a_feed(db, by, at):
    """Return a function that enters a feed."""

    def enters(address, *, key="fed", layout="jsonld", **words):
        return add_feed(key, FeedDraft(name="Fed", address=address, layout=layout, **words), by=by, at=at)

    return enters


@pytest.fixture
def ran(by, at):
    """Return a function that reads a feed."""
    return lambda source, **words: run_feed(
        Source.objects.get(pk=source.pk), **({"by": by, "at": at} | words)
    )


@pytest.fixture
def content():
    """Return an answer that changes: what `body` holds, as data or as bytes."""

    class Content:
        body = []
        type = "application/json"

        def __call__(self, line, request):
            body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
            says(200, body, Content_Type=self.type)(line, request)

    return Content()


def event(number, **words):
    """Return an event of schema.org."""
    said = {
        "@type": "EducationEvent",
        "@id": f"https://example.org/e/{number}",
        "name": f"Pottery {number}",
        "organizer": {"@type": "NGO", "name": "Lantern"},
        "startDate": f"2027-01-{1 + number % 28:02}T18:00:00+00:00",
        "endDate": f"2027-01-{1 + number % 28:02}T20:00:00+00:00",
    }
    return said | words
