"""Pages of invitations to an organisation: sent, withdrawn, taken up."""

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.core.refusals import Refused
from learningcity.people.actions.invitations import invite_member, join_organisation, withdraw_invitation
from learningcity.people.forms.invitations import MemberInvitationForm
from learningcity.people.permissions.roles import can_give_role, can_take_hat
from learningcity.people.queries.logins import open_invitation
from learningcity.people.queries.persons import person_acting
from learningcity.people.queries.roles import invitation_to
from learningcity.people.views.organisations import field_of, visible, workspace


@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Invite somebody by mail to take a role in an organisation."""
    shown = visible(request, public_id)
    if not can_give_role(request.actor, shown, now()):
        raise PermissionDenied
    form = MemberInvitationForm(request.POST or None, organisation=shown)
    if request.method == "POST" and form.is_valid():
        token = secrets.token_urlsafe(32)
        # The address of the node comes from its settings: the Host that a request names may be forged.
        link = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("people:invitation_join", args=[token])
        try:
            invite_member(
                shown,
                **form.cleaned_data,
                token=token,
                link=link,
                language=get_language() or settings.LANGUAGE_CODE,
                by=request.actor,
                at=now(),
            )
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("The invitation is on its way. It works once, within seven days."))
            return redirect("people:organisation_members", shown.public_id)
    context = {**workspace(request, shown, "people:organisation_members"), "form": form}
    return render(request, "people/role_invite.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def invitation_withdraw(request: HttpRequest, public_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    shown = visible(request, public_id)
    may_give = can_give_role(request.actor, shown, now())
    invitation = invitation_to(shown, invitation_id, at=now()) if may_give else None
    if invitation is None:
        raise PermissionDenied
    withdraw_invitation(invitation, by=request.actor, at=now())
    messages.success(request, _("The invitation is withdrawn. Its link opens nothing any more."))
    return redirect("people:organisation_members", shown.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation_join(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody take up an invitation with the log-in they have, or lead them to making one."""
    invitation = open_invitation(token, now())
    if invitation is None:
        raise Http404(_("This link was used already or has ended. Ask the person who sent it for a new one."))
    person = person_acting(request.actor)
    may_join = person is not None and can_take_hat(request.actor, person)
    if request.method == "POST":
        membership = join_organisation(token, by=request.actor, at=now())
        messages.success(
            request,
            _("You have a role in %(organisation)s now. Choose below to act for it.")
            % {"organisation": membership.organisation.name},
        )
        return redirect("people:mine_roles")
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "may_join": may_join,
        "is_signed_in": person is not None,
        "token": token,
    }
    return render(request, "people/invitation_join.html", context)
