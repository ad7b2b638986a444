"""The reader's choices: language and colours, kept in two cookies that hold nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override

SCHEME_COOKIE = "scheme"
SCHEMES = ("light", "dark")
LONGEST_ADDRESS = 2000
A_YEAR = 365 * 24 * 3600

# Languages with a complete catalogue that no native speaker has read yet.
UNCHECKED = frozenset({"es", "ar"})
# Languages in which only the frame is translated: the main part is shown in the language of the source.
FRAME_ONLY = frozenset({"cy"})

_reader: ContextVar[str] = ContextVar("reader_language", default="")


def scheme_of(request: HttpRequest) -> str:
    """Return the colours that the reader chose, "" if the device decides."""
    chosen = request.COOKIES.get(SCHEME_COOKIE, "")
    return chosen if chosen in SCHEMES else ""


def main_language(frame: str) -> str:
    """Return the language of the main part of a page whose frame is in this language."""
    return settings.LANGUAGE_CODE if frame in FRAME_ONLY else frame


def reader_language() -> str:
    """Return the reader's own language, even where the main part of the page speaks another.

    Texts that others wrote (an offer in Welsh) are chosen by it.
    """
    return _reader.get() or get_language() or settings.LANGUAGE_CODE


@contextmanager
def read_in(language: str) -> Iterator[None]:
    """Serve a reader of this language: the views speak the language of the main part."""
    token = _reader.set(language)
    try:
        with override(main_language(language)):
            yield
    finally:
        _reader.reset(token)


def state_of(language: str) -> str:
    """Return "checked", "unchecked" or "frame" for a language of the pages."""
    if language in FRAME_ONLY:
        return "frame"
    return "unchecked" if language in UNCHECKED else "checked"


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language for a year."""
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language)


def remember_scheme(response: HttpResponse, scheme: str) -> None:
    """Keep the colours for a year; "" forgets them."""
    if scheme:
        _keep(response, SCHEME_COOKIE, scheme)
    else:
        response.delete_cookie(SCHEME_COOKIE, samesite="Lax")


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def own_address(address: str) -> str:
    """Return the address if it leads to a page of ours, else the first page."""
    is_ours = (
        address.startswith("/")
        and len(address) <= LONGEST_ADDRESS
        and not any(ord(sign) < 32 for sign in address)
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )
    return address if is_ours else "/"
