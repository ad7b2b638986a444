"""What can be done with organisations and roles in them."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.people.actions.names import checked_name
from learningcity.people.models import Membership, Organisation, Person
from learningcity.people.permissions.organisations import can_found_organisation


@transaction.atomic
def found_organisation(
    name: str,
    kind: str,
    *,
    email: str = "",
    phone: str = "",
    website: str = "",
    is_synthetic: bool = False,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Enter an organisation. Raises PermissionDenied or NameMissing."""
    if not can_found_organisation(by):
        raise PermissionDenied
    organisation = Organisation.objects.create(
        public_id=public_id or uuid4(),
        name=checked_name(name),
        kind=kind,
        email=email,
        phone=phone,
        website=website,
        is_synthetic=is_synthetic,
        created_at=at,
    )
    record("people.organisation_founded", by=by, about=organisation, at=at)
    return organisation


def give_role(
    person: Person,
    organisation: Organisation,
    role: str,
    *,
    from_on: date,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Membership:
    """Give somebody a role; one that is held already stays. Called by actions that have checked the right."""
    membership, is_new = Membership.objects.get_or_create(
        person=person,
        organisation=organisation,
        role=role,
        ended_at=None,
        defaults={"from_on": from_on, "until_on": until_on},
    )
    if is_new:
        record("people.role_given", by=by, about=membership, at=at)
    return membership


def open_city_office(*, by: Actor, at: datetime) -> Organisation:
    """Enter the organisation whose administrators run the node. Called when the first of them comes."""
    office = Organisation.objects.create(
        name=_("City office"), kind=Organisation.Kind.CITY, public_id=uuid4(), created_at=at
    )
    record("people.organisation_founded", by=by, about=office, at=at)
    return office
