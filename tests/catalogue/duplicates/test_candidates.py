"""Which offers are compared: read at once for a large import, or asked of the database, they are the same."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.catalogue.actions.duplicates_candidates import KeysOfOthers, candidates
from learningcity.catalogue.actions.rows import insert
from learningcity.catalogue.models import MatchKey

pytestmark = pytest.mark.django_db
OURS, THEIRS, BY_HAND = 5, 9, 0


def plainly(rows: list[tuple[int, int, int]], group: int) -> list[tuple[int, int]]:
    """Return the pairs of a group with others, written as plainly as can be."""
    pairs: dict[tuple[int, int], list[int]] = {}
    for offer, key, its_group in rows:
        if its_group != group:
            continue
        others = [other for other, other_key, of in rows if other_key == key and of != group]
        for other in others if len(others) <= 60 else ():
            kinds = pairs.setdefault((min(offer, other), max(offer, other)), [])
            kinds += ["rare", "rare, so two"] if len(others) <= 3 else [key % 8]
    return sorted(pair for pair, kinds in pairs.items() if len(set(kinds)) > 1)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), numbers=st.sampled_from([3, 12, 60]))
def test_keys_read_at_once_bring_the_same_offers_together(seed, numbers):
    rng = Random(seed)
    MatchKey.objects.all().delete()
    rows = [
        (offer, rng.randrange(numbers) * 8 + rng.randint(1, 6), rng.choice((OURS, THEIRS, THEIRS, BY_HAND)))
        for offer in range(1, 161)
    ]
    group_of = {offer: group for offer, _key, group in rows}
    more = {(offer, rng.randrange(numbers) * 8 + rng.randint(1, 6)) for offer in group_of for _time in "abc"}
    rows = sorted({*rows, *((offer, key, group_of[offer]) for offer, key in more)})
    insert(MatchKey, ("offer_id", "key", "group"), rows)
    mine = [row for row in rows if row[2] == OURS]

    at_once = KeysOfOthers.read(OURS)

    assert at_once is not None
    assert at_once.candidates(mine) == candidates(mine) == plainly(rows, OURS)
