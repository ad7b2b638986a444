"""Ask who is there again, before what cannot be undone or carries everything away."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from learningcity.people.middleware import METHODS

CONFIRMED_FOR = timedelta(minutes=10)


def confirmed_again(request: HttpRequest) -> HttpResponse | None:
    """Return None for somebody who has just shown who they are; else the way to sign in again."""
    moments = [
        datetime.fromtimestamp(way["at"], UTC) for way in request.session.get(METHODS, ()) if "at" in way
    ]
    if request.user.is_authenticated and request.user.last_login:
        moments.append(request.user.last_login)
    if moments and max(moments) > now() - CONFIRMED_FOR:
        return None
    logout(request)
    return redirect_to_login(request.get_full_path())
