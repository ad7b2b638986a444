"""Where a person would have to be in two places at once, across all providers, with the walk in between.

Two dates overlap if one begins before the other has ended, or before one can have walked there from the other
along the city's streets. An online date is everywhere; a walk that is not known counts as none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions, marked
from learningcity.city.models import Venue
from learningcity.city.queries import walking_minutes_to
from learningcity.enrolment.models import TAKING, Enrolment, Intake, OverlapChoice
from learningcity.people.models import Person

LONGEST_WALK = 120
"""Minutes: who has longer between two dates has time to get there, on foot or otherwise."""
OF_LATE = timedelta(minutes=15)
ASKED_ABOUT = (Enrolment.State.WAITING, Enrolment.State.OFFERED)
"""While somebody waits or has to answer, the page of the place asks about what overlaps."""
TAKES_PLACE = (Session.Status.PLANNED, Session.Status.MOVED)


@dataclass(frozen=True, slots=True)
class Overlap:
    """A date that overlaps with a date of an enrolment the person has already.

    `walk_minutes` is the walk between them where it is the reason: then the times alone would fit.
    """

    enrolment: Enrolment
    there: EffectiveSession
    here: EffectiveSession
    walk_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two enrolments of a person that overlap, about which nothing was chosen; `first`: their first dates."""

    earlier: Enrolment
    later: Enrolment
    first: Overlap
    count: int


def overlaps_of(
    person: Person, sessions: Iterable[Session], at: datetime, *, besides: Intake | None = None
) -> list[Overlap]:
    """Return where these dates overlap with what a person has, holds or was offered, the first one first.

    `besides`: the intake the dates belong to, so that a place there is not its own overlap. The caller asks
    `can_take_places` before. Three questions, and one for each place to which a walk has to be known.
    """
    theirs = dates_of(person, at)
    mine = [enrolment for enrolment in theirs if besides is None or enrolment.intake_id != besides.pk]
    here = coming(effective_sessions(list(sessions), at), at)
    return overlaps_between(here, {enrolment: theirs[enrolment] for enrolment in mine})


def overlaps_with(person: Person, intake: Intake, at: datetime) -> list[Overlap]:
    """Return where the dates of an intake overlap with what a person has elsewhere."""
    dates = Session.objects.filter(series=intake.series_id, ends_at__gt=at).select_related("venue")
    if intake.session_id:
        dates = dates.filter(pk=intake.session_id)
    return overlaps_of(person, marked(dates), at, besides=intake)


def open_overlaps(person: Person, at: datetime, *, with_waiting: bool = False) -> list[Pair]:
    """Return the pairs of a person's enrolments that overlap and about which nothing was chosen yet.

    Looked for in what is there: two that were taken at the same moment are found like any others. With
    `with_waiting` also a place and a list on which the person waits, but never two lists: they are hopes.
    """
    theirs = dates_of(person, at, (*TAKING, Enrolment.State.WAITING) if with_waiting else TAKING)
    chosen = set(OverlapChoice.objects.filter(later__person=person).values_list("earlier_id", "later_id"))
    pairs = []
    inorder = sorted(theirs, key=lambda one: (one.asked_at, one.pk))
    for place, later in enumerate(inorder):
        before = [
            one
            for one in inorder[:place]
            if (one.pk, later.pk) not in chosen and (one.takes_place or later.takes_place)
        ]
        found = overlaps_between(theirs[later], {one: theirs[one] for one in before})
        for earlier in before:
            of_both = [one for one in found if one.enrolment is earlier]
            if of_both:
                pairs.append(Pair(earlier, later, of_both[0], len(of_both)))
    return pairs


def crossing(enrolment: Enrolment, at: datetime) -> list[Enrolment]:
    """Return what else a person has or waits for at the time of an enrolment, and has not chosen about."""
    if enrolment.person is None or enrolment.state not in ASKED_ABOUT:
        return []
    pairs = open_overlaps(enrolment.person, at, with_waiting=True)
    both = [(one.earlier, one.later) for one in pairs if enrolment in (one.earlier, one.later)]
    return [later if earlier == enrolment else earlier for earlier, later in both]


def persons_who_moved(at: datetime, *, since: datetime | None = None) -> "QuerySet[Person]":
    """Return the persons who got a place in the last minutes, or since some minutes before a moment."""
    back = OF_LATE if since is None else at - since + OF_LATE
    of_late = Enrolment.objects.filter(state="enrolled", changed_at__gt=at - back, changed_at__lte=at)
    return Person.objects.filter(pk__in=of_late.values("person")).order_by("pk")


