"""Titles and names, compared word by word; and the marks in them that tell one offer from its sister."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from learningcity.engines.duplicates.listing import Listing
from learningcity.engines.duplicates.vocabulary import FILLERS, MARKS, PROVIDER_FILLERS
from learningcity.engines.words import folded, words

LIKE = 80
SAME_STEM = 85
WITHIN = 0.75
LONG = 6


def likeness(one: str, other: str) -> float:
    """Return how like two titles are, 0 to 1: the share of their words that have a partner.

    A title that stands whole within the other counts as WITHIN at least.
    Words of every title ("course", "the") count little, marks ("beginners", "2") next to nothing. Written in
    one or in two words is the same.

    >>> likeness("Pottery for beginners", "Beginner's potery"), likeness("Choir", "Pottery")
    (0.86, 0.0)
    >>> likeness("Oak Hill Hall", "Oakhill Hall")
    1.0
    """
    mine, theirs = title_words(one), title_words(other)
    if mine == theirs:
        return 1.0
    shares = (_shared(mine, theirs), _shared(theirs, mine))
    wholes = (sum(map(_importance, mine)), sum(map(_importance, theirs)))
    alike = sum(shares) / (sum(wholes) or 1)
    within = max(share / whole if whole >= 1 else 0 for share, whole in zip(shares, wholes, strict=True))
    together = ratio("".join(mine), "".join(theirs)) / 100
    return round(max(alike, WITHIN * within, together if together >= 0.88 else 0.0), 2)


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> float:
    shared = 0.0
    for word in mine:
        best = 100.0 if word in theirs else max((_partner(word, one) for one in theirs), default=0.0)
        if best >= LIKE:
            shared += _importance(word) * best / 100
    return shared


def _partner(one: str, other: str) -> float:
    """Return how like two words are, in percent; words of one stem are at least SAME_STEM."""
    alike = ratio(one, other)
    stem = sum(1 for _letter in _common_start(one, other))
    is_one_stem = stem >= 4 and stem >= 0.6 * min(len(one), len(other))
    return max(alike, SAME_STEM) if is_one_stem else alike


def _common_start(one: str, other: str) -> Iterator[str]:
    return (pair[0] for pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@lru_cache(maxsize=20_000)
def _importance(word: str) -> float:
    # Marks are compared by themselves.
    if mark_of(word) or _is_number(word):
        return 0.05
    return 0.15 if word in FILLERS else 1.0


@lru_cache(maxsize=20_000)
def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title without accents, each once, in their order.

    >>> title_words("Dibujo: café y dibujo")
    ('dibujo', 'cafe', 'y')
    """
    return tuple(dict.fromkeys(folded(word) for word in words(title)))


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
    marks = [mark for mark in map(mark_of, plain) if mark]
    numbers = [("number", word) for word in plain if _is_number(word)]
    return tuple(dict.fromkeys([*marks, *numbers]))


@lru_cache(maxsize=20_000)
def mark_of(word: str) -> tuple[str, str] | None:
    """Return the mark that a word is, if it is one; a long word may be mistyped.

    >>> mark_of("begginers"), mark_of("pottery")
    (('level', 'beginner'), None)
    """
    if word in MARKS or len(word) < LONG:
        return MARKS.get(word)
    found = extractOne(word, LONG_MARKS, scorer=ratio, score_cutoff=84)
    return MARKS[found[0]] if found else None


LONG_MARKS = sorted(word for word in MARKS if len(word) >= LONG)


def _is_number(word: str) -> bool:
    # "2", "60", "a1", "3d": a year tells when, not which.
    digits = sum(map(str.isdigit, word))
    return 0 < digits <= 2 and len(word) <= 3


@lru_cache(maxsize=20_000)
def provider_likeness(one: str, other: str) -> float:
    """Return how like two names of providers are, without legal forms and small words.

    Initials, shortened words and a name within the other are close, not the same.

    >>> provider_likeness("Lantern & Sons Ltd", "The Lantern and Sons")
    1.0
    >>> provider_likeness("Workers' Learning Association", "WLA")
    0.8
    """
    mine, theirs = name_words(one), name_words(other)
    if mine == theirs:
        return 1.0
    alike = likeness(" ".join(mine), " ".join(theirs))
    is_close = initials(one) == "".join(theirs) or initials(other) == "".join(mine) or is_within(mine, theirs)
    return max(alike, 0.8) if is_close else alike


def initials(name: str) -> str:
    """Return the first letters of a name of three words or more."""
    plain = words(name)
    return "".join(folded(word)[0] for word in plain) if len(plain) > 2 else ""


def is_within(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether each word of the shorter name is, or begins, or is begun by, a word of the longer one."""
    few, many = sorted((one, other), key=len)
    return len(few) > 1 and all(
        any(long.startswith(word) or word.startswith(long) or ratio(word, long) >= LIKE for long in many)
        for word in few
    )


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a provider's name that say who it is, in their order."""
    plain = [folded(word) for word in words(name)]
    return tuple(word for word in plain if word not in PROVIDER_FILLERS) or tuple(plain)
