"""Waiting lists for machines: the published list for everybody; who waits, by the key of an organisation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from learningcity.core.actors import visitor
from learningcity.core.wire import ListFilters, Wire, answers
from learningcity.enrolment.api.places import KEYED, actor_of, own_intake, there
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.permissions.keys import NAMES, READ
from learningcity.enrolment.permissions.places import can_see_enrolled
from learningcity.enrolment.permissions.queue import can_see_list
from learningcity.enrolment.queries.on_the_wire import open_intake_named, waiting_on_the_wire
from learningcity.enrolment.queries.published import published
from learningcity.enrolment.queries.queue import is_given_out
from learningcity.people.api import OrganisationKey

router = Router(tags=["waiting lists"])


class PublishedListOut(Wire):
    """A waiting list as it is published, without any person: what gives every offer of a place again.

    `inputs` and the seed in it are all that `learningcity enrolment replay --file` needs; `offers` is what
    happened, to compare.
    """

    format: str
    list: UUID
    series: UUID
    session: UUID | None
    method: str
    answer_hours: int
    draws_at: str | None
    committed: dict[str, Any] | None
    inputs: dict[str, Any]
    offers: Sequence[dict[str, Any]]
    answers: dict[str, int]


class WaitingOut(Wire):
    """Somebody who waits. `position` is null before a draw; `name`, unless the key may see names."""

    enrolment: UUID
    position: int | None
    places: int
    party: UUID | None
    keeps_together: bool
    name: str | None
    asked_at: datetime


class WaitingListOut(Wire):
    """A part of those who wait, in the order in which they are offered places."""

    rule: str
    is_given_out: bool = Field(description="Whether places are given: at once, or since the draw.")
    items: list[WaitingOut]
    next: str | None


@router.get("/intakes/{intake_id}/waiting-list", response=answers(PublishedListOut))
def waiting_list(request: HttpRequest, intake_id: UUID) -> dict[str, Any]:
    """A waiting list as it is published, whole; of a list of fewer than five nothing is said."""
    found = there(open_intake_named(intake_id))
    if not can_see_list(visitor(), found, now()):
        raise Http404(_("This list is shown once five people have stood on it. Ask again later."))
    return published(found)


@router.get(
    "/organisation/intakes/{intake_id}/waiting-list",
    response=answers(WaitingListOut, *KEYED),
    auth=OrganisationKey(READ),
)
def organisation_waiting_list(
    request: HttpRequest, intake_id: UUID, filters: Query[ListFilters]
) -> WaitingListOut:
    """Who waits, in the order of their turns. Needs `places.read`; names, `places.names`."""
    own = own_intake(request, intake_id)
    if not can_see_enrolled(actor_of(request), own, now()):
        raise PermissionDenied
    found, first = waiting_on_the_wire(own, after=filters.after, size=filters.size)
    counts = is_given_out(own)
    positions = range(first, first + len(found.rows))
    items = [
        in_line(one, position if counts else None, request)
        for one, position in zip(found.rows, positions, strict=True)
    ]
    return WaitingListOut(rule=own.rule, is_given_out=counts, items=items, next=found.next)


def in_line(enrolment: Enrolment, position: int | None, request: HttpRequest) -> WaitingOut:
    """Return somebody who waits as it goes over the wire; with a name only where the key may see names."""
    who, party = enrolment.person or enrolment.guest, enrolment.party
    has_names = NAMES in request.auth.scopes  # type: ignore[attr-defined]
    return WaitingOut(
        enrolment=enrolment.public_id,
        position=position,
        places=enrolment.places,
        party=party.public_id if party else None,
        keeps_together=party is not None and party.way == party.Way.ALL,
        name=who.name if who and has_names else None,
        asked_at=enrolment.asked_at,
    )
