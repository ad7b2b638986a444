"""What the desk records of courts: what a guardian may not do for a child, and that it is over."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.children import DecisionOver, PurposeUnknown
from learningcity.people.actions.guardians import (
    GuardianshipOver,
    checked_proof,
    end_decisions,
    locked_guardianship,
)
from learningcity.people.actions.messages import notify
from learningcity.people.models import Acting, GuardianInvitation, GuardianLimit, Guardianship, Purpose
from learningcity.people.permissions.guardians import can_keep_guardians
from learningcity.people.queries.ages import city_day


class LimitOver(Refused):
    """A limit cannot end before it begins."""

    code = "limit_over"


@transaction.atomic
def set_court_limit(
    guardianship: Guardianship,
    purposes: Collection[str],
    *,
    proof: str,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> list[GuardianLimit]:
    """Record what a court forbids a guardian: some kinds of acts, or every kind ("").

    What the guardian decided about them ends. The proof is kept apart from the trail. Raises
    PermissionDenied, GuardianshipOver, PurposeUnknown, ProofMissing or LimitOver.
    """
    held = locked_guardianship(guardianship)
    if not can_keep_guardians(by, held.child, at):
        raise PermissionDenied
    if held.ended_at is not None:
        raise GuardianshipOver(_("This guardianship has ended already. Nothing was changed."))
    seen = checked_proof(proof)
    wanted = checked_purposes(purposes)
    if until_on and until_on < city_day(at):
        raise LimitOver(_("This day is over. Give a later day, or none."), field="until_on")
    limits = [
        GuardianLimit.objects.create(
            kind=GuardianLimit.Kind.COURT,
            child=held.child,
            guardianship=held,
            purpose=purpose,
            from_on=city_day(at),
            until_on=until_on,
            proof=seen,
            set_by=by.person,
            set_at=at,
        )
        for purpose in wanted
    ]
    limited(held, wanted, at=at)
    record("people.court_limit_set", by=by, about=held, at=at)
    tell_guardian(held, limits[0], "court_limit_set", by=by, at=at)
    return limits


@transaction.atomic
def lift_court_limit(limit: GuardianLimit, *, proof: str, by: Actor, at: datetime) -> GuardianLimit:
    """Record that a court's limit is over. Raises PermissionDenied, ProofMissing or DecisionOver."""
    if limit.guardianship is None or limit.kind != GuardianLimit.Kind.COURT:
        raise PermissionDenied
    guardianship = locked_guardianship(limit.guardianship)
    if not can_keep_guardians(by, guardianship.child, at):
        raise PermissionDenied
    held = GuardianLimit.objects.select_for_update(of=("self",)).get(pk=limit.pk)
    if held.lifted_at is not None:
        raise DecisionOver(_("This limit was ended already. Nothing was changed."))
    held.lift_proof = checked_proof(proof)
    held.lifted_at = at
    held.save(update_fields=["lifted_at", "lift_proof"])
    record("people.court_limit_lifted", by=by, about=guardianship, at=at)
    tell_guardian(guardianship, held, "court_limit_lifted", by=by, at=at)
    return held


def checked_purposes(purposes: Collection[str]) -> list[str]:
    """Return what is forbidden, "" alone for everything; refuse nothing at all, and what nobody knows."""
    if not purposes or not set(purposes) <= {"", *Purpose.values}:
        raise PurposeUnknown(_("Choose what the court forbids, or everything."), field="purposes")
    return [""] if "" in purposes else [purpose for purpose in Purpose.values if purpose in purposes]


def limited(guardianship: Guardianship, purposes: Collection[str], *, at: datetime) -> None:
    """End what a guardian decided about what is forbidden now, what they began, and whom they invited."""
    own = str(guardianship.guardian.public_id)
    forbidden = () if "" in purposes else purposes
    end_decisions(guardianship.child, of=own, purposes=forbidden, at=at)
    GuardianInvitation.objects.filter(child=guardianship.child, invited_by=own).delete()
    if not forbidden:
        Acting.objects.filter(guardianship=guardianship, ended_at=None).update(ended_at=at)


def tell_guardian(
    guardianship: Guardianship, limit: GuardianLimit, what: str, *, by: Actor, at: datetime
) -> None:
    """Tell a guardian in neutral words that what they may do has changed."""
    notify(
        guardianship.guardian,
        f"people/messages/{what}",
        {"child": guardianship.child.name},
        key=f"people.{what}:{limit.public_id}",
        by=by,
        at=at,
    )
