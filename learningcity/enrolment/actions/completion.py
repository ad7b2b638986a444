"""What somebody completed: settled by the rule of the intake, or said by the teacher; told exactly once."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.piecework import each
from learningcity.enrolment.actions.attendance_refusals import NotOverYet, TeacherDoesNotDecide
from learningcity.enrolment.models import Completion, Enrolment, Intake
from learningcity.enrolment.permissions.attendance import can_say_completed
from learningcity.enrolment.queries.completion import (
    Standing,
    dates_of,
    intakes_over,
    standing_of,
    to_settle,
)
from learningcity.enrolment.signals import completion_withdrawn, learning_completed

LOOKED_BACK = timedelta(days=35)
"""Entries come until 28 days after a date; the nightly task looks a week further."""
TEACHER = Intake.Completing.TEACHER


@transaction.atomic
def settle_completion(enrolment: Enrolment, *, by: Actor, at: datetime) -> Completion | None:
    """Let the rule of the intake decide whether this is complete; return the completion that holds, if any.

    Doing it again changes nothing. Raises PermissionDenied for anybody but those who teach there and the
    schedule.
    """
    if not by.is_operator and not can_say_completed(by, enrolment, at):
        raise PermissionDenied
    return settled(enrolment, by=by, at=at)


@transaction.atomic
def say_completed(enrolment: Enrolment, is_completed: bool, *, by: Actor, at: datetime) -> Completion | None:
    """Say that somebody completed it, or not, where the teacher decides.

    Raises PermissionDenied, TeacherDoesNotDecide, or NotOverYet before the last date has begun.
    """
    if not can_say_completed(by, enrolment, at):
        raise PermissionDenied
    held, kept = locked(enrolment)
    intake, reached = held.intake, standing_of(held, at)
    if intake.completing != TEACHER:
        raise TeacherDoesNotDecide(intake.session or dates_of(intake, at)[-1])
    if not reached.is_over:
        raise NotOverYet(dates_of(intake, at)[-1])
    return decided(held, kept, reached, is_completed, by=by, at=at)


def settle_over(*, by: Actor, at: datetime) -> int:
    """Settle everything that ended of late and is not settled; return how many completions there are more.

    Each in a transaction of its own: it can be stopped and run again. Raises PermissionDenied for anybody
    but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied

    def settle_one(enrolment: Enrolment) -> bool:
        return settle_completion(enrolment, by=by, at=at) is not None

    def settle_intake(pk: int) -> int:
        return sum(each(to_settle(Intake.objects.get(pk=pk), at), settle_one))

    return sum(each(intakes_over(since=at - LOOKED_BACK, at=at), settle_intake))


def settled(enrolment: Enrolment, *, by: Actor, at: datetime) -> Completion | None:
    """Settle one enrolment; called inside actions that have checked the right to enter presence."""
    held, kept = locked(enrolment)
    holds = kept is not None and kept.withdrawn_at is None
    if held.state != Enrolment.State.ENROLLED:
        return kept if holds else None
    intake, reached = held.intake, standing_of(held, at)
    # What was completed under a rule stays under it, whatever the rule becomes.
    rule = kept.rule if kept is not None and holds else intake.completing
    if rule == TEACHER or not reached.is_over:
        is_complete = holds
    else:
        is_complete = reached.completes(rule, intake.completing_percent)
    return decided(held, kept, reached, is_complete, by=by, at=at)


def locked(enrolment: Enrolment) -> tuple[Enrolment, Completion | None]:
    """Return an enrolment, locked, and what is kept of its completion."""
    # Two entries at the same moment must not both complete it.
    held = Enrolment.objects.select_for_update(of=("self",)).select_related("intake__session")
    found = held.get(pk=enrolment.pk)
    return found, Completion.objects.filter(enrolment=found).first()


def decided(
    enrolment: Enrolment,
    kept: Completion | None,
    reached: Standing,
    is_complete: bool,
    *,
    by: Actor,
    at: datetime,
) -> Completion | None:
    """Write a completion or its withdrawal, and tell the rooms above where something changed."""
    holds = kept is not None and kept.withdrawn_at is None
    if is_complete and not holds:
        return completed(enrolment, kept, reached, by=by, at=at)
    if kept is None or not holds:
        return None
    if not is_complete:
        kept.withdrawn_at = at
        kept.save(update_fields=["withdrawn_at"])
        record("enrolment.completion_withdrawn", by=by, about=enrolment, at=at)
        completion_withdrawn.send(Completion, completion=kept, by=by, at=at)
        return None
    if (kept.percent, kept.minutes) != (reached.percent, reached.minutes):
        kept.percent, kept.minutes = reached.percent, reached.minutes
        kept.save(update_fields=["percent", "minutes"])
    return kept


def completed(
    enrolment: Enrolment, kept: Completion | None, reached: Standing, *, by: Actor, at: datetime
) -> Completion:
    """Write that something was completed; once withdrawn, it is completed anew."""
    made = kept or Completion(enrolment=enrolment)
    made.rule, made.percent, made.minutes = enrolment.intake.completing, reached.percent, reached.minutes
    made.author, made.completed_at, made.withdrawn_at = by.person, at, None
    made.save()
    record("enrolment.learning_completed", by=by, about=enrolment, at=at)
    learning_completed.send(Completion, completion=made, by=by, at=at)
    return made
