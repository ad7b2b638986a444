"""Access to learning: who walks how far."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learningcity.city.forms import AccessFilter
from learningcity.city.models import City, Venue
from learningcity.city.queries import AccessResult, GroupAccess, access_to, kinds_present, the_city
from learningcity.city.templatetags.walks import minutes_on_foot, whole_number
from learningcity.city.views.pictures import access_map, areas_table, groups_table, source_named

A_QUARTER_OF_AN_HOUR = 1200.0


@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """Show how far the people of each area and group walk to the nearest place of a kind."""
    city = the_city()
    kinds = {kind: Venue.Kind(kind).label for kind in kinds_present()}
    asked = request.GET.get("kind") or _first(kinds)
    result = access_to(asked) if asked in kinds else None
    tables = {group.table: group.table_label for group in result.groups} if result else {}
    data = {"kind": asked, "group": request.GET.get("group") or _most_unlike(result)}
    form = AccessFilter(data, kinds=kinds.items(), tables=tables.items())
    context: dict[str, object] = {"city": city, "form": form}
    if kinds and not form.is_valid():
        return render(request, "city/access.html", context, status=400)
    if city is not None and result is not None:
        context |= _shown(city, result, form.cleaned_data.get("group", ""))
    return render(request, "city/access.html", context)


def _most_unlike(result: AccessResult | None) -> str:
    """Return the table whose groups differ most in their walk: what a reader has to see first."""
    means: dict[str, list[float]] = {}
    for group in result.groups if result else []:
        means.setdefault(group.table, []).append(group.mean_metres or 0.0)
    gaps = {table: max(found) - min(filter(None, found), default=0.0) for table, found in means.items()}
    return max(gaps, key=lambda table: gaps[table], default="")


def _first(kinds: Iterable[str]) -> str:
    return str(Venue.Kind.LIBRARY) if Venue.Kind.LIBRARY in kinds else next(iter(kinds), "")


def _shown(city: City, result: AccessResult, table: str) -> dict[str, object]:
    place = Venue.Kind(result.kind).label
    groups = [group for group in result.groups if group.table == table]
    answer = _answer(result, place)
    caption = _("Walk to the nearest %(place)s by group") % {"place": place}
    unmeasured = [area for area in result.areas if not area.covered]
    return {
        "answer": answer,
        "left_out": sum(area.population or 0 for area in unmeasured),
        "areas_left_out": len(unmeasured),
        "map": access_map(result, city, place),
        "areas": areas_table(result, place),
        "difference": _difference(groups),
        "table": groups[0] if groups else None,
        "groups": groups_table(groups, caption) if groups else None,
        "source": source_named(city, groups[0].source) if groups else None,
    }


def _answer(result: AccessResult, place: str) -> str:
    measured = [(area.population or 0, area.metres) for area in result.areas if area.metres is not None]
    if not measured:
        return _("No walk to the nearest %(place)s was measured: no network data.") % {"place": place}
    people = sum(count for count, _metres in measured)
    near = [count for count, metres in measured if metres <= A_QUARTER_OF_AN_HOUR]
    if not people:
        return _(
            "In %(near)s of %(all)s areas with streets the nearest %(place)s is within 15 minutes on foot."
        ) % {"near": len(near), "all": len(measured), "place": place}
    return _(
        "%(near)s of %(people)s people with a measured walk live within 15 minutes on foot of the "
        "nearest %(place)s: %(share)s %%."
    ) % {
        "near": whole_number(sum(near)),
        "people": whole_number(people),
        "place": place,
        "share": round(100 * sum(near) / people),
    }


def _difference(groups: Sequence[GroupAccess]) -> str:
    known = [(group.mean_metres, group.label) for group in groups if group.mean_metres is not None]
    if len(known) < 2:
        return ""
    (short, nearest), (long, farthest) = min(known), max(known)
    return _("On average %(short)s for “%(nearest)s”, %(long)s for “%(farthest)s”.") % {
        "short": minutes_on_foot(short),
        "nearest": nearest,
        "long": minutes_on_foot(long),
        "farthest": farthest,
    }
