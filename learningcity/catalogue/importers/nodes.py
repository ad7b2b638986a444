"""JSON-LD as it is found in the wild: values that are one or many, words in languages, links, types."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from learningcity.catalogue.importers.markup import plain_text

Node = dict[str, Any]
FIRST_YEAR, LAST_YEAR = 1900, 9000
LENGTH = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:\d{1,7}S)?)?")


def many(value: object) -> list[Any]:
    """Return a value as a list: nothing, one or many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def get(node: object, *names: str) -> Any:
    """Return the first of these values that a node has; `schema:` may stand before a name."""
    if not isinstance(node, dict):
        return None
    for name in names:
        for key in (name, f"schema:{name}"):
            if node.get(key) not in (None, "", []):
                return node[key]
    return None


def nodes(value: object) -> list[Node]:
    """Return those of one or many values that are described, not only linked."""
    return [one for one in many(value) if isinstance(one, dict)]


def first_node(value: object) -> Node:
    """Return the first value that is described, or an empty one."""
    return next(iter(nodes(value)), {})


def types(node: Node) -> set[str]:
    """Return the names of a node's types, without the vocabulary before them.

    >>> types({"@type": "http://schema.org/Course"})
    {'Course'}
    """
    said = [one for one in many(node.get("@type", node.get("type"))) if isinstance(one, str)]
    return {re.split(r"[/#:]", one)[-1] for one in said}


def word(value: object) -> str:
    """Return one line of words: plain, with a language, or the first of many."""
    return " ".join(words(value).split())


def words(value: object) -> str:
    """Return words of several lines without markup, in whatever language."""
    return next(iter(in_languages(value, "").values()), "")


def in_languages(value: object, default: str) -> dict[str, str]:
    """Return words by language: plain ones, `@value` with `@language`, or an object of languages."""
    found: dict[str, str] = {}
    for language, said in spoken(value, default):
        clean = plain_text(said)
        if clean:
            found.setdefault(language, clean)
    return found


def spoken(value: object, default: str) -> Iterator[tuple[str, str]]:
    """Yield each piece of words with its language."""
    for one in many(value):
        if isinstance(one, str):
            yield default, one
        elif isinstance(one, int | float) and not isinstance(one, bool):
            yield default, str(one)
        elif isinstance(one, dict) and isinstance(one.get("@value"), str):
            yield str(one.get("@language") or default), one["@value"]
        elif isinstance(one, dict) and not any(key.startswith("@") for key in one):
            yield from ((str(key), said) for key, said in one.items() if isinstance(said, str))


def link(value: object) -> str:
    """Return the address or id to which a value points."""
    one = next(iter(many(value)), None)
    if isinstance(one, dict):
        one = one.get("@id") or one.get("id") or get(one, "url") or get(one, "identifier")
    if isinstance(one, dict):
        one = get(one, "value")
    return str(one).strip() if isinstance(one, str | int) and not isinstance(one, bool) else ""


def name_of(value: object) -> str:
    """Return the name of something that is described, or the words themselves."""
    one = next(iter(many(value)), None)
    return word(get(one, "name", "legalName")) if isinstance(one, dict) else word(one)


def number(value: object) -> int | None:
    """Return a whole number that is not below zero, or nothing."""
    text = word(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def degrees(value: object) -> float | None:
    """Return a coordinate."""
    try:
        return float(word(value))
    except ValueError:
        return None


def moment_or_day(value: object) -> datetime | date | None:
    """Return a moment, with or without a zone, or a day. Raises ValueError for what is neither."""
    text = word(value)
    if not text:
        return None
    read = date.fromisoformat(text) if len(text) == len("2026-12-01") else datetime.fromisoformat(text)
    # At the very ends of the calendar a moment cannot be told in another zone.
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise ValueError(text)
    return read


def day_of(value: object) -> date | None:
    """Return the day of a moment, or nothing."""
    try:
        read = moment_or_day(value)
    except (ValueError, OverflowError):
        return None
    return read.date() if isinstance(read, datetime) else read


def hours_of(value: object) -> int | None:
    """Return a length such as PT10H in whole hours, or nothing.

    >>> hours_of("PT10H"), hours_of("PT90M"), hours_of("P1D"), hours_of("two evenings")
    (10, 2, 24, None)
    """
    found = LENGTH.fullmatch(word(value))
    if not found or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return days * 24 + hours + -(-minutes // 60)
