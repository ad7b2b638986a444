"""Identities of an OpenID Connect provider: when they join a log-in, and what they confirm of a person."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import requests
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from learningcity.core.actors import visitor
from learningcity.core.refusals import Refused
from learningcity.people.actions.sign_in import Confirmed, open_account
from learningcity.people.models import Login
from learningcity.people.queries.sign_in import has_confirmed, login_at

SECONDS_TO_ANSWER = 5


class CannotJoin(Refused):
    """The outside identity joins no log-in by its mail address."""

    code = "cannot_join"


class OutsideIdentityAdapter(DefaultSocialAccountAdapter):
    """Outside identities, joined by addresses that both sides have confirmed, or by the person signed in."""

    error_messages: dict[str, str | Promise] = DefaultSocialAccountAdapter.error_messages | {
        "no_password": gettext_lazy("Choose a password first, so that you can still sign in afterwards."),
        "no_verified_email": gettext_lazy(
            "Confirm your e-mail address first, so that you can still sign in."
        ),
        "connected_other": gettext_lazy("Somebody else signs in with this identity here already."),
    }

    def get_requests_session(self) -> requests.Session:
        """Return a session that waits for seconds only, and goes nowhere but where it was sent."""
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0
        session.request = partial(session.request, timeout=SECONDS_TO_ANSWER)  # type: ignore[method-assign]
        return session

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the provider that the settings name; the database names none."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Login, str] | None:
        """Return the log-in that an identity joins: the provider and we both confirmed the address."""
        for address in confirmed_addresses(sociallogin):
            login = login_at(address)
            if login and has_confirmed(address, login):
                return login, address
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an identity whose address leads to a log-in not proven to be the same person's."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        try:
            check_address(sociallogin)
        except CannotJoin as refusal:
            page = render(request, "socialaccount/refused.html", {"refusal": refusal}, status=409)
            raise ImmediateHttpResponse(page) from None

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return whether an account can be made without asking: name and confirmed address are there."""
        return bool(name_of(sociallogin) and confirmed_addresses(sociallogin))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Login:
        """Make the log-in and its person by the action that does so everywhere, and join the identity."""
        typed = form.cleaned_data if form else {}
        known = confirmed_addresses(sociallogin)
        email = typed.get("email") or known[0]
        login = open_account(
            name=typed.get("name") or name_of(sociallogin),
            email=email,
            language=get_language() or settings.LANGUAGE_CODE,
            is_confirmed=email in known,
            by=visitor(),
            at=now(),
        )
        sociallogin.user = sociallogin.account.user = login
        sociallogin.account.save()
        return login

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        """Return what the provider said already."""
        return {"name": name_of(sociallogin), "email": next(iter(confirmed_addresses(sociallogin)), "")}


def check_address(sociallogin: SocialLogin) -> None:
    """Raise CannotJoin for an address that the provider did not confirm, and for one that we did not.

    The first sentence is the same whether we know the address or not.
    """
    provider = sociallogin.provider.name
    if any(address.verified is not True for address in sociallogin.email_addresses):
        raise CannotJoin(
            _(
                "%(provider)s has not confirmed your e-mail address, so we cannot tell who you are here. "
                "Confirm it there. Or sign in here by mail, and add %(provider)s on the page of your sign-in."
            )
            % {"provider": provider}
        )
    if any(login_at(address) or is_claimed(address) for address in confirmed_addresses(sociallogin)):
        raise CannotJoin(
            _(
                "There is an account with your e-mail address here, but the address was never confirmed. "
                "Sign in here by mail, which confirms it. Then %(provider)s opens the same account."
            )
            % {"provider": provider}
        )


def confirmed_addresses(sociallogin: SocialLogin) -> list[str]:
    """Return the addresses that the provider says it has confirmed, in small letters."""
    return [str(a.email).lower() for a in sociallogin.email_addresses if a.verified is True]


def is_claimed(email: str) -> bool:
    """Return whether a log-in, open or not, has this address."""
    return (
        Login.objects.filter(email=email).exists()
        or EmailAddress.objects.filter(email=email, verified=True).exists()
    )


def claims_of(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the provider said of a person: in the token, and more fully when asked."""
    return {**(extra.get("id_token") or {}), **(extra.get("userinfo") or {})}


def name_of(sociallogin: SocialLogin) -> str:
    """Return the name that the provider gives."""
    claims = claims_of(sociallogin.account.extra_data)
    return str(claims.get("name") or joined(claims)).strip()[:200]


def joined(claims: Mapping[str, Any]) -> str:
    """Return given and family name as one."""
    return " ".join(str(claims[key]) for key in ("given_name", "family_name") if claims.get(key))


def confirmed_by(extra: Mapping[str, Any]) -> Confirmed:
    """Return what the provider says an authority has checked.

    That is either marked by `name_verified` and `birthdate_verified`, or stands in `verified_claims` (OpenID
    Connect for Identity Assurance). Anything else a person may have typed there.
    """
    claims = claims_of(extra)
    assured = claims.get("verified_claims") or {}
    checked = assured.get("claims") or {} if isinstance(assured, Mapping) else {}
    name = checked.get("name") or joined(checked)
    if not name and claims.get("name_verified") is True:
        name = claims.get("name") or joined(claims)
    born = checked.get("birthdate")
    if not born and claims.get("birthdate_verified") is True:
        born = claims.get("birthdate")
    return Confirmed(name=" ".join(str(name or "").split()), born_on=day_in(born))


def day_in(words: object) -> date | None:
    """Return a whole date; a year alone, or nonsense, is none."""
    try:
        return parse_date(str(words)) if words else None
    except ValueError:
        return None
