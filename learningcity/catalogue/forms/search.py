"""The finder and its filters: a query string, read into Criteria and written back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from learningcity.catalogue.forms.places import Place, WhichPlace, place_of_words, point_on_map
from learningcity.catalogue.forms.values import (
    MANY,
    NAMES,
    ONE,
    NotUnderstood,
    many_values,
    plain_words,
)
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.core.refusals import Refused

LONGEST_MARKER = 500
UNSEEN = ("metres", "provider", "venue", "area")
NAMES_OF = {
    **{attribute: (name,) for name, (attribute, _read) in ONE.items()},
    **{attribute: (name,) for name, attribute in MANY.items()},
    "dates": ("from", "to"),
}
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a search: an address relative to the page. `takes_off` if a filter is off behind it."""

    label: str
    query: str
    takes_off: bool = False

    @property
    def address(self) -> str:
        """The address, relative to the page."""
        return f"?{self.query}"


def filter_pairs(criteria: Criteria) -> Pairs:
    """Return words, filters and order of the criteria as names and values of an address; not the place."""
    plain = Criteria()
    one = [
        (name, _in_words(getattr(criteria, attribute)))
        for name, (attribute, _read) in ONE.items()
        if getattr(criteria, attribute) != getattr(plain, attribute)
    ]
    return one + [(name, value) for name, attribute in MANY.items() for value in getattr(criteria, attribute)]


def _pairs_of(place: Place) -> Pairs:
    return [*([("near", place.label)] if place.label else []), ("at", place.point)]


def _in_words(value: Any) -> str:
    return "1" if value is True else str(value)


