"""The filters of a search as a person sees them: groups with counts, and chips that each take one off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from learningcity.catalogue.forms.labels import labels, language_label
from learningcity.catalogue.forms.search import Link, SearchForm
from learningcity.catalogue.forms.values import MANY
from learningcity.catalogue.templatetags.moments import day_in_words
from learningcity.core.money import decimals, money

# Name in the address and of the facet, heading, whether it stands open.
GROUPS = (
    ("mode", gettext_lazy("Where"), True),
    ("slot", gettext_lazy("Day and time"), True),
    ("form", gettext_lazy("Kind of learning"), True),
    ("access", gettext_lazy("Access"), True),
    ("field", gettext_lazy("Theme"), False),
    ("level", gettext_lazy("Level"), False),
    ("audience", gettext_lazy("For whom"), False),
    ("taught_in", gettext_lazy("Taught in"), False),
    ("written_in", gettext_lazy("Described in"), False),
)
WALKS = (5, 10, 15, 20, 30, 45, 60)
PRICES = (5, 10, 20, 50, 100)
SMALL_CHANGE = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be chosen. `count` is in words, "" where nobody counted."""

    value: str
    label: str
    count: str = ""
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one filter; `name` as it stands in the address."""

    name: str
    label: str
    choices: Sequence[Choice]
    is_open: bool


def filter_groups(form: SearchForm, facets: Mapping[str, Sequence[Any]]) -> list[Group]:
    """Return the filters with several values. A value that nothing bears is left out, unless it is on."""
    groups = []
    for name, heading, is_open in GROUPS:
        chosen = getattr(form.criteria, MANY[name])
        counts = {count.value: count.count for count in facets.get(name, ())}
        choices = [
            Choice(value, label, count_in_words(counts.get(value, 0)), value in chosen)
            for value, label in _values(name, (*counts, *chosen)).items()
            if counts.get(value) or value in chosen
        ]
        if choices:
            groups.append(Group(name, str(heading), choices, is_open or bool(chosen)))
    return groups


@lru_cache(maxsize=4096)
def _count_in(count: int, language: str | None) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)


def count_in_words(count: int) -> str:
    """Return a number in the reader's way: 1,498."""
    return _count_in(count, get_language())


def _values(name: str, seen: Sequence[str]) -> dict[str, str]:
    if name in ("taught_in", "written_in"):
        return {code: language_label(code) for code in dict.fromkeys(seen)}
    return labels(name)


def one_of(name: str, chosen: str) -> list[Choice]:
    """Return the values of a filter of which one is on: order, moment, price group."""
    return [Choice(value, label, "", value == chosen) for value, label in labels(name).items()]


def walk_choices(form: SearchForm) -> list[Choice]:
    """Return how long the walk may be, with the chosen limit among them."""
    chosen = form.criteria.minutes
    limits = sorted({*WALKS, *([chosen] if chosen else [])})
    return [Choice(str(limit), _minutes_label(limit), "", limit == chosen) for limit in limits]


def price_choices(form: SearchForm, currency: str) -> list[Choice]:
    """Return how much it may cost, with the chosen limit among them."""
    chosen = form.criteria.up_to_cents
    # A currency without small units (won, yen) counts in thousands.
    unit = 10 ** decimals(currency) if decimals(currency) else SMALL_CHANGE
    limits = sorted({*(price * unit for price in PRICES), *([] if chosen is None else [chosen])})
    return [Choice(str(cents), _price_label(str(cents), currency), "", cents == chosen) for cents in limits]


def _minutes_label(minutes: int) -> str:
    return ngettext("Within %(count)s minute on foot", "Within %(count)s minutes on foot", minutes) % {
        "count": minutes
    }


def chips(form: SearchForm, names: Mapping[str, str], currency: str) -> list[Link]:
    """Return a chip for each filter that is on. `names` has the words for provider, venue and area."""
    many = [
        Link(value_label(name, value, names, currency), form.query_without(name, value), takes_off=True)
        for name, attribute in MANY.items()
        for value in getattr(form.criteria, attribute)
    ]
    unseen = {"q", "near", "sort", *MANY, *(["at"] if form.criteria.near_label else [])}
    one = [
        Link(value_label(name, value, names, currency), form.query_without(name), takes_off=True)
        for name, value in form.pairs
        if name not in unseen
    ]
    return one + many


def value_label(name: str, value: str, names: Mapping[str, str], currency: str) -> str:
    """Return the words for one value of a filter."""
    if name in names:
        return names[name]
    if name in ("taught_in", "written_in"):
        sentence = _("Taught in %(language)s") if name == "taught_in" else _("Described in %(language)s")
        return sentence % {"language": language_label(value)}
    if name == "access":
        return _("%(feature)s: yes") % {"feature": labels(name).get(value, value)}
    if name in SENTENCES:
        return SENTENCES[name](value, currency)
    return labels(name).get(value, value)


def _price_group_label(value: str, currency: str) -> str:
    return _("Price for: %(group)s") % {"group": labels("group")[value]}


def _price_label(value: str, currency: str) -> str:
    return _("Up to %(price)s") % {"price": money(int(value), currency)}


SENTENCES = {
    "at": lambda value, currency: _("Near the point on the map"),
    "free": lambda value, currency: _("Free"),
    "places": lambda value, currency: _("With places left"),
    "unknown": lambda value, currency: _("Also where access is not known"),
    "minutes": lambda value, currency: _minutes_label(int(value)),
    "metres": lambda value, currency: _("Within %(metres)s metres") % {"metres": value},
    "group": _price_group_label,
    "up_to_cents": _price_label,
    "from": lambda value, currency: _("From %(day)s") % {"day": day_in_words(date.fromisoformat(value))},
    "to": lambda value, currency: _("Until %(day)s") % {"day": day_in_words(date.fromisoformat(value))},
    "age": lambda value, currency: _("For age %(age)s") % {"age": value},
}
