"""Series and sessions as their own source knows them, wherever a merge has brought them."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from learningcity.catalogue.models import MovedSeries, MovedSession, Series, Session


def as_their_source_knows(
    found: Mapping[int, list[Series]], named: Mapping[int, Collection[str]]
) -> dict[int, list[Series]]:
    """Return the series of offers with their sessions, by offer, as if nothing had been merged.

    What a merge brought to an offer is left out, unless its key is `named`: no source names such a key, but
    people who change the offer do. What it took away is there, under the key of its source.
    """
    moved = MovedSeries.objects.filter(Q(home__in=named) | Q(series__offer__in=named)).order_by("-pk")
    homes = {one.series_id: one for one in moved}
    series = {pk: [one for one in rows if is_at_home(one, homes, named[pk])] for pk, rows in found.items()}
    away = {one.series_id: one for one in homes.values() if one.home_id in named}
    for one in Series.objects.filter(pk__in=away).prefetch_related("sessions"):
        one.source_key = away[one.pk].home_key
        series.setdefault(away[one.pk].home_id, []).append(one)
    bring_sessions_home([one for rows in series.values() for one in rows])
    return series


def is_at_home(series: Series, homes: Mapping[int, MovedSeries], named: Collection[str]) -> bool:
    """Whether a series stands where its source knows it, or people have just named it there."""
    return series.pk not in homes or series.source_key in named


def bring_sessions_home(series: Iterable[Series]) -> None:
    """Let each series hold in memory the sessions that its source knows in it."""
    by_pk = {one.pk: one for one in series}
    moved = MovedSession.objects.filter(Q(home__in=by_pk) | Q(session__series__in=by_pk)).order_by("-pk")
    homes = {one.session_id: one.home_id for one in moved}
    if not homes:
        return
    away = list(Session.objects.filter(pk__in=[pk for pk, home in homes.items() if home in by_pk]))
    for pk, one in by_pk.items():
        here = [session for session in one.sessions.all() if homes.get(session.pk, pk) == pk]
        back = [session for session in away if homes[session.pk] == pk and session.series_id != pk]
        one._prefetched_objects_cache["sessions"] = [*here, *back]  # type: ignore[attr-defined]
