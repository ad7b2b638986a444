"""Help where a search finds nothing: which filter to drop, and what comes nearest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.adapters.index import opened
from learningcity.catalogue.models import Offer, OfferAccess
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search import Row, count_of, first_rows
from learningcity.catalogue.queries.search_plan import MOST_WORDS
from learningcity.engines.words import is_one_slip_apart, question

ALTERNATIVES = 3
FARTHEST_MINUTES = 60
MOST_TERMS = 20_000
SHORTEST_GUESS = 4
PLAIN = Criteria()
# In the order in which people give them up most easily.
FILTERS = {
    "when": _("the moment"),
    "dates": _("the dates"),
    "slots": _("the time of the week"),
    "minutes": _("the walk"),
    "metres": _("the distance"),
    "modes": _("on site or online"),
    "free": _("free of charge"),
    "with_places": _("that places are left"),
    "up_to_cents": _("the price"),
    "levels": _("the level"),
    "forms": _("the form of learning"),
    "audiences": _("for whom it is"),
    "age": _("the age"),
    "written_in": _("the language of the text"),
    "taught_in": _("the language of teaching"),
    "area": _("the area"),
    "venue": _("the place"),
    "provider": _("the provider"),
    "fields": _("the field"),
    "access": _("an access need"),
    "words": _("the words"),
}
PARTS = {"dates": ("from_on", "to_on")}


@dataclass(frozen=True, slots=True)
class DropHelp:
    """A filter, named as in Criteria (`dates` for both ends), and how many offers would be found without it.

    `value` is empty where the filter goes as a whole; of the access needs, each can go alone.
    """

    filter: str
    value: str
    label: str
    would_find: int


def why_nothing(criteria: Criteria, *, at: datetime) -> list[DropHelp]:
    """Return, for each filter in use, how many offers would be found without it; the greatest gain first."""
    helped = [
        DropHelp(name, value, label, count_of(without, at=at))
        for name, value, label, without in _without_each(criteria)
    ]
    return sorted((drop for drop in helped if drop.would_find), key=lambda drop: -drop.would_find)


def nearest_alternatives(criteria: Criteria, *, at: datetime) -> list[tuple[Row, list[str]]]:
    """Return up to three offers that come close, with the names of the filters they do not meet.

    First with one filter eased or lifted, those given up most easily first; then online; then with the
    words as they may have been meant, then without words, if there are other filters.
    """
    found: dict[int, tuple[Row, list[str]]] = {}
    for differs, eased in _eased(criteria):
        for row in first_rows(replace(eased, size=ALTERNATIVES), at=at):
            found.setdefault(row.offer_id, (row, differs))
        if len(found) >= ALTERNATIVES:
            break
    return list(found.values())[:ALTERNATIVES]


def online_instead(criteria: Criteria, *, at: datetime) -> int:
    """Return how many online offers fit but for the distance, which they have not."""
    return count_of(_online(criteria), at=at) if criteria.has_distance else 0


def words_as_meant(words: str) -> str:
    """Return the words with each unknown one replaced by the nearest known term; empty if none is.

    Nearest is one slip of the keyboard away: a letter more, less, other, or swapped with the next.
    """
    now = opened()
    asked, _left_out = question(words, now.languages, most=MOST_WORDS)
    meant: list[str] = []
    for word in asked:
        is_known = any(now.searcher.doc_freq("words", term) for term in word.terms)
        meant.append(word.text if is_known or len(word.text) < SHORTEST_GUESS else _nearest(word.terms))
    changed = meant != [word.text for word in asked]
    return " ".join(filter(None, meant)) if changed else ""


def _nearest(terms: tuple[str, ...]) -> str:
    known = opened().searcher
    guesses = [
        (count, guess)
        for term in terms
        for guess, count in known.terms_with_prefix("words", term[0], limit=MOST_TERMS)
        if is_one_slip_apart(term, guess)
    ]
    return max(guesses, default=(0, ""))[1]


def _is_used(criteria: Criteria, name: str) -> bool:
    parts = PARTS.get(name, (name,))
    return any(getattr(criteria, part) != getattr(PLAIN, part) for part in parts)


def _without(criteria: Criteria, name: str) -> Criteria:
    return replace(criteria, **{part: getattr(PLAIN, part) for part in PARTS.get(name, (name,))})


def _without_each(criteria: Criteria) -> Iterator[tuple[str, str, str, Criteria]]:
    for name, label in FILTERS.items():
        if not _is_used(criteria, name):
            continue
        if name == "access":
            for feature in criteria.access:
                left = tuple(other for other in criteria.access if other != feature)
                yield name, feature, str(OfferAccess.Feature(feature).label), replace(criteria, access=left)
        else:
            yield name, "", str(label), _without(criteria, name)


def _eased(criteria: Criteria) -> Iterator[tuple[list[str], Criteria]]:
    if criteria.minutes:
        farther = min(2 * criteria.minutes, FARTHEST_MINUTES)
        yield ["minutes"], replace(criteria, minutes=farther, sort="nearest")
    if criteria.access and not criteria.access_unknown:
        yield ["access"], replace(criteria, access_unknown=True)
    for name, _value, _label, without in _without_each(criteria):
        if name not in ("words", "access"):
            yield [name], without
    if criteria.has_distance:
        yield ["minutes" if criteria.minutes else "metres", "modes"], _online(criteria)
    meant = words_as_meant(criteria.words)
    if meant:
        yield ["words"], replace(criteria, words=meant)
    if any(_is_used(criteria, name) for name in FILTERS if name != "words"):
        yield ["words"], replace(criteria, words="")


def _online(criteria: Criteria) -> Criteria:
    sort = "best" if criteria.sort == "nearest" else criteria.sort
    modes = (Offer.Mode.ONLINE.value, Offer.Mode.BOTH.value)
    return replace(criteria, near=None, minutes=None, metres=None, modes=modes, sort=sort)
