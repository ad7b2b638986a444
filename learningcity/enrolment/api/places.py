"""Places for machines: what is left, for everybody; an organisation's enrolments, by its key."""

import secrets
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from learningcity.core.actors import Actor
from learningcity.core.wire import Day, ErrorOut, ListFilters, Wire, answers
from learningcity.enrolment.actions.guests import GuestDraft, ask_as_guest
from learningcity.enrolment.actions.intakes import close_intake, reopen_intake
from learningcity.enrolment.actions.leaving import CallOffReason, call_off
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.permissions.keys import NAMES, READ, WRITE
from learningcity.enrolment.permissions.places import can_keep_places, can_see_enrolled
from learningcity.enrolment.queries.offered import standing_of
from learningcity.enrolment.queries.on_the_wire import (
    enrolment_of_organisation,
    enrolments_on_the_wire,
    intake_of_organisation,
    intakes_of,
    open_intake_named,
    open_intakes,
)
from learningcity.people.api import OWN_WORDS, OrganisationKey, organisation_of

router = Router(tags=["places"])

Thing = TypeVar("Thing")
TOKEN_BYTES = 32
KEYED = (401, 403, 429)


class IntakeFilters(ListFilters):
    """Of which offer or series, how much of the list, and from where on."""

    offer: UUID | None = Field(None, description="Only the places of this offer.")
    series: UUID | None = Field(None, description="Only the places of this series and its dates.")


class IntakeOut(Wire):
    """The places of a series (`session` is null) or of one date. `places` null: no limit.

    `state`: free, full (a waiting list), list (given by a draw or by need), later, closed, off (called off).
    """

    id: UUID
    offer: UUID
    series: UUID
    session: UUID | None
    state: str
    places: int | None
    places_left: int | None
    rule: str
    opens_at: datetime | None
    closes_at: datetime | None
    draws_at: datetime | None
    seed_digest: str
    seed: str | None = Field(description="The seed of the draw; null until it was drawn.")
    allows_guests: bool
    changed_at: datetime


class IntakesOut(Wire):
    """A part of the list of places."""

    items: list[IntakeOut]
    next: str | None


class EnrolmentOut(Wire):
    """One enrolment. `name` is null unless the key has the scope `places.names`."""

    id: UUID
    intake: UUID
    number: int
    state: str
    companions: int
    places: int
    party: UUID | None
    has_account: bool
    name: str | None
    until_at: datetime | None
    asked_at: datetime
    changed_at: datetime


class EnrolmentsOut(Wire):
    """A part of the enrolments of one intake, in order of arrival."""

    items: list[EnrolmentOut]
    next: str | None


