"""What can be done with an intake: open, change, close, decide whether it takes place."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Series, Session
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.engines.waiting import digest_of_seed
from learningcity.enrolment.actions.deciding import decide
from learningcity.enrolment.actions.giving import end_holds
from learningcity.enrolment.actions.moves import locked, note_events
from learningcity.enrolment.actions.queue import give_free_places
from learningcity.enrolment.actions.refusals import (
    CalledOff,
    CapacityTooLow,
    ListHasBegun,
    NotAsShown,
    SettingsWrong,
)
from learningcity.enrolment.models import Criterion, Intake, QueueEvent
from learningcity.enrolment.permissions.intakes import can_open_intake
from learningcity.enrolment.queries.consequences import consequences, people_there
from learningcity.enrolment.queries.intake_drafts import SETTINGS, CriterionDraft, IntakeDraft, draft_of
from learningcity.enrolment.queries.scene import holds_over
from learningcity.enrolment.signals import places_changed

__all__ = [
    "CriterionDraft",
    "IntakeDraft",
    "change_intake",
    "close_intake",
    "decide",
    "open_intake",
    "reopen_intake",
]

OF_THE_LIST = ("rule", "draws_at", "criteria")
"""What cannot change once people stand on the list: it was published."""


@transaction.atomic
def open_intake(
    series: Series,
    draft: IntakeDraft,
    *,
    session: Session | None = None,
    seed: str = "",
    by: Actor,
    at: datetime,
) -> Intake:
    """Open the places of a series, or of one session of it.

    A draw needs a `seed` of 64 hexadecimal signs, made by chance: its digest is published at once, the seed
    itself when it was drawn. Without one here, the schedule makes it soon after. Raises PermissionDenied, or
    SettingsWrong.
    """
    if not can_open_intake(by, series, at):
        raise PermissionDenied
    # Two who open the places of one series at the same moment must not both find none.
    Series.objects.select_for_update(of=("self",)).get(pk=series.pk)
    intake = Intake(series=series, session=session, created_at=at, changed_at=at)
    check_settings(intake, draft)
    if Intake.objects.filter(series=series, session=session).exists():
        raise SettingsWrong(intake, why=_("These places are open already. Change them instead."))
    fill(intake, draft)
    if draft.is_drawn and seed:
        keep_seed(intake, seed)
    intake.save(force_insert=True)
    write_criteria(intake, draft)
    if intake.seed_digest:
        note_events(intake, [QueueEvent(kind=QueueEvent.Kind.COMMITTED, at=at)])
    record("enrolment.intake_opened", by=by, about=intake, at=at)
    places_changed.send(Intake, intakes=[intake.pk], at=at)
    return intake


@transaction.atomic
def change_intake(
    intake: Intake, draft: IntakeDraft, *, seen: str, seed: str = "", by: Actor, at: datetime
) -> Intake:
    """Change settings; whoever is next on the waiting list is offered what becomes free.

    `seen` is the digest of the consequences that were shown. Raises PermissionDenied, SettingsWrong,
    CapacityTooLow, ListHasBegun, or NotAsShown.
    """
    if not can_open_intake(by, intake.series, at):
        raise PermissionDenied
    place = locked(intake)
    check_settings(place, draft)
    check_list(place, draft)
    shown = consequences(place, draft, at)
    if not shown.is_possible:
        raise CapacityTooLow(place, taken=place.taken, field="places")
    if shown.digest != seen:
        raise NotAsShown(place)
    end_holds(place, list(holds_over(place, at)), at=at)
    fill(place, draft)
    if draft.is_drawn and seed and not place.seed_digest:
        keep_seed(place, seed)
        note_events(place, [QueueEvent(kind=QueueEvent.Kind.COMMITTED, at=at)])
    place.changed_at, place.is_told = at, False
    place.save()
    write_criteria(place, draft)
    record("enrolment.intake_changed", by=by, about=place, at=at)
    give_free_places(place, by=by, at=at)
    places_changed.send(Intake, intakes=[place.pk], at=at)
    return place


@transaction.atomic
def close_intake(intake: Intake, *, by: Actor, at: datetime) -> Intake:
    """Let nobody new in; who has a place keeps it, and who waits still moves up. Raises PermissionDenied."""
    return set_open(intake, is_open=False, by=by, at=at)


@transaction.atomic
def reopen_intake(intake: Intake, *, by: Actor, at: datetime) -> Intake:
    """Let people in again. Raises PermissionDenied, or CalledOff."""
    if intake.decision == Intake.Decision.CANCELLED:
        raise CalledOff(intake)
    return set_open(intake, is_open=True, by=by, at=at)


def set_open(intake: Intake, *, is_open: bool, by: Actor, at: datetime) -> Intake:
    """Open or close an intake."""
    if not can_open_intake(by, intake.series, at):
        raise PermissionDenied
    place = locked(intake)
    if place.is_open == is_open:
        return place
    place.is_open, place.changed_at, place.is_told = is_open, at, False
    place.save(update_fields=["is_open", "changed_at", "is_told"])
    record("enrolment.intake_reopened" if is_open else "enrolment.intake_closed", by=by, about=place, at=at)
    places_changed.send(Intake, intakes=[place.pk], at=at)
    return place


def fill(intake: Intake, draft: IntakeDraft) -> None:
    """Give an intake the settings of a draft."""
    for name in SETTINGS:
        setattr(intake, name, getattr(draft, name))


def keep_seed(intake: Intake, seed: str) -> None:
    """Keep the seed of a draw; its digest is published from now on. Raises ValueError for what is no seed."""
    if len(seed) != 64:
        raise ValueError("A draw needs a seed of 64 hexadecimal signs.")
    intake.seed, intake.seed_digest = seed, digest_of_seed(seed)


def write_criteria(intake: Intake, draft: IntakeDraft) -> None:
    """Write the published reasons anew."""
    if draft.criteria == draft_of(intake).criteria:
        return
    Criterion.objects.filter(intake=intake).delete()
    Criterion.objects.bulk_create(
        Criterion(intake=intake, **{name: getattr(one, name) for name in one.__slots__})
        for one in draft.criteria
    )


def check_list(intake: Intake, draft: IntakeDraft) -> None:
    """Raise ListHasBegun if the published rule would change for people who are on the list."""
    before = draft_of(intake)
    changed = [name for name in OF_THE_LIST if getattr(before, name) != getattr(draft, name)]
    if changed and (intake.drawn_at is not None or people_there(intake)):
        raise ListHasBegun(intake, field=changed[0])


def check_settings(intake: Intake, draft: IntakeDraft) -> None:
    """Raise SettingsWrong for the first setting that cannot be, at its field."""
    for name, why in faults(draft):
        raise SettingsWrong(intake, why=why, field=name)


def faults(draft: IntakeDraft) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with settings: the field, and a sentence."""
    if draft.places is not None and draft.places < 0:
        yield "places", _("Give 0 or more places, or leave it empty if there is no limit.")
    if draft.minimum < 0:
        yield "minimum", _("Give 0 or more as the smallest number.")
    if draft.places is not None and draft.minimum > draft.places:
        yield "minimum", _("The smallest number cannot be larger than the number of places.")
    yield from faults_of_moments(draft)
    yield from faults_of_numbers(draft)
    yield from faults_of_criteria(draft.criteria)


