"""The peer of the search bench: the same search, as well as SQLite's FTS5 and plain SQL can do it.

The same terms (made by our own normalisation, as FTS5 has no stemmers for five languages), the same filters,
the same ten facets. The text index holds no text; filters are indexed; the matching offers are put into one
temporary table, once a search, and every facet is counted from there. Only offers that meet all filters
are scored: that was faster than scoring all at once.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from learningcity.catalogue.adapters.documents import _terms, _times, _venues
from learningcity.catalogue.adapters.fields import FACETS, MANY_VALUED
from learningcity.catalogue.adapters.rows import Whole, names, wholes
from learningcity.catalogue.models import Offer
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.engines.words import Asked

SINGLE = ("form", "field", "mode", "level", "audience")
BATCH = 1000
TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;
CREATE TABLE offer (id INTEGER PRIMARY KEY, form TEXT, field TEXT, mode TEXT, level TEXT, audience TEXT,
    free INTEGER, cents INTEGER);
CREATE TABLE held (venue INTEGER, offer INTEGER, PRIMARY KEY (venue, offer)) WITHOUT ROWID;
CREATE TABLE place (offer INTEGER, venue INTEGER, PRIMARY KEY (offer, venue)) WITHOUT ROWID;
CREATE TABLE value (offer INTEGER, facet TEXT, value TEXT, PRIMARY KEY (offer, facet, value)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (terms, content = '', tokenize = "unicode61 remove_diacritics 0");
"""
READING = """
PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY, form TEXT, field TEXT, mode TEXT, level TEXT, audience TEXT,
    free INTEGER, cents INTEGER);
"""


class Fts5:
    """A database of its own with a text index and the filters."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)

    def fill(self, at) -> None:
        """Read every offer and index it."""
        known = names()
        self.database.executescript(TABLES)
        self.database.execute("BEGIN")
        keys = list(Offer.objects.filter(is_published=True).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            for whole in wholes(keys[start : start + BATCH]).values():
                self._add(whole, known, at)
        self.database.execute("COMMIT")
        self.database.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.database.executescript("ANALYZE; PRAGMA optimize;" + READING)

    def _add(self, whole: Whole, known, at) -> None:
        row, pk = whole.row, whole.row.pk
        coming = [held for held in whole.dates if held.is_held and held.ends_at > at]
        places = _venues(whole, coming, [])
        cents = whole.prices.get("everyone")
        self.database.execute(
            "INSERT INTO offer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (pk, *(getattr(row, name) for name in SINGLE), cents == 0, cents),
        )
        self.database.executemany("INSERT INTO held VALUES (?, ?)", [(place, pk) for place in places])
        self.database.executemany("INSERT INTO place VALUES (?, ?)", [(pk, place) for place in places])
        values = [("taught_in", tag) for tag in row.taught_in] + [("written_in", row.language)]
        values += [("access", feature) for feature, is_there in whole.access.items() if is_there]
        values += [("slot", slot) for slot in _times(coming, [], pk, at)["slot"]]
        self.database.executemany(
            "INSERT INTO value VALUES (?, ?, ?)", {(pk, facet, value) for facet, value in values}
        )
        self.database.execute(
            "INSERT INTO words (rowid, terms) VALUES (?, ?)", (pk, " ".join(_terms(whole, known, places)))
        )

    def search(self, asked: Sequence[Asked], criteria: Criteria, venues: Iterable[int], *, both: bool):
        """Return (total, first 20 ids, counts by facet)."""
        question = self._match(asked, venues, both=both)
        chosen = conditions(criteria)
        everything = " AND ".join(chosen.values()) or "1"
        rows = self.database.execute(
            "SELECT hit.id FROM words CROSS JOIN hit ON hit.id = words.rowid"
            f" WHERE words MATCH ? AND {everything} ORDER BY bm25(words), hit.id LIMIT 20",
            (question,),
        ).fetchall()
        counts = {name: self._count(name, chosen) for name in FACETS}
        return sum(counts["form"].values()) if "form" not in chosen else None, [pk for (pk,) in rows], counts

    def _match(self, asked: Sequence[Asked], venues: Iterable[int], *, both: bool) -> str:
        groups = [" OR ".join(f'"{term}"' for term in word.terms) for word in asked]
        question = " AND ".join(f"({group})" for group in groups) if both else " OR ".join(groups)
        self.database.execute("DELETE FROM hit")
        self.database.execute(
            "INSERT INTO hit SELECT offer.* FROM words"
            " CROSS JOIN offer ON offer.id = words.rowid WHERE words MATCH ?"
            " AND EXISTS (SELECT 1 FROM place WHERE place.offer = words.rowid"
            f" AND venue IN ({listed(venues)}))",
            (question,),
        )
        return question

    def _count(self, name: str, chosen: dict[str, str]) -> dict[str, int]:
        others = " AND ".join(condition for other, condition in chosen.items() if other != name) or "1"
        if name == "free":
            query = f"SELECT 'free', COUNT(*) FROM hit WHERE free AND {others}"
        elif name in MANY_VALUED:
            query = (
                "SELECT value.value, COUNT(*) FROM hit CROSS JOIN value ON value.offer = hit.id"
                f" AND value.facet = '{name}' WHERE {others} GROUP BY 1"
            )
        else:
            query = f"SELECT {name}, COUNT(*) FROM hit WHERE {others} GROUP BY 1"
        return dict(self.database.execute(query).fetchall())


def conditions(criteria: Criteria) -> dict[str, str]:
    """Return a condition of SQL for each filter."""
    single = {
        "form": criteria.forms,
        "field": criteria.fields,
        "mode": criteria.modes,
        "level": criteria.levels,
        "audience": criteria.audiences,
    }
    found = {
        name: f"{name} IN ({listed(repr(v) for v in values)})" for name, values in single.items() if values
    }
    if criteria.taught_in:
        tags = listed(repr(tag) for tag in criteria.taught_in)
        found["taught_in"] = (
            f"EXISTS (SELECT 1 FROM value WHERE offer = hit.id AND facet = 'taught_in' AND value IN ({tags}))"
        )
    if criteria.free:
        found["free"] = "free"
    if criteria.up_to_cents is not None:
        found["price"] = f"cents <= {criteria.up_to_cents}"
    return found


def listed(values: Iterable[object]) -> str:
    """Return values parted by commas."""
    return ", ".join(map(str, values))