class PlaceIn(BaseModel):
    """Somebody for whom a place is asked. They get a link by mail; nothing counts before they use it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=OWN_WORDS)]
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=OWN_WORDS)]
    born_on: Day | None = None
    companions: Annotated[int, Field(ge=0, le=50)] = 0
    language: Annotated[str, StringConstraints(max_length=12, pattern=r"^[A-Za-z-]+$")] = "en"


class AskedOut(Wire):
    """The link is on its way."""

    intake: UUID
    is_mailed: bool


class EndIn(BaseModel):
    """Why an enrolment is ended; the person reads it."""

    model_config = ConfigDict(extra="forbid")

    reason: CallOffReason


class OpenIn(BaseModel):
    """Whether new people are let in."""

    model_config = ConfigDict(extra="forbid")

    is_open: bool


@router.get("/intakes", response=answers(IntakesOut))
def intakes(request: HttpRequest, filters: Query[IntakeFilters]) -> IntakesOut:
    """Where one can enrol: the places of series and dates, and how many are left."""
    found = open_intakes(offer=filters.offer, series=filters.series, after=filters.after, size=filters.size)
    at = now()
    return IntakesOut(items=[told(one, at) for one in found.rows], next=found.next)


@router.get("/intakes/{intake_id}", response=answers(IntakeOut))
def intake(request: HttpRequest, intake_id: UUID) -> IntakeOut:
    """The places of one series or date."""
    return told(there(open_intake_named(intake_id)), now())


@router.get("/organisation/intakes", response=answers(IntakesOut, *KEYED), auth=OrganisationKey(READ))
def organisation_intakes(request: HttpRequest, filters: Query[ListFilters]) -> IntakesOut:
    """The places of the organisation of the key, also of what is not published. Needs `places.read`."""
    found = intakes_of(organisation_of(request), after=filters.after, size=filters.size)
    at = now()
    return IntakesOut(items=[told(one, at) for one in found.rows], next=found.next)


@router.patch(
    "/organisation/intakes/{intake_id}",
    response=answers(IntakeOut, *KEYED),
    auth=OrganisationKey(WRITE),
)
def organisation_intake_patch(request: HttpRequest, intake_id: UUID, changes: OpenIn) -> IntakeOut:
    """Let new people in, or nobody new. Sent again, it changes nothing. Needs `places.write`."""
    act = reopen_intake if changes.is_open else close_intake
    return told(act(own_intake(request, intake_id), by=actor_of(request), at=now()), now())


@router.get(
    "/organisation/intakes/{intake_id}/enrolments",
    response=answers(EnrolmentsOut, *KEYED),
    auth=OrganisationKey(READ),
)
def organisation_enrolments(
    request: HttpRequest, intake_id: UUID, filters: Query[ListFilters]
) -> EnrolmentsOut:
    """Who is enrolled and who waits, in order of arrival. Needs `places.read`; names, `places.names`."""
    own, by = own_intake(request, intake_id), actor_of(request)
    if not can_see_enrolled(by, own, now()):
        raise PermissionDenied
    found = enrolments_on_the_wire(own, after=filters.after, size=filters.size)
    items = [listed(one, own.public_id, request) for one in found.rows]
    return EnrolmentsOut(items=items, next=found.next)


@router.post(
    "/organisation/intakes/{intake_id}/enrolments",
    response={202: AskedOut, **dict.fromkeys((400, 401, 403, 404, 405, 409, 422, 429), ErrorOut)},
    auth=OrganisationKey(WRITE),
)
def organisation_enrolment(request: HttpRequest, intake_id: UUID, place: PlaceIn) -> Status:
    """Ask for a place for somebody without an account, where this is allowed. Needs `places.write`.

    They get a link by mail, and nothing counts before they use it. Sent again for the same address it asks
    for no second place: a new link is mailed, and the old one ends when the new
    one is used.
    """
    own, at = own_intake(request, intake_id), now()
    if not can_keep_places(actor_of(request), own, at):
        raise PermissionDenied
    draft = GuestDraft(**place.model_dump())
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ask_as_guest(own, draft, token=token, by=actor_of(request), at=at)
    return Status(202, AskedOut(intake=own.public_id, is_mailed=True))


@router.post(
    "/organisation/enrolments/{enrolment_id}/end",
    response=answers(EnrolmentOut, *KEYED),
    auth=OrganisationKey(WRITE),
)
def organisation_enrolment_end(request: HttpRequest, enrolment_id: UUID, ending: EndIn) -> EnrolmentOut:
    """End an enrolment; the person is told. Sent again, it changes nothing. Needs `places.write`."""
    own = there(enrolment_of_organisation(organisation_of(request), enrolment_id))
    if own.state != Enrolment.State.CALLED_OFF:
        own = call_off(own, reason=ending.reason, by=actor_of(request), at=now())
    return listed(own, own.intake.public_id, request)


def there(found: Thing | None) -> Thing:
    """Return what was found. Raises Http404."""
    if found is None:
        raise Http404(_("There are no such places at this address."))
    return found


def own_intake(request: HttpRequest, intake_id: UUID) -> Intake:
    """Return an intake of the organisation of the key. Raises Http404 for that of another."""
    return there(intake_of_organisation(organisation_of(request), intake_id))


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts: the key of an organisation."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def told(intake: Intake, at: datetime) -> IntakeOut:
    """Return an intake as it goes over the wire."""
    return IntakeOut(
        id=intake.public_id,
        offer=intake.series.offer.public_id,
        series=intake.series.public_id,
        session=intake.session.public_id if intake.session else None,
        state=standing_of(intake, at),
        places=intake.places,
        places_left=intake.places_left,
        rule=intake.rule,
        opens_at=intake.opens_at,
        closes_at=intake.closes_at,
        draws_at=intake.draws_at,
        seed_digest=intake.seed_digest,
        seed=intake.seed if intake.drawn_at else None,
        allows_guests=intake.allows_guests,
        changed_at=intake.changed_at,
    )


def listed(enrolment: Enrolment, intake_id: UUID, request: HttpRequest) -> EnrolmentOut:
    """Return an enrolment as it goes over the wire; with a name only where the key may see names."""
    who = enrolment.person or enrolment.guest
    has_names = NAMES in request.auth.scopes  # type: ignore[attr-defined]
    return EnrolmentOut(
        id=enrolment.public_id,
        intake=intake_id,
        number=enrolment.number,
        state=enrolment.state,
        companions=enrolment.companions,
        places=enrolment.places,
        party=enrolment.party.public_id if enrolment.party else None,
        has_account=enrolment.person is not None,
        name=who.name if who and has_names else None,
        until_at=enrolment.until_at,
        asked_at=enrolment.asked_at,
        changed_at=enrolment.changed_at,
    )
