"""The pages of the frame itself: choices and the accessibility statement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.display import (
    own_address,
    reader_language,
    remember_language,
    remember_scheme,
    scheme_of,
)
from learningcity.core.forms import DisplayForm


@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Let the reader choose language and colours, and go back to the page they came from."""
    if request.method == "POST":
        form = DisplayForm(request.POST)
        if form.is_valid():
            response = redirect(own_address(form.cleaned_data["next"]))
            remember_language(response, form.cleaned_data["language"])
            if "scheme" in form.data:
                remember_scheme(response, form.cleaned_data["scheme"])
            return response
        return render(request, "core/display.html", {"form": form}, status=400)
    came_from = own_address(request.GET.get("next", ""))
    form = DisplayForm(
        initial={"language": reader_language(), "scheme": scheme_of(request), "next": came_from}
    )
    return render(request, "core/display.html", {"form": form})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was done for accessibility, what is missing, how to report."""
    return render(request, "core/accessibility.html")
