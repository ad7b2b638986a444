"""Post messages: render them in the reader's language and put them into the outbox, each of them once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from unicodedata import category

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template import Context, Engine
from django.utils.translation import override

from learningcity.core.display import main_language
from learningcity.core.models import Message

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000
CONTROL = {"Cc", "Cs"}


def post(
    template: str,
    context: Mapping[str, Any],
    *,
    key: str,
    channel: str,
    address: str,
    language: str,
    recipient: str = "",
    is_secret: bool = False,
    at: datetime,
) -> Message:
    """Put a message into the outbox, inside the caller's transaction; the schedule sends it soon after.

    `template` is "<room>/messages/<name>": the first line of its text is the subject, the rest after a blank
    line the body. A text message takes "<name>.sms.txt" where there is one, and leaves out the subject.
    `key` says which act asks for the message ("people.mandate_code:<id>", ids only): a second call with the
    same key returns the first message and sends nothing. The body of a secret message (a code) is emptied as
    soon as it is sent.
    """
    return post_once(
        template,
        context,
        key=key,
        channel=channel,
        address=address,
        language=language,
        recipient=recipient,
        is_secret=is_secret,
        at=at,
    )[0]


def post_once(
    template: str,
    context: Mapping[str, Any],
    *,
    key: str,
    channel: str,
    language: str,
    at: datetime,
    **particulars: Any,
) -> tuple[Message, bool]:
    """Do what `post` does, and say whether the message is new."""
    there = Message.objects.filter(key=key).first()
    if there:
        return there, False
    spoken = language_of(language)
    subject, body = rendered(template, context, channel=channel, language=spoken)
    message = Message(
        key=key,
        template=template,
        channel=channel,
        language=spoken,
        subject=subject,
        body=body,
        created_at=at,
        due_at=at,
        **particulars,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # Another worker may have posted it between our look and our insert; anything else is a bug.
        there = Message.objects.filter(key=key).first()
        if there is None:
            raise
        return there, False
    return message, True


def language_of(wanted: str) -> str:
    """Return the language in which a message can be written for a reader of this language."""
    known = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return main_language(known)


def rendered(template: str, context: Mapping[str, Any], *, channel: str, language: str) -> tuple[str, str]:
    """Return subject and body. They are plain text: nothing is escaped here, and a subject is one line."""
    names = [f"{template}.txt"]
    if channel == Message.Channel.SMS:
        names.insert(0, f"{template}.sms.txt")
    with override(language):
        words = {**context, "public_address": settings.PUBLIC_ADDRESS}
        text = Engine.get_default().select_template(names).render(Context(words, autoescape=False))
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    subject, _, body = lines.partition("\n\n")
    return one_line(subject)[:LONGEST_SUBJECT], plain(body.strip())[:LONGEST_BODY]


def one_line(text: str) -> str:
    """Return text as one line: what a person typed must not begin a header."""
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """Return text without control signs, except the ends of lines."""
    return "".join(sign for sign in text if sign == "\n" or category(sign) not in CONTROL)