class SearchForm:
    """What a person asks for, read from the query string of a page.

    `criteria` holds what was understood. `errors` has a sentence for each field that was not: a question
    about the place (`place_choices` are its answers), or, where `is_refused`, something no page of ours
    asks for. `typed` keeps the words as they came. `is_place_new` if the place was looked up just now, by
    its name, or rounded. `after` is the continuing marker, `found` how many results the page before had.
    """

    def __init__(self, query: QueryDict) -> None:
        self.errors: dict[str, str] = {}
        self.is_refused = False
        self.place: Place | None = None
        self.is_place_new = False
        self.place_choices: tuple[Place, ...] = ()
        self.typed = {name: query.get(name, "").replace("\x00", "\ufffd") for name in ("q", "near", *ONE)}
        self.found = _count(query.get("found", ""))
        self.after = self._marker(query.get("after", ""))
        self._refuse_unknown(query)
        understood = dict(self._understood(query))
        self._choose_place(query)
        self.criteria = self._whole(understood)

    @property
    def pairs(self) -> Pairs:
        """Names and values of the address of this search, without the marker."""
        return [*self.place_pairs, *filter_pairs(self.criteria)]

    @property
    def pairs_for_return(self) -> Pairs:
        """Names and values that lead from an offer back to this search, with its number of results."""
        return [*self.pairs, *([] if self.found is None else [("found", str(self.found))])]

    @property
    def place_pairs(self) -> Pairs:
        """Names and values that say from which point to measure."""
        return _pairs_of(self.place) if self.place else []

    @property
    def kept_pairs(self) -> Pairs:
        """What the finder hands on unseen: every filter, and the point with the name it was chosen under."""
        filters = [pair for pair in filter_pairs(self.criteria) if pair[0] != "q"]
        if not self.place:
            return filters
        return [*filters, ("at", self.place.point), ("near_was", self.typed["near"])]

    @property
    def asked_pairs(self) -> Pairs:
        """What the filters hand on unseen: words, place, and what no filter beside the list shows."""
        return [pair for pair in self.pairs if pair[0] in ("q", "near", "at", *UNSEEN)]

    @property
    def place_links(self) -> list[Link]:
        """The places among which to choose, each with the address of the search from there."""
        filters = filter_pairs(self.criteria)
        return [Link(place.label, urlencode([*_pairs_of(place), *filters])) for place in self.place_choices]

    @property
    def query(self) -> str:
        """The query string of this search, without the marker."""
        return urlencode(self.pairs)

    def query_without(self, name: str, value: str = "") -> str:
        """Return the query string after one filter is taken off: one value, or every value of the name."""
        return urlencode(
            [pair for pair in self.pairs if pair != (name, value) and (value or pair[0] != name)]
        )

    def pairs_of_filter(self, attribute: str) -> Pairs:
        """Return what the address says of one filter, named as in Criteria; `dates` are both ends."""
        names = NAMES_OF[attribute]
        return [pair for pair in self.pairs if pair[0] in names]

    def query_without_filter(self, attribute: str, value: str = "") -> str:
        """Return the query string after a filter, named as in Criteria, is taken off: one value, or all."""
        off = [pair for pair in self.pairs_of_filter(attribute) if not value or pair[1] == value]
        return urlencode([pair for pair in self.pairs if pair not in off])

    def query_with(self, name: str, value: str) -> str:
        """Return the query string with one filter set anew."""
        return urlencode([*(pair for pair in self.pairs if pair[0] != name), (name, value)])

    def refuse_marker(self, refusal: Refused) -> None:
        """Say that the list cannot be continued, and begin it again."""
        self.is_refused = True
        self.errors["after"] = str(refusal)
        self.after = ""

    def _refuse(self, refusal: NotUnderstood) -> None:
        self.is_refused = True
        self.errors[refusal.field or "filters"] = str(refusal)

    def _refuse_unknown(self, query: QueryDict) -> None:
        unknown = sorted(set(query) - NAMES)
        if unknown:
            name = unknown[0][:40].replace("\x00", "\ufffd")
            self._refuse(
                NotUnderstood(_("There is no filter called “%(name)s”; it was left out.") % {"name": name})
            )

    def _marker(self, raw: str) -> str:
        if len(raw) <= LONGEST_MARKER and raw.isascii() and raw.isprintable():
            return raw
        self._refuse(
            NotUnderstood(_("This page of the list does not exist; here is its beginning."), field="after")
        )
        return ""

    def _understood(self, query: QueryDict) -> Iterator[tuple[str, Any]]:
        for name, (attribute, read) in ONE.items():
            raw = query.get(name, "").strip() if name != "q" else query.get(name, "")
            if raw:
                try:
                    yield attribute, read(raw, name)
                except NotUnderstood as refusal:
                    self._refuse(refusal)
        for name, attribute in MANY.items():
            if name in query:
                try:
                    yield attribute, many_values(query.getlist(name), name)
                except NotUnderstood as refusal:
                    self._refuse(refusal)

    def _choose_place(self, query: QueryDict) -> None:
        try:
            near, point = query.get("near", ""), query.get("at", "")
            words = plain_words(near, "near")
            if point and query.get("near_was", near) == near:
                self.place = point_on_map(point, words)
                # An address with more decimals would name a home: it is replaced.
                self.is_place_new = point != self.place.point
            elif words:
                self.place = place_of_words(words)
                self.is_place_new = True
        except NotUnderstood as refusal:
            self._refuse(refusal)
        except WhichPlace as question:
            self.errors["near"] = str(question)
            self.place_choices = question.choices

    def _whole(self, understood: dict[str, Any]) -> Criteria:
        first, last = understood.get("from_on"), understood.get("to_on")
        if first and last and first > last:
            self._refuse(
                NotUnderstood(_("The last day is before the first; give a later last day."), field="to")
            )
            del understood["to_on"]
        if self.place:
            understood |= {"near": (self.place.lat, self.place.lon), "near_label": self.place.label}
        elif {"minutes", "metres"} & set(understood) or understood.get("sort") == "nearest":
            self.errors.setdefault("near", _("Say near which place, so that the way can be measured."))
            understood = {name: value for name, value in understood.items() if not _needs_place(name, value)}
        return Criteria(**understood)


def _needs_place(name: str, value: Any) -> bool:
    return name in ("minutes", "metres") or (name == "sort" and value == "nearest")


def _count(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 7 else None
