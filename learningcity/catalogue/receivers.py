"""What the catalogue does when a lower room has news."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from learningcity.catalogue.actions.outbox import note_offers_at, note_offers_of
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.city.signals import venues_changed
from learningcity.core.actors import Channel, operator
from learningcity.core.signals import data_restored
from learningcity.people.models import Organisation
from learningcity.people.signals import organisation_changed


@receiver(data_restored)
def build_index_of_what_was_restored(sender: object, at: datetime, **more: Any) -> None:
    """Build the search index anew: the old one tells of another database."""
    rebuild_search_index(by=operator(Channel.TASK), at=at)


@receiver(venues_changed)
def index_what_is_held_there(sender: object, venues: Sequence[int], at: datetime, **more: Any) -> None:
    """Let the search index read the offers anew that are held at these places."""
    note_offers_at(venues, at)


@receiver(organisation_changed)
def index_what_they_offer(sender: object, organisation: Organisation, at: datetime, **more: Any) -> None:
    """Let the search index read the offers of an organisation anew, so that its new name finds them."""
    note_offers_of(organisation, at)
