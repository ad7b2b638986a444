"""Questions about organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from learningcity.core.markers import marker, values_of
from learningcity.people.models import Membership, Organisation, Person
from learningcity.people.queries.actors import held_memberships

SIZE = 50
NOT_IN_TEXT = "\x00"


@dataclass(frozen=True, slots=True)
class OrganisationList:
    """A part of the list of organisations, and where the next part starts."""

    organisations: Sequence[Organisation]
    next: str


def organisation_named(name: str) -> Organisation | None:
    """Return an organisation by its exact name."""
    return Organisation.objects.filter(name=name).order_by("pk").first()


def organisation_with_id(public_id: str | UUID) -> Organisation | None:
    """Return an organisation by its opaque id; none for what is no id."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        return None
    return Organisation.objects.filter(public_id=wanted).first()


def city_office() -> Organisation | None:
    """Return the organisation whose administrators run this node: the first part of the city entered."""
    return Organisation.objects.filter(kind=Organisation.Kind.CITY).order_by("pk").first()


def organisations(
    *, words: str = "", kind: str = "", only_without: bool = False, after: str = "", at: datetime
) -> OrganisationList:
    """Return organisations by name, each with `members` and `administrators` (how many there are now).

    `only_without` keeps those that have no administrator. Raises BadMarker for a marker of another list.
    """
    found = found_organisations(words, kind, at=at)
    if only_without:
        found = found.filter(~Exists(able_administrators(at=at).filter(organisation=OuterRef("pk"))))
    if after:
        name, pk = values_of(after, "organisations", str, int)
        found = found.filter(Q(lower_name__gt=name) | Q(lower_name=name, pk__gt=pk))
    rows = list(found.order_by(Lower("name"), "pk")[: SIZE + 1])
    last = rows[SIZE - 1] if len(rows) > SIZE else None
    rows = rows[:SIZE]
    count_members(rows, at=at)
    return OrganisationList(rows, marker("organisations", last.lower_name, last.pk) if last else "")  # type: ignore[attr-defined]


def found_organisations(words: str, kind: str, *, at: datetime) -> "QuerySet[Organisation]":
    """Return the organisations whose names hold these words, of a kind."""
    found = Organisation.objects.annotate(lower_name=Lower("name"))
    for word in words.replace(NOT_IN_TEXT, "").split()[:8]:
        found = found.filter(name__icontains=word)
    return found.filter(kind=kind) if kind else found


def count_members(rows: Sequence[Organisation], *, at: datetime) -> None:
    """Write on each organisation how many people have a role in it, and how many of them administer it."""
    is_administrator = Q(role=Membership.Role.ADMINISTRATOR)
    counted = {
        pk: (members, administrators)
        for pk, members, administrators in held_memberships(at=at)
        .filter(organisation__in=[row.pk for row in rows])
        .values("organisation")
        .annotate(
            members=Count("person", distinct=True),
            administrators=Count("person", filter=is_administrator, distinct=True),
        )
        .values_list("organisation", "members", "administrators")
    }
    for row in rows:
        row.members, row.administrators = counted.get(row.pk, (0, 0))  # type: ignore[attr-defined]


def able_administrators(*, at: datetime) -> "QuerySet[Membership]":
    """Return the administrators' roles that hold and whose holders can sign in."""
    return held_memberships(at=at).filter(
        role=Membership.Role.ADMINISTRATOR,
        person__state=Person.State.ACTIVE,
        person__login__is_active=True,
    )


def sole_administrator_of(person: Person, *, at: datetime) -> list[Organisation]:
    """Return the organisations that nobody else administers: to be handed over before leaving."""
    others = able_administrators(at=at).filter(organisation=OuterRef("organisation")).exclude(person=person)
    own = held_memberships(at=at).filter(~Exists(others), person=person, role=Membership.Role.ADMINISTRATOR)
    return list(Organisation.objects.filter(memberships__in=own).distinct().order_by("name", "pk"))
