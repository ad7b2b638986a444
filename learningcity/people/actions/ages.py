"""What can be done with the published ages."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.models import AgeRule
from learningcity.people.permissions.guardians import can_publish_ages
from learningcity.people.queries.ages import MAJORITY, Ages, ages_in_order, published_ages


class AgesWrong(Refused):
    """The ages contradict each other."""

    code = "ages_wrong"


@transaction.atomic
def publish_ages(ages: Sequence[Ages], *, by: Actor, at: datetime) -> list[Ages]:
    """Publish from which age a child may do what; what is not named stays as it is. Return what changed.

    Raises PermissionDenied, or AgesWrong for ages that are not in order.
    """
    if not can_publish_ages(by, at):
        raise PermissionDenied
    for wanted in ages:
        checked_order(wanted)
    changed = [wanted for wanted in ages if wanted not in published_ages()]
    for wanted in changed:
        AgeRule.objects.update_or_create(
            purpose=wanted.purpose,
            defaults={
                "with_consent_from": wanted.with_consent_from,
                "alone_from": wanted.alone_from,
                "changed_at": at,
            },
        )
    if changed:
        record("people.ages_published", by=by, at=at)
    return changed


def checked_order(ages: Ages) -> None:
    """Refuse ages of which nobody could say what they mean."""
    if not ages_in_order(ages):
        raise AgesWrong(
            _("Alone comes with or after consent, and at %(age)s at the latest. Change one of the two ages.")
            % {"age": MAJORITY},
            field=f"{ages.purpose}_alone_from",
        )
