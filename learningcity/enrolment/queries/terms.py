"""What an offer and its dates ask of those who enrol, read in one question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, Q, QuerySet

from learningcity.catalogue.models import Offer, OverlaidSession, Series, Session
from learningcity.catalogue.queries.prepared import Prepared
from learningcity.enrolment.models import Intake
from learningcity.enrolment.queries.held import as_held
from learningcity.people.queries.ages import city_day

Audience = Offer.Audience
AGES_MEANT: dict[str, tuple[int | None, int | None]] = {
    Audience.CHILDREN: (None, 17),
    Audience.YOUNG_PEOPLE: (11, 25),
    Audience.ADULTS: (18, None),
    Audience.OLDER_PEOPLE: (60, None),
}
"""Ages that an audience means where the offer says none. Families and everyone mean all ages."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for an intake: whom the offer is for, when it begins and ends, when one may enrol.

    `dates` counts its sessions, `called_off` those that do not take place. `any_layer`: whether a layer lies
    over any date of the city, so that what holds may not be what is planned.
    """

    is_published: bool
    age_from: int | None
    age_to: int | None
    audience: str
    enrol_from_on: date | None
    enrol_until_on: date | None
    runs_from_on: date | None
    runs_until_on: date | None
    starts_at: datetime | None
    last_starts_at: datetime | None
    dates: int
    called_off: int
    any_layer: bool = False

    @property
    def is_called_off(self) -> bool:
        """Whether every date was called off."""
        return bool(self.dates) and self.called_off == self.dates

    @property
    def ages(self) -> tuple[int | None, int | None]:
        """From which age and up to which it is: as the offer says, else as its audience means."""
        if self.age_from is None and self.age_to is None:
            return AGES_MEANT.get(self.audience, (None, None))
        return self.age_from, self.age_to


def terms_of(intake: Intake, at: datetime | None = None) -> Terms:
    """Return what an intake asks of those who enrol, by its dates as they hold at a moment.

    Without a moment by its dates as they are planned. Two questions more while a layer lies over any date.
    """
    key = intake.session_id or intake.series_id
    planned = Terms(*next((OF_A_SESSION if intake.session_id else OF_A_SERIES).rows([key])))
    return planned if at is None or not planned.any_layer else held_terms(planned, intake, at)


def held_terms(planned: Terms, intake: Intake, at: datetime) -> Terms:
    """Return terms with the layers over the dates applied."""
    own = Q(pk=intake.session_id) if intake.session_id else Q(series=intake.series_id)
    dates = as_held(list(Session.objects.filter(own).select_related("venue")), at)
    starts = [one.starts_at for one in dates if one.status != Session.Status.CANCELLED]
    return replace(
        planned,
        starts_at=min(starts, default=None),
        last_starts_at=max(starts, default=None),
        called_off=len(dates) - len(starts),
    )


def rows_of(of: "QuerySet[Series]", own: Q) -> "QuerySet[Any, Any]":
    """Return the terms of a series with those of its sessions that are meant."""
    off = Q(sessions__status=Session.Status.CANCELLED)
    return of.values_list(
        "offer__is_published",
        "offer__age_from",
        "offer__age_to",
        "offer__audience",
        "enrol_from_on",
        "enrol_until_on",
        "runs_from_on",
        "runs_until_on",
    ).annotate(
        first=Min("sessions__starts_at", filter=own & ~off),
        last=Max("sessions__starts_at", filter=own & ~off),
        dates=Count("sessions", filter=own),
        called_off=Count("sessions", filter=own & off),
        # Of no date in particular, so that the database looks once.
        any_layer=Exists(OverlaidSession.objects.all()),
    )


def rows_of_series(ids: Sequence[int], at: datetime, language: str) -> "QuerySet[Any, Any]":
    """Return the terms of whole series."""
    return rows_of(Series.objects.filter(pk__in=ids), Q(sessions__isnull=False))


def rows_of_sessions(ids: Sequence[int], at: datetime, language: str) -> "QuerySet[Any, Any]":
    """Return the terms of single sessions."""
    return rows_of(Series.objects.filter(sessions__in=ids), Q(sessions__in=ids))


OF_A_SERIES = Prepared(rows_of_series)
OF_A_SESSION = Prepared(rows_of_sessions)
"""Composed once: everybody who enrols asks."""


def is_past(terms: Terms, at: datetime) -> bool:
    """Return whether the last date has begun; for a run without dates, whether its last day is over."""
    if terms.last_starts_at is not None:
        return terms.last_starts_at <= at
    return terms.runs_until_on is not None and terms.runs_until_on < city_day(at)
