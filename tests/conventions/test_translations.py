"""Translations: complete where we say so, compiled as written, placeholders kept.

The compiled catalogues are kept in git, so that a city needs no gettext; these tests need none either.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from learningcity.core.display import FRAME_ONLY
from tests.conventions.rooms import PACKAGE, name, tree

pytestmark = pytest.mark.once

CATALOGUES = sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"))
TRANSLATED = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
NOT_FOR_RESIDENTS = {"management", "audit", "backup", "importers", "locale", "migrations"}
STRING = r"""(?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(({STRING}(?:,\s*{STRING})*)")
CONTEXT = "\x04"


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


def sentences(room: Path) -> set[str]:
    """Return the key of every message that a room's pages may show."""
    found = set()
    for path in room.rglob("*"):
        if NOT_FOR_RESIDENTS & set(path.relative_to(room).parts):
            continue
        if path.suffix == ".html":
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
    return set(re.findall(r"%\((\w+)\)[sd]", words))


@pytest.mark.parametrize("room", sorted({path.parents[3] for path in CATALOGUES}), ids=name)
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_room_with_a_catalogue_has_every_sentence_in_every_language(room, language):
    catalogue = room / "locale" / language / "LC_MESSAGES" / "django.po"

    assert sentences(room) - {entry.key for entry in entries(catalogue)} == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_is_complete_unless_only_the_frame_is_translated(path):
    if path.parent.parent.name in FRAME_ONLY:
        return
    missing = [entry.key for entry in entries(path) if entry.is_fuzzy or not all(entry.words)]

    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_keeps_the_placeholders(path):
    wrong = []
    for entry in entries(path):
        asked = placeholders(entry.key) | placeholders(entry.plural)
        for words in filter(None, entry.words):
            # "two minutes" is one word in Arabic: a plural form may leave the number out.
            if not (placeholders(words) == asked or (entry.plural and placeholders(words) < asked)):
                wrong.append((entry.key, words))

    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_the_compiled_catalogue_says_what_is_written(path):
    """Run `compilemessages` after a change: docs/guides/translate.md."""
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    written: dict[object, str] = {}
    for entry in entries(path):
        if not all(entry.words) or entry.is_fuzzy:
            continue
        if entry.plural:
            written |= {(entry.key, form): words for form, words in enumerate(entry.words)}
        else:
            written[entry.key] = entry.words[0]
    compiled.pop("", None)

    assert compiled == written
