"""Every refusal of the catalogue and of enrolment has a code, and its sentence says what to do."""

import ast
import re
from functools import cache
from importlib import import_module

import pytest

from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.refusals import NotPossible
from tests.conventions.rooms import PACKAGE

ROOMS = ("catalogue", "enrolment")
SAID = ("_", "gettext", "ngettext", "pgettext")
SLUG = re.compile(r"[a-z]+(_[a-z]+)*")
DO = (
    "add|answer|ask|begin|cancel|change|check|choose|come|copy|correct|cut|delete|enter|find|follow|give|go|keep"
    "|leave|let|list|load|look|make|merge|move|name|narrow|open|pick|put|read|remove|save|say|search|see|send"
    "|set|sign|start|take|tell|try|turn|type|undo|use|wait|withdraw|write"
)
WAY_ON = re.compile(rf"(?:^|[.:;?!,–] (?:or |and |then |first |instead )?)(?:{DO})\b", re.IGNORECASE)
COMMAND = re.compile(r"learningcity( [a-z]+)+$")
# Nothing is left to do for whoever reads this: it was done for them, or somebody else has done it.
SETTLED = (
    "Nothing is to be done",
    "here is its beginning",
    "is seen at once",
    "it was left out",
    "says what was decided",
    "You find it in",
    "Which one do you mean?",
)


@cache
def kinds():
    """Return every kind of refusal that these rooms declare, by its name; all their modules are loaded."""
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
                import_module(".".join(part for part in parts if part != "__init__"))
    found, waiting = {}, [Refused]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.split(".")[1] in ROOMS:
            found[kind.__name__] = kind
    return found


def sentences():
    """Yield the place and the words of each sentence with which one of these rooms refuses."""
    said = {"Refused", *(name for name, kind in kinds().items() if not issubclass(kind, NotPossible))}
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in said:
                    yield from ((f"{path.name}:{call.lineno}", words) for words in words_in(call))


def words_in(call):
    """Return the sentences that stand in a call, as they are written in English."""
    for node in ast.walk(call):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID:
            words = node.args[1 if node.func.id == "pgettext" else 0]
            if isinstance(words, ast.Constant):
                yield words.value


@pytest.mark.once
def test_a_refusal_has_a_code_of_its_own_for_machines():
    codes = {}
    for name, kind in kinds().items():
        assert "code" in vars(kind), f"{name} needs a code"
        assert SLUG.fullmatch(kind.code), f"{name}: {kind.code}"
        codes.setdefault((kind.__module__.split(".")[1], kind.code), []).append(name)

    assert len(codes) > 80
    assert kinds()["TooDeep"].code == "too_deep"


@pytest.mark.once
def test_the_sentence_of_a_refusal_says_what_to_do():
    """Whoever reads a no must not be left standing there."""
    found = list(sentences())

    assert len(found) > 60
    assert [(at, words) for at, words in found if not says_the_way(words)] == []


def says_the_way(words):
    return bool(WAY_ON.search(words)) or any(part in words for part in SETTLED)


@pytest.mark.once
def test_the_sentence_of_a_refusal_is_whole():
    unfinished = [
        (at, words)
        for at, words in sentences()
        if not words.endswith((".", "?")) and not words.endswith("%(why)s") and not COMMAND.search(words)
    ]

    assert unfinished == []
