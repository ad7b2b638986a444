"""The roles of one person, those in one organisation together, as their holder sees them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from learningcity.core.actors import Actor, Right
from learningcity.people.models import Mandate, Membership, Organisation, Person
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.mandates import holding
from learningcity.people.queries.organisations import city_office
from learningcity.people.queries.roles import roles_of


@dataclass(frozen=True, slots=True)
class RolesInOne:
    """The roles of a person in one organisation, which they take up together."""

    organisation: Organisation
    roles: Sequence[Membership]
    held: Sequence[Membership]
    is_office: bool
    mandates: int
    is_now: bool

    @property
    def hat(self) -> str:
        """The opaque id by which the roles are taken up; "" while none of them holds."""
        return str(self.held[0].public_id) if self.held else ""

    @property
    def is_desk(self) -> bool:
        """Whether one of the roles is to help people."""
        helping = {Membership.Role.ADMINISTRATOR, Membership.Role.DESK}
        return any(role.role in helping for role in self.held)


def roles_by_organisation(person: Person, *, by: Actor, at: datetime) -> list[RolesInOne]:
    """Return the roles of a person, those in one organisation together, and which of them is taken up now."""
    rows: dict[Organisation, list[Membership]] = defaultdict(list)
    for membership in roles_of(person, at=at):
        rows[membership.organisation].append(membership)
    if not rows:
        return []
    office = city_office()
    mandates = mandates_to_each(list(rows), at=at)
    is_in_role = by.right in (Right.STAFF, Right.PROVIDER)
    day = city_day(at)
    return [
        RolesInOne(
            organisation=organisation,
            roles=roles,
            held=[role for role in roles if role.from_on <= day],
            is_office=organisation == office,
            mandates=mandates.get(organisation.pk, 0),
            is_now=is_in_role and by.organisation == str(organisation.public_id),
        )
        for organisation, roles in rows.items()
    ]


def mandates_to_each(organisations: Sequence[Organisation], *, at: datetime) -> dict[int, int]:
    """Return how many persons let each organisation act for them now."""
    held = Mandate.objects.filter(holding(at), organisation__in=organisations)
    counted = held.values("organisation").annotate(persons=Count("person", distinct=True))
    return dict(counted.values_list("organisation", "persons"))
