"""The first page of "My learning", and what every page about a person's data asks first."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.people.actions.export import note_look
from learningcity.people.models import Person
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.rights import can_see_data, can_see_overview, parts_hidden_from
from learningcity.people.queries.mine import overview
from learningcity.people.queries.persons import person_at_hand


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what waits for a person, for whom they can act, and where everything about them is."""
    person, by, at = person_at_hand(request.actor), request.actor, now()
    if person is None or not can_see_overview(by, person):
        raise PermissionDenied
    may_see_data = can_see_data(by, person, at)
    found = overview(person, is_own=is_own(by, person), may_see_data=may_see_data, at=at)
    context = {
        "person": person,
        "is_own": is_own(by, person),
        "may_see_data": may_see_data,
        "may_see_messages": may_see_data and "messages" not in parts_hidden_from(by, person, at),
        "overview": found,
    }
    return render(request, "people/mine.html", context)


def person_whose_data(request: HttpRequest, *, look: str = "") -> Person:
    """Return the person whose data the reader may see; a look by another (`look`: at what) leaves a trace."""
    person = person_at_hand(request.actor)
    if person is None or not can_see_data(request.actor, person, now()):
        raise PermissionDenied
    if look in parts_hidden_from(request.actor, person, now()):
        raise PermissionDenied
    if look and not is_own(request.actor, person):
        note_look(person, look, by=request.actor, at=now())
    return person
