"""`learningcity feeds …`: sources that are asked in a rhythm, from the command line."""

from typing import Any

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.feeds import FeedDraft, add_feed, pause_feed, run_feed
from learningcity.catalogue.actions.providers import open_source
from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.catalogue.importers import LAYOUTS
from learningcity.catalogue.management.import_words import answer_of
from learningcity.catalogue.models import Source
from learningcity.catalogue.queries.feeds import FeedLine, feed_lines, feed_with_key
from learningcity.catalogue.queries.licences import licence_address
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused

RHYTHMS = {"by-hand": 0, "hourly": 60, "six-hourly": 360, "daily": 1440, "weekly": 10080}


class NoSuchFeed(Refused):
    """There is no source with this key."""

    code = "no_such_feed"


class Command(RoomCommand):
    """The feeds that come in."""

    help = "Enter feeds, list them with their last result, run and pause them."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        add = self.verb("add", self.add, help="Enter a feed.")
        add.add_argument("name", help="Its key: letters, digits, hyphens.")
        add.add_argument("address", help="Where it is read, with https://.")
        add.add_argument("--format", choices=sorted(LAYOUTS), required=True, help="The layout of the feed.")
        add.add_argument("--title", default="", help="What it is called on pages; else its key.")
        add.add_argument("--owner", default="", help="Who answers for it.")
        add.add_argument("--licence", default="", help="The licence of what it says.")
        add.add_argument("--attribution", default="", help="The line that the licence asks for.")
        add.add_argument("--rhythm", choices=RHYTHMS, default="daily", help="How often it is read.")
        add.add_argument("--language", default="", help="The language of words that name none.")
        add.add_argument("--time-zone", default="", help="The zone of times that name none.")
        add.add_argument("--most-gone", type=int, default=20, metavar="PERCENT", help="What may go at once.")
        self.verb("list", self.list, help="List the feeds with their last result.")
        run = self.verb("run", self.run_now, help="Read a feed now.")
        run.add_argument("name", help="Its key.")
        run.add_argument("--anew", action="store_true", help="From its beginning, as a whole.")
        licence = self.verb("licence", self.licence, help="Say under which licence a source may go out.")
        licence.add_argument("name", help="Its key; “own” is what is entered in the workspace.")
        licence.add_argument("licence", help="Such as “CC BY 4.0”.")
        licence.add_argument("--attribution", default="", help="The line that the licence asks for.")
        for name, is_paused, words in (
            ("pause", True, "Stop reading a feed in its rhythm."),
            ("resume", False, "Read a feed in its rhythm again."),
        ):
            verb = self.verb(name, self.pause, help=words)
            verb.add_argument("name", help="Its key.")
            verb.set_defaults(is_paused=is_paused)

    def add(self, call: Call, *, name: str, format: str, title: str, rhythm: str, **said: Any) -> Answer:
        """Enter a feed."""
        draft = FeedDraft(name=title or name, layout=format, rhythm=RHYTHMS[rhythm], **said)
        source = add_feed(name, draft, by=call.by, at=call.at)
        return Answer({"feed": source.key}, _("%(feed)s is entered.") % {"feed": source.key})

    def list(self, call: Call) -> Answer:
        """List the feeds."""
        lines = feed_lines()
        return Answer([as_data(one) for one in lines], "\n".join(map(in_words, lines)))

    def run_now(self, call: Call, *, name: str, anew: bool) -> Answer:
        """Read a feed now."""
        report = run_feed(feed(name), anew=anew, by=call.by, at=call.at, progress=call.progress)
        follow_changes(by=call.by, at=call.at)
        if report.is_stopped:
            self.stderr.write(report.sentence)
        return answer_of(report)

    def licence(self, call: Call, *, name: str, licence: str, attribution: str) -> Answer:
        """Give a source its licence."""
        source = feed(name)
        open_source(source.key, licence=licence, attribution=attribution, by=call.by, at=call.at)
        is_open = bool(licence_address(licence))
        sentence = (
            _("%(feed)s goes out in the feeds of this node.")
            if is_open
            else _("%(feed)s is in no feed: this licence does not let anybody pass records on.")
        )
        return Answer({"feed": source.key, "is_open": is_open}, sentence % {"feed": source.key})

    def pause(self, call: Call, *, name: str, is_paused: bool) -> Answer:
        """Pause a feed, or let it go on."""
        pause_feed(feed(name), is_paused=is_paused, by=call.by, at=call.at)
        sentence = _("%(feed)s is paused.") if is_paused else _("%(feed)s goes on.")
        return Answer({"feed": name, "is_paused": is_paused}, sentence % {"feed": name})


def feed(key: str) -> Source:
    """Return a source. Raises NoSuchFeed."""
    found = feed_with_key(key)
    if found is None:
        raise NoSuchFeed(_("There is no feed “%(feed)s”. See: learningcity feeds list") % {"feed": key[:40]})
    return found


def as_data(line: FeedLine) -> dict[str, Any]:
    """Return a feed with its last result."""
    source, run = line.source, line.run
    return {
        "feed": source.key,
        "name": source.name,
        "owner": source.owner_words,
        "licence": source.licence,
        "address": source.address,
        "format": source.layout,
        "rhythm_minutes": source.rhythm,
        "is_paused": source.is_paused,
        "next": source.due_at,
        "last": run
        and {
            "at": run.imported_at,
            "state": run.state,
            "new": run.new,
            "changed": run.changed,
            "same": run.same,
            "gone": run.gone,
            "rejected": run.rejected,
            "sentence": run.sentence,
        },
    }


def in_words(line: FeedLine) -> str:
    """Return a feed with its last result, for a person."""
    run = line.run
    if run is None:
        return f"{line.source.key}: " + _("never read")
    counts = _("%(new)s new, %(changed)s changed, %(same)s the same, %(gone)s gone, %(rejected)s rejected")
    said = counts % {
        "new": run.new,
        "changed": run.changed,
        "same": run.same,
        "gone": run.gone,
        "rejected": run.rejected,
    }
    return f"{line.source.key}: {run.sentence or said}"
