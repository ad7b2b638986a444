"""Search, ours beside SQLite's FTS5: 200,000 generated offers in 5 languages.

Any of two words, three filters, an exact radius and the counts of ten facets; then the same with both words;
then building the index from the database. `python -m benches.search` prints the lines, with --json as data.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from benches.generate import AT, CENTRE, OFFERS, SPREAD, fill_catalogue
from benches.search_peer import Fts5
from benches.started import FOLDER
from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.adapters.index import opened
from learningcity.catalogue.models import Offer, Source
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search import search
from learningcity.catalogue.queries.search_facets import count
from learningcity.catalogue.queries.search_plan import MOST_WORDS, Plan, all_of, every_word, plan_of
from learningcity.city.queries import VenuePoints, venue_points, venues_within
from learningcity.core.actors import operator
from learningcity.engines.words import question

QUERIES = 300
WARM_UP = 20
PEER = "SQLite FTS5"
Line = dict[str, str | float]


@dataclass(frozen=True)
class BothWords(Plan):
    """A search for all of the words."""

    @property
    def words(self) -> list:
        """The words as a filter."""
        return [every_word(self.asked)]


def run() -> list[Line]:
    """Return the lines of the bench."""
    offers = int(os.environ.get("BENCH_OFFERS", OFFERS))
    if not (FOLDER / "learningcity.sqlite3").exists():
        fill_catalogue(offers=offers)
    if not Source.objects.filter(key="generated").exists():
        raise SystemExit(f"{FOLDER} holds a city that was not generated. Leave LEARNINGCITY_DATA unset.")
    built = timed(lambda: rebuild_search_index(by=operator(), at=AT))
    peak = peak_mb()
    (FOLDER / "peer.sqlite3").unlink(missing_ok=True)
    peer = Fts5(FOLDER / "peer.sqlite3")
    peer_built = timed(lambda: peer.fill(AT))
    searches = drawn(Random(7))
    check(searches[:WARM_UP], peer)
    either = paired(searches, ours_either, lambda one: peers(peer, one, both=False))
    both = paired(searches, ours_both, lambda one: peers(peer, one, both=True))
    size = f"{offers:,} offers"
    return [
        *percentiles(f"any of two words, 3 filters, radius, facets, {size}", either, peak),
        *percentiles(f"both words, 3 filters, radius, facets, {size}", both, peak),
        line(f"index built from the database, {size}", built, peer_built, peak),
    ]


def drawn(rng: Random) -> list[Criteria]:
    """Return searches by chance: two words of two titles, three filters, a radius around a point."""
    last = Offer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return [one_search(rng, last) for _number in range(QUERIES + WARM_UP)]


def one_search(rng: Random, last: int) -> Criteria:
    """Return one search; both words are of the language of an offer."""
    first = Offer.objects.get(pk=rng.randint(1, last))
    second = (
        Offer.objects.filter(pk__gte=rng.randint(1, last), language=first.language).order_by("pk").first()
    )
    words = [rng.choice(offer.title.split()) for offer in (first, second or first)]
    filters = {
        "modes": (rng.choice(("on_site", "online")),),
        "levels": tuple(rng.sample(("open", "beginner", "intermediate"), 2)),
        "forms": (rng.choice(("non_formal", "informal")),),
        "audiences": ("everyone", rng.choice(("adults", "children"))),
        "fields": tuple(rng.sample(("02", "05", "06", "08"), 2)),
        "taught_in": (first.language,),
        "free": True,
        "up_to_cents": rng.choice((1000, 5000)),
    }
    chosen = rng.sample(sorted(filters), 3)
    near = tuple(round(rng.gauss(*pair), 3) for pair in zip(CENTRE, SPREAD, strict=True))
    return Criteria(
        words=" ".join(words),
        near=near,
        metres=rng.choice((1000, 2000, 3000)),
        **{name: filters[name] for name in chosen},
    )


def ours_either(criteria: Criteria) -> int:
    """Search as the pages do."""
    return search(criteria, at=AT).total


def ours_both(criteria: Criteria) -> int:
    """Search for offers with both words."""
    plan = plan_of(criteria, at=AT)
    both = BothWords(**vars(plan))
    searcher = plan.opened.searcher
    hits = searcher.search(all_of([*both.words, *both.every_filter]), criteria.size, count=False).hits
    searcher.fast_field_values("id", [address for _score, address in hits])
    return count(both)[0]


def peers(peer: Fts5, criteria: Criteria, *, both: bool):
    """Search as the peer does, for the same terms and the same venues."""
    asked, _left_out = question(criteria.words, opened().languages, most=MOST_WORDS)
    venues = venues_within(*criteria.near, metres=criteria.metres, points=known_points())
    return peer.search(asked, criteria, venues, both=both)


@cache
def known_points() -> VenuePoints:
    """Return the points of the venues, read once, as ours are."""
    return venue_points()


def check(searches: list[Criteria], peer: Fts5) -> None:
    """Stop if the two do not find the same: then their speeds could not be compared."""
    for criteria in searches:
        ours = search(criteria, at=AT)
        _total, _rows, counts = peers(peer, criteria, both=False)
        for name, found in ours.facets.items():
            theirs = {value: number for value, number in counts[name].items() if number}
            if {one.value: one.count for one in found} != theirs:
                raise SystemExit(
                    f"Our counts of {name} differ from the peer's for {criteria}: {found}, {theirs}"
                )


def paired(
    searches: list[Criteria], ours: Callable[[Criteria], object], theirs: Callable[[Criteria], object]
) -> tuple[list[float], list[float]]:
    """Return the seconds of each search, ours and the peer's, one after the other."""
    for criteria in searches[:WARM_UP]:
        ours(criteria)
        theirs(criteria)
    pairs = [
        (timed(lambda one=criteria: ours(one)), timed(lambda one=criteria: theirs(one)))
        for criteria in searches[WARM_UP:]
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def percentiles(name: str, seconds: tuple[list[float], list[float]], peak: float) -> list[Line]:
    """Return a line for the 95th percentile and one for the median."""
    ours, theirs = sorted(seconds[0]), sorted(seconds[1])
    return [
        line(f"{name}: {label}", ours[int(share * len(ours))], theirs[int(share * len(theirs))], peak)
        for label, share in (("p95", 0.95), ("p50", 0.5))
    ]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_mb() -> float:
    """Return the most memory this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(name: str, seconds: float, peer_seconds: float, peak: float) -> Line:
    """Return one line."""
    return {
        "name": name,
        "seconds": seconds,
        "peer": PEER,
        "peer_seconds": peer_seconds,
        "ratio": seconds / peer_seconds,
        "peak_mb": round(peak, 1),
    }


if __name__ == "__main__":
    lines = run()
    if "--json" in sys.argv:
        print(json.dumps(lines))
    else:
        for one in lines:
            print(
                f"{one['name']}: {one['seconds'] * 1000:.2f} ms, {PEER} {one['peer_seconds'] * 1000:.2f} ms"
            )
