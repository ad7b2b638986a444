"""Which tags of OpenStreetMap make which kind of venue."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from learningcity.city.importers.refusal import quoted
from learningcity.city.importers.section import Section
from learningcity.city.models import Venue

Condition = tuple[tuple[str, str], ...]


class Tags(Protocol):
    """What a dict of tags, and OpenStreetMap's own list of them, can both do."""

    def get(self, key: str, default: str | None = None, /) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Mapping:
    """Rules in the order of the manifest: a kind, and the tags of which all must be there."""

    rules: tuple[tuple[str, Condition], ...]

    def kind_of(self, tags: Tags) -> str | None:
        """Return the kind of the first rule whose tags are all there.

        >>> library = Mapping((("library", (("amenity", "library"),)),))
        >>> library.kind_of({"amenity": "library"}), library.kind_of({"amenity": "pub"})
        ('library', None)
        """
        for kind, condition in self.rules:
            if all(tags.get(key) == value for key, value in condition):
                return kind
        return None

    def leading_tags(self) -> list[tuple[str, str]]:
        """Return the first tag of every rule: whatever has none of them is no place."""
        return sorted({condition[0] for _kind, condition in self.rules})


def mapping_in(section: Section) -> Mapping:
    """Read [places.kinds]: `library = ["amenity=library"]`; a plus sign joins tags that must all be there."""
    kinds = section.section("kinds")
    if kinds is None or not kinds.data:
        raise section.refusal(
            "kinds", _('This is missing. Say which tags make which kind: library = ["amenity=library"].')
        )
    known = [str(value) for value in Venue.Kind.values]
    rules = []
    for kind in kinds.data:
        if kind not in known:
            raise kinds.refusal(
                kind,
                _("“%(kind)s” is not a kind of place. Known are: %(known)s.")
                % {"kind": quoted(kind), "known": ", ".join(known)},
            )
        rules += [(kind, _condition(kinds, kind, text)) for text in kinds.texts(kind)]
    return Mapping(tuple(rules))


def _condition(section: Section, kind: str, text: str) -> Condition:
    pairs = [pair.partition("=") for pair in text.split("+")]
    if not _are_tags(pairs):
        raise section.refusal(
            kind,
            _("“%(text)s” is not a tag. Write key=value, joined by + where all are needed.")
            % {"text": quoted(text)},
        )
    return tuple((key.strip(), value.strip()) for key, _sign, value in pairs)


def _are_tags(pairs: Iterable[tuple[str, str, str]]) -> bool:
    return all(re.fullmatch(r"\s*[\w:.-]+\s*", key) and value.strip() for key, _sign, value in pairs)
