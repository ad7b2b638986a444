"""Refusals and exceptions follow the house: one sentence, no swallowed errors."""

import ast

import pytest

from tests.conventions.rooms import modules, name, tree


@pytest.mark.once
def test_nobody_catches_everything():
    """A bug crashes and is seen."""
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]

    assert found == []


@pytest.mark.once
def test_imports_stand_at_the_top():
    """An import inside a function hides a room that stands in the wrong place."""
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert found == []


@pytest.mark.once
def test_no_note_to_self_is_left_behind():
    found = [
        f"{name(path)}:{number}"
        for path in modules(migrations=True)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(mark in line for mark in ("TODO", "FIXME", "XXX"))
    ]

    assert found == []
