"""What is compared of an offer, and what a comparison answers."""

from dataclasses import dataclass
from hashlib import blake2b

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is compared of an offer. `titles` are (language, title), its own first; `starts` and `days` count
    minutes and days since 1970 (UTC), in order; `ages` are from and to, nothing where not said."""

    pk: int
    titles: tuple[tuple[str, str], ...]
    provider: str = ""
    venues: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    starts: tuple[int, ...] = ()
    days: tuple[int, int] | None = None
    is_online: bool = False
    ages: tuple[int | None, int | None] = (None, None)
    audience: str = "everyone"
    level: str = "open"


def digest(listing: Listing, starts: tuple[int, ...]) -> str:
    """Return a digest of what is compared: another one means that something changed.

    `starts` are all dates, past ones too: that time goes by changes nothing.
    """
    said = repr((listing.titles, listing.provider, listing.venues, listing.points, starts))
    more = repr((listing.days, listing.is_online, listing.ages, listing.audience, listing.level))
    return blake2b((said + more).encode(), digest_size=16).hexdigest()
