"""Say who acts in each request, and what to do next where a right is missing."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor, Channel, Right, visitor
from learningcity.people.models import Acting
from learningcity.people.queries.acting import acting_named
from learningcity.people.queries.actors import actor_for_another, actor_of, memberships_of, open_acting

HAT = "people.hat"
"""Where the session keeps the public id of the membership chosen, or "self"."""
ACTING = "people.acting"
"""Where the session keeps the public id of the open Acting."""
READING = ("GET", "HEAD", "OPTIONS")
LEAVING = {"people:acting_stop", "people:sign_out", "core:display"}
"""Forms that do the same for whomever they are sent."""
NEVER_SHOWN = ("csrfmiddlewaretoken", "password", "code")
"""What is not shown again of a form, even to whoever typed it."""
METHODS = "account_authentication_methods"
"""Where django-allauth keeps how this session was signed in."""
METHODS_OF = "account_authentication_methods_user"
"""Where it keeps whose methods these are: what somebody else proved here before does not count."""


class ActorMiddleware:
    """Set `request.actor`, asked for only when a view needs it.

    A page that raises PermissionDenied leads visitors to the sign-in and staff without a second factor to
    setting it up; anybody else is refused with 403.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the actor at hand."""
        request.acting = acting_in(request)  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_in(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.acting:  # type: ignore[attr-defined]
            # The button "back" must not bring the person before on the screen of the next.
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a form that was begun for somebody whom the log-in no longer acts for.

        It would else run for the helper themself. A page that is only read drops the acting with a word.
        """
        if not has_acting_over(request):
            return None
        who = name_of_person_left(request)
        leave_person(request)
        if request.method in READING or getattr(request.resolver_match, "view_name", "") in LEAVING:
            if who:
                messages.warning(request, _("Your time of acting for %(name)s has ended.") % {"name": who})
            return None
        page = render(request, "people/acting_over.html", {"name": who, "typed": typed(request)}, status=409)
        add_never_cache_headers(page)
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead on whoever can gain the right that is missing."""
        if not isinstance(exception, PermissionDenied) or request.path.startswith("/api/"):
            return None
        if request.method not in ("GET", "HEAD"):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not has_second_factor(request) and memberships_of(request.user, at=now()).exists():
            return redirect_to_login(request.get_full_path(), login_url=reverse("people:second_factor"))
        return None


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts in a request. Machines are told apart by their key, never by a session."""
    if request.path.startswith("/api/"):
        return visitor(Channel.API)
    if request.acting:  # type: ignore[attr-defined]
        return actor_for_another(request.user, request.acting)  # type: ignore[attr-defined,arg-type]
    return own_actor(request)


def own_actor(request: HttpRequest) -> Actor:
    """Return the actor who somebody is in their own right or role, even while they act for another.

    What a helper does at the desk (looking somebody up, asking for a mandate) is their own act.
    """
    return actor_of(
        request.user,
        hat=request.session.get(HAT, ""),
        second_factor=has_second_factor(request),
        at=now(),
    )


def acting_in(request: HttpRequest) -> Acting | None:
    """Return for whom a session acts, asked anew in every request."""
    if request.path.startswith("/api/") or not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return None
    public_id = request.session.get(ACTING, "")
    if not public_id or not request.user.is_authenticated or not request.user.person.is_here:
        return None
    found = open_acting(request.user, public_id, at=now())
    if found and found.right == Right.MANDATE and not has_second_factor(request):
        return None
    return found


def has_acting_over(request: HttpRequest) -> bool:
    """Return whether a session still holds an Acting that is over."""
    if request.acting or request.path.startswith("/api/"):  # type: ignore[attr-defined]
        return False
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME) and request.session.get(ACTING))


def name_of_person_left(request: HttpRequest) -> str:
    """Return the name of the person whom a session acted for until now."""
    if not request.user.is_authenticated:
        return ""
    acting = acting_named(request.user, request.session[ACTING])
    return acting.person.name if acting else ""


def enter_person(request: HttpRequest, acting: Acting) -> None:
    """Let a session act for a person from now on; forms of pages that are open for another fail."""
    request.session[ACTING] = str(acting.public_id)
    rotate_token(request)


def leave_person(request: HttpRequest) -> None:
    """Let a session act for itself again; forms of pages that are open for the person fail."""
    request.session.pop(ACTING, None)
    rotate_token(request)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into a form that was refused, so that nothing is lost to whoever typed it."""
    return [
        (name.replace("_", " "), value)
        for name, values in request.POST.lists()
        if not any(word in name for word in NEVER_SHOWN)
        for value in values
        if value.strip()
    ]


def has_second_factor(request: HttpRequest) -> bool:
    """Return whether this session was signed in with a second factor or a passkey."""
    if request.session.get(METHODS_OF, "") != request.session.get(SESSION_KEY):
        return False
    return any(method.get("method") == "mfa" for method in request.session.get(METHODS, ()))


def acts_for_another(by: Actor) -> bool:
    """Return whether the actor acts for somebody else."""
    return by.right in (Right.GUARDIAN, Right.MANDATE)
