"""Pages of signing in and out, and of invitations."""

from django.contrib import messages
from django.contrib.auth import login as sign_in_with
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.people.actions import accept_invitation
from learningcity.people.forms.logins import InvitationForm, SignInForm
from learningcity.people.queries import open_invitation

sign_in = LoginView.as_view(
    template_name="people/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
sign_out = LogoutView.as_view()


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a single-use link make their log-in."""
    if open_invitation(token, now()) is None:
        raise Http404(_("This link was used already or has ended. Ask the person who sent it for a new one."))
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            login = accept_invitation(token, **form.cleaned_data, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            sign_in_with(request, login, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("Your log-in is ready. You are signed in."))
            return redirect("people:desk")
    return render(request, "people/invitation.html", {"form": form}, status=400 if form.errors else 200)
