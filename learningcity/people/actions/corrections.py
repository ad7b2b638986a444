"""Ask for a correction of what one cannot change oneself, and answer it."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.messages import notify
from learningcity.people.actions.names import checked_name
from learningcity.people.models import Correction, Lookup, Organisation, Person, Source
from learningcity.people.permissions.rights import can_answer_corrections, can_see_data
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.corrections import ANSWERED_WITHIN, BORN_ON, MOST_OPEN, NAME, correctable

LONGEST_TEXT = 500


class NotCorrectable(Refused):
    """There is nothing of this kind."""

    code = "not_correctable"


class WordsMissing(Refused):
    """A request or an answer needs words."""

    code = "words_missing"


class TooManyRequests(Refused):
    """More requests wait than anybody can answer."""

    code = "too_many_requests"


class AlreadyAnswered(Refused):
    """Somebody else answered first."""

    code = "already_answered"


class BirthDateWrong(Refused):
    """Nobody is born in the future, or before 1900."""

    code = "birth_date_wrong"


@transaction.atomic
def ask_correction(person: Person, *, what: str, wanted: str, by: Actor, at: datetime) -> Correction:
    """Ask the city to correct something; it answers within 30 days.

    Asking the same again while it waits changes nothing. Raises PermissionDenied, NotCorrectable,
    WordsMissing or TooManyRequests.
    """
    if not can_see_data(by, person, at):
        raise PermissionDenied
    if what not in correctable():
        raise NotCorrectable(_("Choose from the list what is wrong."), field="what")
    words = checked_words(wanted, field="wanted")
    # Two clicks at the same moment must not ask twice.
    locked = Person.objects.select_for_update().get(pk=person.pk)
    waiting = list(Correction.objects.filter(person=locked, state=Correction.State.ASKED))
    for correction in waiting:
        if (correction.what, correction.wanted) == (what, words):
            return correction
    if len(waiting) >= MOST_OPEN:
        raise TooManyRequests(
            _("%(count)s of your requests wait for an answer. Wait for these, or ask at a desk.")
            % {"count": len(waiting)}
        )
    correction = Correction.objects.create(
        person=locked, what=what, wanted=words, asked_at=at, answer_by_on=(at + ANSWERED_WITHIN).date()
    )
    record("people.correction_asked", by=by, about=correction, at=at)
    return correction


@transaction.atomic
def open_correction(correction: Correction, *, by: Actor, at: datetime) -> None:
    """Note that a member of staff reads a request, with the reason, as for every look at a person.

    Raises PermissionDenied.
    """
    if not can_answer_corrections(by, at):
        raise PermissionDenied
    Lookup.objects.create(
        person=correction.person,
        looked_by=by.person,
        organisation=Organisation.objects.filter(public_id=by.organisation).first(),
        reason=Lookup.Reason.COMPLAINT,
        channel=by.channel,
        at=at,
    )
    record("people.correction_opened", by=by, about=correction.person, at=at)


@transaction.atomic
def answer_correction(
    correction: Correction,
    *,
    is_done: bool,
    answer: str,
    name: str = "",
    born_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Correction:
    """Answer a request for a correction, and correct name or birth date at once where it is about these.

    Nobody answers their own. Raises PermissionDenied, WordsMissing, AlreadyAnswered, NameMissing or
    BirthDateWrong.
    """
    if not can_answer_corrections(by, at) or by.person == str(correction.person.public_id):
        raise PermissionDenied
    words = checked_words(answer, field="answer")
    person = Person.objects.select_for_update().get(pk=correction.person_id)
    locked = Correction.objects.select_for_update().filter(pk=correction.pk).first()
    if locked is None or locked.state != Correction.State.ASKED or not person.is_here:
        raise AlreadyAnswered(_("This request was answered already. Go back to the list for the next one."))
    if is_done:
        correct_person(person, locked.what, name=name, born_on=born_on, by=by, at=at)
    locked.state = Correction.State.DONE if is_done else Correction.State.REFUSED
    locked.answer, locked.answered_at = words, at
    locked.save(update_fields=["state", "answer", "answered_at"])
    record("people.correction_answered", by=by, about=locked, at=at)
    notify(
        person,
        "people/messages/correction_answered",
        {"is_done": is_done, "answer": words},
        key=f"people.correction:{locked.public_id}",
        by=by,
        at=at,
    )
    return locked


def correct_person(
    person: Person, what: str, *, name: str, born_on: date | None, by: Actor, at: datetime
) -> None:
    """Correct name or birth date as seen at a desk; other things are corrected where they are kept."""
    if what == NAME:
        person.name, person.name_source = checked_name(name), Source.DESK
        person.save(update_fields=["name", "name_source"])
    elif what == BORN_ON:
        person.born_on, person.born_source = checked_birth_date(born_on, at), Source.DESK
        person.save(update_fields=["born_on", "born_source"])
    else:
        return
    record("people.person_corrected", by=by, about=person, at=at)


def checked_birth_date(born_on: date | None, at: datetime) -> date:
    """Refuse a birth date that nobody alive has."""
    if born_on is None or not date(1900, 1, 1) <= born_on <= city_day(at):
        raise BirthDateWrong(_("Give the corrected date of birth with day, month and year."), field="born_on")
    return born_on


def checked_words(words: str, *, field: str) -> str:
    """Return words without stray space; refuse none, and too many."""
    tidy = " ".join(words.replace("\x00", "").split())
    if not tidy or len(tidy) > LONGEST_TEXT:
        raise WordsMissing(
            _("Say it in words, at most %(signs)s signs.") % {"signs": LONGEST_TEXT}, field=field
        )
    return tidy
