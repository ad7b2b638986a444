"""What can be done with organisations."""

from datetime import date, datetime
from typing import Any
from unicodedata import category
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.names import checked_name
from learningcity.people.models import Membership, Organisation, Person
from learningcity.people.permissions.organisations import (
    can_change_kind,
    can_change_organisation,
    can_found_organisation,
)
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.organisations import city_office
from learningcity.people.signals import organisation_changed

LONGEST = {"name": 200, "email": 254, "phone": 40, "website": 500}


class ParticularsWrong(Refused):
    """An organisation cannot have this kind, address or number."""

    code = "particulars_wrong"


class CityOfficeStays(Refused):
    """The office whose administrators run the node stays a part of the city."""

    code = "city_office_stays"


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


@transaction.atomic
def change_organisation(
    organisation: Organisation,
    *,
    name: str | None = None,
    kind: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    website: str | None = None,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Change what is given of an organisation's particulars; None leaves one as it is.

    Raises PermissionDenied, NameMissing, ParticularsWrong or CityOfficeStays.
    """
    if not can_change_organisation(by, organisation, at):
        raise PermissionDenied
    held = locked(organisation)
    said = {"name": name, "kind": kind, "email": email, "phone": phone, "website": website}
    news = {
        field: tidy(field, value)
        for field, value in said.items()
        if value is not None and value != getattr(held, field)
    }
    if "kind" in news:
        if not can_change_kind(by, at):
            raise PermissionDenied
        refuse_kind(held, news["kind"])
    news = {field: value for field, value in news.items() if value != getattr(held, field)}
    if not news:
        return held
    for field, value in news.items():
        setattr(held, field, value)
    held.save(update_fields=list(news))
    record("people.organisation_changed", by=by, about=held, at=at)
    organisation_changed.send(Organisation, organisation=held, by=by, at=at)
    return held


def locked(organisation: Organisation) -> Organisation:
    """Return an organisation with its row locked: what is decided about its roles must not be raced for."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def tidy(field: str, value: str) -> str:
    """Return a particular as it is kept; refuse what it cannot be."""
    if field == "name":
        value = checked_name(value)
    value = " ".join(value.split())
    if len(value) > LONGEST.get(field, 20) or any(category(sign) in ("Cc", "Cs") for sign in value):
        raise ParticularsWrong(_("This is too long, or holds signs that cannot be shown."), field=field)
    checks: dict[str, Any] = {"email": validate_email, "website": URLValidator(["http", "https"])}
    check = checks.get(field)
    if check and value:
        try:
            check(value)
        except ValidationError:
            raise ParticularsWrong(SENTENCES[field](), field=field) from None
    return value


SENTENCES = {
    "email": lambda: _("This is not an e-mail address. Give it like name@example.org."),
    "website": lambda: _("This is not the address of a website. Give it like https://example.org."),
}


def refuse_kind(organisation: Organisation, kind: str) -> None:
    """Refuse a kind that does not exist, and to take the city office out of the city."""
    if kind not in Organisation.Kind.values:
        raise ParticularsWrong(
            _("There is no such kind of organisation. Choose one of the list."), field="kind"
        )
    if organisation == city_office():
        raise CityOfficeStays(
            _("The city office runs this node and stays a part of the city. Enter another organisation."),
            field="kind",
        )


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
    same = Membership.objects.filter(person=person, organisation=organisation, role=role, ended_at=None)
    # A role whose last day is over is not held any more, though the schedule has not yet marked it.
    same.filter(until_on__lt=city_day(at)).update(ended_at=at, ending=Membership.Ending.OVER)
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
