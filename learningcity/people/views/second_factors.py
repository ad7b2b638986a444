"""Pages of the second step of signing in: an app, passkeys, recovery codes."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.people.middleware import has_second_factor
from learningcity.people.queries.actors import memberships_of
from learningcity.people.queries.sign_in import ways_in
from learningcity.people.views.asking import confirmed_again
from learningcity.people.views.sign_in import ours

AFTER = "people.after_second_factor"
"""Where the session keeps to which page somebody wants to go on once the second step is set up."""


class RecoveryCodes(codes.ViewRecoveryCodesView):
    """The recovery codes; whoever came to set up a second step is led on from here."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        return super().get_context_data(**kwargs) | {"go_on": self.request.session.pop(AFTER, "")}


class AskPasskey(webauthn.ReauthenticateWebAuthnView):
    """A passkey, to prove again that it is you; one that does not fit is asked for again."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong and stay."""
        super().form_invalid(form)
        return redirect(self.passthrough_next_url(reverse("mfa_reauthenticate_webauthn")))


enter = ours(base.authenticate)
ask_code = ours(base.reauthenticate)
ask_passkey = ours(AskPasskey.as_view())
set_up_app = ours(confirmed_again(totp.activate_totp))
remove_app = ours(confirmed_again(totp.deactivate_totp))
recovery_codes = ours(confirmed_again(RecoveryCodes.as_view()))
new_recovery_codes = ours(confirmed_again(codes.generate_recovery_codes))
download_recovery_codes = ours(confirmed_again(codes.download_recovery_codes))
passkey_sign_in = ours(webauthn.login_webauthn)
passkey_list = ours(confirmed_again(webauthn.list_webauthn))
passkey_add = ours(confirmed_again(webauthn.add_webauthn))
passkey_remove = ours(confirmed_again(webauthn.remove_webauthn))
passkey_rename = ours(confirmed_again(webauthn.edit_webauthn))


@never_cache
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Lead somebody who has a role to the second step: to entering it, else to setting it up."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    after = get_next_redirect_url(request) or reverse("people:account")
    if has_second_factor(request):
        return redirect(after)
    ways = ways_in(request.user)  # type: ignore[arg-type]
    if ways.has_second_factor:
        request.session.pop(AFTER, None)
    else:
        request.session[AFTER] = after
    context = {
        "ways": ways,
        "has_role": memberships_of(request.user, at=now()).exists(),  # type: ignore[arg-type]
        "after": urlencode({"next": after}),
        "asks": get_adapter().get_reauthentication_methods(request.user),
    }
    return render(request, "people/second_factor.html", context)
