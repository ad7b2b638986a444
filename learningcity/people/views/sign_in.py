"""Pages of signing in and of what one signs in with. The library does the work; what is ours is said here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.usersessions import views as sessions
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.people.adapters.mail_links import opened_by
from learningcity.people.queries.sign_in import ways_in
from learningcity.people.views.asking import confirmed_again

View = Callable[..., HttpResponse]


def ours(view: View) -> View:
    """Return a view of the library as a page of ours: never kept by the browser, 400 for a form refused."""

    @wraps(view)
    @sensitive_post_parameters()
    @never_cache
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200 and is_refused(response):
            response.status_code = 400
        return response

    return page


def is_refused(response: HttpResponse) -> bool:
    """Return whether a page shows a form with errors."""
    shown = (getattr(response, "context_data", None) or {}).values()
    return any(isinstance(thing, BaseForm) and bool(thing.errors) for thing in shown)


sign_in = ours(account.login)
sign_out = ours(account.logout)
sign_up = ours(account.signup)
closed = ours(account.account_inactive)
ask_for_code = ours(account.request_login_code)
enter_code = ours(account.confirm_login_code)

ask_password = ours(account.reauthenticate)
change_email = ours(confirmed_again(account.email))
email_sent = ours(account.email_verification_sent)
confirm_email = ours(account.confirm_email)

change_password = ours(confirmed_again(account.password_change))
first_password = ours(confirmed_again(account.password_set))
forgotten_password = ours(account.password_reset)
forgotten_password_sent = ours(account.password_reset_done)
replace_password = ours(account.password_reset_from_key)
password_replaced = ours(account.password_reset_from_key_done)

session_list = ours(sessions.list_usersessions)


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show with what somebody signs in, and lead to where it is changed."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return render(request, "people/account.html", {"ways": ways_in(request.user)})  # type: ignore[arg-type]


@never_cache
@require_http_methods(["GET", "POST"])
def mail_link(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in the holder of a link from a mail, by a click: programs that look through mail must not."""
    opened = opened_by(key)
    if opened is None:
        return render(request, "people/mail_link.html", {"is_gone": True}, status=404)
    after = get_next_redirect_url(request)
    if request.method == "GET":
        return render(request, "people/mail_link.html", {"next": after or ""})
    login, email = opened
    if request.user.is_authenticated and request.user.pk != login.pk:
        logout(request, show_message=False)
    record_authentication(request, login, method="code", email=email)
    if login.person.is_here and login.is_active:
        verify_email_indirectly(request, login, email)
    return perform_login(request, login, redirect_url=after, email=email)


def too_many(request: HttpRequest) -> HttpResponse:
    """Say that somebody was too often here in too short a time."""
    return render(request, "people/locked_out.html", status=429)
