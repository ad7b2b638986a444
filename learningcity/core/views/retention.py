"""What is kept about people, for what and how long."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learningcity.core.personal import kept


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Say what the city keeps about people, why, how long, and what happens then."""
    return render(request, "core/retention.html", {"kept": kept()})
