"""Pages of signing in with an identity of an OpenID Connect provider."""

from typing import Any

from allauth.socialaccount import views as social
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException

from learningcity.people.views.asking import confirmed_again
from learningcity.people.views.sign_in import ours

NOT_UNDERSTOOD = (RequestException, OAuth2Error, ValueError, KeyError)
"""What happens when a provider does not answer, or not as the standard says."""

finish = ours(social.signup)
cancelled = ours(social.login_cancelled)
failed = ours(social.login_error)
identity_list = ours(confirmed_again(social.connections))


@never_cache
@require_POST
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead somebody to the provider; whoever is signed in adds the identity to their log-in.

    The way leads over a page of ours: the content policy lets no form end on another host.
    """
    if request.user.is_authenticated:
        return confirmed_again(led_on)(request, provider_id)
    return led_on(request, provider_id)


def led_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Return the page that goes on to the provider."""
    if request.user.is_authenticated and request.GET.get("process") != "connect":
        raise Http404
    response = asked(openid.login, request, provider_id)
    if not isinstance(response, HttpResponseRedirect) or is_own(response.url):
        return response
    page = render(request, "socialaccount/login_redirect.html", {"address": response.url, "name": name_of()})
    page["Refresh"] = f"0; url={response.url}"
    return page


@never_cache
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take somebody back from the provider."""
    return asked(openid.callback, request, provider_id)


def asked(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """Return what a view answers, or a page that says that the provider cannot be asked."""
    try:
        return view(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except NOT_UNDERSTOOD as error:
        return render_authentication_error(request, name_of(), exception=error)


def is_own(address: str) -> bool:
    """Return whether an address leads to a page of ours."""
    return url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def name_of() -> str:
    """Return what the provider is called."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return apps[0]["name"] if apps else ""
