"""What people say of themselves, and what is confirmed; kept apart from who they are."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.acting import hold_right
from learningcity.people.models import Characteristic, Person, Pseudonym, Source
from learningcity.people.permissions.characteristics import can_remove_said, can_say_of
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.characteristics import CONFIRMED, is_answer

LONGEST_PROOF = 200


class AnswerUnknown(Refused):
    """This is no answer that can be counted."""

    code = "answer_unknown"


class AnswerConfirmed(Refused):
    """What was confirmed is not changed by hand."""

    code = "answer_confirmed"


class NothingSaid(Refused):
    """There is nothing to remove."""

    code = "nothing_said"


class ConfirmationMissing(Refused):
    """Nothing is confirmed without saying by what."""

    code = "confirmation_missing"


@transaction.atomic
def say_of_oneself(
    person: Person,
    kind: str,
    value: str,
    *,
    source: str,
    confirmed_by: str = "",
    use: str = Characteristic.Use.INCLUSION,
    by: Actor,
    at: datetime,
) -> Characteristic:
    """Keep what somebody says of themselves, or what was confirmed, under their pseudonymous key.

    What was said before is gone: no history is kept, and the trail says only that something was said.
    Raises PermissionDenied, AnswerUnknown, AnswerConfirmed or ConfirmationMissing.
    """
    hold_right(by)
    # Two answers at the same moment: the later one counts.
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not can_say_of(by, person, source, at):
        raise PermissionDenied
    day = city_day(at)
    if use not in Characteristic.Use.values or not is_answer(kind, value, day=day):
        raise AnswerUnknown(_("Choose one of the answers shown."), field="value")
    proof = checked_confirmation(source, confirmed_by)
    pseudonym = Pseudonym.objects.get_or_create(person=person)[0]
    checked_unconfirmed(pseudonym, kind, source)
    said = Characteristic.objects.update_or_create(
        key=pseudonym.key,
        kind=kind,
        defaults={"value": value, "source": source, "confirmed_by": proof, "use": use, "said_on": day},
    )[0]
    record("people.characteristic_said", by=by, about=person, at=at)
    return said


@transaction.atomic
def take_back_said(person: Person, kind: str, *, by: Actor, at: datetime) -> None:
    """Remove what is kept of one kind, confirmed or not. Raises PermissionDenied or NothingSaid."""
    hold_right(by)
    if not can_remove_said(by, person, at):
        raise PermissionDenied
    key = Pseudonym.objects.filter(person=person).values("key")
    if not Characteristic.objects.filter(key__in=key, kind=kind).delete()[0]:
        raise NothingSaid(_("There is nothing to remove. Nothing was changed."))
    record("people.characteristic_removed", by=by, about=person, at=at)


def checked_confirmation(source: str, confirmed_by: str) -> str:
    """Return by what something is confirmed; refuse to confirm without it."""
    if source not in CONFIRMED:
        return ""
    tidy = " ".join(confirmed_by.split())[:LONGEST_PROOF]
    if not tidy:
        raise ConfirmationMissing(
            _("Write which paper you saw: its kind, its date and who issued it."), field="confirmed_by"
        )
    return tidy


def checked_unconfirmed(pseudonym: Pseudonym, kind: str, source: str) -> None:
    """Refuse to write by hand over what was confirmed."""
    if source in (Source.SELF, Source.HELPER):
        confirmed = Characteristic.objects.filter(key=pseudonym.key, kind=kind, source__in=CONFIRMED)
        if confirmed.exists():
            raise AnswerConfirmed(
                _("This was confirmed and is not changed by hand. Remove it first, or go to a desk."),
                field="value",
            )
