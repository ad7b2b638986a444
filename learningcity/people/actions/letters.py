"""Letters of the city: open them to print them, and say that they were posted."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import letter_as_pdf, say_posted
from learningcity.core.models import Message
from learningcity.people.models import Person
from learningcity.people.permissions.letters import can_post_letters
from learningcity.people.queries.persons import person_with_id


@transaction.atomic
def open_letter(letter: Message, *, by: Actor, at: datetime) -> bytes:
    """Return a letter as PDF; the person it is for can see that it was opened.

    Raises PermissionDenied, LetterGone or LettersUnavailable.
    """
    if not can_post_letters(by, at):
        raise PermissionDenied
    pdf = letter_as_pdf(letter)
    record("people.letter_opened", by=by, about=subject_of(letter), at=at)
    return pdf


@transaction.atomic
def post_letter(letter: Message, *, by: Actor, at: datetime) -> Message:
    """Say that a letter was put into the post. Raises PermissionDenied, or LetterGone."""
    if not can_post_letters(by, at):
        raise PermissionDenied
    posted = say_posted(letter, at=at)
    record("people.letter_posted", by=by, about=subject_of(letter), at=at)
    return posted


def subject_of(letter: Message) -> Person | Message:
    """Return whom a letter is about: the person it is for, or itself if it is for nobody whom we know."""
    return person_with_id(letter.recipient) or letter
