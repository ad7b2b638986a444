"""The next best action of a refusal, as a link."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.refusals import NotPossible


@dataclass(frozen=True, slots=True)
class NextStep:
    """What somebody can do instead: what it is called and where it is done."""

    label: str
    address: str


def next_step(refusal: Refused | None, request: HttpRequest) -> NextStep | None:
    """Return what to do instead; none where it is done on this very page."""
    if not isinstance(refusal, NotPossible):
        return None
    address = reverse(refusal.step.url_name, args=refusal.step.args)
    return None if address == request.path else NextStep(refusal.step.label, address)
