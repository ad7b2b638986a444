"""The outbox: tell the search index, inside the same transaction, which offers have to be read anew."""

from collections.abc import Iterable
from datetime import datetime

from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import SearchChange


def note_change(offer_ids: Iterable[int], at: datetime) -> None:
    """Note that these offers were published, changed or withdrawn."""
    insert(SearchChange, ("offer_id", "noted_at"), [(offer_id, at) for offer_id in offer_ids])
