"""What a change of an intake would do, shown to whoever makes it before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.enrolment.models import TAKING, Enrolment, Intake, QueueEvent
from learningcity.enrolment.queries.intake_drafts import IntakeDraft, draft_of
from learningcity.enrolment.queries.queue import next_in_line
from learningcity.enrolment.queries.scene import holds_over

State = Enrolment.State


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change would do: sentences, who would be offered a place, and whether it can be saved.

    `digest` names all of it: saving with another one is refused, so that nothing happens that was not shown.
    """

    digest: str
    lines: list[str] = field(default_factory=list)
    offered: list[Enrolment] = field(default_factory=list)
    is_possible: bool = True


def consequences(intake: Intake, draft: IntakeDraft, at: datetime) -> Consequences:
    """Return what happens at this moment if an intake gets these settings."""
    now_is = Intake.objects.get(pk=intake.pk)
    taken = now_is.taken - sum(one.places for one in holds_over(now_is, at))
    is_possible = draft.places is None or draft.places >= taken
    offered = would_be_offered(now_is, draft, taken) if is_possible else []
    lines = [*lines_of_places(now_is, draft, taken, len(offered)), *lines_of_rules(now_is, draft)]
    return Consequences(
        digest=digest_of(now_is, draft, taken, offered),
        lines=lines or [_("Nothing changes for those who are enrolled or wait.")],
        offered=offered,
        is_possible=is_possible,
    )


def would_be_offered(intake: Intake, draft: IntakeDraft, taken: int) -> list[Enrolment]:
    """Return who would be offered a place, in order."""
    return next_in_line(intake, None if draft.places is None else draft.places - taken)


def lines_of_places(intake: Intake, draft: IntakeDraft, taken: int, offered: int) -> Iterator[str]:
    """Say what a change of the number of places does."""
    if draft.places is not None and draft.places < taken:
        yield _(
            "%(taken)s places are taken. You cannot save fewer: nobody loses a place by a change of numbers."
        ) % {"taken": taken}
        return
    if draft.places != intake.places:
        yield _("Nobody loses a place: %(taken)s places are taken and stay so.") % {"taken": taken}
    if offered:
        yield ngettext(
            "%(offered)s person on the waiting list is offered a place at once and has %(hours)s hours to "
            "answer.",
            "%(offered)s people on the waiting list are offered a place at once and have %(hours)s hours to "
            "answer.",
            offered,
        ) % {"offered": offered, "hours": draft.answer_hours}
    if draft.places != intake.places and draft.places is not None:
        yield _("After that, %(left)s places are left for others.") % {
            "left": draft.places - taken - offered_places(intake, draft, taken)
        }


def offered_places(intake: Intake, draft: IntakeDraft, taken: int) -> int:
    """Return how many places would be offered."""
    return sum(one.places for one in would_be_offered(intake, draft, taken))


def lines_of_rules(intake: Intake, draft: IntakeDraft) -> Iterator[str]:
    """Say what a change of the rules does to those who are there."""
    before = draft_of(intake)
    if draft.companions_take_places != before.companions_take_places:
        yield _("Companions of those who are enrolled stay counted as they are; the rule is for new ones.")
    if draft.allows_guests != before.allows_guests:
        yield (
            _("People can enrol without an account from now on.")
            if draft.allows_guests
            else _("Nobody new can enrol without an account. Those who did so keep their places.")
        )
    if draft.answer_hours != before.answer_hours:
        yield _("Offers that were made already keep their time to answer.")
    if (draft.minimum, draft.decide_on) != (before.minimum, before.decide_on) and draft.minimum:
        yield _(
            "If fewer than %(minimum)s places are taken on the day of the decision, you are asked whether it "
            "takes place."
        ) % {"minimum": draft.minimum}


def digest_of(intake: Intake, draft: IntakeDraft, taken: int, offered: list[Enrolment]) -> str:
    """Return the name of a change and of what it would do."""
    said = (intake.pk, intake.places, taken, draft, [one.pk for one in offered])
    return sha256(repr(said).encode()).hexdigest()


def people_there(intake: Intake) -> bool:
    """Return whether anybody has a place, or ever stood on the list: what was published can be replayed."""
    there = Enrolment.objects.filter(intake=intake, state__in=(State.WAITING, *TAKING))
    return there.exists() or QueueEvent.objects.filter(intake=intake, kind="joined").exists()
