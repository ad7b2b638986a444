"""Results of areas, weighted by the people who live there (method: `docs/methods/access.md`)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from learningcity.engines.access.kinds import Floats


@dataclass(frozen=True, eq=False)
class GroupMeans:
    """Per population group: the mean over its people in covered areas, and how many people that leaves out.

    Shapes: float64[groups] each. `mean` is not a number where no one of the group lives in a covered area.
    """

    mean: Floats
    people_covered: Floats
    people_uncovered: Floats


def by_group(values: npt.ArrayLike, covered: npt.ArrayLike, counts: npt.ArrayLike) -> GroupMeans:
    """Return every group's mean of a value per area, weighted by the group's people there.

    values: float[areas]; covered: bool[areas]; counts: float[areas, groups], people, finite and not negative.
    An area whose value is not finite counts as not covered: an unknown walk is left out, never guessed.
    Raises ValueError if the shapes do not fit.

    >>> result = by_group([300.0, 900.0, 0.0], [True, True, False], [[30, 0], [10, 0], [5, 7]])
    >>> result.mean.tolist(), result.people_covered.tolist(), result.people_uncovered.tolist()
    ([450.0, nan], [40.0, 0.0], [5.0, 7.0])
    """
    numbers, people = np.asarray(values, np.float64), np.asarray(counts, np.float64)
    inside = np.asarray(covered, np.bool_) & np.isfinite(numbers)
    if numbers.ndim != 1 or people.ndim != 2 or not len(numbers) == len(inside) == len(people):
        raise ValueError("values and covered have one entry per area, counts one row per area")
    if not ((people >= 0) & (people < np.inf)).all():
        raise ValueError("counts of people are finite and not negative")
    counted = people[inside].sum(axis=0)
    total = (numbers[inside, np.newaxis] * people[inside]).sum(axis=0)
    mean = np.divide(total, counted, out=np.full(len(counted), np.nan), where=counted > 0)
    return GroupMeans(mean, counted, people[~inside].sum(axis=0))
