"""Periodic work of the catalogue."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from learningcity.catalogue.actions.changes import forget_removals, number_changes
from learningcity.catalogue.actions.duplicates import propose_all
from learningcity.catalogue.actions.feeds import run_due_feeds
from learningcity.catalogue.actions.freshness import ask_for_confirmation
from learningcity.catalogue.actions.saved_searches import tell_what_is_new
from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.catalogue.actions.wishes import forget_senders
from learningcity.catalogue.queries.feeds import due_feeds
from learningcity.core.actors import Channel, operator
from learningcity.core.aside import work_aside
from learningcity.core.schedule import every


# Whoever changes an offer looks for it next; with nothing to follow, a run costs a few milliseconds.
@every(seconds=3, name="catalogue.follow_changes")
def follow(at: datetime) -> None:
    """Bring the search index up to date."""
    follow_changes(by=operator(Channel.TASK), at=at)


@every(seconds=3, name="catalogue.number_changes")
def number_what_changed(at: datetime) -> None:
    """Let the feeds tell what has changed."""
    number_changes(by=operator(Channel.TASK), at=at)


@every(minutes=60, name="catalogue.forget_removals")
def drop_removals(at: datetime) -> None:
    """Drop the removals that the feeds have told for the stated period."""
    period = timedelta(days=settings.FEED_REMOVALS_DAYS)
    forget_removals(older_than=period, by=operator(Channel.TASK), at=at)


@every(minutes=60 * 24, name="catalogue.forget_senders")
def forget(at: datetime) -> None:
    """Delete the addresses of those who had their answer a month ago."""
    forget_senders(by=operator(Channel.TASK), at=at)


@every(minutes=60 * 24, name="catalogue.ask_for_confirmation", lease_minutes=60)
def ask(at: datetime) -> None:
    """Ask providers whether their offers still are right; hide what nobody confirmed."""
    ask_for_confirmation(by=operator(Channel.TASK), at=at)


@every(minutes=60, name="catalogue.tell_what_is_new", lease_minutes=60)
def tell(at: datetime) -> None:
    """Tell those who saved a search what is new in it."""
    tell_what_is_new(by=operator(Channel.TASK), at=at)


@every(minutes=1, name="catalogue.run_feeds", lease_minutes=60)
def run_feeds(at: datetime) -> None:
    """Read the feed that has been due for longest; its machine may be slow, so nobody waits for it."""
    if due_feeds(at).exists():
        work = partial(run_due_feeds, by=operator(Channel.TASK), at=at)
        work_aside(work, name="catalogue.run_feeds", seconds=5)


@every(minutes=60 * 24, name="catalogue.compare_offers", lease_minutes=60)
def compare(at: datetime) -> None:
    """Look for offers that may be one: those typed by hand, too."""
    propose_all(by=operator(Channel.TASK), at=at)
