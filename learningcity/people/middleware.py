"""Say who acts in each request, and what to do next where a right is missing."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from learningcity.core.actors import Actor, Channel, Right, visitor
from learningcity.people.queries.actors import actor_of, memberships_of

HAT = "people.hat"
"""Where the session keeps the public id of the membership chosen, or "self"."""
ACTING = "people.acting"
"""Where the session keeps the public id of the open Acting."""
METHODS = "account_authentication_methods"
"""Where django-allauth keeps how this session was signed in."""


class ActorMiddleware:
    """Set `request.actor`, asked for only when a view needs it.

    A page that raises PermissionDenied leads visitors to the sign-in and staff without a second factor to
    setting it up; anybody else is refused with 403.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the actor at hand."""
        request.actor = SimpleLazyObject(lambda: actor_in(request))  # type: ignore[attr-defined]
        return self.get_response(request)

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
    return actor_of(
        request.user,
        hat=request.session.get(HAT, ""),
        acting=request.session.get(ACTING, ""),
        second_factor=has_second_factor(request),
        at=now(),
    )


def has_second_factor(request: HttpRequest) -> bool:
    """Return whether this session was signed in with a second factor or a passkey."""
    return any(method.get("method") == "mfa" for method in request.session.get(METHODS, ()))


def acts_for_another(by: Actor) -> bool:
    """Return whether the actor acts for somebody else."""
    return by.right in (Right.GUARDIAN, Right.MANDATE)
