"""Searches saved, changed, forgotten, and looked through for what is new."""

from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from learningcity.catalogue.adapters.index import SearchNotReady
from learningcity.catalogue.models import SavedSearch
from learningcity.catalogue.permissions import can_run_catalogue
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.saved_searches import as_json, new_in, searches_due, searches_of
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.piecework import each, in_order
from learningcity.core.refusals import Refused
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person, Purpose
from learningcity.people.permissions import can_act_for

MOST_SEARCHES = 50
NAMED = 10


class TooManySearches(Refused):
    """Somebody keeps fifty searches."""

    code = "too_many_searches"


@transaction.atomic
def save_search(
    person: Person, *, label: str, query: str, criteria: Criteria, rhythm: str, by: Actor, at: datetime
) -> SavedSearch:
    """Keep a search for a person; the same search again changes its name and rhythm.

    Raises PermissionDenied, or TooManySearches.
    """
    if not can_act_for(by, person, Purpose.PLACES, at):
        raise PermissionDenied
    Person.objects.select_for_update().get(pk=person.pk)
    if searches_of(person).exclude(query=query).count() >= MOST_SEARCHES:
        raise TooManySearches(
            _("You keep %(most)s searches already. Delete one first.") % {"most": MOST_SEARCHES}
        )
    saved, _is_new = SavedSearch.objects.update_or_create(
        person=person,
        query=query,
        defaults={"label": label, "rhythm": rhythm, "criteria": as_json(criteria)},
        create_defaults={
            "label": label,
            "rhythm": rhythm,
            "criteria": as_json(criteria),
            "saved_at": at,
            "looked_at": at,
        },
    )
    record("catalogue.search_saved", by=by, about=saved, at=at)
    return saved


@transaction.atomic
def delete_search(saved: SavedSearch, *, by: Actor, at: datetime) -> None:
    """Forget a search. Raises PermissionDenied."""
    if not can_act_for(by, saved.person, Purpose.PLACES, at):
        raise PermissionDenied
    record("catalogue.search_deleted", by=by, about=saved, at=at)
    saved.delete()


def erase_searches(person: Person, *, by: Actor, at: datetime) -> int:
    """Delete all searches of a person; return how many. The erasure checked."""
    return searches_of(person).delete()[0]


def tell_what_is_new(*, by: Actor, at: datetime) -> int:
    """Write to everybody whose saved searches have something new; return how many messages.

    One search after the other, each in its transaction: stopped and run again, it goes on. Raises
    PermissionDenied for anybody but the machine, or SearchNotReady.
    """
    if not can_run_catalogue(by):
        raise PermissionDenied
    due = in_order(searches_due(at), by="looked_at")
    return sum(each(due, partial(tell_or_pass, by=by, at=at), stops=(SearchNotReady,)))


def tell_or_pass(saved: SavedSearch, *, by: Actor, at: datetime) -> bool:
    """Look through one search; pass over one that cannot be asked any more, so that it keeps nobody waiting.

    Raises SearchNotReady.
    """
    try:
        return tell_of(saved, by=by, at=at)
    except SearchNotReady:
        raise
    except (Refused, ValidationError):
        SavedSearch.objects.filter(pk=saved.pk).update(looked_at=at)
        return False


@transaction.atomic
def tell_of(saved: SavedSearch, *, by: Actor, at: datetime) -> bool:
    """Look through one search; write if something is new. Return whether it was written."""
    new = new_in(saved, since=saved.looked_at, at=at)
    key = f"search:{saved.public_id}:{saved.looked_at.isoformat()}"
    SavedSearch.objects.filter(pk=saved.pk).update(looked_at=at)
    if not new:
        return False
    words = {
        "label": saved.label,
        "count": len(new),
        "offers": [{"title": one.title, "path": one.get_absolute_url()} for one in new[:NAMED]],
        "query": saved.query,
    }
    message = notify(saved.person, "catalogue/messages/new_in_search", words, key=key, by=by, at=at)
    return message is not None
