"""Whose attempts to sign in are counted, and from where."""

from collections.abc import Mapping
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

LONGEST = 255


def address_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the address with which somebody tries to sign in, in small letters.

    django-allauth hands it over as "email", django-axes itself as "login", and the form as "login".
    """
    known = credentials or {}
    tried = known.get("email") or known.get("login") or known.get("username") or request.POST.get("login")
    return str(tried or "").strip().lower().replace("\0", "")[:LONGEST]


def sender_of(request: HttpRequest) -> str | None:
    """Return the number of the machine that asks; behind a proxy of ours, the one that the proxy saw."""
    return get_client_ip(request)
