"""Messages on paper: a PDF that the city's staff prints and posts."""

from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi, override

from learningcity.core.letters import LettersUnavailable, pdf_of
from learningcity.core.messages.gateways.refusals import NotSent
from learningcity.core.models import Message
from learningcity.core.panels import panels_at


def letter_of(message: Message) -> bytes:
    """Return a message as PDF. Raises NotSent."""
    try:
        return pdf_of(html_of(message))
    except LettersUnavailable as refusal:
        raise NotSent(refusal.code) from None


def html_of(message: Message) -> str:
    """Return a message as HTML for paper; what people typed is escaped."""
    with override(message.language):
        context = {
            "subject": message.subject,
            "paragraphs": [part.splitlines() for part in message.body.split("\n\n") if part.strip()],
            "address": [line for line in message.address.splitlines() if line.strip()],
            "language": message.language,
            "dir": "rtl" if get_language_bidi() else "ltr",
            "day": message.created_at,
            "number": number_of(message),
            "sender": sender(),
        }
        return render_to_string("core/letter.html", context)


def number_of(message: Message) -> str:
    """Return the number by which staff tell a letter from another."""
    return message.public_id.hex[:8].upper()


def sender() -> str:
    """Return what the city is called, as the masthead says it."""
    answers = ((panel, panel.query(None, ())) for panel in panels_at("frame.name"))
    return " ".join(
        render_to_string(panel.template, dict(answer)).strip()
        for panel, answer in answers
        if answer is not None
    )
