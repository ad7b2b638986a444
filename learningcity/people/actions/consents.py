"""What a person agrees to, purpose by purpose."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.acting import hold_right
from learningcity.people.models import Consent, ConsentPurpose, Person, Purpose
from learningcity.people.permissions import can_act_for
from learningcity.people.queries.consents import ASKINGS, standing


class PurposeUnknown(Refused):
    """The city asks no consent for this."""

    code = "purpose_unknown"


@transaction.atomic
def decide_consent(person: Person, purpose: str, is_given: bool, *, by: Actor, at: datetime) -> Consent:
    """Give or withdraw consent to one purpose; return the decision that counts now.

    Deciding the same again changes nothing. Raises PermissionDenied or PurposeUnknown.
    """
    hold_right(by)
    if not can_act_for(by, person, Purpose.CONSENTS, at):
        raise PermissionDenied
    if purpose not in ConsentPurpose.values:
        raise PurposeUnknown(_("The city asks no consent for this. Choose one of the purposes shown."))
    # Two clicks at the same moment must not both find the older decision.
    locked = Person.objects.select_for_update().get(pk=person.pk)
    decisions = list(Consent.objects.filter(person=locked, purpose=purpose).order_by("-pk")[:1])
    found = standing(locked, ConsentPurpose(purpose), decisions)
    if found.newest and found.newest.is_given == is_given and not found.is_asked_anew:
        return found.newest
    decision = Consent.objects.create(
        person=locked,
        purpose=purpose,
        is_given=is_given,
        at=at,
        right=by.right,
        channel=by.channel,
        decided_by=by.person,
        wording=str(ASKINGS[purpose].sentence),
    )
    record(f"people.consent_{'given' if is_given else 'withdrawn'}", by=by, about=locked, at=at)
    return decision
