"""Erase a person's data, or make them anonymous after a long rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.personal import ErasedPart
from learningcity.core.refusals import Refused
from learningcity.people.actions.guardians import close_guardianship
from learningcity.people.actions.roles import end_roles_of
from learningcity.people.models import ErasureReceipt, Guardianship, Mandate, Membership, Person, Source
from learningcity.people.permissions.rights import can_erase
from learningcity.people.queries.erasure import entries_of
from learningcity.people.signals import person_erased


class AlreadyGone(Refused):
    """The data went while the page was open."""

    code = "already_gone"


@transaction.atomic
def erase_person(person: Person, *, by: Actor, at: datetime) -> ErasureReceipt:
    """Erase everything that the city holds about a person, but for what must be kept, which names nobody.

    Every room deletes its part in the same transaction; files go after it. An empty entry with a new opaque
    id stays, so that the ids in the audit trail lead nowhere. Raises PermissionDenied, AlreadyGone, or
    LastAdministrator if an organisation would be left without one.
    """
    if not can_erase(by, person, at):
        raise PermissionDenied
    return emptied(person, is_rest=False, by=by, at=at)


def rehearse_erasure(person: Person, *, by: Actor, at: datetime) -> ErasureReceipt:
    """Return what an erasure would do, by doing it and taking everything back.

    Asking every room for a list instead would promise what the erasure itself may not keep. Raises as
    `erase_person` does.
    """
    with transaction.atomic():
        receipt = erase_person(person, by=by, at=at)
        transaction.set_rollback(True)
    return receipt


def emptied(person: Person, *, is_rest: bool, by: Actor, at: datetime) -> ErasureReceipt:
    """Empty a person's entries. Called by actions that have checked the right, in their transaction."""
    entries = locked_entries(person)
    end_rights(entries[0], by=by, at=at)
    parts: list[ErasedPart] = []
    for entry in reversed(entries):
        parts += answers(entry, is_rest=is_rest, by=by, at=at)
    record(f"people.person_{'anonymised' if is_rest else 'erased'}", by=by, about=entries[0], at=at)
    for entry in entries:
        empty_row(entry, Person.State.ANONYMOUS if is_rest else Person.State.ERASED)
    return write_receipt(parts, why="idle" if is_rest else "asked", at=at)


def locked_entries(person: Person) -> list[Person]:
    """Return the entries of a person, the living one first, so that no task works on them meanwhile.

    Locked in the order of every action on guardians: first the guardianships, then the entries.
    """
    list(held_by(person).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    # Without the key: whoever writes a row about the person (an enrolment) need not wait, nor we for them.
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not locked.is_here:
        raise AlreadyGone(_("These data are erased already. Nothing more is to do."))
    return entries_of(locked)


def held_by(person: Person) -> Any:
    """Return the guardianships of a person that were not ended, on either side."""
    own = Guardianship.objects.filter(ended_at=None)
    return own.filter(child=person) | own.filter(guardian=person)


def end_rights(person: Person, *, by: Actor, at: datetime) -> None:
    """End roles, guardianships and mandates: nobody acts for an empty entry, and it acts for nobody."""
    end_roles_of(person, ending=Membership.Ending.ERASED, by=by, at=at)
    for guardianship in held_by(person).select_related("child", "guardian").order_by("pk"):
        close_guardianship(guardianship, Guardianship.Ending.ERASED, at=at)
        record("people.guardianship_ended", by=by, about=guardianship, at=at)
    open_ones = Mandate.objects.filter(person=person, ended_at=None)
    open_ones.update(ended_at=at, ended_through=Mandate.Ending.ERASED)


def answers(entry: Person, *, is_rest: bool, by: Actor, at: datetime) -> list[ErasedPart]:
    """Let every room erase its part, and return what they did."""
    said: list[tuple[Any, Any]] = person_erased.send(
        sender=Person, person=entry, by=by, at=at, is_rest=is_rest
    )
    return [part for _receiver, parts in said for part in parts or ()]


def empty_row(entry: Person, state: str) -> None:
    """Leave an empty row: without name, with a new opaque id."""
    Person.objects.filter(pk=entry.pk).update(
        public_id=uuid4(),
        name="",
        born_on=None,
        name_source=Source.SELF,
        born_source=Source.SELF,
        state=state,
        merged_into=None,
        last_active_on=None,
        idle_warnings=0,
        idle_warned_on=None,
        came_of_age_at=None,
    )


def write_receipt(parts: Sequence[ErasedPart], *, why: str, at: datetime) -> ErasureReceipt:
    """Keep what an erasure did, in the language of the source, so that it can be shown in any."""
    with override("en"):
        return ErasureReceipt.objects.create(
            erased_at=at, why=why, removed=removed_by_label(parts), kept=kept_by_label(parts)
        )


def removed_by_label(parts: Iterable[ErasedPart]) -> dict[str, int]:
    """Return how many records of each kind went."""
    removed: dict[str, int] = {}
    for part in parts:
        if part.removed:
            removed[str(part.label)] = removed.get(str(part.label), 0) + part.removed
    return removed


def kept_by_label(parts: Iterable[ErasedPart]) -> list[dict[str, Any]]:
    """Return what of each kind must be kept, why and until when."""
    kept: dict[str, dict[str, Any]] = {}
    for part in parts:
        if part.kept:
            until = part.kept_until.isoformat() if part.kept_until else ""
            entry = {"label": str(part.label), "count": 0, "why": str(part.why_kept), "until": until}
            found = kept.setdefault(str(part.label), entry)
            found["count"] += part.kept
            found["until"] = max(found["until"], until)
    return list(kept.values())
