"""Our own layout: a table with one row for each session, or for each offer (docs/guides/import-offers.md).

Rows of one offer stand together and share its key. What is said of the offer stands in its first row; later
rows may repeat it or leave it empty. An offer with a wrong row waits whole until the row is right.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import (
    AccessDraft,
    KnownVenue,
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    Rejected,
    SeriesDraft,
    SessionDraft,
    TextDraft,
    VenueDraft,
)
from learningcity.catalogue.actions.faults import shown
from learningcity.catalogue.importers.cells import Cells, torn
from learningcity.catalogue.importers.reading import Defaults, Row, rows, unreadable
from learningcity.catalogue.importers.weeks import WeekColumns, every_week
from learningcity.catalogue.models import OfferAccess, OfferPrice
from learningcity.core.sheets import unguarded

NEEDED = ("key", "title", "provider")

WORDS = ("title", "summary", "description")
PRICES = {"price" if group == "everyone" else f"price_{group}": group for group in OfferPrice.Group.values}
FEATURES = tuple(OfferAccess.Feature.values)
NOTES = {feature: f"{feature}_note" for feature in FEATURES}
OF_THE_OFFER = frozenset(
    (
        *WORDS,
        *("language", "taught_in", "form", "field", "level", "mode", "audience"),
        *("age_from", "age_to", "hours", "website", "confirmed_on", "currency", "skills"),
        *(
            "provider",
            "provider_key",
            "provider_kind",
            "provider_email",
            "provider_phone",
            "provider_website",
        ),
        *PRICES,
        *FEATURES,
        *NOTES.values(),
        "concepts",
    )
)
OF_THE_SERIES = frozenset(
    (
        *("series", "series_name", "venue_id", "venue", "venue_key", "venue_kind", "address", "lat", "lon"),
        *("room", "places", "enrol_from", "enrol_until"),
    )
)
OF_ONE_DATE = (
    *("trainer", "session_room", "session_venue_id", "session_venue", "session_venue_key"),
    *("session_venue_kind", "session_address", "session_lat", "session_lon"),
)
OF_THE_SESSION = ("starts", "ends", "time_zone", "online", "status", "reason", *OF_ONE_DATE)
WEEKLY = ("first_day", "last_day", "weekdays", "start_time", "end_time")
OF_A_RUN = OF_THE_SERIES.union(OF_THE_SESSION, WEEKLY)
PASSED_OVER = frozenset({"skills_taught"})
"""What feeds say and no import believes: at each node its own people confirm which skills are taught."""
KNOWN = OF_A_RUN | OF_THE_OFFER | PASSED_OVER | {"key"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = WeekColumns("first_day", "last_day", "weekdays", "start_time", "end_time")

COLUMNS = {
    "prices": "price",
    "enrol_until_on": "enrol_until",
    "runs_until_on": "last_day",
}


def read(path: Path, defaults: Defaults) -> Iterator[OfferDraft | Rejected]:
    """Yield the offers of a file. Raises FileUnreadable, also for a column that is not of the layout."""
    ended: set[str] = set()
    found = map(as_written, rows(path, needed=NEEDED, check=check_column))
    for key, group in groupby(found, key=lambda row: row.cells.get("key", "").strip()):
        offer = Growing(key, defaults)
        for row in group:
            if row.is_torn:
                offer.rejected.append(torn(row.number))
            elif key in ended:
                offer.rejected.append(Rejected(row.number, "key", apart(key)))
            else:
                offer.take(Cells(row.number, row.cells))
        ended.add(key)
        yield from offer.outcome()


def as_written(row: Row) -> Row:
    """Return a row without the apostrophes that keep spreadsheets from computing its texts."""
    if "'" not in "".join(row.cells.values()):
        return row
    return replace(row, cells={name: unguarded(cell) for name, cell in row.cells.items()})


def check_column(column: str) -> None:
    """Refuse a column whose words would be lost."""
    base, _divider, language = column.rpartition("_")
    if column not in KNOWN and not (base in WORDS and language):
        raise unreadable(
            _("There is no column “%(column)s” in this layout. Rename or delete it; the guide lists all.")
            % {"column": shown(column)}
        )


def apart(key: str) -> str:
    """Return the sentence for rows of one offer that do not stand together."""
    return _("Rows of “%(key)s” stand above already. Move this row there.") % {"key": shown(key)}


class Growing:
    """One offer on its way from rows to a draft."""

    def __init__(self, key: str, defaults: Defaults) -> None:
        self.key = key
        self.defaults = defaults
        self.first: Cells | None = None
        self.runs: dict[str, tuple[Cells, dict[str, Any], list[SessionDraft]]] = {}
        self.head: dict[str, Any] = {}
        self.rejected: list[Rejected] = []

    def take(self, cells: Cells) -> None:
        """Take one row: the first says what the offer is, each may add sessions."""
        if self.first is None:
            self.first = cells
            self.head = head(cells, self.defaults)
        else:
            self.compare(cells, self.first, OF_THE_OFFER)
        self.take_run(cells)
        self.rejected += cells.rejected

    def take_run(self, cells: Cells) -> None:
        """Take what a row says of a run."""
        if not OF_A_RUN & cells.cells.keys():
            return
        key = cells.text("series", "1")
        if key in self.runs:
            self.compare(cells, self.runs[key][0], OF_THE_SERIES)
        else:
            self.runs[key] = (cells, run(cells, key), [])
        self.runs[key][2].extend(sessions(cells, self.defaults, self.head["mode"]))

    def compare(self, cells: Cells, first: Cells, columns: frozenset[str]) -> None:
        """Reject a row that contradicts the first one."""
        for column in columns & cells.cells.keys():
            value = cells.text(column)
            if value != first.text(column):
                cells.reject(
                    column,
                    _("Here it is “%(value)s”, in row %(row)s “%(first)s”. Say the same, or nothing.")
                    % {"value": shown(value), "first": shown(first.text(column)), "row": first.number},
                )

    def outcome(self) -> list[OfferDraft | Rejected]:
        """Return the offer, or why its rows are rejected."""
        return [replace(one, key=self.key) for one in self.rejected] or [self.draft()]

    def draft(self) -> OfferDraft:
        """Return the offer whole."""
        runs = self.runs.values()
        series = tuple(SeriesDraft(**said, sessions=tuple(found)) for _cells, said, found in runs)
        return OfferDraft(key=self.key, **self.head, series=series)


def head(cells: Cells, defaults: Defaults) -> dict[str, Any]:
    """Return what a row says of the offer itself, by the fields of its draft."""
    return dict(
        row=cells.number,
        title=cells.text("title"),
        summary=cells.text("summary"),
        description=cells.words("description"),
        language=cells.text("language", defaults.language),
        texts=tuple(texts(cells)),
        taught_in=cells.parts("taught_in"),
        form=cells.text("form", "non_formal"),
        field=cells.text("field", "99").zfill(2),
        level=cells.text("level", "open"),
        mode=cells.text("mode", "on_site"),
        audience=cells.text("audience", "everyone"),
        age_from=cells.whole("age_from"),
        age_to=cells.whole("age_to"),
        hours=cells.whole("hours"),
        website=cells.text("website"),
        confirmed_on=cells.day("confirmed_on"),
        provider=provider(cells),
        prices=tuple(prices(cells, cells.text("currency", defaults.currency))),
        access=tuple(access(cells)),
        skills=cells.parts("skills"),
        concepts=cells.parts("concepts"),
    )


def texts(cells: Cells) -> Iterator[TextDraft]:
    """Yield the words in other languages: columns such as title_cy and summary_cy."""
    for column in cells.cells:
        language = column.removeprefix("title_")
        if language != column and cells.text(column):
            yield TextDraft(
                language=language,
                title=cells.text(column),
                summary=cells.text(f"summary_{language}"),
                description=cells.words(f"description_{language}"),
            )


def provider(cells: Cells) -> ProviderDraft:
    """Return who offers; without a key of its own the name is the key."""
    name = cells.text("provider")
    return ProviderDraft(
        key=cells.text("provider_key", name),
        name=name,
        kind=cells.text("provider_kind", "other"),
        email=cells.text("provider_email"),
        phone=cells.text("provider_phone"),
        website=cells.text("provider_website"),
    )


def prices(cells: Cells, currency: str) -> Iterator[PriceDraft]:
    """Yield what each group pays; an empty cell is a price that is not known, 0 is free."""
    for column in filter(cells.cells.__contains__, PRICES):
        cents = cells.cents(column, currency)
        if cents is not None:
            yield PriceDraft(cents=cents, group=PRICES[column], currency=currency)


def access(cells: Cells) -> Iterator[AccessDraft]:
    """Yield the access facts that are known."""
    for feature, note in NOTES.items():
        if feature in cells.cells:
            answer = cells.answer(feature)
            if answer is not None:
                yield AccessDraft(feature=feature, is_there=answer, note=cells.text(note))
        elif note in cells.cells:
            cells.reject(
                feature, _("There is a note on this, but neither yes nor no. Write one, or empty the note.")
            )


def run(cells: Cells, key: str) -> dict[str, Any]:
    """Return what a row says of a run, by the fields of its draft, without its sessions."""
    only_days = not cells.text("weekdays")
    return dict(
        key=key,
        name=cells.text("series_name"),
        venue=venue(cells),
        room=cells.text("room"),
        places=cells.whole("places"),
        enrol_from_on=cells.day("enrol_from"),
        enrol_until_on=cells.day("enrol_until"),
        runs_from_on=cells.day("first_day") if only_days else None,
        runs_until_on=cells.day("last_day") if only_days else None,
    )


def venue(cells: Cells, before: str = "") -> VenueDraft | KnownVenue | None:
    """Return the place: one that the city knows, or one that the file describes.

    `before` stands before the names of the columns.
    """
    known, name = cells.text(f"{before}venue_id"), cells.text(f"{before}venue")
    if known:
        return KnownVenue(public_id=known)
    if not name:
        return None
    return VenueDraft(
        key=cells.text(f"{before}venue_key", name),
        name=name,
        kind=cells.text(f"{before}venue_kind", "other"),
        lat=cells.degrees(f"{before}lat"),
        lon=cells.degrees(f"{before}lon"),
        address=cells.text(f"{before}address"),
    )


def sessions(cells: Cells, defaults: Defaults, mode: str) -> tuple[SessionDraft, ...]:
    """Return the sessions of a row, each with the place, room and trainer that the row names for them."""
    found = dates(cells, defaults, mode)
    if cells.cells.keys().isdisjoint(OF_ONE_DATE):
        return found
    place, room, trainer = venue(cells, "session_"), cells.text("session_room"), cells.text("trainer")
    return tuple(replace(one, venue=place, room=room, trainer=trainer) for one in found)


def dates(cells: Cells, defaults: Defaults, mode: str) -> tuple[SessionDraft, ...]:
    """Return the dates of a row: one, or weekly ones between two days."""
    if cells.text("weekdays"):
        return every_week(
            cells,
            WEEK,
            weekdays=weekdays_of(cells),
            time_zone=cells.text("time_zone", defaults.time_zone),
            is_online=is_online(cells, mode),
        )
    if not (cells.text("starts") or cells.text("ends")):
        return ()
    starts, ends = cells.moment("starts"), cells.moment("ends")
    for column in ("starts", "ends"):
        if not cells.text(column):
            cells.reject(column, _("This is empty. Write day and hour as 2026-12-01 18:00."))
    if starts is None or ends is None:
        return ()
    one = SessionDraft(
        starts=starts,
        ends=ends,
        time_zone=cells.text("time_zone", defaults.time_zone),
        is_online=is_online(cells, mode),
        status=cells.text("status", "planned"),
        reason=cells.text("reason"),
    )
    return (one,)


def weekdays_of(cells: Cells) -> set[int]:
    """Return the weekdays of a row, 0 being Monday: mon, tue …"""
    names = [name.casefold() for name in cells.text("weekdays").replace("|", " ").replace(",", " ").split()]
    wrong = [name for name in names if name not in WEEKDAYS]
    if wrong:
        cells.reject(
            "weekdays",
            _("“%(value)s” is no weekday. Use: %(weekdays)s.")
            % {"value": shown(wrong[0]), "weekdays": ", ".join(WEEKDAYS)},
        )
        return set()
    return {WEEKDAYS.index(name) for name in names}


def is_online(cells: Cells, mode: str) -> bool:
    """Return whether a session is online; as the mode of the offer says, if the row does not."""
    answer = cells.answer("online")
    return mode == "online" if answer is None else answer
