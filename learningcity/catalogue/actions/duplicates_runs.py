"""Series and sessions of two offers that become one: joined where they are the same, else brought over."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from learningcity.catalogue.models import (
    JoinedSeries,
    JoinedSession,
    MovedSeries,
    MovedSession,
    OfferMerge,
    Series,
    Session,
)
from learningcity.engines.duplicates import metres_between

SAME_MINUTES = 100
"""Dates of one day that begin so close together are one date, told by two sources."""

FAR_METRES = 500
HALF = 0.5


@dataclass
class BroughtOver:
    """What became of series and sessions: dropped row to kept row of those that are the same."""

    series: dict[int, int] = field(default_factory=dict)
    sessions: dict[int, int] = field(default_factory=dict)


def bring_over(merge: OfferMerge) -> None:
    """Join the series of the dropped offer with those of the kept one that are the same; move the others.

    A series is joined with the one that has at least half of its dates, and each date to at most one other.
    What only the dropped series has moves into the joined one. Called again after an import, it takes over
    what is new.
    """
    known = dict(merge.joined_series.values_list("dropped", "kept"))
    theirs = runs(merge.dropped_id)
    ours = {one.pk: one for one in runs(merge.kept_id)}
    free = {pk: one for pk, one in ours.items() if pk not in known.values()}
    for one in theirs:
        if one.pk in known:
            join_sessions(merge, one, ours[known[one.pk]])
        elif partner := best_partner(one, free.values()):
            del free[partner.pk]
            JoinedSeries.objects.create(merge=merge, kept=partner, dropped=one)
            join_sessions(merge, one, partner)
        else:
            move_series(merge, one)


def runs(offer_id: int) -> list[Series]:
    """Return the series of an offer with their dates and places."""
    series = Series.objects.filter(offer=offer_id).select_related("venue").order_by("pk")
    return list(series.prefetch_related("sessions__venue"))


def best_partner(one: Series, others: Iterable[Series]) -> Series | None:
    """Return the series that shares most dates with this one, if it is half of the shorter one or more."""
    shares = [(share_of(one, other), -other.pk, other) for other in others]
    best = max(shares, default=None, key=lambda share: share[:2])
    return best[2] if best and best[0] >= HALF else None


def share_of(one: Series, other: Series) -> float:
    """Return which share of the shorter series the longer one has too; days stand in for unknown hours."""
    mine, theirs = list(one.sessions.all()), list(other.sessions.all())
    if not mine or not theirs:
        same_days = (one.runs_from_on, one.runs_until_on) == (other.runs_from_on, other.runs_until_on)
        is_same = not mine and not theirs and same_days and not is_far(one, other)
        return 1.0 if is_same else 0.0
    return len(same_dates(mine, theirs)) / min(len(mine), len(theirs))


def same_dates(mine: Iterable[Session], theirs: Iterable[Session]) -> dict[int, Session]:
    """Return for each of my dates the one of theirs that is the same, the closest first; each only once."""
    theirs = list(theirs)
    close = sorted(
        (abs((one.starts_at - other.starts_at).total_seconds()), one.pk, other.pk, one, other)
        for one in mine
        for other in theirs
        if abs((one.starts_at - other.starts_at).total_seconds()) <= SAME_MINUTES * 60
        and (one.starts_at == other.starts_at or not is_far(one, other))
    )
    found: dict[int, Session] = {}
    taken: set[int] = set()
    for _apart, pk, other_pk, _one, other in close:
        if pk not in found and other_pk not in taken:
            found[pk] = other
            taken.add(other_pk)
    return found


def is_far(one: Series | Session, other: Series | Session) -> bool:
    """Whether two are surely held at different places."""
    here, there = one.venue, other.venue
    if here is None or there is None or here.pk == there.pk:
        return False
    points = [
        (venue.lat, venue.lon) for venue in (here, there) if venue.lat is not None and venue.lon is not None
    ]
    return len(points) == 2 and metres_between(*points) > FAR_METRES


def join_sessions(merge: OfferMerge, dropped: Series, kept: Series) -> None:
    """Join the dates of two series that are one; those that only the dropped one has move."""
    known = set(merge.joined_sessions.values_list("dropped", flat=True))
    taken = set(merge.joined_sessions.values_list("kept", flat=True))
    mine = [one for one in dropped.sessions.all() if one.pk not in known]
    same = same_dates(mine, [one for one in kept.sessions.all() if one.pk not in taken])
    JoinedSession.objects.bulk_create(
        JoinedSession(merge=merge, kept=same[one.pk], dropped=one) for one in mine if one.pk in same
    )
    held = {one.starts_at for one in kept.sessions.all()}
    alone = [one for one in mine if one.pk not in same and one.starts_at not in held]
    MovedSession.objects.bulk_create(MovedSession(merge=merge, session=one, home=dropped) for one in alone)
    Session.objects.filter(pk__in=[one.pk for one in alone]).update(series=kept)


def move_series(merge: OfferMerge, series: Series) -> None:
    """Bring a series whole under the kept offer, under a key that no source gives."""
    MovedSeries.objects.create(merge=merge, series=series, home=merge.dropped, home_key=series.source_key)
    Series.objects.filter(pk=series.pk).update(
        offer=merge.kept_id, source_key=f"merged {merge.pk} {series.pk}"
    )


def joined(merge: OfferMerge) -> BroughtOver:
    """Return which series and sessions of a merge are the same."""
    return BroughtOver(
        dict(merge.joined_series.values_list("dropped", "kept")),
        dict(merge.joined_sessions.values_list("dropped", "kept")),
    )


def take_back(merge: OfferMerge) -> None:
    """Put series and sessions back where they were before a merge."""
    for session in merge.moved_sessions.all():
        Session.objects.filter(pk=session.session_id).update(series=session.home_id)
    for series in merge.moved_series.all():
        Series.objects.filter(pk=series.series_id).update(offer=series.home_id, source_key=series.home_key)
    for rows in (merge.moved_sessions, merge.moved_series, merge.joined_sessions, merge.joined_series):
        rows.all().delete()
