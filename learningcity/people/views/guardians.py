"""A person's own pages of family: whom they stand for, who stands for them, what a child may do alone."""

import base64
import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.core.refusals import Refused
from learningcity.people.actions.children import agree_to, block, lift_block, take_back_agreement
from learningcity.people.actions.guardian_invitations import (
    invite_guardian,
    join_as_guardian,
    take_back_invitation,
)
from learningcity.people.actions.guardians import end_guardianship, enter_child
from learningcity.people.forms.guardians import ChildForm, DecideForm, InviteForm, JoinForm
from learningcity.people.models import Person
from learningcity.people.permissions import is_own
from learningcity.people.permissions.guardians import (
    can_decide_for,
    can_enter_child,
    can_leave_child,
    can_see_family,
)
from learningcity.people.queries.ages import is_of_age, what_alone
from learningcity.people.queries.guardians import (
    Ward,
    choices,
    guarded,
    guardianships_of,
    open_invitations,
    ward_of,
    wards_of,
)
from learningcity.people.queries.persons import person_acting, person_at_hand

DECISIONS = {"block": block, "lift": lift_block, "agree": agree_to, "take_back": take_back_agreement}
CODE_BYTES = 10


@never_cache
@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """Show whom the person at hand stands for, and who stands for them."""
    by, at = request.actor, now()
    person = person_at_hand(by)
    if person is None or not can_see_family(by, person, at):
        raise PermissionDenied
    guardianships = guardianships_of(person, at=at)
    context = {
        "person": person,
        "is_own": is_own(by, person),
        "can_enter": can_enter_child(by, person, at),
        "wards": wards_of(person, at=at),
        "guardianships": guardianships,
        "mine": next((row for row in guardianships if str(row.guardian.public_id) == by.person), None),
        "answers": [] if is_of_age(person, at) else what_alone(person, at=at),
    }
    return render(request, "people/family.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def add_child(request: HttpRequest) -> HttpResponse:
    """Let a parent enter a child of their own."""
    person, at = adult_at_hand(request), now()
    form = ChildForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            found = enter_child(person, name=data["name"], born_on=data["born_on"], by=request.actor, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("%(name)s is entered as your child.") % {"name": found.child.name})
            return redirect("people:family_child", found.public_id)
    return render(request, "people/family_add.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def join_family(request: HttpRequest) -> HttpResponse:
    """Let somebody who was invited stand for a child."""
    person, at = adult_at_hand(request), now()
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = join_as_guardian(person, **form.cleaned_data, by=request.actor, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("You stand for %(name)s now.") % {"name": found.child.name})
            return redirect("people:family_child", found.public_id)
    return render(request, "people/family_join.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_safe
def family_child(request: HttpRequest, guardianship_id: UUID) -> HttpResponse:
    """Show a guardian what the child may do alone, who else stands for it, and what can be decided."""
    ward, at = ward_at_hand(request, guardianship_id), now()
    shown = guarded(ward.child, at=at)
    context = {
        "ward": ward,
        "is_child": not is_of_age(ward.child, at),
        "is_acting": str(ward.child.public_id) == request.actor.on_behalf_of,
        "others": [row for row in shown.guardianships if row.pk != ward.guardianship.pk],
        "choices": choices(shown, ward, at=at),
        "is_all_blocked": any(not limit.purpose for limit in shown.blocks),
        "invitations": shown.invitations if ward.is_unlimited else [],
    }
    return render(request, "people/family_child.html", context)


@require_POST
def decide_for_child(request: HttpRequest, guardianship_id: UUID) -> HttpResponse:
    """Take one decision of a guardian: block, lift, agree, or take an agreement back."""
    ward, form = ward_at_hand(request, guardianship_id), DecideForm(request.POST)
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    try:
        DECISIONS[data["act"]](ward.child, data["purpose"], by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your decision holds from now on."))
    return redirect("people:family_child", guardianship_id)


@never_cache
@require_http_methods(["GET", "POST"])
def invite_second_guardian(request: HttpRequest, guardianship_id: UUID) -> HttpResponse:
    """Let a guardian ask somebody to stand for the child, too."""
    ward, at = ward_at_hand(request, guardianship_id), now()
    if not can_decide_for(request.actor, ward.child, None, at) or is_of_age(ward.child, at):
        raise PermissionDenied
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_guardian(ward.child, **form.cleaned_data, code=fresh_code(), by=request.actor, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The code is on its way. It works for 14 days."))
            return redirect("people:family_child", guardianship_id)
    context: dict[str, Any] = {"form": form, "ward": ward}
    return render(request, "people/family_invite.html", context, status=400 if form.errors else 200)


@require_POST
def take_back_guardian_invitation(
    request: HttpRequest, guardianship_id: UUID, invitation_id: UUID
) -> HttpResponse:
    """Take back an invitation to stand for a child."""
    ward, at = ward_at_hand(request, guardianship_id), now()
    invitation = get_object_or_404(open_invitations(ward.child, at=at), public_id=invitation_id)
    take_back_invitation(invitation, by=request.actor, at=at)
    messages.success(request, _("The invitation is taken back. Its code works no longer."))
    return redirect("people:family_child", guardianship_id)


@never_cache
@require_http_methods(["GET", "POST"])
def leave_child(request: HttpRequest, guardianship_id: UUID) -> HttpResponse:
    """Let a guardian stop standing for a child, after a question."""
    ward = ward_at_hand(request, guardianship_id)
    context: dict[str, Any] = {"ward": ward}
    if request.method == "POST":
        try:
            end_guardianship(ward.guardianship, by=request.actor, at=now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            messages.success(request, _("You no longer stand for %(name)s.") % {"name": ward.child.name})
            return redirect("people:family")
    status = 400 if "refusal" in context else 200
    return render(request, "people/family_leave.html", context, status=status)


def adult_at_hand(request: HttpRequest) -> Person:
    """Return the person who acts for themselves and may enter or join a child."""
    person = person_at_hand(request.actor)
    if person is None or not can_enter_child(request.actor, person, now()):
        raise PermissionDenied
    return person


def ward_at_hand(request: HttpRequest, guardianship_id: UUID) -> Ward:
    """Return the guardianship that is the reader's own; a stranger is not told whether there is one."""
    person = person_acting(request.actor)
    ward = ward_of(person, guardianship_id, at=now()) if person else None
    if ward is None or not can_leave_child(request.actor, ward.guardianship):
        raise PermissionDenied
    return ward


def fresh_code() -> str:
    """Return a new code of sixteen letters and figures, in four groups that can be read out."""
    signs = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
