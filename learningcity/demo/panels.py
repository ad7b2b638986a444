"""What the demonstration shows where one signs in: public log-ins and their code of the moment."""

from collections.abc import Sequence
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.http import HttpRequest

from learningcity.core.panels import Panel, register
from learningcity.demo.logins import PARTS, PASSWORD, TOTP_SECRET
from learningcity.people.queries import demo_logins


def public_logins(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any] | None:
    """Return the log-ins that anybody may try, or nothing where there are none."""
    there = {login.email for login in demo_logins()}
    parts = [part for part in PARTS if part.email in there]
    return {"parts": parts, "password": PASSWORD} if parts else None


def code_of_the_moment(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any] | None:
    """Return the code that the authenticator of a public log-in would show now, or nothing without any."""
    if not demo_logins():
        return None
    counters = list(yield_hotp_counters_from_time())
    return {"code": format_hotp_value(hotp_value(TOTP_SECRET, counters[len(counters) // 2]))}


register("people.sign_in", Panel("demo.logins", "demo/_logins.html", public_logins))
register("people.second_factor", Panel("demo.code", "demo/_code.html", code_of_the_moment))
