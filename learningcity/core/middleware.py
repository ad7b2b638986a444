"""The language of views, and answers that would else be bare: a refusal nobody caught, an unknown method."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learningcity.core.display import read_in
from learningcity.core.refusals import Refused


class MainLanguageMiddleware:
    """Let views speak the language of the main part, where the reader's own is known to the frame only.

    Stands after LocaleMiddleware; `request.LANGUAGE_CODE` stays the reader's, and the frame is drawn in it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the main part."""
        with read_in(request.LANGUAGE_CODE):
            return self.get_response(request)


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
