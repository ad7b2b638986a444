"""Entries that may be one person: notice them, or say that they are two people."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.people.actions.merging import OneEntryOnly
from learningcity.people.models import Likeness, Person
from learningcity.people.permissions.duplicates import can_merge_at_desk, can_notice_duplicates
from learningcity.people.queries.likeness import Pair

ROWS_AT_ONCE = 500


@transaction.atomic
def note_likenesses(pairs: Collection[Pair], *, by: Actor, at: datetime) -> int:
    """Keep the pairs that look like one person now; return how many are new.

    What no longer looks alike goes; what staff called two people stays as it is. Raises PermissionDenied for
    anybody but the schedule and the operator.
    """
    if not can_notice_duplicates(by):
        raise PermissionDenied
    there = {(one.first_id, one.second_id): one for one in Likeness.objects.all()}
    found = {(pair.first, pair.second): pair for pair in pairs}
    gone = [one.pk for ids, one in there.items() if ids not in found and one.parted_at is None]
    for start in range(0, len(gone), ROWS_AT_ONCE):
        Likeness.objects.filter(pk__in=gone[start : start + ROWS_AT_ONCE]).delete()
    new = [
        Likeness(first_id=pair.first, second_id=pair.second, why=pair.why, found_at=at)
        for ids, pair in found.items()
        if ids not in there
    ]
    Likeness.objects.bulk_create(new, ROWS_AT_ONCE, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def call_two_people(one: Person, other: Person, *, by: Actor, at: datetime) -> None:
    """Say that two entries are two people: they are not shown as alike again.

    Raises PermissionDenied, or OneEntryOnly if they were not noticed as alike.
    """
    if not can_merge_at_desk(by, one, other, at):
        raise PermissionDenied
    first, second = sorted((one.pk, other.pk))
    noticed = Likeness.objects.filter(first=first, second=second)
    if not noticed.update(parted_at=at):
        raise OneEntryOnly(_("These two entries are not in the list any more. Go back to the list."))
    for person in (one, other):
        record("people.called_two_people", by=by, about=person, at=at)
