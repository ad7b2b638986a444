"""What a search page shows: heading, chips, rows, filters with counts, help where nothing fits."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from learningcity.catalogue.adapters.calendar_address import calendar_address
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.forms import filters as shown
from learningcity.catalogue.forms.search import Link
from learningcity.catalogue.models import Offer
from learningcity.catalogue.queries.nothing_found import (
    FILTERS,
    DropHelp,
    nearest_alternatives,
    why_nothing,
)
from learningcity.catalogue.queries.offers import filter_names, offer_cards
from learningcity.catalogue.queries.search import Results, Row, TooDeep, count_of, search
from learningcity.catalogue.queries.search_places import walks_kept
from learningcity.catalogue.templatetags.offer_words import OfferLine, lines_of
from learningcity.catalogue.views.pin_map import PinMap, pin_map
from learningcity.city.models import City
from learningcity.city.queries import Unreached, the_city
from learningcity.core.display import reader_language
from learningcity.core.markers import BadMarker

LONGEST_QUERY_KEPT = 300
METRES_A_MINUTE = 80
LONGEST_WALK = 30


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the results."""

    label: str
    address: str
    is_here: bool


@dataclass
class SearchPage:
    """A page of results, or of help where nothing fits. `at` is the moment at which it is shown."""

    form: SearchForm
    results: Results
    at: datetime
    is_map: bool
    city: City | None
    names: dict[str, str] = field(default_factory=dict)
    lines: list[OfferLine] = field(default_factory=list)
    alternatives: list[OfferLine] = field(default_factory=list)
    drops: list[Link] = field(default_factory=list)
    worst_filter: str = ""
    crow_flies: Link | None = None

    @property
    def query(self) -> str:
        """The query string of this search."""
        return self.form.query

    @property
    def currency(self) -> str:
        """The currency of the city."""
        return self.city.currency if self.city else ""

    @property
    def calendar(self) -> str:
        """The address of the calendar that follows this search."""
        return calendar_address(self.form.criteria)

    @property
    def wish_query(self) -> str:
        """What a wish takes over from a search that found nothing."""
        asked = self.form.criteria
        theme = asked.fields[0] if len(asked.fields) == 1 else Offer.Field.UNKNOWN
        return "?" + urlencode({"nothing": 1, "q": asked.words, "theme": theme})

    @cached_property
    def heading(self) -> str:
        """How many fit."""
        total = self.results.total
        if total:
            sentence = ngettext("%(count)s result", "%(count)s results", total)
            return sentence % {"count": shown.count_in_words(total)}
        if self.is_walk_to_blame:
            return _("How far it is on foot is not known")
        if self.filter_count:
            return ngettext(
                "Nothing fits this filter", "Nothing fits all %(count)s filters", self.filter_count
            ) % {"count": self.filter_count}
        return _("Nothing found")

    @property
    def asked(self) -> str:
        """The words and the place that were asked for."""
        return " · ".join(filter(None, (self.form.criteria.words, self.form.criteria.near_label)))

    @property
    def title(self) -> str:
        """The title of the page: what was asked, and how many fit."""
        return f"{self.asked or _('Find learning')}: {self.heading}"

    @cached_property
    def filter_links(self) -> list[Link]:
        """A link for each filter that is on, which takes it off."""
        return shown.chips(self.form, self.names, self.currency)

    @property
    def filter_count(self) -> int:
        """How many filters are on."""
        return len(self.filter_links)

    @property
    def chips(self) -> list[Link]:
        """The filters that are on, and, for several, a way to take off all."""
        links = self.filter_links
        return [*links, Link(_("Take off all"), self._bare_query)] if len(links) > 1 else links

    @property
    def _bare_query(self) -> str:
        return urlencode([pair for pair in self.form.pairs if pair[0] in ("q", "near", "at", "sort")])

    @property
    def tabs(self) -> list[Tab]:
        """The list and the map."""
        views = (
            (pgettext("of results", "List"), "search", False),
            (pgettext("of results", "Map"), "search_map", True),
        )
        return [
            Tab(label, f"{reverse(f'catalogue:{name}')}?{self.query}", is_map == self.is_map)
            for label, name, is_map in views
        ]

    @property
    def orders(self) -> list[shown.Choice]:
        """The orders of the list; by nearness only from a point."""
        choices = shown.one_of("sort", self.form.criteria.sort)
        return [choice for choice in choices if choice.value != "nearest" or self.form.place]

    @property
    def groups(self) -> list[shown.Group]:
        """The filters of several values, with counts."""
        return shown.filter_groups(self.form, self.results.facets)

    @property
    def walks(self) -> list[shown.Choice]:
        """How long the walk may be."""
        return shown.walk_choices(self.form)

    @property
    def prices(self) -> list[shown.Choice]:
        """How much it may cost."""
        return shown.price_choices(self.form, self.currency)

    @property
    def price_groups(self) -> list[shown.Choice]:
        """Whose price counts."""
        return shown.one_of("group", self.form.criteria.price_group)

    @property
    def moments(self) -> list[shown.Choice]:
        """When it may be."""
        return shown.one_of("when", self.form.criteria.when)

    @property
    def free_count(self) -> str:
        """How many cost nothing."""
        return self._counted("free")

    @property
    def places_count(self) -> str:
        """How many have places left."""
        return self._counted("with_places")

    def _counted(self, facet: str) -> str:
        return shown.count_in_words(sum(count.count for count in self.results.facets.get(facet, ())))

    @property
    def next_address(self) -> str:
        """The address of the next part of the list, "" at its end."""
        return f"?{self.form.query_with('after', self.results.next)}" if self.results.next else ""

    @property
    def first_address(self) -> str:
        """The address of the beginning of the list, "" there."""
        return f"?{self.query}" if self.form.after else ""

    @property
    def unknown_heading(self) -> str:
        """How many more may fit if somebody told us of their access."""
        count = self.results.unknown_access
        if not count:
            return ""
        needs = ", ".join(shown.labels("access")[need].lower() for need in self.form.criteria.access)
        return ngettext(
            "%(count)s more may have it: %(needs)s",
            "%(count)s more may have it: %(needs)s",
            count,
        ) % {"count": count, "needs": needs}

    @property
    def unknown_query(self) -> str:
        """The query string of the search with those of unknown access among the results."""
        return self.form.query_with("unknown", "1")

    @property
    def is_walk_to_blame(self) -> bool:
        """Whether a walk was asked for that nobody can measure: not known, which is not the same as none."""
        return bool(self.results.unreached) and self.form.criteria.minutes is not None

    @property
    def walk_trouble(self) -> str:
        """Why walks from the point are not known, and what to do; "" where they are known."""
        if not self.results.unreached:
            return ""
        if self.results.unreached == Unreached.NO_NETWORK:
            return _("This city has no street network: walks are not known.")
        if not self.form.criteria.near_label:
            return _("No network data: walks from this point are not known. Choose another place.")
        return _(
            "There are no street data near %(place)s, so walks from there are not known."
            " Choose another place, or measure the distance as the crow flies."
        ) % {"place": self.form.criteria.near_label}

    @property
    def troubles(self) -> list[str]:
        """What was not understood and has no field of its own beside the list."""
        return [
            self.form.errors[name] for name in self.form.errors if name not in ("q", "near", *SHOWN_AT_FIELD)
        ]

    @property
    def remarks(self) -> list[str]:
        """What is worth knowing about this list; nothing went wrong."""
        said = [self.walk_trouble] if self.walk_trouble else []
        if self.results.words_left_out:
            said.append(
                ngettext(
                    "The search used the first words and left out %(count)s.",
                    "The search used the first words and left out %(count)s.",
                    self.results.words_left_out,
                )
                % {"count": self.results.words_left_out}
            )
        if self.results.is_cut:
            said.append(_("The list ends here. Add a word or a filter to narrow the search."))
        return said

    @property
    def is_synthetic(self) -> bool:
        """Whether any row is invented for a demonstration."""
        return any(line.is_synthetic for line in (*self.lines, *self.alternatives))

    @property
    def choose_address(self) -> str:
        """The address of this search from another point, which is added to its end."""
        pairs = [pair for pair in self.form.pairs if pair[0] not in ("near", "at")]
        return f"?{urlencode([*pairs, ('at', '')])}"

    @cached_property
    def map(self) -> PinMap | None:
        """The numbered places of the rows."""
        chosen = self.form.place.point if self.form.place else ""
        return pin_map(self.lines, self.city, chosen)


