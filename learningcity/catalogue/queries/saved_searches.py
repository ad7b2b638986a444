"""The searches that somebody keeps, and what is new in them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from learningcity.catalogue.models import Offer, SavedSearch
from learningcity.catalogue.queries.criteria import MOST_AT_ONCE, Criteria
from learningcity.catalogue.queries.search import search
from learningcity.core.personal import ExportPart, Kept, plain_row
from learningcity.people.models import Person

AS_JSON = TypeAdapter(Criteria)
LOOKED_THROUGH = 1000
"""So many results of a saved search are looked through; whoever gets more has to narrow it."""
RHYTHMS = {SavedSearch.Rhythm.DAILY: timedelta(hours=23), SavedSearch.Rhythm.WEEKLY: timedelta(days=6.9)}

SAVED_WORDS = {
    "public_id": _("Number"),
    "label": _("Name"),
    "query": _("What is searched for"),
    "criteria": _("What is searched for"),
    "rhythm": _("How often you hear of it"),
    "saved_at": _("Saved"),
    "looked_at": _("Looked through"),
}
SEARCHES_KEPT = Kept(
    "catalogue.searches",
    _("Searches that you saved"),
    ("catalogue.savedsearch",),
    _("To tell you what is new."),
    _("You asked for it; delete a search at any time."),
    _("Until you delete it, or your account ends."),
    _("It is deleted."),
)


def searches_of(person: Person) -> "QuerySet[SavedSearch]":
    """Return the searches of a person, the newest first."""
    return SavedSearch.objects.filter(person=person).order_by("-saved_at", "-pk")


def search_of(person: Person, public_id: UUID) -> SavedSearch | None:
    """Return one search of a person."""
    return searches_of(person).filter(public_id=public_id).first()


def searches_due(at: datetime) -> "QuerySet[SavedSearch]":
    """Return the searches whose person should hear of them now, those that wait longest first."""
    due = Q()
    for rhythm, every in RHYTHMS.items():
        due |= Q(rhythm=rhythm, looked_at__lte=at - every)
    found = SavedSearch.objects.filter(due, person__state=Person.State.ACTIVE)
    return found.select_related("person").order_by("looked_at", "pk")


def as_json(criteria: Criteria) -> dict[str, Any]:
    """Return criteria as plain values."""
    found: dict[str, Any] = AS_JSON.dump_python(criteria, mode="json")
    return found


def criteria_of(saved: SavedSearch) -> Criteria:
    """Return what a saved search looks for."""
    return AS_JSON.validate_python(saved.criteria)


def new_in(saved: SavedSearch, *, since: datetime, at: datetime) -> list[Offer]:
    """Return the offers that a saved search finds and that were not there at `since`, the newest first.

    Raises SearchNotReady.
    """
    criteria = replace(criteria_of(saved), size=MOST_AT_ONCE)
    found: list[int] = []
    after = ""
    while len(found) < LOOKED_THROUGH:
        results = search(criteria, after=after, at=at)
        found += [row.offer_id for row in results.rows]
        after = results.next
        if not after:
            break
    new = Offer.objects.filter(pk__in=found[:LOOKED_THROUGH], created_at__gt=since, is_published=True)
    return list(new.order_by("-created_at", "-pk"))


def searches_part(person: Person) -> ExportPart:
    """Return the searches of a person, for their download."""
    rows = [plain_row(row) for row in searches_of(person).order_by("pk")]
    return ExportPart("searches", SEARCHES_KEPT.label, rows, labels=SAVED_WORDS)
