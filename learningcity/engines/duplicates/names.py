"""Titles and names, compared word by word; and the marks in them that tell one offer from its sister."""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from learningcity.engines.duplicates.listing import Listing
from learningcity.engines.duplicates.vocabulary import FILLERS, MARKS, PROVIDER_FILLERS
from learningcity.engines.words import folded, words

LIKE = 80


def likeness(one: str, other: str) -> float:
    """Return how like two titles are, 0 to 1: the share of their words that have a partner.

    Words of every title ("course", "the") count a quarter. Written in one or in two words is the same.

    >>> likeness("Pottery for beginners", "Beginner's potery"), likeness("Choir", "Pottery")
    (0.88, 0.0)
    """
    mine, theirs = title_words(one), title_words(other)
    if mine == theirs:
        return 1.0
    shared = _shared(mine, theirs) + _shared(theirs, mine)
    whole = sum(map(_importance, mine)) + sum(map(_importance, theirs))
    alike = shared / whole if whole else 0.0
    together = ratio("".join(mine), "".join(theirs)) / 100
    return round(max(alike, together if together >= 0.88 else 0.0), 2)


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> float:
    shared = 0.0
    for word in mine:
        best = 100.0 if word in theirs else max((ratio(word, one) for one in theirs), default=0.0)
        if best >= LIKE:
            shared += _importance(word) * best / 100
    return shared


def _importance(word: str) -> float:
    return 0.25 if word in FILLERS else 1.0


@lru_cache(maxsize=20_000)
def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title without accents, each once, in a fixed order.

    >>> title_words("Dibujo: café y dibujo")
    ('cafe', 'dibujo', 'y')
    """
    return tuple(sorted({folded(word) for word in words(title)}))


def marks_of(listing: Listing) -> dict[str, frozenset[str]]:
    """Return the marks that a listing carries, by kind.

    >>> marks_of(Listing(1, (("en", "Spanish 2, mornings"),)))
    {'part': frozenset({'morning'}), 'number': frozenset({'2'})}
    """
    found: dict[str, set[str]] = {}
    for _language, title in listing.titles:
        for kind, value in title_marks(title):
            found.setdefault(kind, set()).add(value)
    if listing.level != "open":
        found.setdefault("level", set()).add(listing.level)
    return {kind: frozenset(values) for kind, values in found.items()}


@lru_cache(maxsize=20_000)
def title_marks(title: str) -> tuple[tuple[str, str], ...]:
    """Return the marks in a title: kind and value."""
    plain = [folded(word) for word in words(title)]
    marks = [MARKS[word] for word in plain if word in MARKS]
    numbers = [("number", word) for word in plain if _is_number(word) and word not in MARKS]
    return tuple(dict.fromkeys([*marks, *numbers]))


def _is_number(word: str) -> bool:
    # "2", "60", "a1", "3d": a year tells when, not which.
    digits = sum(map(str.isdigit, word))
    return 0 < digits <= 2 and len(word) <= 3


@lru_cache(maxsize=20_000)
def provider_likeness(one: str, other: str) -> float:
    """Return how like two names of providers are, without legal forms and small words.

    >>> provider_likeness("Lantern & Sons Ltd", "The Lantern and Sons")
    1.0
    """
    mine, theirs = name_words(one), name_words(other)
    if mine == theirs:
        return 1.0
    initials = {"".join(word[0] for word in names) for names in (mine, theirs) if len(names) > 2}
    if initials & {*mine, *theirs}:
        return 0.8
    return likeness(" ".join(mine), " ".join(theirs))


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a provider's name that say who it is, in their order."""
    plain = [folded(word) for word in words(name)]
    return tuple(word for word in plain if word not in PROVIDER_FILLERS) or tuple(plain)
