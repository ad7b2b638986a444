"""What guardians decide for a child: to block a kind of act, and to agree to one."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.acting import hold_right
from learningcity.people.actions.guardians import locked_child
from learningcity.people.models import GuardianConsent, GuardianLimit, Person, Purpose
from learningcity.people.permissions.guardians import as_guardian, can_decide_for
from learningcity.people.queries.ages import (
    MAJORITY,
    age_at,
    ages_for,
    city_day,
    is_of_age,
    open_blocks,
    open_consents,
)


class PurposeUnknown(Refused):
    """Nothing of this kind can be decided."""

    code = "purpose_unknown"


class ConsentNotNeeded(Refused):
    """At this age nobody has to agree, or nobody can."""

    code = "consent_not_needed"


class DecisionOver(Refused):
    """What should be ended does not hold any longer."""

    code = "decision_over"


@transaction.atomic
def block(child: Person, purpose: str, *, by: Actor, at: datetime) -> GuardianLimit:
    """Forbid a child one kind of act, or every kind ("") where no court limits the guardian in any.

    Blocking the same again changes nothing. Raises PermissionDenied or PurposeUnknown.
    """
    by, child = deciding(child, purpose, by=by, at=at)
    day = city_day(at)
    there = open_blocks(child, day).filter(purpose=purpose).first()
    if there:
        return there
    limit = GuardianLimit.objects.create(
        kind=GuardianLimit.Kind.BLOCK,
        child=child,
        purpose=purpose,
        from_on=day,
        set_by=by.person,
        set_at=at,
    )
    record("people.block_set", by=by, about=child, at=at)
    return limit


@transaction.atomic
def lift_block(child: Person, purpose: str, *, by: Actor, at: datetime) -> None:
    """End the block of one kind of act, or that of every kind (""), whichever guardian set it.

    Raises PermissionDenied, PurposeUnknown or DecisionOver.
    """
    by, child = deciding(child, purpose, by=by, at=at)
    if not open_blocks(child, city_day(at)).filter(purpose=purpose).update(lifted_at=at):
        raise DecisionOver(_("Nobody blocks this at the moment. Nothing was changed."))
    record("people.block_lifted", by=by, about=child, at=at)


@transaction.atomic
def agree_to(child: Person, purpose: str, *, by: Actor, at: datetime) -> GuardianConsent:
    """Agree that a child does one kind of act alone, from the age at which that is possible.

    Agreeing again changes nothing. Raises PermissionDenied, PurposeUnknown or ConsentNotNeeded.
    """
    by, child = deciding(child, purpose, by=by, at=at)
    checked_age(child, purpose, at)
    there = open_consents(child).filter(purpose=purpose).first()
    if there:
        return there
    consent = GuardianConsent.objects.create(child=child, purpose=purpose, given_by=by.person, given_at=at)
    record("people.guardian_agreed", by=by, about=child, at=at)
    return consent


@transaction.atomic
def take_back_agreement(child: Person, purpose: str, *, by: Actor, at: datetime) -> None:
    """End what a guardian agreed to, whichever guardian it was. Raises PermissionDenied or DecisionOver."""
    by, child = deciding(child, purpose, by=by, at=at)
    if not open_consents(child).filter(purpose=purpose).update(ended_at=at):
        raise DecisionOver(_("Nobody agrees to this at the moment. Nothing was changed."))
    record("people.guardian_disagreed", by=by, about=child, at=at)


def deciding(child: Person, purpose: str, *, by: Actor, at: datetime) -> tuple[Actor, Person]:
    """Return the guardian who decides and the child, both held; called first in each action."""
    by = as_guardian(by, child)
    hold_right(by)
    child = locked_child(child)
    if purpose and purpose not in Purpose.values:
        raise PurposeUnknown(_("Choose one of the kinds of acts shown."), field="purpose")
    if not can_decide_for(by, child, Purpose(purpose) if purpose else None, at) or is_of_age(child, at):
        raise PermissionDenied
    return by, child


def checked_age(child: Person, purpose: str, at: datetime) -> None:
    """Refuse an agreement that would change nothing at the age of the child."""
    if not purpose:
        raise PurposeUnknown(_("Agree to one kind of act at a time."), field="purpose")
    ages = ages_for(Purpose(purpose))
    age = age_at(child.born_on, at) if child.born_on else MAJORITY
    if age < ages.with_consent_from:
        raise ConsentNotNeeded(
            _("A child can do this from the age of %(age)s. Until then, do it for the child.")
            % {"age": ages.with_consent_from}
        )
    if age >= ages.alone_from:
        raise ConsentNotNeeded(
            _("From the age of %(age)s nobody has to agree. You can block it instead.")
            % {"age": ages.alone_from}
        )