SHOWN_AT_FIELD = ("from", "to", "age")


def search_page(form: SearchForm, *, at: datetime, is_map: bool) -> SearchPage:
    """Return what a search found at a moment; a marker of another list starts the list again and says so."""
    with walks_kept():
        return _page(form, at=at, is_map=is_map)


def _page(form: SearchForm, *, at: datetime, is_map: bool) -> SearchPage:
    results = _results(form, at)
    page = SearchPage(form, results, at, is_map, the_city(), filter_names(form.criteria))
    if results.rows:
        page.lines = _lines(page, results.rows, numbered=True)
    elif not results.total:
        _help(page)
    if results.unreached:
        page.crow_flies = _as_the_crow_flies(page)
    return page


def _results(form: SearchForm, at: datetime) -> Results:
    try:
        return search(form.criteria, after=form.after, at=at)
    except (BadMarker, TooDeep) as refusal:
        form.refuse_marker(refusal)
        return search(form.criteria, at=at)


def _lines(page: SearchPage, rows: list[Row], *, numbered: bool = False) -> list[OfferLine]:
    cards = offer_cards(
        [row.offer_id for row in rows],
        at=page.at,
        language=reader_language(),
        price_group=page.form.criteria.price_group,
    )
    return lines_of(cards, rows, query=_kept_query(page), numbered=numbered)


