"""What django-allauth asks the city about log-ins: how they are made, how mail leaves, where links lead."""

import secrets
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import BaseSignupForm
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.models import Login as SignIn
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from learningcity.core.actors import visitor
from learningcity.core.messages import post
from learningcity.people.actions.sign_in import note_sign_in, open_account
from learningcity.people.adapters.mail_links import LINK_LASTS, key_for
from learningcity.people.models import Login
from learningcity.people.queries.sign_in import login_at

CODES_AND_LINKS = {
    "account/email/login_code": "people/messages/sign_in_code",
    "account/email/unknown_account": "people/messages/sign_in_unknown",
    "account/email/account_already_exists": "people/messages/sign_in_known",
    "account/email/email_confirmation": "people/messages/sign_in_confirm",
    "account/email/email_confirmation_signup": "people/messages/sign_in_confirm",
    "account/email/password_reset_key": "people/messages/sign_in_password",
}
"""Mails that open a door, by what django-allauth calls them."""

NEWS = "people/messages/sign_in_changed"
"""The mail that says that something about the sign-in was changed; its own words follow the last part."""

OWN_STAGES = {
    "allauth.account.stages.EmailVerificationStage": "learningcity.people.adapters.stages.ConfirmedAddress"
}


class AccountAdapter(DefaultAccountAdapter):
    """Log-ins as this city has them: made by actions, told by our own messages."""

    error_messages: dict[str, str | Promise] = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This log-in is closed. Ask the city to open it again."),
        "email_password_mismatch": gettext_lazy(
            "The address and the password do not fit together. Check both; small and capital letters differ."
        ),
        "duplicate_email": gettext_lazy("You sign in with this address already. Give another one."),
        "email_taken": gettext_lazy(
            "This address is used already. Sign in with it, or give another address."
        ),
        "enter_current_password": gettext_lazy("This is not your password of today. Type it again."),
        "incorrect_password": gettext_lazy("This is not your password. Type it again."),
        "incorrect_code": gettext_lazy("This is not the code that we sent. Copy it from the newest message."),
        "invalid_password_reset": gettext_lazy("This link was used already or has ended. Ask for a new one."),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts. Wait a quarter of an hour, then try again."
        ),
        "rate_limited": gettext_lazy("Too many attempts. Wait a quarter of an hour, then try again."),
    }

    def is_safe_url(self, url: str) -> bool:
        """Return whether `next` may lead there: to pages of this city only, written without a host."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def save_user(
        self, request: HttpRequest, user: Login, form: BaseSignupForm, commit: bool = True
    ) -> Login:
        """Make the log-in and its person by the action that does so everywhere."""
        typed = form.cleaned_data
        language = get_language() or settings.LANGUAGE_CODE
        return open_account(
            name=typed["name"], email=typed["email"], language=language, by=visitor(), at=now()
        )

    def get_login_stages(self) -> list[str]:
        """Return the steps of signing in; who has a second step needs no confirmed address."""
        return [OWN_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: Login, **hooks: Any) -> HttpResponse | None:
        """Stop a sign-in whose log-in is closed or whose person is merged, anonymous or erased."""
        if not user.person.is_here:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **hooks)

    def login(self, request: HttpRequest, user: Login) -> None:
        """Sign in; whoever has just done so need not prove again that it is them."""
        super().login(request, user)
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        if records:
            records[-1]["reauthenticated"] = True
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
        note_sign_in(user, at=now())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as confirmed, unless it is that of another log-in."""
        if Login.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists():
            messages.error(request, str(self.error_messages["email_taken"]))
            return False
        return super().confirm_email(request, email_address)

    def is_login_by_code_required(self, login: SignIn) -> bool:
        """Return whether a code must be entered: to open an account with an unconfirmed address."""
        if not login.signup:
            return False
        return login.user is None or not login.user.emailaddress_set.filter(verified=True).exists()

    def get_reauthentication_methods(self, user: Login | AnonymousUser) -> list[dict[str, Any]]:
        """Return the ways to prove again that it is you; by mail only for those without a second step."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not user.is_authenticated or is_mfa_enabled(user):
            return methods
        by_mail = {"id": "mail", "description": _("Use a code by mail"), "url": reverse("people:ask_by_mail")}
        return [*methods, by_mail]

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Return where a confirmed address leads to."""
        return reverse("people:account") if self.request.user.is_authenticated else reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where a new password leads to."""
        return reverse("people:account")

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC
    ) -> str:
        """Return the link with which an address is confirmed."""
        return city_address(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link with which a new password is chosen."""
        number, _dash, secret = key.partition("-")
        return city_address(reverse("account_reset_password_from_key", args=[number, secret]))

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Post a message into the outbox; the worker sends it within seconds.

        For a known and for an unknown address the same is done: one look, one message.
        """
        login = login_at(email)
        opens_door = template_prefix in CODES_AND_LINKS
        post(
            CODES_AND_LINKS.get(template_prefix, NEWS),
            self.words(template_prefix, email, login, context),
            key=f"people.sign_in:{secrets.token_hex(16)}",
            channel="mail",
            address=email,
            language=get_language() or settings.LANGUAGE_CODE,
            recipient=str(login.person.public_id) if login else "",
            is_secret=opens_door,
            at=now(),
        )

    def words(
        self, template_prefix: str, email: str, login: Login | None, context: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what a message may say; no address in it comes from the request."""
        link = context.get("activate_url") or context.get("password_reset_url") or ""
        if "code" in context and login:
            link = self.mail_link(login, email)
        return {
            "what": template_prefix.rpartition("/")[2],
            "code": context.get("code", ""),
            "link": link,
            "minutes": LINK_LASTS.seconds // 60,
            "to_email": context.get("to_email", ""),
            "sign_in": city_address(reverse("account_login")),
            "sign_up": city_address(reverse("account_signup")),
            "account": city_address(reverse("people:account")),
        }

    def mail_link(self, login: Login, email: str) -> str:
        """Return the link that does the same as the code, also on another device."""
        link = city_address(reverse("people:mail_link", args=[key_for(login, email)]))
        after = get_next_redirect_url(self.request)
        return f"{link}?{urlencode({'next': after})}" if after else link


def city_address(path: str) -> str:
    """Return a whole address of this city. The host comes from the settings, never from a request."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + path


def shown_name(login: Login) -> str:
    """Return how somebody is addressed."""
    return login.person.name
