"""The collector of cycles looks seldom while an import is at work, and as before after it."""

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from learningcity.catalogue.actions.collecting import SELDOM, seldom_collecting


def test_the_collector_looks_seldom_and_then_as_before():
    before = gc.get_threshold()

    with seldom_collecting():
        during = gc.get_threshold()

    assert during == (SELDOM, *before[1:])
    assert gc.get_threshold() == before


def test_an_error_on_the_way_changes_nothing_for_good():
    before = gc.get_threshold()

    with pytest.raises(ValueError, match="torn"), seldom_collecting():
        raise ValueError("torn")

    assert gc.get_threshold() == before


def test_of_several_at_work_the_last_one_puts_it_back():
    before = gc.get_threshold()
    together = Barrier(4)

    def work(_number: int) -> int:
        with seldom_collecting():
            together.wait(timeout=60)
            during = gc.get_threshold()[0]
            together.wait(timeout=60)
            return during

    with ThreadPoolExecutor(max_workers=4) as pool:
        during = list(pool.map(work, range(4)))

    assert during == [SELDOM] * 4
    assert gc.get_threshold() == before
