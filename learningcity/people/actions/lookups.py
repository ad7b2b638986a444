"""Looking somebody up at a desk: always with a reason, always written down."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.models import Lookup, Organisation, Person
from learningcity.people.permissions.desk import can_look_at, can_look_up_everybody, can_use_desk
from learningcity.people.queries.lookups import (
    MOST_HITS,
    MOST_LOOKUPS,
    Hit,
    Wanted,
    hit,
    lookups_in_the_last_hour,
    persons_meant,
)

LONGEST_REASON = 200


class ReasonMissing(Refused):
    """Nobody is looked up without a reason."""

    code = "reason_missing"


class TooManyLookups(Refused):
    """More persons were looked up in an hour than a desk serves."""

    code = "too_many_lookups"


@transaction.atomic
def look_up(wanted: Wanted, *, reason: str, words: str = "", by: Actor, at: datetime) -> list[Hit]:
    """Return at most ten persons who are meant, each of them written down as looked up.

    Raises PermissionDenied, ReasonMissing, TooManyLookups, or CodeMistyped for what is no paper's code.
    """
    if not can_use_desk(by, at):
        raise PermissionDenied
    checked_reason(reason, words)
    checked_number(by, at)
    only_of = "" if can_look_up_everybody(by, at) else by.organisation
    persons = persons_meant(wanted, only_of=only_of, at=at)[:MOST_HITS]
    note_lookups(persons, reason=reason, words=words, by=by, at=at)
    return [hit(person) for person in persons]


@transaction.atomic
def look_at(person: Person, *, reason: str, words: str = "", by: Actor, at: datetime) -> None:
    """Open a person's page for a reason. Raises PermissionDenied, ReasonMissing or TooManyLookups."""
    if not can_look_at(by, person, at):
        raise PermissionDenied
    checked_reason(reason, words)
    checked_number(by, at)
    note_lookups([person], reason=reason, words=words, by=by, at=at)


def checked_reason(reason: str, words: str) -> None:
    """Refuse a look-up without a reason, or with "another reason" that is not said."""
    if reason not in Lookup.Reason.values:
        raise ReasonMissing(
            _("Say why you look somebody up. The person can read the reason."), field="reason"
        )
    if reason == Lookup.Reason.OTHER and not words.strip():
        raise ReasonMissing(_("Write the reason in a few words. The person can read them."), field="words")


def checked_number(by: Actor, at: datetime) -> None:
    """Refuse more look-ups than a desk needs in an hour."""
    # Two searches at the same moment must not both find room for one more.
    Person.objects.select_for_update(of=("self",)).filter(public_id=by.person).first()
    if lookups_in_the_last_hour(by.person, at=at) >= MOST_LOOKUPS:
        raise TooManyLookups(
            _("You have looked up %(number)s persons in the last hour. Wait a while, then go on.")
            % {"number": MOST_LOOKUPS}
        )


def note_lookups(persons: Sequence[Person], *, reason: str, words: str = "", by: Actor, at: datetime) -> None:
    """Write down who was shown to whom and why; a search that found nobody counts, too."""
    organisation = Organisation.objects.filter(public_id=by.organisation).first()
    Lookup.objects.bulk_create(
        Lookup(
            person=person,
            looked_by=by.person,
            organisation=organisation,
            reason=reason,
            words=" ".join(words.split())[:LONGEST_REASON],
            channel=by.channel,
            at=at,
        )
        for person in (persons or [None])  # type: ignore[list-item]
    )
    for person in persons:
        record("people.person_looked_up", by=by, about=person, at=at)
