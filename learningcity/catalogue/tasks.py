"""Periodic work of the catalogue."""

from datetime import datetime

from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every


# Whoever changes an offer looks for it next; with nothing to follow, a run costs a few milliseconds.
@every(seconds=3, name="catalogue.follow_changes")
def follow(at: datetime) -> None:
    """Bring the search index up to date."""
    follow_changes(by=operator(Channel.TASK), at=at)
