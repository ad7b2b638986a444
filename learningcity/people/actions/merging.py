"""Make two entries of one person one: check the proof, settle what differs, move all, keep the way back.

What the kept entry says is changed only by a choice; every change is noted with its old value. What the
dropped entry held is moved by the receivers of `person_merged`, room by room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.lookups import note_lookups
from learningcity.people.actions.messages import notify
from learningcity.people.models import (
    Acting,
    Contact,
    GuardianConsent,
    GuardianLimit,
    Guardianship,
    Login,
    Lookup,
    Mandate,
    Merge,
    Person,
    SecondAccount,
)
from learningcity.people.permissions.duplicates import can_merge, can_merge_at_desk
from learningcity.people.queries.contacts import way
from learningcity.people.queries.duplicates import (
    CONFIRMED,
    DROPPED,
    KEPT,
    MergePreview,
    has_roles,
    has_second_factor,
    preview_of,
    removed_by_court,
    rows_by_part,
    stand_for_each_other,
    was_proved_by_another,
)
from learningcity.people.queries.likeness import is_similar, name_words
from learningcity.people.queries.lookups import open_lookup
from learningcity.people.signals import person_merged

UNDO_LASTS = timedelta(days=30)
GONE = _("One of these entries is not there any more. Go back to the list.")
SIGNED_IN, BY_CODE = "signed_in", "code"


class OneEntryOnly(Refused):
    """Two entries are needed, both of them living."""

    code = "one_entry_only"


class TwoPeople(Refused):
    """What is known of the two entries says that they are two people."""

    code = "two_people"


class DeskNeeded(Refused):
    """The entries differ so much that somebody has to see a document."""

    code = "desk_needed"


class ConflictsOpen(Refused):
    """The entries say different things, and nobody has chosen yet."""

    code = "conflicts_open"


class ProofMissing(Refused):
    """Nothing shows that both entries are the person's."""

    code = "proof_missing"


@dataclass(frozen=True, slots=True)
class Proofs:
    """What shows that both entries are the person's.

    At the desk: the kind of identity document seen for each (a Merge.Document, never its number). The person
    themselves name none: they are signed in to one entry and have proved the other with a code.
    """

    of_kept: str = ""
    of_dropped: str = ""


@dataclass(slots=True)
class Changes:
    """What a merge changed in rows that were there: old and new values, restored when it is undone."""

    noted: list[dict[str, Any]] = field(default_factory=list)

    def set(self, row: Model, **values: Any) -> None:
        """Write new values into a row, and note the old ones."""
        columns = {name: row._meta.get_field(name) for name in values}
        before = {name: as_text(column, row) for name, column in columns.items()}
        for name, value in values.items():
            setattr(row, name, value)
        after = {name: as_text(column, row) for name, column in columns.items()}
        type(row)._default_manager.filter(pk=row.pk).update(**values)
        self.noted.append({"table": row._meta.label_lower, "id": row.pk, "before": before, "after": after})


def as_text(column: Any, row: Model) -> str | None:
    """Return the value of a field as text that the field itself can read back; None for no value."""
    return None if getattr(row, column.attname) is None else column.value_to_string(row)


@transaction.atomic
def look_at_two(kept: Person, dropped: Person, *, by: Actor, at: datetime) -> MergePreview:
    """Return what a merge of two entries would do; a look by staff is written down for both.

    Raises PermissionDenied, or OneEntryOnly if one of them is gone or both are the same.
    """
    if not can_merge(by, kept, dropped, at):
        raise PermissionDenied
    if kept.pk == dropped.pk or not (kept.is_here and dropped.is_here):
        raise OneEntryOnly(GONE)
    preview = preview_of(kept, dropped)
    is_at_desk = can_merge_at_desk(by, kept, dropped, at)
    if is_at_desk:
        who = {"looked_by": by.person, "organisation": by.organisation}
        unseen = [person for person in (kept, dropped) if not open_lookup(person, **who, at=at)]
        if unseen:
            note_lookups(unseen, reason=Lookup.Reason.DUPLICATE, by=by, at=at)
    return replace(
        preview,
        hindrance=hindrance(preview, is_at_desk=is_at_desk, at=at),
        rows=rows_by_part(kept, dropped, at=at),
    )


def hindrance(preview: MergePreview, *, is_at_desk: bool, at: datetime) -> str:
    """Return why a merge would be refused whatever is chosen, or nothing."""
    try:
        refuse_two_people(preview)
        if not is_at_desk:
            refuse_without_desk(preview, at)
    except Refused as refusal:
        return str(refusal)
    return ""


