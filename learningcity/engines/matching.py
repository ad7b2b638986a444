"""Find the entries of a vocabulary (skills, occupations) that a text is about, ranked, with reasons.

Method, worked example, measured quality, limits, sources: `docs/methods/skills.md`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from learningcity.engines.words import language_of, terms, words

LONGEST_TEXT = 20_000
"""Letters of a text that are read; what comes later says nothing new about what is taught."""
MOST_REASONS = 4
MOST_GROUPS = 3
"""How many groups (occupations) that fit a text speak for their members (skills)."""
GROUP_GAIN = 3.0
"""What an entry gains that all those groups have, in parts of what it has already."""
GROUP_POWER = 3
"""How much faster than its score the say of a group falls."""
OPTIONAL = 0.5
"""What an optional member of a group gains, against one without which the group cannot be."""
MOST_THROUGH = 2

ENGLISH = """
    a about after all also an and any are as at be been before but by can do does each else every few
    for from get gets give had has have he her here him his how i if in into is it its just less like
    make makes many may me more most much must my need no not of off on one only or other our out over
    own she should so some such than that the their them then there these they this those through to too
    two under until up upon us very was we were what when where which while who whom whose why will with
    without would you your yours
"""
SILENT = {"en": frozenset(ENGLISH.split())}
"""Words that say nothing about what is taught, by language."""

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a vocabulary: its label, other labels run together, and its description."""

    label: str
    words: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of an entry counts (`label` …), how much its length (`label_length` …, from 0 to 1).

    `saturation` says how soon a repeated word counts no more; `rarity` how much rare words count more than
    frequent ones; words less rare than `least_rarity` count nothing. An entry whose whole label stands in the
    text gains `coverage` times what it has.
    """

    label: float = 3.0
    words: float = 1.0
    description: float = 1.0
    label_length: float = 0.3
    words_length: float = 0.5
    description_length: float = 0.5
    saturation: float = 1.2
    rarity: float = 1.5
    least_rarity: float = 2.0
    coverage: float = 3.0


@dataclass(frozen=True, slots=True)
class Match:
    """An entry by its position, its score, and what speaks for it, the strongest first.

    `words` are words of the text; `through` are positions of entries of another vocabulary.
    """

    position: int
    score: float
    words: tuple[str, ...]
    through: tuple[int, ...] = ()


class Vocabulary:
    """Entries in one language, ready to be compared with texts."""

    def __init__(self, entries: Sequence[Entry], language: str, weights: Weights | None = None) -> None:
        """Index the entries; 14,000 take about a second."""
        weights = weights or Weights()
        self.language, self.size, self.weights = language, len(entries), weights
        labels = [terms(one.label, language).split() for one in entries]
        counted: dict[str, dict[int, float]] = {}
        for share, length, texts in (
            (weights.label, weights.label_length, labels),
            (weights.words, weights.words_length, [terms(one.words, language).split() for one in entries]),
            (
                weights.description,
                weights.description_length,
                [terms(one.description, language).split() for one in entries],
            ),
        ):
            add_field(counted, texts, share, length)
        self.rarity = {
            term: log(1 + (self.size - len(of) + 0.5) / (len(of) + 0.5)) for term, of in counted.items()
        }
        self.found: dict[str, tuple[Places, Floats]] = {}
        for term in [term for term in counted if self.rarity[term] >= weights.least_rarity]:
            of = counted[term]
            places = np.array(sorted(of), dtype=np.int64)
            counts = np.array([of[place] for place in sorted(of)])
            strength = counts * (weights.saturation + 1) / (counts + weights.saturation)
            self.found[term] = places, strength * self.rarity[term] ** weights.rarity
        self.in_label = places_of(labels)
        self.label_weight = np.zeros(self.size)
        for term, places in self.in_label.items():
            self.label_weight[places] += self.rarity[term]

    def asked(self, texts: Sequence[tuple[str, float]]) -> dict[str, tuple[str, float]]:
        """Return the telling terms of texts: of each a word that it stands for, and its weight.

        What is said twice in a text counts a little more.
        """
        found: dict[str, tuple[str, float]] = {}
        for text, weight in texts:
            for term, (word, count) in counted_terms(text[:LONGEST_TEXT], self.language).items():
                if term in self.found:
                    known, before = found.get(term, (word, 0.0))
                    found[term] = known, before + weight * (1 + log(count))
        return found

    def scores(self, asked: Mapping[str, tuple[str, float]]) -> Floats:
        """Return how much speaks for each entry, by its position."""
        scores, met = np.zeros(self.size), np.zeros(self.size)
        for term, (_word, weight) in asked.items():
            places, strength = self.found[term]
            scores[places] += weight * strength
            if term in self.in_label:
                met[self.in_label[term]] += self.rarity[term]
        whole = self.label_weight > 0
        covered = np.divide(met, self.label_weight, out=np.zeros(self.size), where=whole)
        scores *= 1 + self.weights.coverage * covered**2
        return scores

    def words_for(self, position: int, asked: Mapping[str, tuple[str, float]]) -> tuple[str, ...]:
        """Return the words of the question that speak for an entry, the strongest first."""
        speaking: list[tuple[float, str]] = []
        for term, (word, weight) in asked.items():
            places, strength = self.found[term]
            at = int(np.searchsorted(places, position))
            if at < len(places) and places[at] == position:
                speaking.append((-weight * float(strength[at]), word))
        return tuple(dict.fromkeys(word for _strength, word in sorted(speaking)))[:MOST_REASONS]

    def matches(self, texts: Sequence[tuple[str, float]], *, most: int = 10) -> list[Match]:
        """Return the entries that fit texts best, at most `most`; ties go to what comes first.

        Each text comes with its weight. Texts that share no telling word with the vocabulary find nothing.
        """
        asked = self.asked(texts)
        scores = self.scores(asked)
        return [
            Match(place, float(scores[place]), self.words_for(place, asked)) for place in best(scores, most)
        ]


@dataclass(frozen=True, slots=True)
class Group:
    """A thing that needs several entries of a vocabulary: the positions of those it needs, and may use."""

    essential: Sequence[int]
    optional: Sequence[int] = ()


class Grouped:
    """A vocabulary whose entries belong together in groups that have words of their own.

    Skills belong to occupations: "sourdough" leads to the baker, the baker to "mould doughs".
    """

    def __init__(self, entries: Vocabulary, groups: Vocabulary, members: Sequence[Group]) -> None:
        """Tie the entries of a vocabulary to those of another; `members` are by position of the groups."""
        self.entries, self.groups, self.members = entries, groups, members

    def matches(self, texts: Sequence[tuple[str, float]], *, most: int = 10) -> list[Match]:
        """Return the entries that fit texts best, at most `most`; ties go to what comes first.

        An entry gains if the groups that fit the texts best have it. Only entries with a word of the texts
        are found.
        """
        asked = self.entries.asked(texts)
        speaking = self.speaking(texts)
        scores = self.entries.scores(asked) * (1 + GROUP_GAIN * self.shares(speaking))
        return [
            Match(
                position=place,
                score=float(scores[place]),
                words=self.entries.words_for(place, asked),
                through=self.through(place, speaking),
            )
            for place in best(scores, most)
        ]

    def speaking(self, texts: Sequence[tuple[str, float]]) -> dict[int, float]:
        """Return the groups that fit texts best, each with how much it has to say (the best 1)."""
        scores = self.groups.scores(self.groups.asked(texts))
        chosen = best(scores, MOST_GROUPS)
        return {group: float((scores[group] / scores[chosen[0]]) ** GROUP_POWER) for group in chosen}

    def shares(self, speaking: Mapping[int, float]) -> Floats:
        """Return for each entry which part of what the groups say is for it, from 0 to 1."""
        shares = np.zeros(self.entries.size)
        for group, say in speaking.items():
            shares[list(self.members[group].essential)] += say
            shares[list(self.members[group].optional)] += say * OPTIONAL
        return shares / (sum(speaking.values()) or 1.0)

    def through(self, position: int, speaking: Mapping[int, float]) -> tuple[int, ...]:
        """Return the groups that speak for an entry, the strongest first."""
        having = [
            group
            for group in speaking
            if position in self.members[group].essential or position in self.members[group].optional
        ]
        return tuple(having[:MOST_THROUGH])


def add_field(
    counted: dict[str, dict[int, float]], texts: Sequence[Sequence[str]], share: float, length: float
) -> None:
    """Add the terms of one part of all entries to the counts, short texts above long ones."""
    mean = sum(map(len, texts)) / max(len(texts), 1) or 1.0
    for position, text in enumerate(texts):
        unit = share / (1 - length + length * len(text) / mean)
        for term, count in Counter(text).items():
            of = counted.setdefault(term, {})
            of[position] = of.get(position, 0.0) + unit * count


def places_of(labels: Sequence[Sequence[str]]) -> dict[str, Places]:
    """Return in which labels each term stands."""
    found: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        for term in dict.fromkeys(label):
            found.setdefault(term, []).append(position)
    return {term: np.array(of, dtype=np.int64) for term, of in found.items()}


def counted_terms(text: str, language: str) -> dict[str, tuple[str, int]]:
    """Return the terms of a text, each with the first word that it stands for and how often it is said.

    >>> counted_terms("Baking bread, baked bread", "en")
    {'bake': ('baking', 2), 'bread': ('bread', 2)}
    """
    found: dict[str, tuple[str, int]] = {}
    silent = SILENT.get(language_of(language), frozenset())
    for word in words(text):
        if word in silent:
            continue
        for term in terms(word, language).split():
            known, count = found.get(term, (word, 0))
            found[term] = known, count + 1
    return found


def best(scores: Floats, most: int) -> list[int]:
    """Return the positions with the highest scores above nothing, at most `most`, the first of equals first.

    >>> best(np.array([1.0, 3.0, 0.0, 3.0]), 3)
    [1, 3, 0]
    """
    order = np.lexsort((np.arange(len(scores)), -scores))[:most]
    return [int(place) for place in order if scores[place] > 0]
