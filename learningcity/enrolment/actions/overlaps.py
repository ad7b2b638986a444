"""What a person does about two enrolments at overlapping times: keep both, swap, or stop."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.actions.moves import doer, lock_in_order
from learningcity.enrolment.actions.places import cancel_enrolment, take_places
from learningcity.enrolment.actions.refusals import OWN_PLACES, NotPossible
from learningcity.enrolment.models import LIVING, TAKING, Enrolment, OverlapChoice
from learningcity.enrolment.permissions.queue import can_answer_offer

Choice, State = OverlapChoice.Choice, Enrolment.State


class ChosenAlready(NotPossible):
    """Something was chosen about these two before."""

    code = "chosen_already"
    words = _("You have chosen about these two before. See what you have now.")
    label = _("See your places")
    page = OWN_PLACES


class NothingToSwap(NotPossible):
    """One of the two enrolments has ended meanwhile."""

    code = "nothing_to_swap"
    words = _("One of the two places has ended meanwhile. See what you have now.")
    label = _("See your places")
    page = OWN_PLACES


@transaction.atomic
def choose(earlier: Enrolment, later: Enrolment, choice: str, *, by: Actor, at: datetime) -> OverlapChoice:
    """Keep both, leave the earlier one (swap), or leave the later one (stop): all of it or nothing.

    Both belong to one person. Raises PermissionDenied, ChosenAlready, or NothingToSwap.
    """
    is_of_one = earlier.person_id is not None and earlier.person_id == later.person_id
    if not is_of_one or not all(can_answer_offer(by, one, at) for one in (earlier, later)):
        raise PermissionDenied
    there = locked_pair(earlier, later)
    if OverlapChoice.objects.filter(earlier=earlier, later=later).exists():
        raise ChosenAlready(later.intake)
    if any(one.state not in LIVING for one in there):
        raise NothingToSwap(later.intake)
    made = OverlapChoice.objects.create(earlier=earlier, later=later, choice=Choice(choice), chosen_at=at)
    if choice == Choice.SWAP:
        leave_for(there[0], there[1], by=by, at=at)
    elif choice == Choice.STOP:
        cancel_enrolment(there[1], by=doer(by, there[1]), at=at)
    record("enrolment.overlap_answered", by=doer(by, earlier), about=later, at=at)
    return made


@transaction.atomic
def take_with_choices(
    held: Sequence[Enrolment], choices: Mapping[Enrolment, str], *, by: Actor, at: datetime
) -> list[Enrolment]:
    """Take places that are held, with what the person chose about each earlier enrolment that overlaps.

    One "stop" gives the held places back and takes nothing; a "swap" leaves the earlier one in the same
    transaction. Return what was taken. Raises what `take_places` and `choose` raise.
    """
    if not held or not all(can_answer_offer(by, one, at) for one in (*held, *choices)):
        raise PermissionDenied
    lock_in_order(one.intake_id for one in (*held, *choices))
    is_stopped = Choice.STOP in choices.values()
    taken = [] if is_stopped else take_places(held, by=by, at=at)
    of_person = {one.person_id: one for one in held}
    for earlier, choice in choices.items():
        later = of_person.get(earlier.person_id)
        if later is not None and (not is_stopped or choice == Choice.STOP):
            note_choice(earlier, later, choice, by=by, at=at)
    if is_stopped:
        for one in held:
            cancel_enrolment(one, by=doer(by, one), at=at)
    return taken


def note_choice(earlier: Enrolment, later: Enrolment, choice: str, *, by: Actor, at: datetime) -> None:
    """Write a choice, and leave the earlier one for a swap. What was chosen before stays as it was."""
    OverlapChoice.objects.get_or_create(
        earlier=earlier, later=later, defaults={"choice": Choice(choice), "chosen_at": at}
    )
    if choice == Choice.SWAP:
        leave_for(earlier, later, by=by, at=at)
    record("enrolment.overlap_answered", by=doer(by, earlier), about=later, at=at)


def leave_for(earlier: Enrolment, later: Enrolment, *, by: Actor, at: datetime) -> None:
    """Leave the earlier one, if the later one is a place already: nobody swaps a place for a mere hope."""
    fresh = Enrolment.objects.get(pk=later.pk)
    if fresh.state not in TAKING:
        raise NothingToSwap(later.intake)
    cancel_enrolment(earlier, by=doer(by, earlier), at=at)


def locked_pair(earlier: Enrolment, later: Enrolment) -> tuple[Enrolment, Enrolment]:
    """Return both as they are now, with their intakes locked."""
    lock_in_order((earlier.intake_id, later.intake_id))
    rows = Enrolment.objects.select_related("person", "guest", "party", "intake__series__offer")
    found = rows.in_bulk([earlier.pk, later.pk])
    return found[earlier.pk], found[later.pk]
