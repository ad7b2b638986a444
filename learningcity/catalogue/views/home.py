"""The first page: what can be looked for, and what starts next."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from learningcity.catalogue.adapters.index import SearchNotReady
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.queries.offers import offer_cards
from learningcity.catalogue.queries.providers import counts
from learningcity.catalogue.queries.search import search
from learningcity.catalogue.templatetags.offer_words import OfferLine, lines_of
from learningcity.catalogue.views.pin_map import area_names
from learningcity.city.models import City
from learningcity.city.queries import the_city
from learningcity.core.display import reader_language

FIRST_FEW = 4
NEAR_MINUTES = 20


@dataclass(frozen=True, slots=True)
class Step:
    """A link and its words."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the first page says."""

    answer: str
    common: list[Step]
    heading: str = ""
    lines: tuple[OfferLine, ...] = ()
    all_step: Step | None = None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the finder, common searches, and what starts next; near a place if one is chosen."""
    form, city = SearchForm(request.GET), the_city()
    if form.is_place_new and not form.errors:
        return redirect(f"{request.path}?{form.query}")
    try:
        page = home_page(form, city, now())
    except SearchNotReady as refusal:
        page = HomePage(str(refusal), common_searches())
    request.META["catalogue.synthetic"] = any(line.is_synthetic for line in page.lines)
    status = 400 if form.is_refused else 200
    return render(
        request, "catalogue/home.html", {"page": page, "form": form, "areas": area_names(city)}, status=status
    )


def home_page(form: SearchForm, city: City | None, at: datetime) -> HomePage:
    """Return what the first page says at a moment. Raises SearchNotReady while there is no index."""
    minutes = NEAR_MINUTES if form.place else None
    asked = replace(form.criteria, sort="soonest", size=FIRST_FEW, minutes=minutes)
    results = search(asked, at=at)
    cards = offer_cards([row.offer_id for row in results.rows], at=at, language=reader_language())
    return HomePage(
        answer_of(city),
        common_searches(),
        _heading(form, city),
        tuple(lines_of(cards, results.rows, query=urlencode(form.place_pairs))),
        _all_step(results.total, form),
    )


def answer_of(city: City | None) -> str:
    """Return how much there is to learn, and how much of it is free."""
    known = counts()
    if not known.offers:
        return _("Courses, meetings, workshops and more, near you and online.")
    there = ngettext(
        "%(offers)s thing to learn in %(city)s.", "%(offers)s things to learn in %(city)s.", known.offers
    ) % {"offers": _written(known.offers), "city": city.local_name if city else _("this city")}
    who = ngettext("%(count)s provider offers them.", "%(count)s providers offer them.", known.providers)
    free = ngettext("%(count)s of them is free.", "%(count)s of them are free.", known.free)
    return " ".join(
        [there, who % {"count": _written(known.providers)}, free % {"count": _written(known.free)}]
    )


def common_searches() -> list[Step]:
    """Return searches that many people make."""
    searches = (
        (_("Free this week"), "free=1&when=week"),
        (_("For beginners"), "level=beginner"),
        (_("With childcare"), "access=childcare"),
        (_("For families"), "audience=families"),
        (_("Online, in the evening"), "mode=online&slot=weekday_evening"),
    )
    address = reverse("catalogue:search")
    return [Step(label, f"{address}?{query}") for label, query in searches]


def _written(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def _heading(form: SearchForm, city: City | None) -> str:
    if form.place:
        return _("Next near %(place)s") % {"place": form.place.label or _("the point on the map")}
    return _("Next in %(city)s") % {"city": city.local_name} if city else _("What starts next")


def _all_step(total: int, form: SearchForm) -> Step:
    address = reverse("catalogue:search")
    if not form.place:
        return Step(_("Everything, soonest first"), f"{address}?sort=soonest")
    label = ngettext(
        "%(total)s within %(minutes)s minutes on foot",
        "All %(total)s within %(minutes)s minutes on foot",
        total,
    ) % {"total": _written(total), "minutes": NEAR_MINUTES}
    return Step(label, f"{address}?{urlencode([*form.place_pairs, ('minutes', str(NEAR_MINUTES))])}")
