"""Questions about places: which intake belongs to what, what is left, who has a place."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from learningcity.catalogue.models import Series, Session
from learningcity.enrolment.models import LIVING, TAKING, Enrolment, Intake, StatusChange
from learningcity.people.models import Organisation, Person
from learningcity.people.queries.ages import city_day

State = Enrolment.State
WITH_OFFER = ("series__offer__provider__organisation", "session")


def intakes() -> "QuerySet[Intake]":
    """Return all intakes, each with its series, offer and organisation."""
    return Intake.objects.select_related(*WITH_OFFER)


def intake_of(of: Series | Session) -> Intake | None:
    """Return the intake of a series, or of one session."""
    if isinstance(of, Session):
        return intakes().filter(session=of).first()
    return intakes().filter(series=of, session=None).first()


def intake_named(public_id: UUID) -> Intake | None:
    """Return an intake by its opaque id."""
    return intakes().filter(public_id=public_id).first()


def intakes_of_series(series: Iterable[int]) -> "QuerySet[Intake]":
    """Return the intakes of these series (by key) and of their sessions, in the order of their dates."""
    found = intakes().filter(series__in=list(series))
    return found.order_by("series_id", F("session__starts_at").asc(nulls_first=True), "pk")


def places_left(of: Iterable[Intake]) -> dict[int, int | None]:
    """Return how many places are left, by the key of the intake; None where there is no limit."""
    return {
        pk: None if places is None else places - taken
        for pk, places, taken in Intake.objects.filter(pk__in=[one.pk for one in of]).values_list(
            "pk", "places", "taken"
        )
    }


def enrolments_of(person: Person) -> "QuerySet[Enrolment]":
    """Return a person's own enrolments, the newest first. The caller asks `can_take_places` before."""
    return (
        Enrolment.objects.filter(person=person)
        .select_related("intake__series__offer", "intake__session", "party")
        .order_by("-asked_at", "-pk")
    )


def living_enrolment(person: Person, intake: Intake) -> Enrolment | None:
    """Return the enrolment by which a person has a place, holds one or waits for one."""
    return Enrolment.objects.filter(intake=intake, person=person, state__in=LIVING).first()


def enrolments_in(intake: Intake) -> "QuerySet[Enrolment]":
    """Return the enrolments of an intake, in order of arrival. The caller asks `can_see_enrolled` before."""
    return (
        Enrolment.objects.filter(intake=intake).select_related("person", "guest", "party").order_by("number")
    )


def enrolment_named(public_id: UUID) -> Enrolment | None:
    """Return an enrolment by its opaque id. The caller asks `can_see_enrolment` before it shows anything."""
    return (
        Enrolment.objects.filter(public_id=public_id)
        .select_related("person", "guest", "party", *(f"intake__{name}" for name in WITH_OFFER))
        .first()
    )


def history_of(enrolment: Enrolment) -> "QuerySet[StatusChange]":
    """Return every change of an enrolment, the first one first."""
    return StatusChange.objects.filter(enrolment=enrolment).order_by("pk")


def states_in(intake: Intake) -> Mapping[str, int]:
    """Return how many enrolments of an intake stand in which state."""
    rows = Enrolment.objects.filter(intake=intake).values_list("state")
    return dict(rows.annotate(number=Count("pk")).order_by("state"))


def places_in(states: Iterable[str]) -> Coalesce:
    """Return the number of places of an intake that enrolments in these states have."""
    rows = Enrolment.objects.filter(intake=OuterRef("pk"), state__in=list(states))
    total = rows.order_by().values("intake").annotate(total=Sum("places")).values("total")
    return Coalesce(Subquery(total), 0)


def enrolled_in(intake: Intake) -> int:
    """Return how many places of an intake are taken for good: neither held nor offered only."""
    rows = Enrolment.objects.filter(intake=intake, state=Enrolment.State.ENROLLED)
    return int(rows.aggregate(total=Sum("places", default=0))["total"])


def miscounted_intakes() -> "QuerySet[Intake]":
    """Return the intakes whose count is not that of their enrolments, with `counted` beside `taken`."""
    return (
        intakes()
        .annotate(counted=places_in(TAKING))
        .filter(~Q(taken=F("counted")) | Q(places__isnull=False, counted__gt=F("places")))
    )


def intakes_to_decide(at: datetime) -> "QuerySet[Intake]":
    """Return the intakes for which the day of the decision has come and nobody has decided."""
    due = Intake.objects.filter(decision=Intake.Decision.OPEN, minimum__gt=0, decide_on__lte=city_day(at))
    return due.select_related(*WITH_OFFER).order_by("decide_on", "pk")


def intakes_to_ask_about(at: datetime) -> "QuerySet[Intake]":
    """Return the intakes to decide about which nobody was asked yet, for the day that holds."""
    asked = Q(asked_to_decide_on__gte=F("decide_on"))
    return intakes_to_decide(at).exclude(Q(asked_to_decide_on__isnull=False) & asked)


def decisions_waiting(organisation: Organisation, at: datetime) -> "QuerySet[Intake]":
    """Return the intakes of an organisation about which it has to decide now."""
    return decisions_waiting_in_city(at).filter(series__offer__provider__organisation=organisation)


def decisions_waiting_in_city(at: datetime) -> "QuerySet[Intake]":
    """Return the intakes of the whole city about which somebody has to decide now, with who is `enrolled`."""
    due = intakes_to_decide(at).annotate(enrolled=places_in([Enrolment.State.ENROLLED]))
    return due.filter(enrolled__lt=F("minimum"))


def intakes_to_tell() -> "QuerySet[Intake]":
    """Return the intakes of which the catalogue may not know how many places are left."""
    return Intake.objects.filter(is_told=False).order_by("pk")
