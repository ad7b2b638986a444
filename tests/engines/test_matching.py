"""Skills found in texts: the same as by a plain reading of the formula, and as good as the page says."""

import random
from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.queries.vocabulary import occupation_rows, skill_rows, skills_in_text
from learningcity.engines.matching import (
    GROUP_GAIN,
    GROUP_POWER,
    LONGEST_TEXT,
    MOST_GROUPS,
    OPTIONAL,
    Entry,
    Group,
    Grouped,
    Vocabulary,
    Weights,
)
from learningcity.engines.words import terms
from tests.engines.skills_labelled import labelled, quality

pytestmark = pytest.mark.once

SAID = "bread bake flour weld metal torch paint wall brush sing choir voice dough sew thread cloth"
WORDS = SAID.split()
BAKERY = Vocabulary(
    [
        Entry("bake bread", "make loaves", "Mix flour and water and bake it."),
        Entry("weld metal", "join steel", "Use a torch."),
        Entry("mould dough", "", "Form what was kneaded."),
    ],
    "en",
    Weights(least_rarity=0),
)


def plain_scores(entries, texts, weights):
    """Return the scores of entries by the formula of the page, one by one."""
    fields = [
        [terms(getattr(entry, name), "en").split() for entry in entries]
        for name in ("label", "words", "description")
    ]
    shares = (weights.label, weights.words, weights.description)
    lengths = (weights.label_length, weights.words_length, weights.description_length)
    means = [sum(map(len, field)) / len(entries) or 1.0 for field in fields]

    def rarity(term):
        of = sum(any(term in field[at] for field in fields) for at in range(len(entries)))
        return log(1 + (len(entries) - of + 0.5) / (of + 0.5))

    scores = []
    for at in range(len(entries)):
        score, met = 0.0, set()
        for text, weight in texts:
            for term, said in Counter(terms(text, "en").split()).items():
                if rarity(term) < weights.least_rarity:
                    continue
                count = sum(
                    share * field[at].count(term) / (1 - length + length * len(field[at]) / mean)
                    for field, share, length, mean in zip(fields, shares, lengths, means, strict=True)
                )
                strength = count * (weights.saturation + 1) / (count + weights.saturation)
                score += weight * (1 + log(said)) * strength * rarity(term) ** weights.rarity
                met |= {term} & set(fields[0][at])
        whole = sum(rarity(term) for term in set(fields[0][at]))
        covered = sum(map(rarity, met)) / whole if whole else 0.0
        scores.append(score * (1 + weights.coverage * covered**2))
    return scores


def plain_matches(entries, groups, members, texts, weights):
    """Return positions and scores by the formula of the page, the best first."""
    of_groups = plain_scores(groups, texts, weights)
    chosen = sorted((at for at in range(len(groups)) if of_groups[at] > 0), key=lambda at: -of_groups[at])
    say = {at: (of_groups[at] / of_groups[chosen[0]]) ** GROUP_POWER for at in chosen[:MOST_GROUPS]}
    scores = plain_scores(entries, texts, weights)
    for at in range(len(entries)):
        part = sum(
            say[group] * (members[group].essential.count(at) + OPTIONAL * members[group].optional.count(at))
            for group in say
        )
        scores[at] *= 1 + GROUP_GAIN * part / (sum(say.values()) or 1.0)
    best = sorted((at for at in range(len(entries)) if scores[at] > 0), key=lambda at: -scores[at])
    return [(at, scores[at]) for at in best]


def some_text(rng, most):
    return " ".join(rng.choices(WORDS, k=rng.randint(0, most)))


