"""Importing 50,000 offers from a file: all new, then all the same; the search for doubles included.

Another source has brought one offer in twenty before, in other words, so that there are doubles to find. The
peers are the marks: 1,500 offers a second when all are new, and five times as fast as that run when none is.
`python -m benches.catalogue` prints the lines, with --json as data; BENCH_OFFERS sets another number.
"""

import csv
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from django.core.management import call_command

from benches.duplicates import words as quality_of_duplicates
from benches.generate import AT, CENTRE, LANGUAGES, SHARES, SPREAD, Vocabulary, fill_city
from benches.skills import words as quality_of_skills
from benches.started import FOLDER
from learningcity.catalogue.actions import import_offers, open_source
from learningcity.catalogue.importers import LAYOUTS, Defaults
from learningcity.catalogue.models import DuplicatePair, Offer, Session
from learningcity.core.actors import operator

OFFERS = 50_000
PLACES = 400
ONE_IN = 20
OFFERS_A_SECOND = 1500
TIMES_FASTER = 5
MOST_MB = 500
COLUMNS = (
    *("key", "title", "description", "language", "provider", "price", "skills", "field", "level"),
    *("venue", "lat", "lon", "first_day", "last_day", "weekdays", "start_time", "end_time"),
)
FIRST_DAY = date(2027, 1, 4)
WHO = {"by": operator(), "at": AT}

Line = dict[str, str | float]


def run() -> list[Line]:
    """Return the lines of the bench."""
    offers = int(os.environ.get("BENCH_OFFERS", OFFERS))
    call_command("migrate", verbosity=0)
    fill_city(Random(1))
    rows = list(drawn(offers, Random(5)))
    ours, theirs = FOLDER / "ours.csv", FOLDER / "theirs.csv"
    write(ours, rows)
    write(theirs, [others_words(row) for row in rows[::ONE_IN]])
    del rows
    bring("theirs", theirs)
    first = timed("ours", ours, new=offers)
    second = timed("ours", ours, same=offers)
    check(offers)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # After what is timed, so that the import is alone in its process.
    print("\n".join(quality_of_duplicates()), file=sys.stderr)
    print("\n".join(quality_of_skills()), file=sys.stderr)
    size = f"{offers:,} offers"
    return [
        line(f"import, all new, {size}", first, offers / OFFERS_A_SECOND, "1,500 a second", peak),
        line(f"import, none changed, {size}", second, first / TIMES_FASTER, "a fifth of the first run", peak),
    ]


def drawn(offers: int, rng: Random) -> Iterator[dict[str, object]]:
    """Yield rows of a file: weekly courses of two to five dates at invented places."""
    vocabularies = {language: Vocabulary(language, rng) for language in LANGUAGES}
    points = [
        [round(rng.gauss(*pair), 5) for pair in zip(CENTRE, SPREAD, strict=True)] for _ in range(PLACES)
    ]
    for number in range(offers):
        language = rng.choices(LANGUAGES, SHARES)[0]
        words = vocabularies[language]
        place, day = rng.randrange(PLACES), FIRST_DAY + timedelta(days=rng.randrange(300))
        hour = rng.randint(8, 19)
        yield {
            "key": f"k{number}",
            "title": " ".join(words.draw(4, rng)),
            "description": " ".join(words.draw(40, rng)),
            "language": language,
            "provider": f"Provider {rng.randrange(300)}",
            "price": rng.choice(("", "0", "5", "12.50", "40")),
            "skills": "|".join(dict.fromkeys(words.draw(rng.randint(0, 2), rng))),
            "field": f"{rng.randrange(11):02}",
            "level": rng.choice(("open", "beginner", "advanced")),
            "venue": f"House {place}",
            "lat": points[place][0],
            "lon": points[place][1],
            "first_day": day,
            "last_day": day + timedelta(weeks=rng.randint(1, 4)),
            "weekdays": f"{day:%a}".lower(),
            "start_time": f"{hour}:00",
            "end_time": f"{hour + 2}:00",
        }


def others_words(row: dict[str, object]) -> dict[str, object]:
    """Return the same course as another source tells it: a word less, another key, no description."""
    title = str(row["title"]).split()
    return row | {"key": f"x{row['key']}", "title": " ".join(title[:3]), "description": "", "skills": ""}


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)


def bring(key: str, path: Path):
    """Import a file as the whole of a source."""
    defaults = Defaults("Europe/London", "en", "GBP", today=AT.date())
    layout = LAYOUTS["csv"]
    source = open_source(key, **WHO)
    return import_offers(layout.read(path, defaults), source=source, columns=layout.columns, **WHO)


def timed(key: str, path: Path, **expected: int) -> float:
    """Return the seconds of an import; stop if it did not do what it should."""
    begun = time.perf_counter()
    report = bring(key, path)
    seconds = time.perf_counter() - begun
    found = {name: getattr(report, name) for name in expected}
    if found != expected or report.rejected:
        raise SystemExit(f"The import did {found}, not {expected}; rejected: {report.rejected[:3]}")
    return seconds


def check(offers: int) -> None:
    """Stop if something is missing, or no double was found: then the speed says nothing."""
    doubles = DuplicatePair.objects.count()
    if Offer.objects.count() != offers + len(range(0, offers, ONE_IN)) or doubles < offers / ONE_IN / 2:
        raise SystemExit(f"{Offer.objects.count()} offers and {doubles} doubles are not what was imported.")
    if Session.objects.filter(starts_at__lt=datetime(2027, 1, 1, tzinfo=AT.tzinfo)).exists():
        raise SystemExit("A date is not where the file says.")


def line(name: str, seconds: float, peer_seconds: float, peer: str, peak: float) -> Line:
    """Return one line; stop if our process held more memory than it may."""
    if peak > MOST_MB:
        print(f"Our process held {peak:.0f} MB; {MOST_MB} are the most.", file=sys.stderr)
    return {
        "name": name,
        "seconds": seconds,
        "peer": peer,
        "peer_seconds": peer_seconds,
        "ratio": seconds / peer_seconds,
        "peak_mb": round(peak, 1),
    }


def main() -> None:
    """Print the lines, as data or for a person."""
    lines = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps(lines, indent=2))
        return
    for one in lines:
        print(
            f"{one['name']}: {one['seconds']:.2f} s, {one['ratio']:.2f} x {one['peer']} "
            f"({one['peer_seconds']:.2f} s), {one['peak_mb']:.0f} MB"
        )


if __name__ == "__main__":
    main()
