"""Translations: complete where we say so, compiled as written, placeholders kept.

The compiled catalogues are kept in git, so that a city needs no gettext; these tests need none either.
"""

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from learningcity.core.display import FRAME_ONLY, UNCHECKED
from tests.conventions.rooms import PACKAGE, name, tree

pytestmark = pytest.mark.once

CATALOGUES = sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"))
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
TRANSLATED = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# The command line and what it alone calls speak English.
NOT_FOR_RESIDENTS = {"management", "audit", "backup", "importers", "locale", "migrations"}
STRING = r"""(?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(({STRING}(?:,\s*{STRING})*)")
CONTEXT = "\x04"
PLURAL_RULE = re.compile(r"plural=([^;]+)")
FORMS = re.compile(r"nplurals=(\d+)")
# Spanish has a form of its own for whole millions.
NUMBERS = [*range(1000), 1_000_000, 2_000_000]


@dataclass
class Entry:
    """One message of a catalogue: its key (context, then the words), its plural, its translations."""

    key: str
    plural: str
    words: list[str]
    is_fuzzy: bool


def entries(path: Path) -> Iterator[Entry]:
    """Yield the messages of a catalogue, without its head."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        parts: dict[str, str] = {}
        label = ""
        for line in block.splitlines():
            if not line or line.startswith("#"):
                continue
            if not line.startswith('"'):
                label, line = line.split(" ", 1)
            parts[label] = parts.get(label, "") + ast.literal_eval(line)
        if parts.get("msgid"):
            context = parts["msgctxt"] + CONTEXT if "msgctxt" in parts else ""
            words = [text for label, text in parts.items() if label.startswith("msgstr")]
            yield Entry(context + parts["msgid"], parts.get("msgid_plural", ""), words, "#, fuzzy" in block)


@cache
def sentences(room: Path) -> set[str]:
    """Return the key of every message that a room's pages may show."""
    found = set()
    for path in room.rglob("*"):
        if NOT_FOR_RESIDENTS & set(path.relative_to(room).parts):
            continue
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            found |= set(in_template(templatize(path.read_text(encoding="utf-8"))))
        elif path.suffix == ".py":
            found |= set(in_python(tree(path)))
    return found


def in_template(calls: str) -> Iterator[str]:
    for function, arguments in CALL.findall(calls):
        words = [ast.literal_eval(text) for text in re.findall(STRING, arguments)]
        yield CONTEXT.join(words[:2]) if "pgettext" in function else words[0]


def in_python(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = ast.unparse(node.func).split(".")[-1]
        if re.fullmatch(r"_|n?p?gettext(_lazy)?", function):
            words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if words:
                yield CONTEXT.join(words[:2]) if "pgettext" in function else words[0]


def placeholders(words: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sdr]", words))


def compiled(path: Path) -> gettext.GNUTranslations:
    with path.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.mark.parametrize("room", ROOMS, ids=name)
@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_a_room_stands_in_the_catalogue_of_every_language(room, language):
    """Run `makemessages` after a new sentence: docs/guides/translate.md."""
    catalogue = room / "locale" / language / "LC_MESSAGES" / "django.po"
    asked = sentences(room)
    answered = {entry.key for entry in entries(catalogue)} if catalogue.exists() else set()

    assert asked - answered == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_is_translated_alike_in_every_room(language):
    """Django merges the catalogues of all rooms: of two translations only one would ever be seen."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for path in CATALOGUES:
        if path.parent.parent.name == language:
            for entry in entries(path):
                found.setdefault(entry.key, set()).add(tuple(entry.words))

    assert {key: words for key, words in found.items() if len(words) > 1} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_says_whether_a_speaker_has_read_it(path):
    is_unread = path.parent.parent.name in UNCHECKED | FRAME_ONLY
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert first.lower().endswith("not yet checked by a speaker.") == is_unread


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_is_complete_unless_only_the_frame_is_translated(path):
    if path.parent.parent.name in FRAME_ONLY:
        return
    missing = [entry.key for entry in entries(path) if entry.is_fuzzy or not all(entry.words)]

    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_keeps_the_placeholders(path):
    """A form for one number alone may leave it out: "two minutes" is one word in Arabic."""
    form_of = gettext.c2py(PLURAL_RULE.search(compiled(path).info()["plural-forms"])[1])
    uses = Counter(form_of(number) for number in NUMBERS)
    wrong = []
    for entry in entries(path):
        asked = placeholders(entry.key) | placeholders(entry.plural)
        for form, words in enumerate(entry.words):
            kept = placeholders(words)
            may_leave_some_out = entry.plural and uses[form] == 1 and kept < asked
            if words and kept != asked and not may_leave_some_out:
                wrong.append((entry.key, words))

    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_plural_has_as_many_forms_as_its_language(path):
    forms = int(FORMS.search(compiled(path).info()["plural-forms"])[1])
    wrong = [entry.key for entry in entries(path) if len(entry.words) != (forms if entry.plural else 1)]

    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_the_compiled_catalogue_says_what_is_written(path):
    """Run `compilemessages` after a change: docs/guides/translate.md."""
    said = dict(compiled(path)._catalog)
    written: dict[object, str] = {}
    for entry in entries(path):
        if not all(entry.words) or entry.is_fuzzy:
            continue
        if entry.plural:
            written |= {(entry.key, form): words for form, words in enumerate(entry.words)}
        else:
            written[entry.key] = entry.words[0]
    said.pop("", None)

    assert said == written
