"""Adding a place that no OpenStreetMap extract knows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.city.actions.walk import locked_city, remember_walks, street_nodes
from learningcity.city.models import City, Venue
from learningcity.city.permissions import can_add_venue
from learningcity.city.queries import area_at, folded_name, walking_streets
from learningcity.city.signals import venues_changed
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused

BUNDLE_SOURCE = "osm"
TEXTS = ("source", "source_key", "name", "address", "postcode", "website", "opening_hours")
LONGEST = {column.name: column.max_length or 0 for column in Venue._meta.concrete_fields}
WEB_ADDRESS = URLValidator(schemes=["http", "https"])


class VenueRefused(Refused):
    """The place cannot be added as it is described."""

    code = "venue_refused"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is said of a place."""

    source: str
    source_key: str
    name: str
    kind: str
    lat: float | None
    lon: float | None
    address: str
    postcode: str
    website: str
    opening_hours: str
    step_free: str


@transaction.atomic
def add_venue(
    source: str,
    source_key: str,
    *,
    name: str,
    kind: str,
    lat: float | None = None,
    lon: float | None = None,
    address: str = "",
    postcode: str = "",
    website: str = "",
    opening_hours: str = "",
    step_free: str = Venue.Answer.UNKNOWN,
    measure: bool = True,
    by: Actor,
    at: datetime,
) -> Venue:
    """Add a place, or change the one with the same source and key; the same facts again change nothing.

    Walks to its kind are measured anew, unless `measure` is false: who adds many calls `measure_walks` after.
    Raises PermissionDenied, or VenueRefused naming the field.
    """
    if not can_add_venue(by):
        raise PermissionDenied
    facts = _Facts(
        source, source_key, name, kind, lat, lon, address, postcode, website, opening_hours, step_free
    )
    _check(facts)
    city = locked_city()
    venue = Venue.objects.select_for_update().filter(source=source, source_key=source_key).first()
    before = _comparable(venue) if venue else None
    venue = venue or Venue(source=source, source_key=source_key, public_id=venue_id(source, source_key))
    old_kind = venue.kind
    _apply(venue, facts, city)
    if _comparable(venue) == before:
        return venue
    venue.save()
    if before is not None:
        was = (str(before["name"]), str(before["address"]))
        is_new = was != (venue.name, venue.address)
        venues_changed.send(sender=None, venues=[venue.pk], was={venue.pk: was} if is_new else {}, at=at)
    if measure:
        remember_walks({kind, old_kind or kind})
    record("city.venue_added" if before is None else "city.venue_changed", by=by, about=venue, at=at)
    return venue


def venue_id(source: str, source_key: str) -> UUID:
    """Return the public id of a place: the same at every loading, so that links and bookmarks survive."""
    return uuid5(NAMESPACE_URL, f"learningcity:venue:{source}:{source_key}")


def _apply(venue: Venue, facts: _Facts, city: City | None) -> None:
    for name in (
        "name",
        "kind",
        "lat",
        "lon",
        "address",
        "postcode",
        "website",
        "opening_hours",
        "step_free",
    ):
        setattr(venue, name, getattr(facts, name))
    venue.folded_name = folded_name(facts.name)
    venue.is_gone = False
    venue.area, venue.street_node = None, None
    if facts.lat is not None and facts.lon is not None:
        venue.area = area_at(facts.lat, facts.lon)
        limit = city.snap_metres if city else 0
        venue.street_node = street_nodes(walking_streets(), [(facts.lat, facts.lon)], limit)[0]


def _comparable(venue: Venue) -> dict[str, object]:
    return {field.attname: getattr(venue, field.attname) for field in Venue._meta.concrete_fields}


def _check(facts: _Facts) -> None:
    if facts.source == BUNDLE_SOURCE:
        raise VenueRefused(
            _("Places of OpenStreetMap come from the city bundle. Name another source."), field="source"
        )
    for field in TEXTS:
        _check_text(field, getattr(facts, field), must=field in {"source", "source_key", "name"})
    if facts.website:
        _check_website(facts.website)
    if facts.kind not in Venue.Kind.values:
        known = ", ".join(Venue.Kind.values)
        raise VenueRefused(
            _("This kind of place is not known. Known are: %(known)s.") % {"known": known}, field="kind"
        )
    if facts.step_free not in Venue.Answer.values:
        known = ", ".join(Venue.Answer.values)
        raise VenueRefused(_("Step-free access is one of: %(known)s.") % {"known": known}, field="step_free")
    _check_point(facts.lat, facts.lon)


def _check_text(field: str, text: str, *, must: bool) -> None:
    longest = LONGEST[field]
    if must and not text.strip():
        raise VenueRefused(_("This is empty. Write a text."), field=field)
    if len(text) > longest or not text.isprintable():
        raise VenueRefused(
            _("Write at most %(longest)s characters on one line.") % {"longest": longest}, field=field
        )


def _check_website(address: str) -> None:
    try:
        WEB_ADDRESS(address)
    except ValidationError as error:
        raise VenueRefused(
            _("This is not the address of a page. Write it with https:// at the beginning."), field="website"
        ) from error


def _check_point(lat: float | None, lon: float | None) -> None:
    if lat is None and lon is None:
        return
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise VenueRefused(
            _("A point needs a latitude (-90 to 90) and a longitude (-180 to 180). Give both, or neither."),
            field="lat",
        )
