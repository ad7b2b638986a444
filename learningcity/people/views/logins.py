"""Pages of invitations that make a log-in."""

from allauth.account.internal.flows.email_verification import send_verification_email_for_user
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.people.actions import accept_invitation
from learningcity.people.forms.logins import InvitationForm
from learningcity.people.models import Login
from learningcity.people.queries import open_invitation


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a single-use link make their log-in, or take the role with the one they have."""
    invited = open_invitation(token, now())
    if invited is None:
        raise Http404(_("This link was used already or has ended. Ask the person who sent it for a new one."))
    if request.user.is_authenticated:
        return redirect("people:invitation_join", token)
    form = InvitationForm(request.POST or None, initial={"email": invited.email})
    if request.method == "POST" and form.is_valid():
        try:
            login = accept_invitation(token, **form.cleaned_data, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return welcomed(request, login)
    return render(request, "people/invitation.html", {"form": form}, status=400 if form.errors else 200)


def welcomed(request: HttpRequest, login: Login) -> HttpResponse:
    """Sign in whoever has just made their log-in, and lead them to the second step that their role needs.

    An address that is not confirmed yet gets its mail; without confirming it nobody signs in a second time.
    """
    record_authentication(request, login, method="password", email=login.email)
    if not login.emailaddress_set.filter(verified=True).exists():
        send_verification_email_for_user(request, login)
    messages.success(request, _("Your log-in is ready. You are signed in."))
    on = f"{reverse('people:second_factor')}?next={reverse('people:desk')}"
    return perform_login(request, login, email_verification="none", redirect_url=on)
