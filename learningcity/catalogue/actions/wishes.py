"""Wishes counted, suggestions and reports of errors taken and answered."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Feedback, Offer, Wish
from learningcity.catalogue.permissions import can_answer_feedback, can_run_catalogue
from learningcity.catalogue.queries.senders import KEPT_AFTER_ANSWER, feedback_of
from learningcity.city.models import Area
from learningcity.city.queries.clock import city_day
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.core.refusals import Refused
from learningcity.people.models import Person

MOST_WAITING = 5000


class AnsweredAlready(Refused):
    """Somebody else answered in the meantime."""

    code = "answered_already"


class QueueIsFull(Refused):
    """So many messages wait that more would not be read."""

    code = "queue_is_full"


def note_wish(
    kind: str,
    *,
    theme: str = Offer.Field.UNKNOWN,
    area: Area | None = None,
    words: str = "",
    keeps_words: bool = False,
    language: str,
    at: datetime,
) -> Wish:
    """Count a wish by theme and area, on its day only; its words are kept only where somebody agreed."""
    return Wish.objects.create(
        kind=kind,
        theme=theme,
        area=area,
        words=words[:300] if keeps_words else "",
        language=language,
        wished_on=city_day(at),
    )


def send_feedback(
    kind: str, *, words: str, offer: Offer | None = None, email: str = "", language: str, at: datetime
) -> Feedback:
    """Put a suggestion or a report of an error into the queue; anybody may. Raises QueueIsFull."""
    if Feedback.objects.filter(state=Feedback.State.OPEN).count() >= MOST_WAITING:
        raise QueueIsFull(
            _("Too many messages wait for an answer. Please write to the city, or try again in some days.")
        )
    return Feedback.objects.create(
        kind=kind, offer=offer, words=words, email=email.strip().lower(), language=language, sent_at=at
    )


@transaction.atomic
def answer_feedback(feedback: Feedback, *, state: str, answer: str, by: Actor, at: datetime) -> Feedback:
    """Answer a message of the queue; the sender learns the outcome if they left an address.

    Raises PermissionDenied, or AnsweredAlready.
    """
    if not can_answer_feedback(by, feedback, at):
        raise PermissionDenied
    known = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    if known.state != Feedback.State.OPEN:
        raise AnsweredAlready(_("Somebody has answered this already. Go back to the queue."))
    known.state, known.answer, known.answered_at = state, answer, at
    known.save(update_fields=["state", "answer", "answered_at"])
    if known.email:
        post(
            "catalogue/messages/feedback_answered",
            {"is_done": state == Feedback.State.DONE, "words": known.words, "answer": answer},
            key=f"feedback-answered:{known.public_id}",
            channel="mail",
            address=known.email,
            language=known.language,
            at=at,
        )
    record("catalogue.feedback_answered", by=by, about=known, at=at)
    return known


def forget_senders(*, by: Actor, at: datetime) -> int:
    """Delete the addresses of those who had their answer; return how many. Raises PermissionDenied."""
    if not can_run_catalogue(by):
        raise PermissionDenied
    answered = Feedback.objects.exclude(email="").filter(answered_at__lt=at - KEPT_AFTER_ANSWER)
    return answered.update(email="")


def erase_feedback(person: Person, *, by: Actor, at: datetime) -> int:
    """Delete what somebody sent with an address of theirs; return how many. The erasure checked."""
    return feedback_of(person).delete()[0]
