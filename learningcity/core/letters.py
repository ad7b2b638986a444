"""Letters and forms on paper: HTML made into a PDF that fetches nothing."""

from importlib import import_module
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused

STYLES = "core/letter.css"


class LettersUnavailable(Refused):
    """This machine lacks the libraries that set type."""

    code = "letters_unavailable"


def pdf_of(html: str, *, styles: str = STYLES) -> bytes:
    """Return HTML as a PDF on A4, tagged so that a screen reader can read it.

    `styles` is a template with the style sheet. Whatever the HTML asks for (pictures, style sheets, files,
    attachments, from here or from elsewhere) is left out: nothing is fetched. Raises LettersUnavailable.
    """
    typesetter = weasyprint()
    # No protocol at all is allowed: the typesetter goes on without what it asked for.
    nothing = typesetter.urls.URLFetcher(allowed_protocols=())
    style = typesetter.CSS(string=render_to_string(styles), url_fetcher=nothing)
    page = typesetter.HTML(string=html, base_url=None, url_fetcher=nothing)
    made: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return made


def weasyprint() -> Any:
    """Return the typesetter. It is imported only when a letter is made: its libraries may be missing."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        raise LettersUnavailable(
            _(
                "This machine cannot make letters: the libraries that set type are missing. Install the "
                "Debian packages libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 and fonts-noto-core."
            )
        ) from None
