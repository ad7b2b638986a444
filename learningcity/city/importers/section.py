"""One table of the manifest, read key by key: every value is checked, and no key is overlooked."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from learningcity.city.importers.refusal import BundleRefused, quoted

MANIFEST = "bundle.toml"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
KEY = r"[a-z0-9]+(-[a-z0-9]+|_[a-z0-9]+)*"
LONGEST_TEXT = 2000


class Section:
    """A TOML table and its place in the manifest. `close` refuses what nobody asked for."""

    def __init__(self, data: dict[str, Any], place: str) -> None:
        self.data, self.place = data, place
        self.asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Return whether the table has the key."""
        self.asked.add(key)
        return key in self.data

    def refusal(self, key: str, sentence: str) -> BundleRefused:
        """Return the refusal of one value."""
        return BundleRefused(sentence, file=MANIFEST, column=f"{self.place} {key}".strip())

    def text(self, key: str, *, default: str | None = None, pattern: str = "", longest: int = 200) -> str:
        """Return a text of at most so many characters, matching the pattern as a whole."""
        value = self._value(key, str, default, _("Write a text in quotation marks."))
        if not value.strip() and default is None:
            raise self.refusal(key, _("This is empty. Write a text."))
        if len(value) > longest or not all(sign.isprintable() for sign in value):
            raise self.refusal(
                key, _("Write at most %(longest)s characters on one line.") % {"longest": longest}
            )
        if pattern and value != default and not re.fullmatch(pattern, value):
            raise self.refusal(
                key,
                _("“%(value)s” has not the right form. See the guide to the city bundle for this key.")
                % {"value": quoted(value)},
            )
        return value

    def choice(self, key: str, known: list[str], *, default: str | None = None) -> str:
        """Return one of the known words."""
        value = self.text(key, default=default)
        if value not in known:
            raise self.refusal(
                key,
                _("“%(value)s” is not known here. Known are: %(known)s.")
                % {"value": quoted(value), "known": ", ".join(known)},
            )
        return value

    def number(self, key: str, *, low: float, high: float, default: float | None = None) -> float:
        """Return a number between two bounds."""
        value = self._value(key, (int, float), default, _("Write a number."))
        if isinstance(value, bool) or not low <= value <= high:
            raise self.refusal(
                key, _("Write a number between %(low)s and %(high)s.") % {"low": low, "high": high}
            )
        return value

    def whole(self, key: str, *, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number between two bounds."""
        value = self.number(key, low=low, high=high, default=default)
        if not isinstance(value, int):
            raise self.refusal(key, _("Write a whole number."))
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false where nothing is said."""
        return self._value(key, bool, False, _("Write true or false."))

    def texts(self, key: str, *, default: list[str] | None = None) -> list[str]:
        """Return a list of texts, none of them twice."""
        values = self._value(key, list, default, _('Write a list of texts: ["…", "…"].'))
        if not all(isinstance(v, str) and 0 < len(v) <= LONGEST_TEXT for v in values):
            raise self.refusal(key, _('Write a list of texts: ["…", "…"].'))
        if len(set(values)) != len(values):
            raise self.refusal(key, _("The same text stands here twice. Name each once."))
        return list(values)

    def numbers(self, key: str, count: int) -> list[float]:
        """Return a list of exactly so many finite numbers."""
        sentence = _("Write a list of %(count)s numbers.") % {"count": count}
        values = self._value(key, list, None, sentence)
        known = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e6]
        if len(known) != len(values) or len(values) != count:
            raise self.refusal(key, sentence)
        return [float(v) for v in values]

    def by_language(self, key: str) -> dict[str, str]:
        """Return texts by language: `{ cy = "…", ar = "…" }`; none where nothing is said."""
        sentence = _('Write one text per language: { cy = "…" }.')
        values = self._value(key, dict, {}, sentence)
        if not all(re.fullmatch(LANGUAGE, k) and isinstance(v, str) for k, v in values.items()):
            raise self.refusal(key, sentence)
        if any(len(v) > 200 for v in values.values()):
            raise self.refusal(key, _("Write at most %(longest)s characters on one line.") % {"longest": 200})
        return {str(k): str(v) for k, v in values.items()}

    def section(self, key: str) -> "Section | None":
        """Return the table under a key, if there is one."""
        if not self.has(key):
            return None
        name = f"{self.place}.{key}".lstrip(".") if self.place else key
        data = self._value(key, dict, None, _("Write a table: [%(name)s].") % {"name": name})
        return Section(data, f"[{name.strip('[]')}]")

    def sections(self, key: str) -> list["Section"]:
        """Return the tables of a list of tables; an empty list if there is none."""
        sentence = _("Write a list of tables: [[%(key)s]].") % {"key": key}
        values = self._value(key, list, [], sentence)
        if not all(isinstance(v, dict) for v in values):
            raise self.refusal(key, sentence)
        return [Section(v, f"{self.place} [[{key}]] {n}".strip()) for n, v in enumerate(values, start=1)]

    def named_sections(self) -> Iterator[tuple[str, "Section"]]:
        """Yield the tables inside this one under their names."""
        for key in self.data:
            inner = self.section(key)
            if inner is not None:
                yield key, inner

    def close(self) -> None:
        """Refuse the first key that means nothing here: most often a slip of the pen."""
        for key in self.data:
            if key not in self.asked:
                raise self.refusal(
                    quoted(key),
                    _("This key is not known here. Known are: %(known)s. Correct or remove it.")
                    % {"known": ", ".join(sorted(self.asked))},
                )

    def _value(self, key: str, kind: Any, default: Any, sentence: str) -> Any:
        if not self.has(key):
            if default is None:
                raise self.refusal(key, _("This is missing.") + " " + sentence)
            return default
        value = self.data[key]
        if not isinstance(value, kind):
            raise self.refusal(key, sentence)
        return value
