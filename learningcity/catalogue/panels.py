"""What the catalogue shows on others' pages: offers at a place and in an area, sources, what is invented."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from learningcity.catalogue.adapters.index import SearchNotReady
from learningcity.catalogue.models import ImportRun, Source
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.offers import offer_cards
from learningcity.catalogue.queries.search import is_search_ready, search
from learningcity.catalogue.queries.skills import are_skills_loaded
from learningcity.catalogue.queries.venue_offers import offers_at
from learningcity.catalogue.templatetags.moments import day_in_words
from learningcity.catalogue.templatetags.offer_words import lines_of
from learningcity.city.models import Area, Venue
from learningcity.core.charts import Column, Row, Table
from learningcity.core.display import reader_language
from learningcity.core.panels import Panel, register

FEW = 8


def offers_at_venue(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return what starts next at each of the places, with its date there."""
    return {venue.pk: _at_venue(venue, now()) for venue in things if isinstance(venue, Venue)}


def _at_venue(venue: Venue, at: datetime) -> dict[str, Any]:
    cards = offers_at(venue.pk, at=at, language=reader_language(), size=FEW)
    query = urlencode({"venue": str(venue.public_id), "sort": "soonest"})
    return {
        "heading": _("What can be learned here"),
        "lines": lines_of(cards),
        "more_address": f"{reverse('catalogue:search')}?{query}",
        "more_label": _("Search among all of it, and change the filters"),
    }


def offers_in_area(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[Any, Any]:
    """Return what starts next in each of the areas."""
    return {
        area.pk: _offers(
            Criteria(area=f"{area.area_set.key}:{area.code}", sort="soonest", size=FEW),
            {"area": f"{area.area_set.key}:{area.code}", "sort": "soonest"},
            _("What can be learned in %(area)s") % {"area": area.local_name},
        )
        for area in things
        if isinstance(area, Area)
    }


def last_imports(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any]:
    """Return what the last imports of offers did, for the desk of the city's staff."""
    columns = (_("Source"), _("New"), _("Changed"), _("Same"), _("Rejected"))
    runs = ImportRun.objects.select_related("source").order_by("-imported_at", "-pk")[:FEW]
    table = Table(
        caption=_("The last imports of offers"),
        columns=[Column(columns[0]), *(Column(words, is_number=True) for words in columns[1:])],
        rows=[
            Row(
                f"{run.source.name}, {day_in_words(localtime(run.imported_at).date())}",
                [counted(n) for n in (run.new, run.changed, run.same, run.rejected)],
            )
            for run in runs
        ],
    )
    return {"table": table if table.rows else None, "is_ready": is_search_ready()}


def counted(number: int) -> str:
    """Return a number in the reader's way."""
    return number_format(number, use_l10n=True, force_grouping=True)


def _offers(criteria: Criteria, query: Mapping[str, str], heading: str) -> dict[str, Any]:
    at = now()
    address = f"{reverse('catalogue:search')}?{urlencode(query)}"
    try:
        results = search(criteria, at=at)
    except SearchNotReady as refusal:
        return {"heading": heading, "lines": [], "more_address": address, "more_label": str(refusal)}
    cards = offer_cards([row.offer_id for row in results.rows], at=at, language=reader_language())
    return {
        "heading": heading,
        "lines": lines_of(cards, results.rows),
        "more_address": address,
        "more_label": _("Search among all of it, and change the filters"),
    }


def sources_of_offers(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return where the offers come from."""
    sources = list(Source.objects.order_by("name", "key"))
    has_skills = are_skills_loaded()
    return {"sources": sources, "has_skills": has_skills} if sources or has_skills else None


def synthetic_notice(request: HttpRequest | None, things: Sequence[Any]) -> Mapping[str, Any] | None:
    """Say on every page of a node with invented records that they are invented."""
    # A page whose rows say it already spares the question.
    is_known = request is not None and request.META.get("catalogue.synthetic")
    return {} if is_known or Source.objects.filter(is_synthetic=True).exists() else None


def fill_places() -> None:
    """Fill the places that other rooms' pages leave."""
    register("venue.offers", Panel("catalogue.venue", "catalogue/_offers_here.html", offers_at_venue))
    register("area.offers", Panel("catalogue.area", "catalogue/_offers_here.html", offers_in_area))
    register("desk.overview", Panel("catalogue.imports", "catalogue/_last_imports.html", last_imports))
    register("about.sources", Panel("catalogue.sources", "catalogue/_sources.html", sources_of_offers))
    register(
        "frame.notice", Panel("catalogue.synthetic", "catalogue/_synthetic_notice.html", synthetic_notice)
    )
