"""Say who acts in each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from learningcity.core.actors import Channel
from learningcity.people.queries import actor_of


class ActorMiddleware:
    """Set `request.actor`, asked for only when a view needs it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the actor at hand."""
        channel = Channel.API if request.path.startswith("/api/") else Channel.WEB
        request.actor = SimpleLazyObject(lambda: actor_of(request.user, channel))  # type: ignore[attr-defined]
        return self.get_response(request)
