"""The one service for messages that leave the city: posted once, delivered once, emptied in time.

`post` writes a message into the outbox inside the caller's transaction; the schedule delivers it seconds
after the commit. `messages_to` is the log that a person sees; `take_back` is for erasure.
"""

from learningcity.core.messages.delivering import Delivered, deliver
from learningcity.core.messages.emptying import TakenBack, empty_old, sweep_letters, take_back
from learningcity.core.messages.log import (
    MessageList,
    Outbox,
    letter_with_id,
    letters_waiting,
    messages_to,
    outbox,
)
from learningcity.core.messages.posted import LetterGone, letter_as_pdf, say_posted
from learningcity.core.messages.posting import post

__all__ = [
    "Delivered",
    "LetterGone",
    "MessageList",
    "Outbox",
    "TakenBack",
    "deliver",
    "empty_old",
    "letter_as_pdf",
    "letter_with_id",
    "letters_waiting",
    "messages_to",
    "outbox",
    "post",
    "say_posted",
    "sweep_letters",
    "take_back",
]