def dates_of(
    person: Person, at: datetime, states: Sequence[str] = TAKING
) -> dict[Enrolment, list[EffectiveSession]]:
    """Return the dates to come of what a person has, holds or was offered, or of what is in other states."""
    kept = Enrolment.objects.filter(person=person, state__in=states).exclude(state="held", until_at__lte=at)
    enrolments = list(kept.select_related("intake__series__offer", "intake__session", "person", "party"))
    if not enrolments:
        return {}
    whole = Q(series__in={one.intake.series_id for one in enrolments if one.intake.session_id is None})
    single = Q(pk__in={one.intake.session_id for one in enrolments if one.intake.session_id is not None})
    dates = marked(Session.objects.filter(whole | single, ends_at__gt=at).select_related("venue"))
    found = coming(effective_sessions(list(dates), at), at)
    return {one: [date for date in found if belongs(date.session, one.intake)] for one in enrolments}


def belongs(session: Session, intake: Intake) -> bool:
    """Return whether a date is one of those for which an intake gives places."""
    if intake.session_id is not None:
        return session.pk == intake.session_id
    return session.series_id == intake.series_id


def coming(dates: Iterable[EffectiveSession], at: datetime) -> list[EffectiveSession]:
    """Return the dates that take place and are not over, in the order of their beginning."""
    kept = [one for one in dates if one.ends_at > at and one.status in TAKES_PLACE]
    return sorted(kept, key=lambda one: (one.starts_at, one.session.pk))


def overlaps_between(
    here: Sequence[EffectiveSession], theirs: Mapping[Enrolment, Sequence[EffectiveSession]]
) -> list[Overlap]:
    """Return where dates overlap with those of other enrolments, in the order of their beginning."""
    near = [
        Overlap(enrolment, there, date)
        for enrolment, dates in theirs.items()
        for there in dates
        for date in here
        if gap_of(there, date) < timedelta(minutes=LONGEST_WALK)
    ]
    walks = walks_between(
        (one.there.venue, one.here.venue) for one in near if needs_walk(one.there, one.here)
    )
    found = [overlap for one in near if (overlap := judged(one, walks)) is not None]
    return sorted(found, key=lambda one: (one.here.starts_at, one.there.starts_at, one.enrolment.pk))


def gap_of(one: EffectiveSession, other: EffectiveSession) -> timedelta:
    """Return the time between two dates; zero or less where they are at the same time."""
    return max(one.starts_at, other.starts_at) - min(one.ends_at, other.ends_at)


def needs_walk(one: EffectiveSession, other: EffectiveSession) -> bool:
    """Return whether somebody has to walk from one date to the other, in a time that may be too short."""
    if gap_of(one, other) < timedelta(0) or one.is_online or other.is_online:
        return False
    return one.venue is not None and other.venue is not None and one.venue.pk != other.venue.pk


def judged(near: Overlap, walks: Mapping[tuple[int, int], float]) -> Overlap | None:
    """Return an overlap with the walk that makes it one; None where the person can be at both."""
    gap = gap_of(near.there, near.here)
    if gap < timedelta(0):
        return near
    if not needs_walk(near.there, near.here):
        return None
    minutes = walks.get(pair_of(near.there.venue, near.here.venue), 0.0)
    if timedelta(minutes=minutes) <= gap:
        return None
    return Overlap(near.enrolment, near.there, near.here, walk_minutes=max(1, round(minutes)))


def walks_between(pairs: Iterable[tuple[Any, Any]]) -> dict[tuple[int, int], float]:
    """Return the minutes on foot between places, each way of a pair being as long as the other.

    Farther than the longest walk is that long; a walk that is not known is left out.
    """
    wanted: dict[int, dict[int, Venue]] = {}
    starts: dict[int, Venue] = {}
    for one, other in pairs:
        first, second = sorted((one, other), key=lambda venue: venue.pk)
        starts[first.pk] = first
        wanted.setdefault(first.pk, {})[second.pk] = second
    found: dict[tuple[int, int], float] = {}
    for start, ends in wanted.items():
        venue = starts[start]
        known = {pk: end for pk, end in ends.items() if end.street_node is not None}
        if venue.lat is None or venue.lon is None or venue.street_node is None or not known:
            continue
        rows = [(pk, end.street_node) for pk, end in known.items()]
        reached = walking_minutes_to(rows, venue.lat, venue.lon, limit_minutes=LONGEST_WALK)
        if reached.reason is None:
            found |= {(start, pk): reached.get(pk, float(LONGEST_WALK)) for pk in known}
    return found


def pair_of(one: Any, other: Any) -> tuple[int, int]:
    """Return the name of a pair of places, whichever comes first."""
    return (min(one.pk, other.pk), max(one.pk, other.pk))
