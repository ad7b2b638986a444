"""Why another machine was not asked, or its answer not taken: one sentence for each stable code."""

import http.client
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learningcity.core.refusals import Refused

SENTENCES: dict[str, Promise] = {
    "fetch_address": _("This is not an address on the web. Give it like https://example.org/page."),
    "fetch_scheme": _("Only an address that begins with https:// or http:// can be asked. Give such a one."),
    "fetch_credentials": _("The address holds a name or password. Give it without them."),
    "fetch_port": _("The address names a port that is not of the web. Give it without the port."),
    "fetch_private": _("The address leads into a private network. Give an address that everybody can reach."),
    "fetch_redirects": _("The address sends on and on to others. Give the address of the thing itself."),
    "fetch_not_secure": _(
        "The connection to the other machine cannot be protected. Check the address, or give another one."
    ),
    "fetch_unreachable": _("The other machine cannot be reached. Check the address, or try again later."),
    "fetch_too_slow": _("The other machine takes too long to answer. Try again later."),
    "fetch_unreadable": _("The other machine gives an answer that cannot be read. Try again later."),
    "fetch_too_large": _("The answer is too large. Give the address of something smaller."),
    "fetch_type": _("The address answers with something else than expected. Give another address."),
}


class FetchRefused(Refused):
    """Another machine was not asked, or its answer was not taken; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)


@contextmanager
def refusals_of_the_network() -> Iterator[None]:
    """Turn what can go wrong on the way into a refusal with a code."""
    try:
        yield
    except TimeoutError:
        raise FetchRefused("fetch_too_slow") from None
    except ssl.SSLError:
        raise FetchRefused("fetch_not_secure") from None
    except (http.client.HTTPException, zlib.error):
        raise FetchRefused("fetch_unreadable") from None
    except OSError:
        raise FetchRefused("fetch_unreachable") from None