@given(st.integers(0, 10**9))
def test_matches_are_those_of_a_plain_reading_of_the_formula(seed):
    rng = random.Random(seed)
    weights = Weights(least_rarity=rng.choice([0.0, 1.0]))
    entries, groups = (
        [Entry(some_text(rng, 3), some_text(rng, 6), some_text(rng, 9)) for _ in range(size)]
        for size in (12, 5)
    )
    members = [Group(*(tuple(rng.sample(range(12), rng.randint(0, 4))) for _ in range(2))) for _ in groups]
    members = [Group(one.essential, tuple(set(one.optional) - set(one.essential))) for one in members]
    texts = [(some_text(rng, 4), 2.0), (some_text(rng, 8), 1.0)]
    grouped = Grouped(Vocabulary(entries, "en", weights), Vocabulary(groups, "en", weights), members)

    found = grouped.matches(texts, most=12)

    expected = plain_matches(entries, groups, members, texts, weights)
    assert dict(expected) == pytest.approx({one.position: one.score for one in found})
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_the_reasons_are_words_of_the_text_and_the_groups_that_have_the_entry():
    bakers = Vocabulary([Entry("baker", "bread maker")], "en", Weights(least_rarity=0))
    entries = Vocabulary(
        [Entry("bake bread"), Entry("mould dough"), Entry("weld metal"), Entry("sing")],
        "en",
        Weights(least_rarity=0),
    )

    found = Grouped(entries, bakers, [Group((0,), (1,))]).matches([("Baking dough for bread", 1)])

    assert [(one.position, one.words, one.through) for one in found] == [
        (0, ("baking", "bread"), (0,)),
        (1, ("dough",), (0,)),
    ]


def test_equals_stand_in_the_order_of_the_vocabulary():
    twins = Vocabulary([Entry("other")] * 5 + [Entry("sewing cloth")] * 3, "en", Weights(least_rarity=0))

    assert [one.position for one in twins.matches([("sewing", 1)], most=2)] == [5, 6]


def test_an_empty_vocabulary_finds_nothing():
    nothing = Vocabulary([], "en")

    assert Grouped(nothing, nothing, []).matches([("bread", 1)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "?!…—()[]{}<>",
        "\x00\ud800",
        "陶芸教室",
        "فخار",
        "гончарство",
        "the and of with",
        "a" * 100_000,
    ],
    ids=["nothing", "blanks", "signs", "no letters", "Japanese", "Arabic", "Cyrillic", "silent", "one word"],
)
def test_texts_that_say_nothing_find_nothing(text):
    assert BAKERY.matches([(text, 1)]) == []


def test_of_a_long_text_the_beginning_is_read():
    long = "bread " + "and so on " * LONGEST_TEXT

    assert BAKERY.matches([(long + "torch", 1)]) == BAKERY.matches([(long, 1)])
    assert [one.position for one in BAKERY.matches([(long, 1)])] == [0]


def test_the_shipped_tables_are_those_of_the_version_and_fit_together():
    skills, occupations = skill_rows(), occupation_rows()

    assert len({one.uri for one in skills}) == len({one.label for one in skills}) == 13_939
    assert {one.kind for one in skills} == {"skill", "knowledge"}
    assert len({one.uri for one in occupations}) == 3_039
    assert sum(len(one.essential) for one in occupations) == 67_622
    assert sum(len(one.optional) for one in occupations) == 61_382
    assert max(max(one.essential + one.optional) for one in occupations) < len(skills)


def test_the_halves_share_no_title():
    tuning, held_out = labelled(is_held_out=False), labelled(is_held_out=True)

    assert (len(tuning), len(held_out)) == (90, 82)
    assert not {one.title.casefold() for one in tuning} & {one.title.casefold() for one in held_out}


def test_held_out_offers_find_their_skills_as_well_as_the_page_says():
    uris = [one.uri for one in skill_rows()]
    grouped = skills_in_text().grouped

    measured = quality(
        labelled(is_held_out=True), lambda one: [uris[m.position] for m in grouped.matches(one.texts)]
    )

    assert measured.recall_at_10 >= 0.43
    assert measured.recall_at_5 >= 0.35
    assert measured.reciprocal_rank >= 0.47
