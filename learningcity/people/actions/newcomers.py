"""Entering a person who comes to a desk, calls or writes."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor, Channel
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.contact import Particulars, checked_particulars, tidy_particulars
from learningcity.people.actions.lookups import note_lookups
from learningcity.people.actions.names import checked_name
from learningcity.people.models import Contact, Lookup, Person, Source
from learningcity.people.permissions.desk import can_look_up_everybody, can_use_desk
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.lookups import has_similar

OLDEST = 120
REASONS = {Channel.PHONE: Lookup.Reason.CALLED, Channel.PAPER: Lookup.Reason.LETTER}


class SimilarEntry(Refused):
    """The person may have an entry already."""

    code = "similar_entry"


class BirthDateImpossible(Refused):
    """Nobody was born on this day."""

    code = "birth_date_impossible"


@transaction.atomic
def enter_person(
    name: str,
    *,
    born_on: date | None,
    particulars: Particulars,
    is_another: bool = False,
    by: Actor,
    at: datetime,
) -> Person:
    """Enter a person with the ways to reach them; their page is open to the helper afterwards.

    Raises PermissionDenied, NameMissing, BirthDateImpossible, SimilarEntry unless the helper has asked and
    says `is_another`, or what `checked_particulars` raises.
    """
    if not can_use_desk(by, at):
        raise PermissionDenied
    tidy = checked_name(name)
    checked_birth(born_on, city_day(at))
    kept = tidy_particulars(particulars)
    checked_particulars(kept)
    # What other organisations cannot look up, they are not told of either.
    if not is_another and can_look_up_everybody(by, at) and has_similar(tidy, born_on):
        raise SimilarEntry(
            _(
                "An entry with this name and birth date may exist. Look it up with a reason first; if it is"
                " another person, say so below."
            ),
            field="is_another",
        )
    person = Person.objects.create(
        name=tidy,
        name_source=Source.DESK,
        born_on=born_on,
        born_source=Source.DESK,
        created_at=at,
        last_active_on=city_day(at),
    )
    Contact.objects.create(person=person, changed_at=at, **kept.fields())
    record("people.person_entered", by=by, about=person, at=at)
    note_lookups([person], reason=REASONS.get(by.channel, Lookup.Reason.AT_DESK), by=by, at=at)
    return person


def checked_birth(born_on: date | None, today: date) -> None:
    """Refuse a date of birth in the future, or too long ago."""
    if born_on and (born_on > today or born_on.year < today.year - OLDEST):
        raise BirthDateImpossible(
            _("This date of birth cannot be. Check day, month and year."), field="born_on"
        )