@transaction.atomic
def merge_persons(
    kept: Person,
    dropped: Person,
    *,
    choices: Mapping[str, str],
    proofs: Proofs = Proofs(),
    by: Actor,
    at: datetime,
) -> Merge:
    """Make two entries one; `choices` says for each conflict whose value stands ("kept" or "dropped").

    Raises PermissionDenied, OneEntryOnly, TwoPeople, DeskNeeded, ProofMissing or ConflictsOpen.
    """
    if not can_merge(by, kept, dropped, at):
        raise PermissionDenied
    kept, dropped = locked_pair(kept, dropped)
    is_at_desk = can_merge_at_desk(by, kept, dropped, at)
    preview = preview_of(kept, dropped)
    refuse_two_people(preview)
    if not is_at_desk:
        refuse_without_desk(preview, at)
    merge = Merge(
        public_id=uuid4(),
        kept=kept,
        dropped=dropped,
        merged_at=at,
        undo_until=at + UNDO_LASTS,
        **checked_proofs(proofs, is_at_desk=is_at_desk),
    )
    chosen = checked_choices(preview, choices)
    tell(merge, "people/messages/merged", by=by, at=at)
    changes = Changes()
    settle_values(preview, chosen, changes, at)
    close_what_is_held_twice(preview, changes, at)
    merge.moved = moved_rows(kept, dropped, by=by, at=at)
    merge.before = {"changes": changes.noted}
    merge.save(force_insert=True)
    Person.objects.filter(pk=dropped.pk).update(state=Person.State.MERGED, merged_into=kept)
    SecondAccount.objects.filter(person=kept, other=dropped, used_at=None).update(used_at=at)
    record("people.merged", by=by, about=kept, at=at)
    record("people.merged_away", by=by, about=dropped, at=at)
    return merge


def locked_pair(kept: Person, dropped: Person) -> tuple[Person, Person]:
    """Return both entries, locked; refuse if one is gone or both are the same."""
    locked = {row.pk: row for row in lock_entries((kept.pk, dropped.pk)) if row.is_here}
    if len(locked) < 2:
        raise OneEntryOnly(GONE)
    return locked[kept.pk], locked[dropped.pk]


def lock_entries(pair: tuple[int, int]) -> list[Person]:
    """Lock two entries and the rights that hang on them.

    Whoever acts for somebody locks the right first, then the entry: so does a merge. In the order of the ids,
    two merges of the same pair, each the other way round, never wait for each other for ever.
    """
    for rights in (
        Guardianship.objects.filter(Q(child__in=pair) | Q(guardian__in=pair)),
        Mandate.objects.filter(person__in=pair),
        Login.objects.filter(person__in=pair),
    ):
        list(rights.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return list(
        Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pair).order_by("pk")
    )


def refuse_two_people(preview: MergePreview) -> None:
    """Refuse what cannot be one person."""
    kept, dropped = preview.kept, preview.dropped
    both_confirmed = kept.born_source in CONFIRMED and dropped.born_source in CONFIRMED
    if both_confirmed and kept.born_on and dropped.born_on and kept.born_on != dropped.born_on:
        raise TwoPeople(
            _(
                "Both birth dates are confirmed, and they differ: these are two people. Correct a wrong date "
                "first."
            )
        )
    if stand_for_each_other(kept, dropped):
        raise TwoPeople(_("One of the two is entered as the guardian of the other: these are two people."))
    if kept.is_synthetic != dropped.is_synthetic:
        raise TwoPeople(
            _("One of the two is an invented resident of the demonstration. Choose another entry.")
        )


def refuse_without_desk(preview: MergePreview, at: datetime) -> None:
    """Refuse the person themselves where a code is too little proof."""
    kept, dropped = preview.kept, preview.dropped
    if has_second_factor(dropped) or has_roles(dropped, at=at):
        raise DeskNeeded(
            _(
                "The other account has a role or a second factor: a code alone does not open it. Sign in to "
                "that account and name this one as your second, or come to a desk of the city."
            )
        )
    if was_proved_by_another(dropped):
        raise DeskNeeded(_("This can only be entered at a desk. Bring the papers with you."))
    born_differs = kept.born_on and dropped.born_on and kept.born_on != dropped.born_on
    if born_differs or not is_similar(name_words(kept.name), name_words(dropped.name)):
        raise DeskNeeded(
            _(
                "The name or the birth date of the two accounts differs. Come to a desk of the city with an "
                "identity document; they make the two accounts one."
            )
        )


