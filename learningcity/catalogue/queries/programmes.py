"""Festivals and campaigns: which there are, what they hold."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from learningcity.catalogue.models import Offer, Programme, Session
from learningcity.catalogue.queries.effective import (
    EffectiveSession,
    as_they_hold,
    effective_sessions,
    marked,
)
from learningcity.catalogue.queries.frame import city_time_zone
from learningcity.core.actors import Actor
from learningcity.people.permissions import is_city_staff

MOST_SESSIONS = 2000


def programmes(*, today: date) -> "QuerySet[Programme]":
    """Return the published programmes that are not over, the next first, each with `offers`, how many."""
    found = Programme.objects.filter(is_published=True, until_on__gte=today)
    return with_counts(found).order_by("from_on", "pk")


def kept_programmes(by: Actor) -> "QuerySet[Programme]":
    """Return the programmes that somebody keeps, the newest first: the city all, others their own."""
    found = Programme.objects.all()
    if not is_city_staff(by):
        found = found.filter(organisation__public_id=by.organisation or UUID(int=0))
    return with_counts(found).select_related("organisation").order_by("-from_on", "-pk")


def with_counts(found: "QuerySet[Programme]") -> "QuerySet[Programme]":
    """Return programmes with `offers`: how many of theirs can be seen."""
    return found.annotate(offers=Count("entries", filter=Q(entries__offer__is_published=True)))


def programme_with_id(public_id: UUID) -> Programme | None:
    """Return one programme with its organisation."""
    return Programme.objects.select_related("organisation").filter(public_id=public_id).first()


def sessions_of_programme(programme: Programme, at: datetime) -> list[EffectiveSession]:
    """Return the dates of its published offers between its days, as they hold, the first first."""
    dates = dates_of_programme(programme, at).order_by("now_starts_at", "pk")
    return effective_sessions(list(dates[:MOST_SESSIONS]), at)


def undated_offers(programme: Programme) -> "QuerySet[Offer]":
    """Return its published offers that have no dates."""
    return Offer.objects.filter(programmes__programme=programme, is_published=True, series=None).order_by(
        "pk"
    )


def dates_of_programme(programme: Programme, at: datetime) -> "QuerySet[Any]":
    """Return the dates of its published offers between its days; `now_starts_at` is when each begins."""
    zone = ZoneInfo(city_time_zone())
    begins = datetime.combine(programme.from_on, time.min, zone)
    ends = datetime.combine(programme.until_on + timedelta(days=1), time.min, zone)
    mine = Session.objects.filter(
        series__offer__programmes__programme=programme, series__offer__is_published=True
    )
    dates = as_they_hold(marked(mine), at).filter(now_starts_at__gte=begins, now_starts_at__lt=ends)
    return dates.select_related("series__offer", "series__venue", "venue")
