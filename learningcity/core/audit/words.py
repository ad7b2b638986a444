"""What the codes of the audit trail mean, in words for the person whom a line is about.

Each room enters the codes that it records; a code that nobody entered is shown in general words.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

_words: dict[str, object] = {}

IN_GENERAL = _("Something else was done")


def register(words: Mapping[str, object]) -> None:
    """Enter the words (lazy) for the codes of a room. Entering a code again replaces it.

    >>> register({"doctest.cup_filled": "A cup was filled"})
    >>> words_for("doctest.cup_filled")
    'A cup was filled'
    """
    _words.update(words)


def words_for(code: str) -> object:
    """Return what a code means."""
    return _words.get(code, IN_GENERAL)


def known_codes() -> frozenset[str]:
    """Return the codes that have words."""
    return frozenset(_words)
