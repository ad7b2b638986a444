"""An organisation's own records for its machines, opened by a key and never by a session."""

import json
import secrets
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict, StringConstraints

from learningcity.core.refusals import Refused
from learningcity.core.wire import ErrorOut, ListFilters, Wire, answers
from learningcity.people.actions.keys import actor_with, rotate_key, use_key
from learningcity.people.actions.organisations import change_organisation
from learningcity.people.models import ApiKey, Organisation
from learningcity.people.permissions.organisations import can_see_members, can_see_organisation
from learningcity.people.queries.keys import OVERLAP, token_of
from learningcity.people.queries.roles import members

router = Router(tags=["organisation"])

OWN_WORDS = r"^[^\x00-\x1f\x7f]*$"


class ScopeMissing(Refused):
    """The key was not made for this."""

    code = "scope_missing"


class InputUnknown(Refused):
    """There is no such input."""

    code = "invalid"


class OrganisationKey(HttpBearer):
    """Let in whoever sends a key that works and has the scope; the actor is the key's organisation."""

    openapi_description = (
        "A key of an organisation: `Authorization: Bearer lc_...`. Its scopes say what it may do."
    )

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """Return the key of a token, and say who acts. Raises ScopeMissing or TooManyCalls."""
        key = use_key(token, at=now())
        if key is None:
            return None
        if self.scope not in key.scopes:
            raise ScopeMissing(
                _("This key was not made for that: it lacks the scope %(scope)s. Make a key that has it.")
                % {"scope": self.scope}
            )
        request.actor = actor_with(key)  # type: ignore[attr-defined]
        return key


class OrganisationOut(Wire):
    """The organisation to which the key belongs."""

    id: UUID
    name: str
    kind: str
    email: str
    phone: str
    website: str


class OrganisationIn(BaseModel):
    """What to change; what is left out stays. The kind is changed by the city.

    An input that is misspelt or forged is refused.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=OWN_WORDS)] | None = None
    email: Annotated[str, StringConstraints(max_length=254, pattern=OWN_WORDS)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40, pattern=OWN_WORDS)] | None = None
    website: Annotated[str, StringConstraints(max_length=500, pattern=OWN_WORDS)] | None = None


class MemberOut(Wire):
    """One role of somebody. `name` is null unless the key has the scope `members:read`."""

    person: UUID
    name: str | None
    role: str
    from_on: date
    until_on: date | None


class MembersOut(Wire):
    """A part of the roles in the organisation, in the order in which they were given."""

    items: list[MemberOut]
    next: str | None


class RotatedOut(Wire):
    """The new key, told this once; the old one works until `old_key_ends_at`."""

    key: str
    expires_at: datetime
    old_key_ends_at: datetime


KEYED = (401, 403, 429)
ROTATED = {201: RotatedOut, **dict.fromkeys((400, 401, 403, 404, 405, 409, 422, 429), ErrorOut)}


@router.get(
    "/organisation", response=answers(OrganisationOut, *KEYED), auth=OrganisationKey("organisation:read")
)
def organisation(request: HttpRequest) -> OrganisationOut:
    """The organisation of the key: name, kind and contact. Needs `organisation:read`."""
    own = organisation_of(request)
    if not can_see_organisation(request.actor, own):
        raise PermissionDenied
    return shown(own)


@router.patch(
    "/organisation", response=answers(OrganisationOut, *KEYED), auth=OrganisationKey("organisation:write")
)
def organisation_patch(request: HttpRequest, changes: OrganisationIn) -> OrganisationOut:
    """Change name or contact of the organisation of the key. Needs `organisation:write`."""
    said = changes.model_dump(exclude_none=True)
    return shown(change_organisation(organisation_of(request), **said, by=request.actor, at=now()))


@router.get(
    "/organisation/members",
    response=answers(MembersOut, *KEYED),
    auth=OrganisationKey("organisation:read"),
)
def organisation_members(request: HttpRequest, filters: Query[ListFilters]) -> MembersOut:
    """Who has which role in the organisation of the key. Needs `organisation:read`; names, `members:read`."""
    own = organisation_of(request)
    at = now()
    if not can_see_members(request.actor, own, at):
        raise PermissionDenied
    found = members(own, after=filters.after, size=filters.size, at=at)
    has_names = "members:read" in request.auth.scopes  # type: ignore[attr-defined]
    items = [
        MemberOut(
            person=role.person.public_id,
            name=role.person.name if has_names else None,
            role=role.role,
            from_on=role.from_on,
            until_on=role.until_on,
        )
        for role in found.roles
    ]
    return MembersOut(items=items, next=found.next or None)


@router.post("/organisation/keys/rotation", response=ROTATED, auth=OrganisationKey("keys:rotate"))
def organisation_key_rotation(request: HttpRequest) -> Status:
    """Replace the key that is sent by a new one; it works for seven more days. Needs `keys:rotate`."""
    refuse_body(request)
    old: ApiKey = request.auth  # type: ignore[attr-defined]
    token = token_of(secrets.token_bytes(40))
    at = now()
    new = rotate_key(old, token=token, by=request.actor, at=at)
    ends_at = min(old.expires_at, at + OVERLAP)
    return Status(201, RotatedOut(key=token, expires_at=new.expires_at, old_key_ends_at=ends_at))


def refuse_body(request: HttpRequest) -> None:
    """Refuse a body where nothing is asked for: the key itself says who acts and which key is meant."""
    body = request.body.strip()
    if body in (b"", b"{}"):
        return
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    field = next(iter(said))[:60] if isinstance(said, dict) and said else "body"
    raise InputUnknown(_("Send no body: the key itself says which key is meant."), field=field)


def organisation_of(request: HttpRequest) -> Organisation:
    """Return the organisation of the key that was sent."""
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    return key.organisation


def shown(organisation: Organisation) -> OrganisationOut:
    """Return an organisation as it goes over the wire."""
    return OrganisationOut(
        id=organisation.public_id,
        name=organisation.name,
        kind=organisation.kind,
        email=organisation.email,
        phone=organisation.phone,
        website=organisation.website,
    )
