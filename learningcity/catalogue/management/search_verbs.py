"""The verbs of `learningcity offers` that search, and that keep the index."""

from argparse import ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learningcity.catalogue.actions.search_index import rebuild_search_index
from learningcity.catalogue.models import Offer
from learningcity.catalogue.queries.criteria import SORTS, Criteria, NoSuchCriterion
from learningcity.catalogue.queries.search import Results, search
from learningcity.city.models import Venue
from learningcity.city.queries import Unreached, is_in_city, rounded_point
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused

MOST_CHARACTERS = 200
MOST_MINUTES = 120
REASONS = {
    Unreached.NO_NETWORK: gettext_lazy("This city has no street network: walks are not known."),
    Unreached.NO_STREET_NEAR: gettext_lazy(
        "No street is near this point; choose a point closer to a street."
    ),
}


class OutsideTheCity(Refused):
    """Walks are measured inside the city only."""

    code = "outside_the_city"


class WalkNotKnown(Refused):
    """There are no streets to walk on from this point."""

    code = "walk_not_known"


def add_search_verbs(command: RoomCommand) -> None:
    """Declare `search` and `reindex`."""
    found = command.verb("search", search_offers, help="Search the offers.")
    found.add_argument("words", nargs="?", type=plain, default="", help="Words in any language.")
    found.add_argument("--from", dest="near", type=point, metavar="LAT,LON", help="Measure from this point.")
    found.add_argument("--within-minutes", type=whole_minutes, help="Walking minutes from that point.")
    found.add_argument("--sort", choices=SORTS, default="best", help="The order.")
    found.add_argument("--size", type=int, default=20, help="How many offers to show.")
    found.add_argument("--after", default="", metavar="MARKER", help="Continue a list at its marker.")
    command.verb("reindex", reindex, help="Build the search index anew from the database.")


def plain(text: str) -> str:
    """Read words to search for."""
    if len(text) > MOST_CHARACTERS or not text.isprintable():
        raise ArgumentTypeError(
            f"give at most {MOST_CHARACTERS} characters on one line, all of them printable"
        )
    return text


def whole_minutes(text: str) -> int:
    """Read a number of minutes."""
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= MOST_MINUTES):
        raise ArgumentTypeError(f"give whole minutes from 1 to {MOST_MINUTES}")
    return int(text)


def point(text: str) -> tuple[float, float]:
    """Read LAT,LON."""
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise ArgumentTypeError("give a point as latitude and longitude, for example 51.588,-2.997") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ArgumentTypeError("latitude lies between -90 and 90, longitude between -180 and 180")
    return rounded_point(lat, lon)


def search_offers(
    call: Call,
    *,
    words: str,
    near: tuple[float, float] | None,
    within_minutes: int | None,
    sort: str,
    size: int,
    after: str,
) -> Answer:
    """Search the offers."""
    if near and not is_in_city(*near):
        raise OutsideTheCity(_("This point is outside the city; choose a point inside it."), field="from")
    if within_minutes is not None and not near:
        raise NoSuchCriterion(_("Say near which place, so that the way can be measured."), field="from")
    criteria = Criteria(words=words, near=near, minutes=within_minutes, sort=sort, size=size)
    results = search(criteria, after=after, at=call.at)
    if within_minutes is not None and results.unreached:
        raise WalkNotKnown(REASONS[Unreached(results.unreached)], field="from")
    offers = _offers(results)
    lines = [ngettext("%(count)s offer", "%(count)s offers", results.total) % {"count": results.total}]
    lines += [
        " · ".join(str(part) for part in (offer["title"], offer["venue"], minutes(offer)) if part)
        for offer in offers
    ]
    return Answer(
        data={
            "total": results.total,
            "facets": {name: [asdict(count) for count in counts] for name, counts in results.facets.items()},
            "offers": offers,
            "next": results.next,
        },
        words="\n".join(lines),
    )


def minutes(offer: dict[str, Any]) -> str:
    """Return the walk in words; nothing where it is not known."""
    if offer["walking_minutes"] is None:
        return ""
    return _("%(minutes)s min on foot") % {"minutes": round(offer["walking_minutes"])}


def _offers(results: Results) -> list[dict[str, Any]]:
    titles = {
        pk: (public_id, title)
        for pk, public_id, title in Offer.objects.filter(
            pk__in=[row.offer_id for row in results.rows]
        ).values_list("pk", "public_id", "title")
    }
    venues = Venue.objects.filter(pk__in={row.venue_id for row in results.rows} - {None})
    names = dict(venues.values_list("pk", "name"))
    return [
        {
            "id": titles[row.offer_id][0],
            "title": titles[row.offer_id][1],
            "venue": names.get(row.venue_id),
            "walking_minutes": None if row.minutes is None else round(row.minutes, 1),
        }
        for row in results.rows
        if row.offer_id in titles
    ]


def reindex(call: Call) -> Answer:
    """Build the search index anew from the database."""
    count = rebuild_search_index(by=call.by, at=call.at, progress=call.progress)
    return Answer(
        data={"offers": count},
        words=ngettext(
            "The search index holds %(count)s offer.", "The search index holds %(count)s offers.", count
        )
        % {"count": count},
    )
