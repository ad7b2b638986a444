"""The examples in docstrings and on the method page give the numbers they show."""

import doctest
from pathlib import Path

import pytest

from learningcity.engines.access import groups, reach, streets

pytestmark = pytest.mark.once

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods" / "access.md"


@pytest.mark.parametrize("module", [groups, reach, streets], ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module):
    result = doctest.testmod(module)

    assert result.attempted
    assert not result.failed


def test_examples_on_the_method_page_hold():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")

    assert result.attempted > 10
    assert not result.failed
