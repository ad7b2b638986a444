"""Ask again who somebody is, before acts that matter much."""

import secrets
import string
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.people.actions.sign_in import send_own_code
from learningcity.people.forms.sign_in import OwnCodeForm
from learningcity.people.middleware import own_actor
from learningcity.people.queries.codes import CODE_LASTS, digest_of_code

ASKED = "people.asked_by_mail"
"""Where the session keeps the digest of the code that was sent, and until when it holds."""

View = Callable[..., HttpResponse]


def confirmed_again(view: View) -> View:
    """Let only those in who have proven within the last quarter of an hour who they are.

    Signing in counts. Others are asked (password, second step, or a code by mail) and led back by GET: what a
    form sent is not kept, so decorate the page that shows the form as well.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            raise PermissionDenied
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        ways = get_adapter().get_reauthentication_methods(request.user)
        return redirect_to_login(request.get_full_path(), login_url=ways[0]["url"])

    return asked


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether somebody has proven within the last quarter of an hour who they are."""
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(proofs) and time.time() - max(proofs) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


@never_cache
@require_http_methods(["GET", "POST"])
def ask_by_mail(request: HttpRequest) -> HttpResponse:
    """Send a code to somebody without a password or second step, and take it back."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    if not any(way["id"] == "mail" for way in get_adapter().get_reauthentication_methods(request.user)):
        return redirect("account_reauthenticate")
    after = request.POST.get("next") or request.GET.get("next") or ""
    typed = request.POST if "code" in request.POST else None
    form = OwnCodeForm(typed, digest=waiting(request), about=about(request))
    if request.method == "POST" and "code" not in request.POST:
        send(request)
    elif request.method == "POST" and is_allowed(request, form) and form.is_valid():
        del request.session[ASKED]
        record_authentication(request, request.user, method="code", reauthenticated=True)
        return redirect(after if get_adapter().is_safe_url(after) else "people:account")
    context = {"form": form, "is_sent": ASKED in request.session, "next": after}
    return render(request, "people/ask_by_mail.html", context, status=400 if form.errors else 200)


def about(request: HttpRequest) -> str:
    """Return what the code is about: this log-in, in this session."""
    return f"asking:{request.user.pk}:{request.session.session_key}"


def waiting(request: HttpRequest) -> str:
    """Return the digest of the code that was sent, while it holds."""
    digest, until = request.session.get(ASKED, ("", 0.0))
    return digest if time.time() < until else ""


def send(request: HttpRequest) -> None:
    """Send a code, unless too many were asked for."""
    login = request.user
    if not ratelimit.consume(request, action="request_login_code", key=login.email):
        messages.error(request, str(get_adapter().error_messages["rate_limited"]))
        return
    code = "".join(secrets.choice(string.digits) for _figure in range(8))
    send_own_code(
        login,  # type: ignore[arg-type]
        code,
        number=secrets.token_hex(16),
        language=get_language() or settings.LANGUAGE_CODE,
        by=own_actor(request),
        at=now(),
    )
    request.session[ASKED] = (digest_of_code(code, about=about(request)), time.time() + CODE_LASTS.seconds)
    messages.success(request, _("The code is on its way. Look into your mail."))


def is_allowed(request: HttpRequest, form: OwnCodeForm) -> bool:
    """Count an attempt; return whether there were not too many."""
    if ratelimit.consume(request, action="login_failed", key=f"asking:{request.user.pk}"):
        return True
    form.add_error("code", str(get_adapter().error_messages["too_many_login_attempts"]))
    return False
