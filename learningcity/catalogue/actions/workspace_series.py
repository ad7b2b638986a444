"""Series kept by those who offer: written whole or not at all, and longer by more dates."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.checking import (
    MOST_SERIES,
    MOST_SESSIONS,
    limits_at,
    series_faults,
    session_faults,
)
from learningcity.catalogue.actions.directory import Directory
from learningcity.catalogue.actions.drafts import OfferDraft, SeriesDraft, SessionDraft
from learningcity.catalogue.actions.faults import line
from learningcity.catalogue.actions.field_corrections import keep_corrections
from learningcity.catalogue.actions.offers import OfferNotRight, locked, mark_changed, refuse_first
from learningcity.catalogue.actions.planning import Plan, plan_new
from learningcity.catalogue.actions.workspace_dates import DatesDraft, DatesNotRight, sessions_of
from learningcity.catalogue.actions.workspace_looks import (
    NOTHING_SEEN,
    Look,
    PlannedDate,
    Seen,
    keep_accepted,
    looks_at_clashes,
    looks_at_days,
    require_look,
)
from learningcity.catalogue.models import Offer, Series, Session
from learningcity.catalogue.permissions import can_keep_offers
from learningcity.catalogue.queries.bookings import Booking
from learningcity.catalogue.queries.frame import city_box, city_time_zone
from learningcity.core.actors import Actor
from learningcity.core.audit import record

WRITTEN_HERE = "own-"
"""How the keys begin of series that were entered in the workspace."""


@transaction.atomic
def add_series(
    offer: Offer,
    dates: DatesDraft,
    *,
    name: str = "",
    seen: Seen = NOTHING_SEEN,
    by: Actor,
    at: datetime,
) -> Series:
    """Add a series with all its dates, or none of it.

    Raises PermissionDenied, DatesNotRight, OfferNotRight with the first fault, or NeedsLook.
    """
    known = locked(offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    keys = set(known.series.values_list("source_key", flat=True))
    if len(keys) >= MOST_SERIES:
        raise OfferNotRight(
            _("This offer has %(count)s series, and no more are possible. Copy the offer and go on there.")
            % {"count": len(keys)}
        )
    limits = limits_at(at, city_box())
    draft = SeriesDraft(
        key=fresh_key(keys),
        name=name,
        venue=dates.venue,
        room=dates.room,
        sessions=sessions_of(dates, city_time_zone(), limits),
    )
    directory = known_places(known, draft, by=by, at=at)
    refuse_first([*series_faults(draft, limits), *directory.faults(whole(known, draft))])
    looks = looks_of(known, draft.sessions, directory)
    require_look(looks, seen)
    keep_corrections(known, with_series=True, at=at)
    plan = Plan()
    plan_new(plan, [draft], offer_id=known.pk, offer=known.public_id, venue=directory.venue_id)
    plan.write(by=by, at=at)
    series = known.series.get(source_key=draft.key)
    keep_accepted(looks, list(series.sessions.all()), why=seen.why, at=at)
    mark_changed(known, at)
    record("catalogue.series_planned", by=by, about=series, at=at)
    return series


@transaction.atomic
def add_dates(
    series: Series, dates: DatesDraft, *, seen: Seen = NOTHING_SEEN, by: Actor, at: datetime
) -> list[Session]:
    """Add dates to a series, all or none; a single date becomes a series when a second comes.

    Raises PermissionDenied, DatesNotRight, OfferNotRight with the first fault, or NeedsLook.
    """
    known = locked(series.offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    limits = limits_at(at, city_box())
    drafts = sessions_of(dates, city_time_zone(), limits)
    there = set(series.sessions.values_list("starts_at", flat=True))
    refuse_double(drafts, there)
    draft = SeriesDraft(key=series.source_key, sessions=drafts)
    directory = known_places(known, draft, by=by, at=at)
    refuse_first(
        [
            *(fault for one in drafts for fault in session_faults(one, limits)),
            *directory.faults(whole(known, draft)),
        ]
    )
    looks = looks_of(known, drafts, directory)
    require_look(looks, seen)
    keep_corrections(known, with_series=True, at=at)
    plan = Plan(series={series.public_id: series.pk})
    plan.add_sessions(drafts, series=series.public_id, where=series.venue_id, venue=directory.venue_id)
    plan.write(by=by, at=at)
    made = list(series.sessions.filter(starts_at__in=[one.starts_at for one in drafts]).order_by("starts_at"))
    keep_accepted(looks, made, why=seen.why, at=at)
    mark_changed(known, at)
    record("catalogue.dates_added", by=by, about=series, at=at)
    return made


@transaction.atomic
def rename_series(series: Series, name: str, *, by: Actor, at: datetime) -> None:
    """Give a series a name of its own, or none. Raises PermissionDenied or OfferNotRight."""
    known = locked(series.offer)
    if not can_keep_offers(by, known.provider, at):
        raise PermissionDenied
    refuse_first(list(line("name", name, 200)))
    keep_corrections(known, with_series=True, at=at)
    Series.objects.filter(pk=series.pk).update(name=name)
    mark_changed(known, at)
    record("catalogue.series_changed", by=by, about=series, at=at)


def fresh_key(keys: Collection[str]) -> str:
    """Return a key that no series of the offer has; the offer is locked."""
    number = len(keys) + 1
    while f"{WRITTEN_HERE}{number}" in keys:
        number += 1
    return f"{WRITTEN_HERE}{number}"


def refuse_double(drafts: Sequence[SessionDraft], there: Collection[datetime]) -> None:
    """Refuse dates that the series has already, and more than a series may have."""
    if any(one.starts_at in there for one in drafts):
        raise DatesNotRight(
            _("The series has a date at one of these moments already. Leave it out, or choose another time."),
            field="first_on",
        )
    if len(there) + len(drafts) > MOST_SESSIONS:
        raise DatesNotRight(
            _("The series would have more than %(most)s dates. Enter the rest as a series of its own.")
            % {"most": MOST_SESSIONS},
            field="last_on",
        )


def whole(offer: Offer, draft: SeriesDraft) -> OfferDraft:
    """Return an offer of one series, of which only the places are asked."""
    return OfferDraft(key=offer.source_key, title=offer.title, language=offer.language, series=(draft,))


def known_places(offer: Offer, draft: SeriesDraft, *, by: Actor, at: datetime) -> Directory:
    """Return the directory in which the places of a series are found."""
    directory = Directory(offer.source, by=by, at=at)
    directory.meet([whole(offer, draft)])
    return directory


def looks_of(offer: Offer, drafts: Sequence[SessionDraft], directory: Directory) -> list[Look]:
    """Return what has to be looked at in dates that are not written yet."""
    planned = [
        PlannedDate(
            Booking(
                session=None,
                title=offer.title,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                time_zone=one.time_zone,
                venue=directory.venue_id(one.venue),
                room=one.room,
                trainer=one.trainer,
            ),
            one.starts,
            one.ends,
        )
        for one in drafts
    ]
    return [*looks_at_days(planned), *looks_at_clashes(planned, provider=offer.provider)]
