"""The one stylesheet: small, the same colours by device and by choice, no data: addresses."""

import gzip
import re
from pathlib import Path

import brotli
import django_htmx
import pytest

from learningcity import core

STATIC = Path(core.__file__).parent / "static" / "core"
CSS = (STATIC / "learningcity.css").read_text(encoding="utf-8")


def test_the_stylesheet_keeps_its_budget():
    assert len(CSS.encode()) <= 32_000
    assert len(gzip.compress(CSS.encode(), 9)) <= 8_000


def test_the_script_fits_into_what_the_first_load_leaves_for_it():
    """The stable htmx is 0.7 kB over the design's 14 kB: only pages that use it load it."""
    script = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

    assert len(brotli.compress(script.read_bytes())) <= 15_200


def test_dark_by_choice_is_dark_by_device():
    device = re.search(r':root:not\(\[data-scheme="light"\]\) \{(.*?)\}', CSS, re.S).group(1)
    choice = re.search(r'\[data-scheme="dark"\] \{(.*?)\}', CSS, re.S).group(1)

    assert device.split() == choice.split()


def test_the_stylesheet_loads_nothing():
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_stylesheet_turns_with_the_script():
    """Physical directions would have to be written twice for right-to-left pages."""
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|float: (?:left|right)", CSS
    )

    assert physical == []


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))


LIGHT = tokens(re.search(r"  :root \{(.*?)\n  \}", CSS, re.S).group(1))
DARK = {**LIGHT, **tokens(re.search(r'\[data-scheme="dark"\] \{(.*?)\}', CSS, re.S).group(1))}
ON_PAPER = [
    "ink",
    "soft",
    "action",
    "good",
    "warn",
    "bad",
    "learn",
    "mine",
    "decide",
    "city",
    "network",
    "desk",
]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("word", ON_PAPER)
def test_words_stand_out_from_paper_and_tint(scheme, word):
    assert contrast(scheme[word], scheme["paper"]) >= 4.5
    assert contrast(scheme[word], scheme["tint"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_what_is_coloured(scheme):
    pairs = [
        ("on-action", "action"), ("on-action", "action-over"), ("on-lamp", "lamp"), ("on-hero", "hero"),
        ("good", "good-tint"), ("warn", "warn-tint"), ("bad", "bad-tint"),
        *((room, f"{room}-tint") for room in ("learn", "mine", "decide", "city", "network", "desk")),
        *(("on-band", room) for room in ("learn", "mine", "decide", "city", "network", "desk")),
        *(("ink", f"{room}-tint") for room in ("learn", "mine", "decide", "city", "network", "desk")),
        *(("action", f"{room}-tint") for room in ("learn", "city", "desk")),
    ]  # fmt: skip

    assert [(a, b) for a, b in pairs if contrast(scheme[a], scheme[b]) < 4.5] == []


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_of_fields_are_seen(scheme):
    assert contrast(scheme["line-strong"], scheme["paper"]) >= 3
