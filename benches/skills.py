"""How well the skills of held-out offers are found, beside plain BM25, and how long a text takes."""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from math import log
from statistics import median

from learningcity.catalogue.queries.vocabulary import SkillRow, skill_rows, skills_in_text
from learningcity.engines.words import terms
from tests.engines.skills_labelled import Labelled, Quality, labelled, quality

K1, B = 1.2, 0.75
LETTERS, SECONDS = 2000, 0.1


class Plain:
    """BM25 as in the textbook, over label, other labels and description as one text."""

    def __init__(self, skills: Sequence[SkillRow]) -> None:
        self.uris = [one.uri for one in skills]
        texts = [terms(f"{one.label} {one.words} {one.description}", "en").split() for one in skills]
        mean = sum(map(len, texts)) / len(texts)
        self.norms = [K1 * (1 - B + B * len(text) / mean) for text in texts]
        self.found: dict[str, list[tuple[int, int]]] = {}
        for place, text in enumerate(texts):
            for term, count in Counter(text).items():
                self.found.setdefault(term, []).append((place, count))

    def first_ten(self, offer: Labelled) -> list[str]:
        """Return the ten best addresses for an offer."""
        scores: Counter[int] = Counter()
        for term in terms(f"{offer.title} {offer.summary}", "en").split():
            of = self.found.get(term, [])
            rarity = log(1 + (len(self.uris) - len(of) + 0.5) / (len(of) + 0.5))
            for place, count in of:
                scores[place] += rarity * count * (K1 + 1) / (count + self.norms[place])
        return [self.uris[place] for place in sorted(scores, key=lambda one: (-scores[one], one))[:10]]


def measured() -> dict[str, Quality]:
    """Return how well both methods find the skills of each half."""
    skills = skill_rows()
    uris, grouped, plain = [one.uri for one in skills], skills_in_text().grouped, Plain(skills)
    held_out, tuned_on = labelled(is_held_out=True), labelled(is_held_out=False)
    return {
        "held out": quality(held_out, lambda one: [uris[m.position] for m in grouped.matches(one.texts)]),
        "held out, plain BM25": quality(held_out, plain.first_ten),
        "tuned on": quality(tuned_on, lambda one: [uris[m.position] for m in grouped.matches(one.texts)]),
        "tuned on, plain BM25": quality(tuned_on, plain.first_ten),
    }


def seconds_a_text() -> float:
    """Return how long a text of 2,000 letters takes, the median of 20."""
    grouped = skills_in_text().grouped
    text = " ".join(one.summary for one in labelled(is_held_out=True))[:LETTERS]
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        grouped.matches([(text, 1.0)])
        taken.append(time.perf_counter() - began)
    return median(taken)


def words() -> list[str]:
    """Return the lines of the bench."""
    lines = [
        f"skills, {name}: recall at 10 {one.recall_at_10:.3f}, at 5 {one.recall_at_5:.3f}, "
        f"reciprocal rank {one.reciprocal_rank:.3f}"
        for name, one in measured().items()
    ]
    taken = seconds_a_text()
    mark = "ok" if taken < SECONDS else "MISSED"
    return [*lines, f"skills of a text of {LETTERS} letters: {taken * 1000:.1f} ms, at most 100: {mark}"]


def main() -> None:
    """Print the lines, with --json as data."""
    if "--json" not in sys.argv:
        sys.stdout.write("\n".join([*words(), ""]))
        return
    found = {
        name: {
            "recall_at_10": one.recall_at_10,
            "recall_at_5": one.recall_at_5,
            "reciprocal_rank": one.reciprocal_rank,
        }
        for name, one in measured().items()
    }
    sys.stdout.write(json.dumps({"skills": found, "seconds_a_text": seconds_a_text()}) + "\n")


if __name__ == "__main__":
    main()
