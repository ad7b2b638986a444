"""Questions about roles: of one person, in one organisation, of everyone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Greatest

from learningcity.core.markers import marker, values_of
from learningcity.people.models import Invitation, Membership, Organisation, Person
from learningcity.people.queries.actors import held_memberships
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.organisations import able_administrators

SIZE = 50
LAPSES_AFTER = timedelta(days=180)
WARNED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which roles of everyone: words in the organisation's name, one organisation, one role."""

    words: str = ""
    organisation: UUID | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class RoleList:
    """A part of the list of roles, and where the next part starts."""

    roles: Sequence[Membership]
    next: str


class RoleRow(NamedTuple):
    """One role in a download."""

    person: UUID
    name: str
    role: str
    organisation: str
    from_on: date
    until_on: date | None
    last_used_on: date | None


def roles_of(person: Person, *, at: datetime) -> "QuerySet[Membership]":
    """Return the roles of a person that hold now or begin later, those of the city first."""
    is_city = Case(When(organisation__kind=Organisation.Kind.CITY, then=0), default=1)
    open_ones = Membership.objects.filter(still_open(city_day(at)), person=person)
    return open_ones.select_related("organisation").order_by(is_city, "organisation__name", "pk")


def role_of(person: Person, public_id: UUID, *, at: datetime) -> Membership | None:
    """Return one role of a person that holds now."""
    held = held_memberships(at=at).filter(person=person, public_id=public_id)
    return held.select_related("organisation", "person").first()


def roles_in(organisation: Organisation, *, at: datetime) -> "QuerySet[Membership]":
    """Return the roles in an organisation that hold now or begin later, in the order they were entered."""
    open_ones = Membership.objects.filter(still_open(city_day(at)), organisation=organisation)
    return open_ones.select_related("person", "organisation").order_by("pk")


def members(organisation: Organisation, *, after: str = "", size: int = SIZE, at: datetime) -> RoleList:
    """Return a part of the roles in an organisation. Raises BadMarker for a marker of another list."""
    return part_of(roles_in(organisation, at=at), after, size)


def role_in(organisation: Organisation, public_id: UUID, *, at: datetime) -> Membership | None:
    """Return one role in an organisation that has not ended."""
    return roles_in(organisation, at=at).filter(public_id=public_id).first()


def member_of(organisation: Organisation, public_id: UUID, *, at: datetime) -> Person | None:
    """Return somebody who has a role in an organisation."""
    held = roles_in(organisation, at=at).filter(
        person__public_id=public_id, person__state=Person.State.ACTIVE
    )
    found = held.first()
    return found.person if found else None


def still_open(day: date) -> Q:
    """Return the condition of a role that has not ended and whose last day is not over."""
    return Q(Q(until_on=None) | Q(until_on__gte=day), ended_at=None)


def everyones_roles(filters: Filters, *, after: str = "", at: datetime) -> RoleList:
    """Return a part of everyone's roles that hold now, in the order in which they were entered.

    Raises BadMarker for a marker of another list.
    """
    return part_of(found_roles(filters, at=at), after)


def part_of(found: "QuerySet[Membership]", after: str, size: int = SIZE) -> RoleList:
    """Return the rows of a list that follow a marker, and the next marker."""
    if after:
        (pk,) = values_of(after, "roles", int)
        found = found.filter(pk__gt=pk)
    rows = list(found[: size + 1])
    return RoleList(rows[:size], marker("roles", rows[size - 1].pk) if len(rows) > size else "")


def all_rows(filters: Filters, *, at: datetime) -> Iterator[RoleRow]:
    """Yield everyone's roles, a part at a time, so that a download needs little memory."""
    rows = found_roles(filters, at=at).values_list(
        "person__public_id",
        "person__name",
        "role",
        "organisation__name",
        "from_on",
        "until_on",
        "last_used_on",
    )
    return starmap(RoleRow, rows.iterator(chunk_size=2000))


def found_roles(filters: Filters, *, at: datetime) -> "QuerySet[Membership]":
    """Return the roles that hold now and that the filters keep."""
    found = held_memberships(at=at).select_related("person", "organisation")
    if filters.organisation:
        found = found.filter(organisation__public_id=filters.organisation)
    for word in filters.words.split()[:8]:
        found = found.filter(organisation__in=Organisation.objects.filter(name__icontains=word))
    if filters.role:
        found = found.filter(role=filters.role)
    return found.order_by("pk")


def idle_since() -> "QuerySet[Membership]":
    """Return the open roles, each with the day since which it was not used (`idle_on`)."""
    used = Greatest("from_on", Coalesce("last_used_on", "from_on"), output_field=DateField())
    return Membership.objects.filter(ended_at=None).annotate(idle_on=used)


def roles_to_warn_of(*, at: datetime) -> "QuerySet[Membership]":
    """Return the roles that end or lapse within 30 days and of which nobody was warned."""
    day = city_day(at)
    ends_soon = Q(until_on__gte=day, until_on__lte=day + WARNED_BEFORE)
    lapses_soon = Q(idle_on__lte=day - LAPSES_AFTER + WARNED_BEFORE)
    found = idle_since().filter(
        ends_soon | lapses_soon, still_open(day), lapse_warned_on=None, from_on__lte=day
    )
    return found.select_related("person", "organisation").order_by("pk")


def roles_to_lapse(*, at: datetime) -> "QuerySet[Membership]":
    """Return the roles that were not used for 180 days and of which their holders were warned in time.

    The role of a last administrator is left out: it never lapses.
    """
    day = city_day(at)
    others = able_administrators(at=at).filter(organisation=OuterRef("organisation"))
    others = others.exclude(person=OuterRef("person"))
    is_idle = Q(idle_on__lte=day - LAPSES_AFTER, lapse_warned_on__lte=day - WARNED_BEFORE)
    return (
        idle_since()
        .filter(still_open(day), is_idle)
        .filter(~Q(role=Membership.Role.ADMINISTRATOR) | Exists(others))
        .select_related("person", "organisation")
        .order_by("pk")
    )


def roles_over(*, at: datetime) -> "QuerySet[Membership]":
    """Return the roles whose last day is over and that are not marked as ended."""
    return Membership.objects.filter(ended_at=None, until_on__lt=city_day(at)).order_by("pk")


def lapses_on(membership: Membership) -> date:
    """Return the day on which a role lapses unless it is used."""
    return max(membership.from_on, membership.last_used_on or membership.from_on) + LAPSES_AFTER


def invitations_to(organisation: Organisation, *, at: datetime) -> "QuerySet[Invitation]":
    """Return the invitations to an organisation that can still be taken up, the newest first."""
    open_ones = organisation.invitations.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)
    return open_ones.order_by("-pk")


def invitation_to(organisation: Organisation, public_id: UUID, *, at: datetime) -> Invitation | None:
    """Return one invitation to an organisation that can still be taken up."""
    return invitations_to(organisation, at=at).filter(public_id=public_id).first()
