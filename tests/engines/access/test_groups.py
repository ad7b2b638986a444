"""Means by population group: people weigh, the uncovered are counted, nothing is guessed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from learningcity.engines.access import by_group

pytestmark = pytest.mark.once

AREAS = 5
areas = hnp.arrays(np.float64, AREAS, elements=st.one_of(st.integers(0, 5_000), st.just(np.inf)))
covers = hnp.arrays(np.bool_, AREAS)
people = hnp.arrays(np.float64, (AREAS, 3), elements=st.integers(0, 400))


@given(areas, covers, people)
def test_every_person_is_either_covered_or_counted_as_uncovered(values, covered, counts):
    result = by_group(values, covered, counts)

    assert (result.people_covered + result.people_uncovered == counts.sum(axis=0)).all()


@given(areas, covers, people)
def test_a_mean_lies_between_the_values_of_covered_areas_where_the_group_lives(values, covered, counts):
    result = by_group(values, covered, counts)

    for group, mean in enumerate(result.mean):
        lived_in = values[covered & np.isfinite(values) & (counts[:, group] > 0)]
        if len(lived_in):
            assert lived_in.min() - 1e-6 <= mean <= lived_in.max() + 1e-6
        else:
            assert np.isnan(mean)


@given(areas, covers, people)
def test_the_means_of_groups_average_to_the_mean_of_all(values, covered, counts):
    apart = by_group(values, covered, counts)
    together = by_group(values, covered, counts.sum(axis=1, keepdims=True))

    total = np.nansum(apart.mean * apart.people_covered)
    if together.people_covered[0]:
        assert total == pytest.approx(together.mean[0] * together.people_covered[0])


def test_an_area_without_network_or_without_reach_gives_no_number():
    result = by_group([0.0, np.nan, np.inf], [False, True, True], [[10], [20], [30]])

    assert np.isnan(result.mean[0])
    assert result.people_uncovered.tolist() == [60]


@pytest.mark.parametrize(
    ("values", "covered", "counts", "sentence"),
    [
        ([1.0], [True, True], [[1]], "one entry per area"),
        ([1.0, 2.0], [True, True], [[1]], "one entry per area"),
        ([1.0], [True], [1], "one row per area"),
        ([1.0], [True], [[-1]], "not negative"),
        ([1.0], [True], [[np.nan]], "not negative"),
    ],
)
def test_tables_that_do_not_fit_are_refused(values, covered, counts, sentence):
    with pytest.raises(ValueError, match=sentence):
        by_group(values, covered, counts)