def faults_of_moments(draft: IntakeDraft) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with days and moments."""
    if draft.opens_at and draft.closes_at and draft.opens_at >= draft.closes_at:
        yield "closes_at", _("Enrolment must end after it opens.")
    if draft.minimum and draft.decide_on is None:
        yield "decide_on", _("Say on which day you decide whether it takes place.")
    if draft.is_drawn and draft.draws_at is None:
        yield "draws_at", _("Say when the order is drawn.")
    if draft.is_drawn and draft.draws_at and draft.opens_at and draft.draws_at <= draft.opens_at:
        yield "draws_at", _("The order must be drawn after enrolment opens.")


BOUNDS = {
    "hold_minutes": (1, 240),
    "answer_hours": (1, 24 * 60),
    "largest_party": (1, 500),
    "most_companions": (0, 50),
    "cancel_hours": (0, 24 * 365),
    "completing_percent": (1, 100),
}


def faults_of_numbers(draft: IntakeDraft) -> Iterator[tuple[str, str]]:
    """Yield the numbers that are out of their bounds."""
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(draft, name) <= most:
            yield name, _("Give a number from %(least)s to %(most)s.") % {"least": least, "most": most}
    if draft.places is not None and draft.places > 1_000_000:
        yield "places", _("Give fewer places, or leave it empty if there is no limit.")


def faults_of_criteria(criteria: Sequence[CriterionDraft]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the reasons of a list by need."""
    keys = [one.key for one in criteria]
    if len(set(keys)) < len(keys):
        yield "criteria", _("Give every reason a name of its own.")
    for one in criteria:
        if one.until_on is not None and one.until_on < one.from_on:
            yield "criteria", _("A reason must end after it begins.")
