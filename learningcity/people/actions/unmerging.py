"""Part two entries again that were made one, or close a merge for good when the time to undo it is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.merging import as_text, lock_entries, moved_rows, tell
from learningcity.people.models import GuardianLimit, Guardianship, Merge, Person, Source
from learningcity.people.permissions.duplicates import can_notice_duplicates, can_undo_merge
from learningcity.people.signals import person_erased, person_unmerged


class UndoOver(Refused):
    """The merge was undone, is too old, or one of the entries has gone on to something else."""

    code = "undo_over"


@transaction.atomic
def undo_merge(merge: Merge, *, by: Actor, at: datetime) -> Merge:
    """Part two entries again: every row goes back, every value that nobody has changed since is restored.

    What was made after the merge stays with the kept entry, and a guardianship that was held twice stays
    closed if a court has ended or limited the other one since. Raises PermissionDenied or UndoOver.
    """
    if not can_undo_merge(by, merge, at):
        raise PermissionDenied
    locked = locked_merge(merge)
    merge = undoable(locked, at)
    kept, dropped = merge.kept, merge.dropped
    # First the rows, then the values: a role that is opened again must not be held twice for a moment.
    person_unmerged.send(Person, kept=kept, dropped=dropped, moved=merge.moved, by=by, at=at)
    for change in reversed(merge.before.get("changes", [])):
        if not is_barred(change, merge):
            restore(change)
    Person.objects.filter(pk=dropped.pk).update(state=Person.State.ACTIVE, merged_into=None)
    merge.before, merge.moved, merge.undone_at = {}, {}, at
    merge.save(update_fields=["before", "moved", "undone_at"])
    for person in (kept, dropped):
        person.refresh_from_db()
        record("people.merge_undone", by=by, about=person, at=at)
    tell(merge, "people/messages/merge_undone", by=by, at=at)
    return merge


def locked_merge(merge: Merge) -> Merge | None:
    """Return the merge with both entries, locked as a merge locks them; None if it was closed."""
    lock_entries((merge.kept_id, merge.dropped_id))
    found = Merge.objects.select_for_update(of=("self",)).select_related("kept", "dropped")
    return found.filter(pk=merge.pk).first()


def undoable(merge: Merge | None, at: datetime) -> Merge:
    """Return a merge that can still be undone; refuse what cannot be parted any more."""
    if merge is None or merge.undone_at or at >= merge.undo_until:
        raise UndoOver(_("This cannot be undone any more: it was undone already, or 30 days are over."))
    if not merge.kept.is_here or merge.dropped.merged_into_id != merge.kept_id:
        raise UndoOver(_("The entries were merged again or erased since. Undo the later merge first."))
    return merge


def is_barred(change: Mapping[str, Any], merge: Merge) -> bool:
    """Return whether a change closed a guardianship of somebody whom a court has ended or limited since."""
    if change["table"] != Guardianship._meta.label_lower:
        return False
    closed = Guardianship.objects.filter(pk=change["id"]).first()
    if closed is None:
        return False
    both = {merge.kept_id, merge.dropped_id}
    court = Q(ending=Guardianship.Ending.COURT, ended_at__gt=merge.merged_at) | Q(
        limits__kind=GuardianLimit.Kind.COURT, limits__lifted_at=None, limits__set_at__gt=merge.merged_at
    )
    twins = Guardianship.objects.filter(
        child__in={closed.child_id, *both}, guardian__in={closed.guardian_id, *both}
    )
    return twins.filter(court).exists()


def restore(change: Mapping[str, Any]) -> None:
    """Give a row its old values, unless somebody has changed one of them since the merge."""
    model = apps.get_model(change["table"])
    row = model._default_manager.select_for_update().filter(pk=change["id"]).first()
    columns = [model._meta.get_field(name) for name in change["before"]]
    if row is None or any(as_text(column, row) != change["after"][column.name] for column in columns):
        return
    old = {column.attname: column.to_python(change["before"][column.name]) for column in columns}
    model._default_manager.filter(pk=row.pk).update(**old)


@transaction.atomic
def close_merge(merge: Merge, *, by: Actor, at: datetime) -> None:
    """End the time to undo a merge: what was kept for it goes, and the dropped entry is left without data.

    Its row stays, without name, so that what the audit trail says of it still leads to the person. Raises
    PermissionDenied for anybody but the schedule and the operator.
    """
    if not can_notice_duplicates(by):
        raise PermissionDenied
    locked = locked_merge(merge)
    if locked is None or at < locked.undo_until:
        return
    if not locked.undone_at:
        empty_dropped(locked, by=by, at=at)
    record("people.merge_closed", by=by, about=locked, at=at)
    Merge.objects.filter(pk=locked.pk).delete()


def empty_dropped(merge: Merge, *, by: Actor, at: datetime) -> None:
    """Leave the dropped entry without data."""
    kept, dropped = merge.kept, merge.dropped
    if kept.is_here:
        # An act that was under way while the entries were merged may have left a row behind.
        moved_rows(kept, dropped, by=by, at=at)
    person_erased.send(Person, person=dropped, by=by, at=at)
    Person.objects.filter(pk=dropped.pk).update(
        name="", born_on=None, name_source=Source.SELF, born_source=Source.SELF, last_active_on=None
    )
