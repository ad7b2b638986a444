"""What people shows on others' pages: who is signed in, and for whom they act."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from learningcity.core import panels
from learningcity.people.middleware import own_actor
from learningcity.people.permissions.desk import can_use_desk
from learningcity.people.permissions.rights import can_answer_corrections
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


def helps_at_a_desk(request: HttpRequest) -> bool:
    """Return whether the reader has a role that serves people, also while they act for one of them."""
    if not hasattr(request, "helps_at_a_desk"):
        by = own_actor(request) if getattr(request, "acting", None) else request.actor
        request.helps_at_a_desk = can_use_desk(by, now())
    return request.helps_at_a_desk


def answers_corrections(request: HttpRequest) -> bool:
    """Return whether the reader has a role that answers what people say is wrong."""
    return can_answer_corrections(request.actor, now())
