"""Pages of the desk."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from learningcity.people.permissions import is_city_staff


@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show staff what they can do here."""
    if not is_city_staff(request.actor):
        raise PermissionDenied
    return render(request, "people/desk.html")
