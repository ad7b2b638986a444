"""What the catalogue does when a lower room has news."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.dispatch import receiver

from learningcity.catalogue.actions.changes import begin_log_anew
from learningcity.catalogue.actions.outbox import note_offers_at, note_offers_of
from learningcity.catalogue.actions.overlays import move_overlays, move_overlays_back
from learningcity.catalogue.actions.past_places import keep_places_before
from learningcity.catalogue.actions.saved_searches import erase_searches
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.actions.wishes import erase_feedback
from learningcity.catalogue.models import SavedSearch
from learningcity.catalogue.queries.saved_searches import SEARCHES_KEPT, searches_part
from learningcity.catalogue.queries.senders import FEEDBACK_KEPT, feedback_part
from learningcity.catalogue.signals import merge_undone, offers_merged
from learningcity.city.signals import venues_changed
from learningcity.core.actors import Actor, Channel, operator
from learningcity.core.personal import ErasedPart, ExportPart
from learningcity.core.signals import data_restored
from learningcity.people.models import Organisation, Person
from learningcity.people.queries.followed import Table, follow
from learningcity.people.signals import organisation_changed, person_erased, person_exported


@receiver(data_restored)
def build_index_of_what_was_restored(sender: object, at: datetime, **more: Any) -> None:
    """Build the search index anew: the old one tells of another database."""
    rebuild_search_index(by=operator(Channel.TASK), at=at)


@receiver(data_restored)
def begin_change_log_anew(sender: object, at: datetime, **more: Any) -> None:
    """Let every reader of the feeds start again: some were told of changes that are lost now."""
    begin_log_anew(by=operator(Channel.TASK), at=at)


@receiver(venues_changed)
def index_what_is_held_there(sender: object, venues: Sequence[int], at: datetime, **more: Any) -> None:
    """Let the search index read the offers anew that are held at these places."""
    note_offers_at(venues, at)


@receiver(venues_changed)
def keep_what_places_were(
    sender: object, at: datetime, was: Mapping[int, tuple[str, str]] = MappingProxyType({}), **more: Any
) -> None:
    """Keep the former name and address of places for the dates that were held there."""
    keep_places_before(was, by=operator(Channel.TASK), at=at)


@receiver(organisation_changed)
def index_what_they_offer(sender: object, organisation: Organisation, at: datetime, **more: Any) -> None:
    """Let the search index read the offers of an organisation anew, so that its new name finds them."""
    note_offers_of(organisation, at)


@receiver(person_exported, dispatch_uid="catalogue.exporting")
def tell_what_they_sent(sender: object, *, person: Person, at: datetime, **more: Any) -> list[ExportPart]:
    """Return the suggestions and reports of errors of a person."""
    return [feedback_part(person), searches_part(person)]


@receiver(person_erased, dispatch_uid="catalogue.erasing")
def erase_what_they_sent(
    sender: object, *, person: Person, by: Actor, at: datetime, **more: Any
) -> list[ErasedPart]:
    """Delete the suggestions and reports of errors of a person."""
    return [
        ErasedPart(FEEDBACK_KEPT.label, removed=erase_feedback(person, by=by, at=at)),
        ErasedPart(SEARCHES_KEPT.label, removed=erase_searches(person, by=by, at=at)),
    ]


follow(Table(SavedSearch, "person"))


@receiver(offers_merged, dispatch_uid="catalogue.overlays")
def keep_what_holds_for_now(
    sender: object, *, sessions: Mapping[int, int], **more: Any
) -> dict[str, list[int]]:
    """Let what layers say of a session follow it to the one that it became one with."""
    return {"catalogue.overlays": move_overlays(sessions)}


@receiver(merge_undone, dispatch_uid="catalogue.overlays")
def give_back_what_holds_for_now(
    sender: object, *, sessions: Mapping[int, int], moved: Mapping[str, Any], **more: Any
) -> None:
    """Give what layers say back to the session from which it came."""
    move_overlays_back(moved.get("catalogue.overlays", ()), sessions)
