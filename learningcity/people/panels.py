"""What people shows on others' pages: who is signed in, and for whom they act."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from learningcity.core import panels
from learningcity.people.queries.acting import bar_of


def signed_in(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[str, Any]:
    """Return who is signed in, or an invitation to do so; asks the database only for a session at hand."""
    if request is None or not request.COOKIES.get("sessionid"):
        return {"person": None}
    login = request.user if request.user.is_authenticated else None
    return {"person": login.person if login else None}


panels.register("frame.tools", panels.Panel("people.signed_in", "people/_signed_in.html", signed_in))


def acting_bar(request: HttpRequest, things: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return for whom the reader acts; nothing for everybody else."""
    acting = getattr(request, "acting", None)
    return {"bar": bar_of(acting)} if acting else None


panels.register("frame.acting", panels.Panel("people.acting", "people/_acting_bar.html", acting_bar))
