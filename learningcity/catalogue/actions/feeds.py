"""Feeds: sources that are asked in a rhythm. Entered, changed, paused and run; runs that ask are let pass."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learningcity.catalogue.actions.faults import Fault, is_time_zone, language, line, shown
from learningcity.catalogue.actions.imports import ImportReport, import_offers, note_failure
from learningcity.catalogue.actions.providers import checked_key
from learningcity.catalogue.importers import LAYOUTS, Defaults, Layout
from learningcity.catalogue.importers.gathering import gather
from learningcity.catalogue.models import ImportRun, Source
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.feeds import due_feeds
from learningcity.catalogue.queries.frame import city_currency, city_language, city_time_zone
from learningcity.city.queries.clock import city_day
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.fetching.addresses import target_of
from learningcity.core.progress import SILENT, Progress
from learningcity.core.refusals import Refused
from learningcity.people.models import Organisation

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=40)
LONGEST_ADDRESS = 500
RESERVED = "new"
SAID = (
    *("name", "address", "layout", "licence", "attribution"),
    *("rhythm", "language", "time_zone", "most_gone"),
)


class BadFeed(Refused):
    """A feed cannot be entered like this."""

    code = "bad_feed"


class FeedKnown(Refused):
    """There is a source with this key."""

    code = "feed_known"


class FeedBusy(Refused):
    """The feed is being read right now."""

    code = "feed_busy"


class NoFeed(Refused):
    """The source has no address that could be asked."""

    code = "no_feed"


class NothingAsked(Refused):
    """The run does not ask, or no longer."""

    code = "nothing_asked"


class BrokeOff(Refused):
    """Our own programme ended while it read the feed."""

    code = "broke_off"


BROKE_OFF = gettext_lazy(
    "Our own programme broke off while it read this feed; what the catalogue holds stays. "
    "Read it once more. If it breaks off again, tell those who run this node: their log says where."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDraft:
    """A feed as somebody enters it. `owner` is the name of an organisation, or other words."""

    name: str
    address: str
    layout: str
    owner: str = ""
    licence: str = ""
    attribution: str = ""
    rhythm: int = Source.Rhythm.DAILY
    language: str = ""
    time_zone: str = ""
    most_gone: int = 20


@transaction.atomic
def add_feed(key: str, draft: FeedDraft, *, by: Actor, at: datetime) -> Source:
    """Enter a feed; it is due at once.

    Raises PermissionDenied, BadSource, BadFeed, FetchRefused or FeedKnown.
    """
    if not can_import(by):
        raise PermissionDenied
    checked_key(key)
    if key == RESERVED:
        raise FeedKnown(_("This word is an address of our own. Give another key."), field="key")
    check_feed(draft)
    source, is_new = Source.objects.get_or_create(key=key, defaults={"name": draft.name})
    if not is_new and source.address:
        raise FeedKnown(
            _("There is a feed with this key already. Change that one, or give another key."), field="key"
        )
    write_feed(source, draft, due_at=at if draft.rhythm else None)
    record("catalogue.feed_added", by=by, about=source, at=at)
    return source


@transaction.atomic
def change_feed(source: Source, draft: FeedDraft, *, by: Actor, at: datetime) -> Source:
    """Change what is known of a feed. Raises PermissionDenied, BadFeed or FetchRefused."""
    if not can_import(by):
        raise PermissionDenied
    check_feed(draft)
    known = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if (known.address, known.layout) != (draft.address, draft.layout):
        # Where another address was read to says nothing about this one.
        known.marker = ""
    write_feed(known, draft, due_at=at if draft.rhythm and not known.is_paused else None)
    record("catalogue.feed_changed", by=by, about=known, at=at)
    return known


def check_feed(draft: FeedDraft) -> None:
    """Refuse what cannot be a feed, for its first fault. Raises BadFeed or FetchRefused."""
    for fault in feed_faults(draft):
        raise BadFeed(fault.reason, field=fault.field)
    target_of(draft.address)


def feed_faults(draft: FeedDraft) -> list[Fault]:
    """Return what is wrong with a feed."""
    found = [
        *line("name", draft.name, 200, needed=True),
        *line("address", draft.address, LONGEST_ADDRESS, needed=True),
        *line("owner", draft.owner, 200),
        *line("licence", draft.licence, 120),
        *line("attribution", draft.attribution, 300),
        *(language("language", draft.language) if draft.language else ()),
    ]
    if draft.layout not in LAYOUTS:
        found.append(Fault("layout", _("Choose one of the layouts that can be read here.")))
    if draft.rhythm not in Source.Rhythm.values:
        found.append(Fault("rhythm", _("Choose one of the rhythms.")))
    if draft.time_zone and not is_time_zone(draft.time_zone):
        sentence = _("There is no time zone “%(zone)s”. Give one such as Europe/London.")
        found.append(Fault("time_zone", sentence % {"zone": shown(draft.time_zone)}))
    if not 0 <= draft.most_gone <= 100:
        found.append(Fault("most_gone", _("Give a share from 0 to 100 percent.")))
    return found


def write_feed(source: Source, draft: FeedDraft, *, due_at: datetime | None) -> None:
    """Write a checked feed; its owner is linked where exactly one organisation has this name."""
    owners = list(Organisation.objects.filter(name=draft.owner)[:2]) if draft.owner else []
    source.owner = owners[0] if len(owners) == 1 else None
    source.owner_words = draft.owner
    for name in SAID:
        setattr(source, name, getattr(draft, name))
    source.due_at = due_at
    source.save(update_fields=[*SAID, "owner", "owner_words", "due_at", "marker"])


@transaction.atomic
def pause_feed(source: Source, *, is_paused: bool = True, by: Actor, at: datetime) -> None:
    """Stop asking a feed in its rhythm, or begin again. Raises PermissionDenied."""
    if not can_import(by):
        raise PermissionDenied
    due_at = at if source.rhythm and not is_paused else None
    Source.objects.filter(pk=source.pk).update(is_paused=is_paused, due_at=due_at)
    record("catalogue.feed_paused" if is_paused else "catalogue.feed_resumed", by=by, about=source, at=at)


@transaction.atomic
def ask_for_run(source: Source, *, by: Actor, at: datetime) -> None:
    """Let the schedule run a feed next; one that is paused stays so. Raises PermissionDenied or NoFeed."""
    if not can_import(by):
        raise PermissionDenied
    layout_of(source)
    Source.objects.filter(pk=source.pk).update(due_at=at)
    record("catalogue.feed_run_asked", by=by, about=source, at=at)


@transaction.atomic
def let_pass(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Let the offers go that a stopped run would withdraw: these and no others. The feed runs again soon.

    Raises PermissionDenied, or NothingAsked where a newer run came, or somebody let it pass.
    """
    if not can_import(by):
        raise PermissionDenied
    source = Source.objects.select_for_update(of=("self",)).get(pk=run.source_id)
    newest = source.imports.order_by("-imported_at", "-pk").first()
    if newest is None or newest.pk != run.pk or run.state != ImportRun.State.STOPPED or newest.passed_at:
        raise NothingAsked(_("This run no longer asks. See what the newest run of the feed did."))
    ImportRun.objects.filter(pk=run.pk).update(passed_at=at)
    if source.address:
        Source.objects.filter(pk=source.pk).update(due_at=at)
    record("catalogue.import_let_pass", by=by, about=run, at=at)


