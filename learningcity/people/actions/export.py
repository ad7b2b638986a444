"""Hand a person's data over to them."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.people.models import Person
from learningcity.people.permissions.rights import can_see_data, parts_hidden_from
from learningcity.people.queries.export import Export, export_of


@transaction.atomic
def export_person(person: Person, *, by: Actor, at: datetime) -> Export:
    """Return everything that the city holds about a person, and note that it was handed over.

    Whoever acts for another without the right to see the contact gets no address. Nothing is kept on the
    server. Raises PermissionDenied.
    """
    if not can_see_data(by, person, at):
        raise PermissionDenied
    record("people.data_downloaded", by=by, about=person, at=at)
    return export_of(person, at=at).without(parts_hidden_from(by, person, at))


@transaction.atomic
def note_look(person: Person, what: str, *, by: Actor, at: datetime) -> None:
    """Note that a guardian or helper looked at a person's data (`what`: "data", "history", "messages").

    Raises PermissionDenied.
    """
    if not can_see_data(by, person, at):
        raise PermissionDenied
    record(f"people.{what}_seen", by=by, about=person, at=at)
