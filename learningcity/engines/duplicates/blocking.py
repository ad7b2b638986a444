"""Which listings are compared at all: those that share a key."""

from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

from learningcity.engines.duplicates.listing import Listing
from learningcity.engines.duplicates.names import name_words, title_words
from learningcity.engines.duplicates.vocabulary import FILLERS

DAY = 24 * 60


def keys(listing: Listing) -> list[int]:
    """Return the numbers of which two listings must share one to be compared.

    They stand for: hour and part of the city, hour and provider, hour and name of the place, a word and the
    place, a word and the day, a word and the provider. `kind_of` tells which.
    """
    return list(dict.fromkeys(_keys(listing)))


def kind_of(key: int) -> int:
    """Return what a key stands for, as a number below 8."""
    return key & 7


def _keys(listing: Listing) -> Iterator[int]:
    near, around = _cell(listing, 60), _cell(listing, 20)
    telling = [crc32(word[:4].encode()) for word in telling_words(listing)]
    host = _name_key(name_words(listing.provider))
    chosen = chosen_starts(listing.starts)
    for start in chosen:
        yield _mixed(2, start // 60, host)
        if around:
            yield _mixed(1, start // 60, around)
    for venue in listing.venues[:1]:
        if chosen:
            yield _mixed(6, chosen[0] // 60, _name_key(title_words(venue)))
    for word in telling:
        yield _mixed(3, word, near or host)
    for word in telling[:2]:
        yield _mixed(4, word, chosen[0] // DAY) if chosen else _mixed(5, word, host)
    for word in telling[:1]:
        yield from (_mixed(4, word, start // DAY) for start in chosen[1:])


def _name_key(words: Sequence[str]) -> int:
    """Return a number for the longest word of a name."""
    return crc32(max(words or ("",), key=len)[:5].encode())


def chosen_starts(starts: Iterable[int], most: int = 2) -> list[int]:
    """Return a few of the moments, the same ones for lists that share most: those of the smallest hash of
    their day (min-wise sampling, Broder 1997)."""
    ordered = sorted(starts, key=lambda start: (_mixed(0, start // DAY, 0), start))
    return ordered[:most]


def telling_words(listing: Listing) -> list[str]:
    """Return the longest words of the titles: three of the first, two of each of the next two."""
    found: dict[str, None] = {}
    for place, (_language, title) in enumerate(listing.titles[:3]):
        candidates = [word for word in title_words(title) if word not in FILLERS]
        longest = sorted(candidates or title_words(title), key=lambda word: (-len(word), word))
        found.update(dict.fromkeys(longest[: 2 if place else 3]))
    return list(found)


def _cell(listing: Listing, squares: int) -> int:
    """Return a number for the square where it is held, so many to a degree; 0 where no point is known."""
    if not listing.points:
        return 0
    lat, lon = listing.points[0]
    return (int((lat + 90) * squares) + 1) * 100_000 + int((lon + 180) * squares * 0.65)


def _mixed(kind: int, one: int, other: int) -> int:
    """Return one number of 63 bits for three; the last three bits say of which kind it is."""
    mixed = (one * 0x9E3779B97F4A7C15 + other * 0xC2B2AE3D27D4EB4F + kind * 0x165667B19E3779F9) & (2**64 - 1)
    mixed ^= mixed >> 29
    return (mixed * 0xBF58476D1CE4E5B9 & (2**64 - 1)) >> 4 << 3 | kind
