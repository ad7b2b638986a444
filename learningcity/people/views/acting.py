"""Forms with which somebody begins and ends acting for another person."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from learningcity.core.actors import Channel, Right
from learningcity.core.refusals import Refused
from learningcity.people.actions.acting import start_acting, stop_acting
from learningcity.people.forms.acting import HelperChannelForm
from learningcity.people.middleware import enter_person, leave_person, own_actor
from learningcity.people.permissions.desk import can_use_desk
from learningcity.people.queries.guardians import ward_of
from learningcity.people.queries.mandates import longest_mandate
from learningcity.people.queries.persons import person_with_id


@require_POST
def acting_start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin to act for a person under the mandate that holds longest."""
    by, at = own_actor(request), now()
    person = person_with_id(public_id)
    mandate = longest_mandate(by.organisation, person, at=at) if person and by.organisation else None
    if mandate is None or not can_use_desk(by, at):
        raise PermissionDenied
    form = HelperChannelForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["through"][0])
        return redirect("people:desk_person", public_id)
    try:
        acting = start_acting(request.user, mandate=mandate, channel=form.actor_channel(), by=by, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        enter_person(request, acting)
    return redirect("people:desk_person", public_id)


@require_POST
def acting_start_for_child(request: HttpRequest, guardianship_id: UUID) -> HttpResponse:
    """Begin to act for a child, or for an adult whom one represents."""
    by, at = own_actor(request), now()
    if not request.user.is_authenticated:
        raise PermissionDenied
    ward = ward_of(request.user.person, guardianship_id, at=at)
    if ward is None:
        raise PermissionDenied
    acting = start_acting(request.user, guardianship=ward.guardianship, channel=Channel.WEB, by=by, at=at)
    enter_person(request, acting)
    return redirect("people:mine")


@require_POST
@login_required
def acting_stop(request: HttpRequest) -> HttpResponse:
    """End acting for somebody, and go back to where it began."""
    ended = stop_acting(request.user, by=own_actor(request), at=now())
    leave_person(request)
    if ended is None:
        return redirect("people:desk" if own_actor(request).organisation else "people:mine")
    words = _("You no longer act for %(name)s.") % {"name": ended.person.name}
    messages.success(request, words)
    if ended.right == Right.MANDATE:
        return redirect("people:desk_person", ended.person.public_id)
    return redirect("people:family")
