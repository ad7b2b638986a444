"""Letters that the city's staff have printed and posted."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.letters import pdf_of
from learningcity.core.messages.emptying import empty
from learningcity.core.messages.gateways.letter import html_of
from learningcity.core.models import Message
from learningcity.core.refusals import Refused


class LetterGone(Refused):
    """The letter does not wait any more."""

    code = "letter_gone"


def letter_as_pdf(letter: Message) -> bytes:
    """Return a letter that waits to be posted, as PDF. Raises LetterGone, or LettersUnavailable."""
    held = Message.objects.filter(pk=letter.pk, state=Message.State.READY).first()
    if held is None:
        raise gone()
    if not held.file or not held.file.storage.exists(held.file.name):
        # A backup may have been restored without its files; the words are in the database.
        return pdf_of(html_of(held))
    with held.file.open("rb") as file:
        made: bytes = file.read()
    return made


@transaction.atomic
def say_posted(letter: Message, *, at: datetime) -> Message:
    """Say that a letter was posted. Raises LetterGone if it was posted already or taken back."""
    held = Message.objects.select_for_update().filter(pk=letter.pk, state=Message.State.READY).first()
    if held is None:
        raise gone()
    held.state, held.sent_at = Message.State.SENT, at
    if held.is_secret:
        empty(held)
    held.save()
    return held


def gone() -> LetterGone:
    """Return the refusal of a letter that does not wait."""
    return LetterGone(
        _("This letter does not wait any more: it was posted already, or taken back. Do not post it.")
    )