def checked_proofs(proofs: Proofs, *, is_at_desk: bool) -> dict[str, str]:
    """Return what is kept of the proof of both entries."""
    if not is_at_desk:
        return {"proof_of_kept": SIGNED_IN, "proof_of_dropped": BY_CODE}
    given = {"proof_of_kept": proofs.of_kept, "proof_of_dropped": proofs.of_dropped}
    for name, document in given.items():
        if document not in Merge.Document.values:
            raise ProofMissing(
                _("Say which identity document you saw for each of the two entries."), field=name
            )
    return {name: f"document:{document}" for name, document in given.items()}


def checked_choices(preview: MergePreview, choices: Mapping[str, str]) -> dict[str, str]:
    """Return whose value stands for every difference; refuse if a conflict is left open."""
    still_open = [one for one in preview.conflicts if choices.get(one.key) not in (KEPT, DROPPED)]
    if still_open:
        raise ConflictsOpen(
            _("The two entries say different things. Choose what stands for: %(fields)s.")
            % {"fields": get_text_list([str(one.label) for one in still_open], str(_("and")))},
            field=still_open[0].key,
        )
    return {one.key: one.settled or choices[one.key] for one in preview.differences}


def settle_values(preview: MergePreview, chosen: Mapping[str, str], changes: Changes, at: datetime) -> None:
    """Give the kept entry the values of the dropped one that stand."""
    contact: dict[str, Any] = {}
    for difference in preview.differences:
        if chosen[difference.key] != DROPPED:
            continue
        if isinstance(difference.target, Contact):
            contact |= difference.take
        else:
            changes.set(difference.target, **difference.take)
    if contact:
        # Restored as a whole or not at all: a channel needs its address.
        row = next(one.target for one in preview.differences if isinstance(one.target, Contact))
        changes.set(row, **contact, changed_at=at)
    days = [each.last_active_on for each in (preview.kept, preview.dropped) if each.last_active_on]
    if days and max(days) != preview.kept.last_active_on:
        changes.set(preview.kept, last_active_on=max(days))


def close_what_is_held_twice(preview: MergePreview, changes: Changes, at: datetime) -> None:
    """Close the second of two log-ins, and every right that both entries hold; end what is acted now.

    Whom a court took from one entry does not come back with the other.
    """
    kept, dropped = preview.kept, preview.dropped
    for anew in removed_by_court(kept, dropped):
        changes.set(anew, ended_at=at, ending=Guardianship.Ending.COURT)
        Acting.objects.filter(guardianship=anew, ended_at=None).update(ended_at=at)
    for twice in preview.held_twice:
        if isinstance(twice.closes, Guardianship):
            # A court's limit on the guardianship that closes goes on with the one that stands.
            for limit in GuardianLimit.objects.filter(guardianship=twice.closes).order_by("pk"):
                changes.set(limit, guardianship=twice.stands)
        changes.set(twice.closes, ended_at=at, ending=type(twice.closes).Ending.ENDED)
    agreed = GuardianConsent.objects.filter(ended_at=None)
    again = agreed.filter(child=dropped, purpose__in=agreed.filter(child=kept).values("purpose"))
    for consent in again.order_by("pk"):
        changes.set(consent, ended_at=at)
    if preview.closes_login:
        changes.set(Login.objects.get(person=dropped), is_active=False)
    # A helper who acts for the dropped entry begins again with the kept one.
    open_still = Acting.objects.filter(Q(person=dropped) | Q(login__person=dropped), ended_at=None)
    open_still.update(ended_at=at)


def moved_rows(kept: Person, dropped: Person, *, by: Actor, at: datetime) -> dict[str, list[int]]:
    """Let every room move what it holds of the dropped entry; return the ids of the rows, by table."""
    answers: list[tuple[Any, Any]] = person_merged.send(Person, kept=kept, dropped=dropped, by=by, at=at)
    return {label: ids for _receiver, moved in answers if moved for label, ids in moved.items() if ids}


def tell(merge: Merge, template: str, *, by: Actor, at: datetime) -> None:
    """Tell the person at both of their contacts, so that whoever did not want this learns of it."""
    told = None
    for person in (merge.kept, merge.dropped):
        reached = way(person)
        if reached is not None and reached != told:
            told = reached
            key = f"{template}:{merge.public_id}:{person.public_id}"
            notify(person, template, {"until": merge.undo_until}, key=key, by=by, at=at)
