"""What the catalogue holds about persons: what they told it, and the address for the answer."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Feedback
from learningcity.core.personal import ExportPart, Kept, plain_row
from learningcity.people.models import Person
from learningcity.people.queries.erasure import addresses_of

KEPT_AFTER_ANSWER = timedelta(days=30)
"""How long an address is kept after its answer left."""

SENT_WORDS = {
    "public_id": _("Number"),
    "kind": _("Kind"),
    "words": _("What you wrote"),
    "email": _("Address for the answer"),
    "language": _("Language"),
    "state": _("State"),
    "answer": _("The answer"),
    "sent_at": _("Sent"),
    "answered_at": _("Answered"),
}

FEEDBACK_KEPT = Kept(
    "catalogue.feedback",
    _("Suggestions and reports of errors that you sent"),
    ("catalogue.feedback",),
    _("To mend the catalogue, and to tell you what came of it."),
    _("You asked for an answer by leaving your address."),
    _("Your address goes 30 days after the answer."),
    _("What you wrote stays without your address."),
)


def feedback_of(person: Person) -> "QuerySet[Feedback]":
    """Return what somebody sent with an address that is theirs."""
    return Feedback.objects.filter(email__in=addresses_of(person)).exclude(email="")


def feedback_part(person: Person) -> ExportPart:
    """Return what somebody sent, for their download."""
    rows = [plain_row(row) for row in feedback_of(person).order_by("pk")]
    return ExportPart("feedback", FEEDBACK_KEPT.label, rows, labels=SENT_WORDS)
