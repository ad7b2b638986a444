"""Templates obey the house: the ladder, the content policy, one language at a time."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conventions.rooms import PACKAGE, name, rungs

pytestmark = pytest.mark.once

TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
RUNGS = rungs()
NAMES_THAT_ARE_WORDS_EVERYWHERE = {"LearningCity", "OpenStreetMap", "GeoJSON", "JSON", "CSV", "API", "UNESCO"}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.S)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def source(path: Path) -> str:
    """Return what the template holds, without comments."""
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def room_of_template(called: str) -> str:
    """Return the room that owns a template: the first folder, else core (parts, charts, the frame)."""
    first = called.split("/")[0]
    return first if first in RUNGS and "/" in called else "core"


def asked_rooms(words: str) -> Iterator[tuple[str, str]]:
    for called in re.findall(r'\{% (?:include|extends) "([^"]+)"', words):
        yield called, room_of_template(called)
    for called in re.findall(r'\{% url ["\']([a-z_]+):', words):
        yield called, "config" if called == "api" else called


def library_rooms() -> dict[str, str]:
    return {path.stem: room_of(path) for path in PACKAGE.rglob("templatetags/*.py")}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_asks_only_rooms_below_its_own(path):
    """A page shows a higher or neighbouring room's facts only through a panel."""
    here = room_of(path)
    libraries = library_rooms()
    loaded = " ".join(re.findall(r"\{% load ([^%]+) %\}", source(path))).split()
    asked = [
        *asked_rooms(source(path)),
        *((library, libraries[library]) for library in loaded if library in libraries),
    ]

    above = [(called, room) for called, room in asked if room != here and RUNGS[room] >= RUNGS[here]]

    assert above == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_keeps_to_the_content_policy(path):
    """`style-src 'self'; script-src 'self'`: nothing inline, no data: address; JSON-LD is data."""
    words = source(path)
    scripts = [
        tag
        for tag in re.findall(r"<script\b[^>]*>", words)
        if "src=" not in tag
        and 'type="application/ld+json"' not in tag
        and 'type="application/json"' not in tag
    ]

    assert re.findall(r"\sstyle\s*=|<style\b", words) == []
    assert scripts == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", words) == []
    assert re.findall(r"(?:src|href|action)\s*=\s*[\"'](?:data|javascript):", words) == []
    assert re.findall(r"(?:src|href)\s*=\s*[\"']https?://[^\"']+\.(?:js|css|woff2?)", words) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_trusts_nothing(path):
    """What people typed is escaped; who needs markup builds it with `format_html`."""
    assert re.findall(r"\|\s*safe(?:seq)?\b|autoescape off", source(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_behaviour_never_hangs_on_a_class(path):
    """A class is for looks and may be renamed; htmx targets an id, a relation or a `data-` attribute."""
    assert re.findall(r'hx-(?:target|select|include)="(?:[a-z]+ )?\.[^"]*"', source(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_word_of_a_template_can_be_translated(path):
    words = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", source(path), flags=re.S)
    words = re.sub(r"\{% block room %\}\w*\{% endblock", "", words)
    words = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", words, flags=re.S)
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', words)
    shown = re.sub(r"<(script|code)\b.*?</\1>|<[^>]*>|&[a-z]+;", " ", words, flags=re.S)

    left = set(re.findall(r"[^\W\d_]{2,}", " ".join([shown, *spoken])))

    assert left - NAMES_THAT_ARE_WORDS_EVERYWHERE == set()


@pytest.mark.parametrize(
    "path", [p for p in TEMPLATES if p.parent.name in {"components", "charts"}], ids=name
)
def test_a_part_says_what_it_is_for_and_what_it_takes(path):
    assert path.read_text(encoding="utf-8").startswith("{# ")


def test_no_part_lies_unused():
    """Few parts, everywhere the same: a part that no page uses is taken out."""
    parts = {
        f"{path.parent.name}/{path.name}"
        for path in TEMPLATES
        if path.parent.name in {"components", "charts"}
    }
    python = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    words = "\n".join([*(source(path) for path in TEMPLATES), *python])

    assert sorted(part for part in parts if f'"{part}"' not in words) == []
