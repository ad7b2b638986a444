"""What stands at the head of every feed: under which licences, whom to ask, how new it is, where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from learningcity import __version__
from learningcity.catalogue.queries.changes import reached
from learningcity.catalogue.queries.licences import GivenSource, open_sources_named
from learningcity.city.queries import the_city
from learningcity.people.queries.organisations import city_office


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What is said of a feed. `change` is the number from which the change feed goes on after this one."""

    title: str
    sources: Sequence[GivenSource]
    contact: str
    change: int
    changed_at: datetime | None
    digest: str

    @property
    def licences(self) -> list[str]:
        """The addresses of the licences, each once."""
        return list(dict.fromkeys(source.licence_address for source in self.sources))


def feed_head(*words: str, source: str | None = None) -> FeedHead:
    """Return the head of a feed, of one source by its key or of all.

    `words` are what it was asked for, and make it another feed.

    Read it before the feed itself: what changes meanwhile is then told by the change feed from `change` on.
    """
    log, city, office = reached(), the_city(), city_office()
    sources = open_sources_named(source)
    title = city.name if city else "LearningCity"
    contact = office.email if office else ""
    said = repr((__version__, log.last, sources, title, contact, words))
    return FeedHead(
        title=title,
        sources=sources,
        contact=contact,
        change=log.last,
        changed_at=log.at,
        digest=blake2s(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest(),
    )