def run_feed(
    source: Source, *, anew: bool = False, by: Actor, at: datetime, progress: Progress = SILENT
) -> ImportReport:
    """Read a feed and import it; one reading at a time.

    First everything is fetched, then everything is written: while we wait for others, nobody waits for us.
    With `anew` a feed that tells changes is read from its beginning, as a whole. A refusal is kept as a
    failed run, and so is a fault of our own. Raises PermissionDenied, NoFeed, FeedBusy, FetchRefused,
    FileUnreadable or TooManyRejected.
    """
    if not can_import(by):
        raise PermissionDenied
    layout = layout_of(source)
    take_lease(source, at)
    with failures_kept(source, by=by, at=at), TemporaryDirectory(prefix="learningcity-feed-") as name:
        folder = Path(name)
        begin = source.address if anew else source.marker or source.address
        marker = gather(begin, layout, folder)
        return import_offers(
            layout.read(folder, defaults_of(source, at)),
            source=source,
            is_whole=layout.is_whole or anew,
            marker=marker,
            by=by,
            at=at,
            progress=progress,
            columns=layout.columns,
        )


@contextmanager
def failures_kept(source: Source, *, by: Actor, at: datetime) -> Iterator[None]:
    """Keep whatever ends a reading early as a failed run, and give the lease back; the failure goes on."""
    is_known = False
    try:
        yield
        is_known = True
    except Refused as refusal:
        note_failure(source, refusal, by=by, at=at)
        is_known = True
        raise
    finally:
        # Nobody catches a bug, yet whoever keeps the feed has to see that it was not read.
        if not is_known:
            logger.error("A reading broke off.", extra={"source": source.key}, exc_info=True)
            note_failure(source, BrokeOff(BROKE_OFF), by=by, at=at)
        give_back(source, at)


def layout_of(source: Source) -> Layout:
    """Return the layout of a feed. Raises NoFeed."""
    if not source.address or source.layout not in LAYOUTS:
        raise NoFeed(_("This source has no address to ask. Import a file, or give it an address."))
    return LAYOUTS[source.layout]


def defaults_of(source: Source, at: datetime) -> Defaults:
    """Return what holds where a feed does not say."""
    layout = LAYOUTS[source.layout]
    return Defaults(
        time_zone=source.time_zone or layout.time_zone or city_time_zone(),
        language=source.language or city_language(),
        currency=city_currency(),
        provider=source.owner_words or source.name,
        today=city_day(at),
    )


def take_lease(source: Source, at: datetime) -> None:
    """Take the lease of a feed. Raises FeedBusy where somebody holds it."""
    is_free = Q(leased_until=None) | Q(leased_until__lte=at)
    if not Source.objects.filter(is_free, pk=source.pk).update(leased_until=at + LEASE):
        raise FeedBusy(_("The feed is being read right now. Look at its page in a while."))


def give_back(source: Source, at: datetime) -> None:
    """Give the lease back and say when the feed is due next: as it stands now, not as it stood before."""
    now_known = Source.objects.get(pk=source.pk)
    is_in_rhythm = now_known.rhythm and not now_known.is_paused
    due_at = at + timedelta(minutes=now_known.rhythm) if is_in_rhythm else None
    Source.objects.filter(pk=source.pk).update(leased_until=None, due_at=due_at)


def run_due_feeds(*, by: Actor, at: datetime, most: int = 1) -> list[str]:
    """Run the feeds that are due, one after the other; return their keys. A refusal stays with its feed.

    Raises PermissionDenied.
    """
    if not can_import(by):
        raise PermissionDenied
    ran = []
    for source in due_feeds(at)[:most]:
        try:
            run_feed(source, by=by, at=at)
        except FeedBusy:
            continue
        except Refused as refusal:
            logger.info("A feed was refused.", extra={"source": source.key, "code": refusal.code})
        ran.append(source.key)
    return ran
