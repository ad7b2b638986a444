"""Answers that would else be bare: a refusal nobody caught, a method that a page does not know."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learningcity.core.refusals import Refused


class AnswerMiddleware:
    """Give refusals and refused methods a page in our frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Dress a bare 405."""
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal as an answer, with the status that machines get for it (409)."""
        if not isinstance(exception, Refused):
            return None
        return render(request, "core/refused.html", {"refusal": exception}, status=409)
