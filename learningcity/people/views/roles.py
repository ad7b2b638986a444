"""Pages of roles: one's own rights, the role in which one acts, and those in an organisation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.core.markers import BadMarker
from learningcity.core.refusals import Refused
from learningcity.people.actions.roles import (
    appoint_member,
    end_role,
    leave_role,
    note_role_used,
    prolong_role,
)
from learningcity.people.forms.roles import EndForm, HatForm, RoleForm
from learningcity.people.middleware import HAT, has_second_factor
from learningcity.people.models import Membership, Organisation, Person, Purpose
from learningcity.people.permissions.acting import can_act_for, is_own
from learningcity.people.permissions.organisations import can_see_members
from learningcity.people.permissions.roles import (
    can_give_role,
    can_leave_role,
    can_prolong_role,
    can_take_hat,
    duties_of,
)
from learningcity.people.queries.actors import SELF
from learningcity.people.queries.guardians import wards_of
from learningcity.people.queries.own_roles import RolesInOne, roles_by_organisation
from learningcity.people.queries.persons import person_acting, person_at_hand
from learningcity.people.queries.roles import invitations_to, member_of, members, role_in, role_of
from learningcity.people.views.organisations import field_of, visible, workspace


@never_cache
@require_safe
def mine_roles(request: HttpRequest) -> HttpResponse:
    """Show a person their own rights in plain words, and let them choose in which role they act."""
    by, at = request.actor, now()
    person = person_at_hand(by)
    if person is None or not (is_own(by, person) or can_act_for(by, person, Purpose.DATA, at)):
        raise PermissionDenied
    groups = roles_by_organisation(person, by=by, at=at)
    own = can_take_hat(by, person)
    context = {
        "person": person,
        "is_own": own,
        "cards": [card_of(group) for group in groups],
        "acts_in_role": any(group.is_now for group in groups),
        "needs_second_factor": own and bool(groups) and not has_second_factor(request),
        "wards": wards_of(person, at=at),
    }
    return render(request, "people/mine_roles.html", context)


def card_of(group: RolesInOne) -> dict[str, Any]:
    """Return the roles in one organisation, and what they allow."""
    roles = [membership.role for membership in group.held]
    can = duties_of(roles, group.organisation, is_office=group.is_office) if roles else []
    return {"group": group, "can": can}


@require_POST
def take_hat(request: HttpRequest) -> HttpResponse:
    """Act in one of one's roles from now on, or for oneself."""
    by, at = request.actor, now()
    person = person_acting(by)
    form = HatForm(request.POST)
    if person is None or not can_take_hat(by, person):
        raise PermissionDenied
    if not form.is_valid():
        raise Http404(_("You have no such role. See your roles."))
    hat = form.cleaned_data["hat"]
    if hat == SELF:
        messages.success(request, _("You now act for yourself."))
    else:
        membership = role_to_take(request, person, hat)
        note_role_used(membership, by=by, at=at)
        said = _("You now act for %(organisation)s.") % {"organisation": membership.organisation.name}
        messages.success(request, said)
    request.session[HAT] = hat
    # A form that was opened under the other role must not be sent under this one.
    rotate_token(request)
    return redirect("people:mine_roles")


def role_to_take(request: HttpRequest, person: Person, hat: str) -> Membership:
    """Return the role that somebody takes up; only with a second factor, and only their own."""
    try:
        membership = role_of(person, UUID(hat), at=now())
    except ValueError:
        membership = None
    if membership is None or not has_second_factor(request):
        raise PermissionDenied
    return membership


@never_cache
@require_http_methods(["GET", "POST"])
def role_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give up a role of one's own, after asking once more."""
    person = person_acting(request.actor)
    membership = role_of(person, public_id, at=now()) if person else None
    if membership is None or not can_leave_role(request.actor, membership):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        try:
            leave_role(membership, by=request.actor, at=now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("You have given up the role."))
            return redirect("people:mine_roles")
    context = {"membership": membership, "refusal": refusal}
    return render(request, "people/role_leave.html", context, status=400 if refusal else 200)


@never_cache
@require_safe
def organisation_members(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show who has which role in an organisation, and who is invited."""
    shown, at = visible(request, public_id), now()
    if not can_see_members(request.actor, shown, at):
        raise PermissionDenied
    refusal = None
    try:
        found = members(shown, after=request.GET.get("after", ""), at=at)
    except BadMarker as bad:
        refusal, found = bad, members(shown, at=at)
    context = {
        **workspace(request, shown, "people:organisation_members"),
        "found": found,
        "refusal": refusal,
        "invitations": invitations_to(shown, at=at),
        "may_give": can_give_role(request.actor, shown, at),
    }
    return render(request, "people/organisation_members.html", context, status=400 if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def role_give(request: HttpRequest, public_id: UUID, person_id: UUID) -> HttpResponse:
    """Give a further role to somebody who has one in the organisation."""
    shown = visible(request, public_id)
    may_give = can_give_role(request.actor, shown, now())
    person = member_of(shown, person_id, at=now()) if may_give else None
    if person is None:
        raise PermissionDenied
    form = RoleForm(request.POST or None, organisation=shown)
    if request.method == "POST" and form.is_valid():
        try:
            appoint_member(person, shown, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("%(name)s has the role now.") % {"name": person.name})
            return redirect("people:organisation_members", shown.public_id)
    context = {**workspace(request, shown, "people:organisation_members"), "form": form, "person": person}
    return render(request, "people/role_give.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def role_change(request: HttpRequest, public_id: UUID, role_id: UUID) -> HttpResponse:
    """Set the last day of somebody's role."""
    shown, membership = role_at(request, public_id, role_id)
    form = EndForm(request.POST or None, initial={"until_on": membership.until_on})
    if request.method == "POST" and form.is_valid():
        try:
            prolong_role(membership, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("The last day of the role is kept."))
            return redirect("people:organisation_members", shown.public_id)
    return role_page(request, shown, membership, form)


@never_cache
@require_POST
def role_end(request: HttpRequest, public_id: UUID, role_id: UUID) -> HttpResponse:
    """End somebody's role now."""
    shown, membership = role_at(request, public_id, role_id)
    try:
        end_role(membership, by=request.actor, at=now())
    except Refused as refusal:
        form = EndForm(initial={"until_on": membership.until_on})
        return role_page(request, shown, membership, form, refusal)
    messages.success(request, _("The role has ended."))
    return redirect("people:organisation_members", shown.public_id)


def role_at(request: HttpRequest, public_id: UUID, role_id: UUID) -> tuple[Organisation, Membership]:
    """Return an organisation and one role in it, to those who may give roles there."""
    shown = visible(request, public_id)
    membership = role_in(shown, role_id, at=now()) if can_give_role(request.actor, shown, now()) else None
    if membership is None:
        raise PermissionDenied
    return shown, membership


def role_page(
    request: HttpRequest,
    shown: Organisation,
    membership: Membership,
    form: EndForm,
    refusal: Refused | None = None,
) -> HttpResponse:
    """Show one role in an organisation."""
    context = {
        **workspace(request, shown, "people:organisation_members"),
        "membership": membership,
        "form": form,
        "refusal": refusal,
        "may_prolong": can_prolong_role(request.actor, membership, now()),
    }
    status = 400 if form.errors or refusal else 200
    return render(request, "people/role_change.html", context, status=status)
