"""Let places follow what became one: two offers of the catalogue, or two entries of a person.

Called by receivers, inside the transaction of an action that has checked the right to act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from learningcity.catalogue.models import Session
from learningcity.core.actors import Actor
from learningcity.enrolment.actions.leaving import leave
from learningcity.enrolment.actions.moves import locked, note_change, note_events
from learningcity.enrolment.actions.queue import give_free_places, join_queue
from learningcity.enrolment.models import (
    LIVING,
    TAKING,
    Attendance,
    Enrolment,
    Intake,
    Party,
    QueueEvent,
    SessionNews,
)
from learningcity.people.models import Person

State, Kind = Enrolment.State, QueueEvent.Kind
Same = Mapping[int, int]
STRONGEST_FIRST = (State.ENROLLED, State.OFFERED, State.HELD, State.WAITING, State.ASKED)


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed a merge, so that it can be put back."""

    intakes: list[tuple[int, int, int | None]] = field(default_factory=list)
    enrolments: list[tuple[int, int, int]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    raised: list[tuple[int, int]] = field(default_factory=list)
    presence: list[tuple[int, int]] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Return it as the merge keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def follow_offers(series: Same, sessions: Same, *, by: Actor, at: datetime) -> Followed:
    """Let intakes, enrolments and presence follow series and sessions to those they became one with.

    Where both have places, those of the dropped one close and everybody follows: nobody loses a place, and
    the number of places rises where it must.
    """
    done = Followed()
    dropped = Intake.objects.filter(Q(series__in=list(series)) | Q(session__in=list(sessions)))
    for one in dropped.order_by("pk"):
        follow_intake(one, series, sessions, done, by=by, at=at)
    for old, new in sessions.items():
        done.presence.extend(follow_presence(old, new))
        SessionNews.objects.filter(session=old).update(session=new)
    return done


def follow_intake(
    intake: Intake, series: Same, sessions: Same, done: Followed, *, by: Actor, at: datetime
) -> None:
    """Let one intake follow, or its enrolments where the kept series or session has places of its own."""
    new_session = sessions.get(intake.session_id, intake.session_id) if intake.session_id else None
    new_series = series.get(intake.series_id, intake.series_id)
    if new_session is not None:
        new_series = Session.objects.values_list("series", flat=True).get(pk=new_session)
    if (new_series, new_session) == (intake.series_id, intake.session_id):
        return
    there = Intake.objects.filter(series=new_series, session=new_session).first()
    if there is None:
        Intake.objects.filter(pk=intake.pk).update(series=new_series, session=new_session)
        done.intakes.append((intake.pk, intake.series_id, intake.session_id))
        return
    source, target = lock_both(intake, there)
    join_intakes(source, target, done, by=by, at=at)


def lock_both(one: Intake, other: Intake) -> tuple[Intake, Intake]:
    """Return two intakes locked, always in the same order."""
    rows = Intake.objects.select_for_update(of=("self",)).filter(pk__in=(one.pk, other.pk)).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[one.pk], found[other.pk]


def join_intakes(source: Intake, target: Intake, done: Followed, *, by: Actor, at: datetime) -> None:
    """Let everybody of one intake go to another; the first one closes."""
    before = target.places
    there = set(
        Enrolment.objects.filter(intake=target, state__in=LIVING, person__isnull=False).values_list(
            "person", flat=True
        )
    )
    rows = Enrolment.objects.filter(intake=source).select_related("person", "guest", "party")
    for one in rows.order_by("number"):
        if one.state in LIVING and one.person_id in there:
            # Somebody with a place in both needs one.
            leave(one, reason="merged", by=by, at=at)
            source.refresh_from_db()
            continue
        carry_over(one, source, target, by=by, at=at)
        done.enrolments.append((one.pk, source.pk, target.pk))
    Party.objects.filter(intake=source).update(intake=target)
    if source.is_open:
        source.is_open = False
        source.save(update_fields=["is_open"])
        done.closed.append(source.pk)
    if before is not None and target.places != before:
        done.raised.append((target.pk, before))
    give_free_places(target, by=by, at=at)


def carry_over(one: Enrolment, source: Intake, target: Intake, *, by: Actor, at: datetime) -> None:
    """Let one enrolment go from a locked intake to another; counts, lists and history stay right.

    A place that was offered is held until the offer would have ended: it is the person's to take.
    """
    is_waiting, takes = one.state == State.WAITING, one.state in TAKING
    if is_waiting or one.state == State.OFFERED:
        kind = Kind.LEFT if is_waiting else Kind.DECLINED
        note_events(source, [QueueEvent(kind=kind, token=one.token, at=at)])
    if takes:
        source.taken -= one.places
        target.taken += one.places
        target.places = None if target.places is None else max(target.places, target.taken)
    target.last_number += 1
    source.save(update_fields=["taken"])
    target.save(update_fields=["taken", "places", "last_number"])
    one.intake, one.number, one.turn, one.changed_at = target, target.last_number, None, at
    if is_waiting:
        one.state = State.ASKED
    elif one.state == State.OFFERED:
        one.state = State.HELD
    one.save(update_fields=["intake", "number", "turn", "state", "changed_at"])
    if is_waiting:
        join_queue(target, [one], by=by, at=at)
    else:
        note_change(one, reason="offers_merged", by=by, at=at)


def follow_presence(old: int, new: int) -> list[tuple[int, int]]:
    """Let presence at a session count for the one it became one with; return what went, and from where."""
    there = Attendance.objects.filter(session=new).values("enrolment")
    rows = Attendance.objects.filter(session=old).exclude(enrolment__in=there)
    went = list(rows.order_by("pk").values_list("pk", flat=True))
    Attendance.objects.filter(pk__in=went).update(session=new)
    return [(pk, old) for pk in went]


@transaction.atomic
def put_back(followed: Mapping[str, Sequence[Any]], *, by: Actor, at: datetime) -> None:
    """Put back what followed a merge of offers; what came since stays."""
    for pk, source_pk, target_pk in followed.get("enrolments", ()):
        one = (
            Enrolment.objects.filter(pk=pk, intake=target_pk)
            .select_related("person", "guest", "party")
            .first()
        )
        if one is not None:
            target, source = lock_both(Intake(pk=target_pk), Intake(pk=source_pk))
            carry_over(one, target, source, by=by, at=at)
            Party.objects.filter(enrolments=one).update(intake=source)
    for pk, series, session in followed.get("intakes", ()):
        Intake.objects.filter(pk=pk).update(series=series, session=session)
    Intake.objects.filter(pk__in=followed.get("closed", ())).update(is_open=True)
    for pk, places in followed.get("raised", ()):
        target = locked(Intake(pk=pk))
        target.places = max(places, target.taken)
        target.save(update_fields=["places"])
    for pk, session in followed.get("presence", ()):
        Attendance.objects.filter(pk=pk).update(session=session)
    for pk in {source for _one, source, _target in followed.get("enrolments", ())}:
        give_free_places(locked(Intake(pk=pk)), by=by, at=at)


@transaction.atomic
def end_doubled(kept: Person, dropped: Person, *, by: Actor, at: datetime) -> list[int]:
    """End the weaker of two enrolments in one intake when two entries of a person become one.

    Return the rows that go over to the kept entry. A place that became free stays free when the entries are
    parted again.
    """
    ours = Enrolment.objects.filter(person=kept, state__in=LIVING)
    rows = Enrolment.objects.filter(person=dropped, state__in=LIVING, intake__in=ours.values("intake"))
    doubled = list(rows.order_by("intake_id"))
    for one in doubled:
        other = ours.get(intake=one.intake_id)
        weaker = max(one, other, key=lambda each: STRONGEST_FIRST.index(State(each.state)))
        leave(one if weaker.pk == one.pk else other, reason="merged", by=by, at=at)
    went = [one.pk for one in doubled if not is_still_doubled(one, kept)]
    Enrolment.objects.filter(pk__in=went).update(person=kept)
    return went


def is_still_doubled(enrolment: Enrolment, kept: Person) -> bool:
    """Return whether both entries still live in one intake: what has taken place is not ended."""
    mine = Enrolment.objects.filter(pk=enrolment.pk, state__in=LIVING)
    return mine.filter(intake__enrolments__person=kept, intake__enrolments__state__in=LIVING).exists()
