"""Letters that the city's staff have printed and posted."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.messages.emptying import empty
from learningcity.core.models import Message
from learningcity.core.refusals import Refused


class LetterGone(Refused):
    """The letter does not wait any more."""

    code = "letter_gone"


@transaction.atomic
def say_posted(letter: Message, *, at: datetime) -> Message:
    """Say that a letter was posted. Raises LetterGone if it was posted already or taken back."""
    held = Message.objects.select_for_update().filter(pk=letter.pk, state=Message.State.READY).first()
    if held is None:
        raise LetterGone(
            _("This letter does not wait any more: it was posted already, or taken back. Do not post it.")
        )
    held.state, held.sent_at = Message.State.SENT, at
    if held.is_secret:
        empty(held)
    held.save()
    return held
