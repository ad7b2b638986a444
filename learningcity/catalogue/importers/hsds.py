"""HSDS 3 (Open Referral): services as pages of the API, a list, or a zip of tables (services.csv …).

One service is one offer. Its schedules become dates; without hours, a run of which only the days are known.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.arrivals import Arrival, Remark
from learningcity.catalogue.actions.drafts import (
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    Rejected,
    SeriesDraft,
    SessionDraft,
    VenueDraft,
)
from learningcity.catalogue.actions.faults import is_web_address
from learningcity.catalogue.importers.cells import cents_of
from learningcity.catalogue.importers.dates import bounded_days, few_enough, remarks_on
from learningcity.catalogue.importers.hsds_schedules import ONLINE, Slot, slot_of
from learningcity.catalogue.importers.json_stream import items
from learningcity.catalogue.importers.nodes import (
    Node,
    day_of,
    degrees,
    first_node,
    get,
    link,
    nodes,
    number,
    word,
    words,
)
from learningcity.catalogue.importers.reading import (
    LONGEST_LINE,
    MOST_BYTES,
    MOST_ROWS,
    Defaults,
    parts_of,
    unreadable,
)
from learningcity.catalogue.importers.walks import Walk
from learningcity.catalogue.models import OfferPrice

COLUMNS = {
    "key": "id",
    "title": "name",
    "summary": "alternate_name",
    "prices": "cost_options",
    "starts": "schedules",
    "ends": "schedules",
    "runs_until_on": "schedules",
    "venue": "locations",
    "lat": "locations",
    "website": "url",
    "provider": "organization",
    "age_from": "minimum_age",
    "age_to": "maximum_age",
    "taught_in": "languages",
}
TABLES = {
    "organization": ("organizations.csv", "organization_id"),
    "schedules": ("schedules.csv", "service_id"),
    "cost_options": ("cost_options.csv", "service_id"),
}
MOST_RUNS = 100
GROUPS = frozenset(OfferPrice.Group.values)


def read(path: Path, defaults: Defaults) -> Iterator[Arrival]:
    """Yield the services. Raises FileUnreadable."""
    first = parts_of(path)[0]
    found = from_tables(first) if zipfile.is_zipfile(first) else items(path)
    for row, node in enumerate(found, 1):
        service = Service(row, node, defaults)
        if service.is_offered:
            yield from service.arrivals()


class Service:
    """One service on its way to a draft."""

    def __init__(self, row: int, node: object, defaults: Defaults) -> None:
        self.row = row
        self.node: Node = node if isinstance(node, dict) else {}
        self.defaults = defaults
        self.walk = Walk(defaults.days)
        self.key = link({"id": self.node.get("id")})[:200]
        self.rejected: list[Rejected] = []
        self.remarks: list[Remark] = []

    @property
    def is_offered(self) -> bool:
        """Whether the service is there at all: one that is inactive or defunct is not named."""
        return word(self.node.get("status") or "active").casefold() not in ("inactive", "defunct")

    def arrivals(self) -> Iterator[Arrival]:
        """Yield the draft, or why there is none; then the remarks."""
        if not self.key:
            self.rejected.append(Rejected(self.row, "id", _("The service has no id. Export it with its id.")))
        draft = self.draft()
        for refusal in self.walk.refusals():
            self.rejected.append(Rejected(self.row, "schedules", refusal, self.key))
        yield from self.rejected or [draft]
        if not self.rejected:
            yield from self.remarks

    def draft(self) -> OfferDraft:
        """Return the offer that the service is."""
        url = word(get(self.node, "url"))
        return OfferDraft(
            key=self.key,
            row=self.row,
            title=word(get(self.node, "name")),
            language=self.defaults.language,
            summary=word(get(self.node, "alternate_name"))[:600],
            description=words(get(self.node, "description")),
            website=url if is_web_address(url) else "",
            age_from=number(get(self.node, "minimum_age")),
            age_to=number(get(self.node, "maximum_age")),
            taught_in=tuple(
                dict.fromkeys(
                    code for one in nodes(get(self.node, "languages")) if (code := word(get(one, "code")))
                )
            ),
            confirmed_on=self.confirmed_on(),
            provider=self.provider(),
            mode=self.mode(),
            prices=tuple(self.prices()),
            series=tuple(self.runs()),
        )

    def confirmed_on(self) -> date | None:
        """Return the day on which somebody last vouched for the service."""
        on = day_of(get(self.node, "assured_date") or get(self.node, "last_modified"))
        return on if on is None or on <= self.defaults.today else None

    def provider(self) -> ProviderDraft | None:
        """Return the organisation."""
        said = first_node(get(self.node, "organization"))
        name = word(get(said, "name")) or self.defaults.provider
        website = word(get(said, "website", "url"))
        if not name:
            return None
        return ProviderDraft(
            key=(word(get(said, "id")) or name)[:200],
            name=name,
            website=website if is_web_address(website) else "",
        )

    def prices(self) -> Iterator[PriceDraft]:
        """Yield what groups pay, or what everyone pays if one plain amount is said."""
        options = {
            word(get(one, "option")): cost
            for one in nodes(get(self.node, "cost_options"))
            if (cost := self.cost(one)) is not None
        }
        if options.keys() <= GROUPS:
            yield from (replace(cost, group=group) for group, cost in options.items())
        elif len(options) == 1 and len(nodes(get(self.node, "cost_options"))) == 1:
            yield from options.values()

    def cost(self, node: Node) -> PriceDraft | None:
        """Return what one option costs, if it is one plain amount."""
        currency = word(get(node, "currency")) or self.defaults.currency
        amount = get(node, "amount")
        cents = cents_of(word(f"{amount:g}" if isinstance(amount, float) else amount), currency)
        return None if cents is None or cents < 0 else PriceDraft(cents=cents, currency=currency)

    def runs(self) -> Iterator[SeriesDraft]:
        """Yield a run for each place, and one for dates without a place."""
        places = nodes(get(self.node, "service_at_locations"))[:MOST_RUNS]
        common = nodes(get(self.node, "schedules"))
        for place in places:
            venue = venue_of(first_node(get(place, "location")) or place)
            key = (word(get(place, "id")) or (venue.key if venue else "1"))[:200]
            yield self.run(nodes(get(place, "schedules")) or common, venue, key=key)
        # Places without hours of their own have the common ones.
        if common and all(get(place, "schedules") for place in places):
            yield self.run(common, None, key="1")

    def mode(self) -> str:
        """Return whether the service takes place on site, online or both."""
        inside = [one for place in nodes(get(self.node, "service_at_locations")) for one in scheduled(place)]
        online = {
            word(get(one, "attending_type")).casefold() in ONLINE for one in [*scheduled(self.node), *inside]
        }
        return "both" if len(online) == 2 else "online" if online == {True} else "on_site"

    def run(self, schedules: list[Node], venue: VenueDraft | None, *, key: str) -> SeriesDraft:
        """Return the run of some schedules at a place."""
        slots = [slot for one in schedules if (slot := self.slot(one)) is not None]
        rules = [slot.rule for slot in slots if slot.has_hours]
        begins = {one.starts_at: one for slot in slots for one in self.dates(slot)}
        sessions, had_more = few_enough(begins[start] for start in sorted(begins))
        for sentence in remarks_on(rules, self.defaults.today, had_more=had_more):
            self.remarks.append(Remark(self.row, "schedules", sentence))
        first, until = days_of_run(slots) if not sessions else (None, None)
        return SeriesDraft(key=key, venue=venue, sessions=sessions, runs_from_on=first, runs_until_on=until)

    def slot(self, node: Node) -> Slot | None:
        """Return one schedule; reject the service where it cannot be read."""
        try:
            return slot_of(node, self.defaults)
        except ValueError:
            sentence = _("A schedule cannot be read. Use freq DAILY, WEEKLY or MONTHLY, byday such as MO,WE.")
            self.rejected.append(Rejected(self.row, "schedules", sentence, self.key))
            return None

    def dates(self, slot: Slot) -> Iterator[SessionDraft]:
        """Yield the dates of a schedule that tells hours."""
        if slot.has_hours and slot.first:
            for day in bounded_days(slot.rule, slot.first, self.defaults.today, self.walk):
                yield slot.date_on(day)


def scheduled(node: Node) -> list[Node]:
    """Return the schedules of a service or a place."""
    return nodes(get(node, "schedules"))


def days_of_run(slots: list[Slot]) -> tuple[date | None, date | None]:
    """Return the first and the last day of schedules without hours; no last day where one has no end."""
    firsts = [slot.first for slot in slots if slot.first]
    lasts = [slot.rule.until for slot in slots if slot.rule.until]
    first = min(firsts, default=None)
    last = max(lasts) if lasts and len(lasts) == len(slots) else None
    return first, last if first and last and first <= last else None


def venue_of(node: Node) -> VenueDraft | None:
    """Return a place."""
    name = word(get(node, "name", "alternate_name"))
    if not name:
        return None
    lat, lon = degrees(get(node, "latitude")), degrees(get(node, "longitude"))
    is_whole = lat is not None and lon is not None
    parts = [
        word(get(first_node(get(node, "addresses")), one)) for one in ("address_1", "postal_code", "city")
    ]
    return VenueDraft(
        key=(word(get(node, "id")) or name)[:120],
        name=name[:200],
        lat=lat if is_whole else None,
        lon=lon if is_whole else None,
        address=", ".join(part for part in parts if part)[:300],
    )


def from_tables(path: Path) -> Iterator[Node]:
    """Yield the services of a zip of tables, each with what the other tables say of it."""
    with zipfile.ZipFile(path) as archive:
        names = {Path(one.filename).name.casefold(): one for one in archive.infolist()}
        if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
            raise unreadable(_("The tables are too large unpacked. Divide them and import the parts."))
        if "services.csv" not in names:
            raise unreadable(_("The zip holds no table services.csv. See whether it is of this layout."))
        beside = {
            field: collected(archive, names.get(file), "id" if field == "organization" else column)
            for field, (file, column) in TABLES.items()
        }
        places = places_by_service(archive, names)
        for row in table(archive, names["services.csv"]):
            key = row.get("id", "")
            yield row | {
                "organization": beside["organization"].get(row.get("organization_id", ""), [{}])[0],
                "schedules": beside["schedules"].get(key, []),
                "cost_options": beside["cost_options"].get(key, []),
                "service_at_locations": places.get(key, []),
            }


def places_by_service(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> dict[str, list[Node]]:
    """Return the places of each service, described."""
    locations = collected(archive, names.get("locations.csv"), "id")
    addresses = collected(archive, names.get("addresses.csv"), "location_id")
    found: dict[str, list[Node]] = {}
    for row in table(archive, names.get("service_at_locations.csv") or names.get("service_at_location.csv")):
        key = row.get("location_id", "")
        place = locations.get(key, [{}])[0] | {"addresses": addresses.get(key, [])}
        found.setdefault(row.get("service_id", ""), []).append({"id": row.get("id", ""), "location": place})
    return found


def collected(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, column: str
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a table by one of its columns."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table(archive, info):
        found.setdefault(row.get(column, ""), []).append(row)
    return found


def table(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in a zip; none of a table that is not there. Raises FileUnreadable."""
    if info is None:
        return
    csv.field_size_limit(LONGEST_LINE)
    try:
        with archive.open(info) as packed, io.TextIOWrapper(packed, "utf-8-sig", newline="") as text:
            for row in islice(csv.DictReader(text), MOST_ROWS):
                yield {name: cell for name, cell in row.items() if isinstance(name, str) and cell}
    except (csv.Error, UnicodeDecodeError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise unreadable(
            _("The table %(file)s cannot be read: it is damaged, locked, or not text in UTF-8.")
            % {"file": Path(info.filename).name}
        ) from None