def _kept_query(page: SearchPage) -> str:
    """Return what the page of an offer needs for the way back; long searches keep only their point."""
    query = urlencode([*page.form.pairs, ("found", str(page.results.total))])
    return query if len(query) <= LONGEST_QUERY_KEPT else urlencode(page.form.place_pairs)


def _as_the_crow_flies(page: SearchPage) -> Link | None:
    """Return the search within as many metres as the walk would have, straight from the point."""
    asked = page.form.criteria
    metres = METRES_A_MINUTE * (asked.minutes or LONGEST_WALK)
    count = count_of(replace(asked, minutes=None, metres=metres), at=page.at)
    if not count:
        return None
    sentence = ngettext(
        "Within %(metres)s metres as the crow flies: %(count)s result",
        "Within %(metres)s metres as the crow flies: %(count)s results",
        count,
    ) % {"metres": number_format(metres, force_grouping=True), "count": shown.count_in_words(count)}
    kept = [pair for pair in page.form.pairs if pair[0] not in ("minutes", "metres")]
    return Link(sentence, urlencode([*kept, ("metres", str(metres))]))


def _help(page: SearchPage) -> None:
    """Say which filter to drop, and what is nearest to what was asked."""
    form = page.form
    for drop in why_nothing(form.criteria, at=page.at):
        label = _dropped(page, drop)
        page.worst_filter = page.worst_filter or label
        sentence = _("%(filter)s: then %(count)s") % {"filter": label, "count": drop.would_find}
        page.drops.append(Link(sentence, form.query_without_filter(drop.filter, drop.value), takes_off=True))
    nearest = nearest_alternatives(form.criteria, at=page.at)
    page.alternatives = _lines(page, [row for row, _differs in nearest])
    differences = {row.offer_id: differs for row, differs in nearest}
    for line in page.alternatives:
        line.differs = ", ".join(str(FILTERS[name]) for name in differences[line.pk])


def _dropped(page: SearchPage, drop: DropHelp) -> str:
    """Return the words for a filter that may be dropped: its values, where they are few."""
    if drop.filter == "words":
        return _("The words “%(words)s”") % {"words": page.form.criteria.words}
    if drop.value:
        return shown.value_label("access", drop.value, page.names, page.currency)
    labels = [
        shown.value_label(name, value, page.names, page.currency)
        for name, value in page.form.pairs_of_filter(drop.filter)
    ]
    return ", ".join(labels) if labels else drop.label
