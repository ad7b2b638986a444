"""What an offer says now, as a draft: to be changed, or to be copied."""

from datetime import date, timedelta

from learningcity.catalogue.actions.drafts import (
    AccessDraft,
    KnownVenue,
    OfferDraft,
    PriceDraft,
    SeriesDraft,
    SessionDraft,
    TextDraft,
    zone,
)
from learningcity.catalogue.models import Offer, Series, Session


def draft_of(offer: Offer) -> OfferDraft:
    """Return what an offer says, without its series; six queries."""
    return OfferDraft(
        key=offer.source_key,
        title=offer.title,
        language=offer.language,
        form=offer.form,
        mode=offer.mode,
        summary=offer.summary,
        description=offer.description,
        taught_in=tuple(offer.taught_in),
        field=offer.field,
        level=offer.level,
        audience=offer.audience,
        age_from=offer.age_from,
        age_to=offer.age_to,
        hours=offer.hours,
        website=offer.website,
        texts=tuple(
            TextDraft(
                language=text.language,
                title=text.title,
                summary=text.summary,
                description=text.description,
                is_machine_made=text.is_machine_made,
            )
            for text in offer.texts.order_by("language")
        ),
        prices=tuple(
            PriceDraft(cents=price.cents, group=price.group, currency=price.currency)
            for price in offer.prices.order_by("pk")
        ),
        access=tuple(
            AccessDraft(feature=fact.feature, is_there=fact.is_there, note=fact.note)
            for fact in offer.access.order_by("pk")
        ),
        skills=tuple(offer.skills.order_by("position").values_list("words", flat=True)),
        concepts=tuple(offer.concepts.order_by("pk").values_list("address", flat=True)),
    )


def shifted_series(offer: Offer, first_on: date) -> tuple[SeriesDraft, ...]:
    """Return the series of an offer with their planned dates, moved by whole days.

    The first date of each series is on the given day or the next one of the same weekday; the hours on the
    wall clock stay. Series without dates are left out.
    """
    found = offer.series.order_by("pk").prefetch_related("sessions")
    shifted = (shifted_one(series, first_on) for series in found)
    return tuple(series for series in shifted if series.sessions)


def shifted_one(series: Series, first_on: date) -> SeriesDraft:
    """Return one series with its dates that were not cancelled, moved by whole days."""
    sessions = [one for one in series.sessions.all() if one.status != Session.Status.CANCELLED]
    sessions.sort(key=lambda one: one.starts_at)
    days = timedelta()
    if sessions:
        first = sessions[0].starts_at.astimezone(zone(sessions[0].time_zone)).date()
        days = first_on - first + timedelta(days=(first.weekday() - first_on.weekday()) % 7)
    drafts = {draft.starts_at: draft for draft in (shifted_date(one, days) for one in sessions)}
    return SeriesDraft(
        key=series.source_key,
        name=series.name,
        venue=KnownVenue(pk=series.venue_id) if series.venue_id else None,
        room=series.room,
        places=series.places,
        sessions=tuple(drafts.values()),
    )


def shifted_date(session: Session, days: timedelta) -> SessionDraft:
    """Return one date, moved by whole days on the wall clock, planned afresh."""
    local = zone(session.time_zone)
    starts, ends = session.starts_at.astimezone(local), session.ends_at.astimezone(local)
    return SessionDraft(
        starts=starts.replace(tzinfo=None, fold=0) + days,
        ends=ends.replace(tzinfo=None, fold=0) + days,
        time_zone=session.time_zone,
        is_online=session.is_online,
        venue=KnownVenue(pk=session.venue_id) if session.venue_id else None,
        room=session.room,
        trainer=session.trainer,
    )
