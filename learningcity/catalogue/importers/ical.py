"""iCalendar (RFC 5545): one entry with its exceptions is one offer with one run; entries of another node of
this programme that name the same offer are its dates.

Rules are followed within bounds, the clock on the wall staying what it is when clocks change. A whole day, or
several, makes a run of which only the days are known.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

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
    moment,
)
from learningcity.catalogue.actions.faults import is_web_address, shown
from learningcity.catalogue.importers.cells import cents_of
from learningcity.catalogue.importers.dates import bounded_days, few_enough, remarks_on
from learningcity.catalogue.importers.icalendar_lines import Block, blocks
from learningcity.catalogue.importers.icalendar_moments import (
    When,
    Zones,
    length_of,
    rule_of,
    when_of,
    whens_of,
)
from learningcity.catalogue.importers.markup import plain_text
from learningcity.catalogue.importers.reading import Defaults
from learningcity.catalogue.importers.recurrence import Rule
from learningcity.catalogue.importers.walks import Walk

OWN = "X-LEARNINGCITY-"
COLUMNS = {
    "key": "UID",
    "title": "SUMMARY",
    "description": "DESCRIPTION",
    "starts": "DTSTART",
    "ends": "DTEND",
    "runs_until_on": "DTEND",
    "venue": "LOCATION",
    "lat": "GEO",
    "website": "URL",
    "provider": "ORGANIZER",
}
MOST_RULES = 10


def read(path: Path, defaults: Defaults) -> Iterator[Arrival]:
    """Yield the entries of a calendar, exceptions with the entry they belong to. Raises FileUnreadable."""
    zones = Zones(defaults.time_zone)
    left: Counter[str] = Counter()
    for block in blocks(path):
        if block.kind == "VTIMEZONE":
            zones.describe(block)
        else:
            left[offer_of(block)] += 1
    waiting: dict[str, list[Block]] = {}
    for block in blocks(path):
        if block.kind != "VEVENT":
            continue
        key = offer_of(block)
        waiting.setdefault(key, []).append(block)
        left[key] -= 1
        if not left[key]:
            group = waiting.pop(key)
            if is_ours(group[0]):
                yield from dates_of_offer(key, group, zones, defaults)
            else:
                yield from Entry(group, zones, defaults).arrivals()


def is_ours(block: Block) -> bool:
    """Return whether an entry is a date that another node of this programme gives away."""
    return bool(block.text("RELATED-TO") and block.text(f"{OWN}STATUS"))


def offer_of(block: Block) -> str:
    """Return the key of the offer to which an entry belongs."""
    return block.text("RELATED-TO") if is_ours(block) else block.text("UID")


def dates_of_offer(key: str, group: Sequence[Block], zones: Zones, defaults: Defaults) -> Iterator[Arrival]:
    """Yield the one offer of which these entries are the dates, or why there is none."""
    arrivals = [one for block in group for one in Entry([block], zones, defaults).arrivals()]
    drafts = [one for one in arrivals if isinstance(one, OfferDraft)]
    rejected = [replace(one, key=key) for one in arrivals if isinstance(one, Rejected)]
    if rejected or not drafts:
        # An offer with a wrong date waits whole.
        yield from rejected
        return
    usual = drafts[0].series[0]
    dates = {
        date.starts_at: date if one.venue == usual.venue else replace(date, venue=one.venue)
        for draft in drafts
        for one in draft.series
        for date in one.sessions
    }
    sessions, had_more = few_enough(dates[start] for start in sorted(dates))
    series = replace(usual, sessions=sessions, room="")
    yield replace(drafts[0], key=key, series=(series,))
    for sentence in remarks_on([], defaults.today, had_more=had_more):
        yield Remark(drafts[0].row, "DTSTART", sentence)


class Entry:
    """One entry with its exceptions on its way to a draft."""

    def __init__(self, group: Sequence[Block], zones: Zones, defaults: Defaults) -> None:
        mains = [block for block in group if block.first("RECURRENCE-ID") is None]
        self.exceptions = [block for block in group if block.first("RECURRENCE-ID") is not None]
        self.doubles = mains[1:]
        # An exception can come without its rule: then it is a date of its own.
        self.main = mains[0] if mains else self.exceptions.pop(0)
        self.key = self.main.text("UID")
        self.zones = zones
        self.defaults = defaults
        self.walk = Walk(defaults.days)
        self.rejected: list[Rejected] = []
        self.remarks: list[Remark] = []

    def arrivals(self) -> Iterator[Arrival]:
        """Yield the draft, or why there is none; then the remarks."""
        for double in self.doubles:
            self.reject(double, "UID", _("Another entry has this UID already. Give each entry its own."))
        if not self.key:
            self.reject(self.main, "UID", _("The entry has no UID. Export the calendar again with it."))
        series = self.run()
        wrong = [one for one in self.rejected if one.row not in {double.number for double in self.doubles}]
        yield from self.rejected
        if not wrong and series is not None:
            yield self.draft(series)
            yield from self.remarks

    def reject(self, block: Block, field: str, reason: str) -> None:
        """Note why an entry cannot be imported."""
        self.rejected.append(Rejected(block.number, field, reason, self.key))

    def draft(self, series: SeriesDraft) -> OfferDraft:
        """Return the offer of an entry."""
        block = self.main
        url = block.text("URL")
        return OfferDraft(
            key=self.key,
            row=block.number,
            title=" ".join(block.text("SUMMARY").split()),
            language=self.language(),
            description=plain_text(block.text("DESCRIPTION")),
            website=url if is_web_address(url) else "",
            confirmed_on=self.last_touched(),
            mode=self.own("MODE") or "on_site",
            prices=tuple(self.prices()),
            provider=self.provider(),
            series=(series,),
        )

    def own(self, name: str, block: Block | None = None) -> str:
        """Return one of the lines that only nodes of this programme write."""
        return (block or self.main).text(f"{OWN}{name}")

    def prices(self) -> Iterator[PriceDraft]:
        """Yield what each group pays, where another node says so."""
        for said in self.main.properties.get(f"{OWN}PRICE", []):
            group, _space, rest = said.text.partition(" ")
            amount, _space, currency = rest.partition(" ")
            cents = cents_of(amount, currency or self.defaults.currency)
            if cents is not None:
                yield PriceDraft(cents=cents, group=group, currency=currency)

    def language(self) -> str:
        """Return the language of the words."""
        said = self.main.first("SUMMARY")
        return (said.parameters.get("LANGUAGE") if said else "") or self.defaults.language

    def provider(self) -> ProviderDraft | None:
        """Return who organises the entry, else who the feed says."""
        said = self.main.first("ORGANIZER")
        name = (said.parameters.get("CN", "") if said else "") or self.defaults.provider
        return ProviderDraft(key=name, name=name) if name else None

    def last_touched(self) -> date | None:
        """Return the day on which the entry was last changed."""
        said = self.main.first("LAST-MODIFIED")
        try:
            return when_of(said, self.zones).day if said else None
        except ValueError:
            return None

    def run(self) -> SeriesDraft | None:
        """Return the run of an entry, or nothing where its dates cannot be read."""
        start = self.when(self.main, "DTSTART")
        length = self.length(self.main, start) if start else None
        if start is None or length is None:
            return None
        if start.is_day:
            last = start.day + max(length - timedelta(days=1), timedelta())
            return SeriesDraft(venue=self.venue(), runs_from_on=start.day, runs_until_on=last)
        rules = self.rules(start)
        dates, had_more = few_enough(self.dates(start, length, rules))
        for refusal in self.walk.refusals():
            self.reject(self.main, "RRULE", refusal)
        for sentence in remarks_on(rules, self.defaults.today, had_more=had_more):
            self.remarks.append(Remark(self.main.number, "RRULE", sentence))
        return SeriesDraft(venue=self.venue(), sessions=dates)

    def when(self, block: Block, name: str) -> When | None:
        """Return a moment or day; reject the entry where it cannot be read."""
        said = block.first(name)
        try:
            if said is not None:
                return when_of(said, self.zones)
            self.reject(block, name, _("This is empty. Fill it in."))
        except ValueError:
            sentence = _("“%(value)s” is no moment in a known time zone. Write it as 20261201T180000Z.")
            self.reject(block, name, sentence % {"value": shown(said.value if said else "")})
        return None

    def length(self, block: Block, start: When) -> timedelta | None:
        """Return how long an entry lasts; reject it where nothing, or nonsense, says so."""
        said = block.first("DURATION")
        if said is not None:
            try:
                return length_of(said.value)
            except ValueError:
                sentence = _("“%(value)s” is no length of time. Write it as PT1H30M.")
                self.reject(block, "DURATION", sentence % {"value": shown(said.value)})
                return None
        if block.first("DTEND") is None and start.is_day:
            return timedelta(days=1)
        end = self.when(block, "DTEND")
        if end is None:
            return None
        if end.is_day != start.is_day:
            self.reject(block, "DTEND", _("One of start and end is a day, one a moment. Give both alike."))
            return None
        return end.exact - start.exact

    def rules(self, start: When) -> list[Rule]:
        """Return the rules of an entry; reject it for one that is not read here."""
        found: list[Rule] = []
        for said in self.main.properties.get("RRULE", [])[:MOST_RULES]:
            try:
                found.append(rule_of(said.value, start))
            except (ValueError, OverflowError):
                sentence = _(
                    "The rule “%(value)s” is not read here. Use FREQ=DAILY, WEEKLY, MONTHLY or YEARLY, "
                    "without hours or numbers of weeks, or list the dates."
                )
                self.reject(self.main, "RRULE", sentence % {"value": shown(said.value)})
        return found

    def dates(self, start: When, length: timedelta, rules: list[Rule]) -> Iterator[SessionDraft]:
        """Yield the dates of an entry, without those that were taken out, exceptions in their place."""
        zone_name = start.zone_name if start.zone_name not in ("", "UTC") else self.defaults.time_zone
        begins = {moment(one, start.zone_name or "UTC"): one for one in self.beginnings(start, rules)}
        out_days, out = self.taken_out()
        instead = self.instead()
        for instant in sorted(begins):
            if instant in out or begins[instant].date() in out_days:
                continue
            exception = instead.pop(instant, None)
            if exception is not None:
                yield from self.exceptional(exception, zone_name)
                continue
            yield self.session(begins[instant], instant + length, self.main, zone_name)
        for exception in instead.values():
            yield from self.exceptional(exception, zone_name)

    def beginnings(self, start: When, rules: list[Rule]) -> Iterator[datetime]:
        """Yield when each date begins: the first, those of the rules, and those that are listed."""
        for rule in rules:
            for day in bounded_days(rule, start.day, self.defaults.today, self.walk):
                yield start.on(day)
        # A first day that its own rule does not name is no date of an endless rule that began long ago.
        if not rules:
            yield start.on(start.day)
        for said in self.listed("RDATE"):
            if not said.is_day:
                yield said.on(said.day) if self.is_alike(said, start) else said.exact

    def is_alike(self, said: When, start: When) -> bool:
        """Return whether a moment is told by the same clock as the start."""
        return (said.zone_name, said.own_zone) == (start.zone_name, start.own_zone)

    def listed(self, name: str) -> list[When]:
        """Return the moments and days of all lines of a name; reject the entry where one cannot be read."""
        found: list[When] = []
        for said in self.main.properties.get(name, []):
            try:
                found += whens_of(said, self.zones)
            except ValueError:
                sentence = _("“%(value)s” is no moment in a known time zone. Write it as 20261201T180000Z.")
                self.reject(self.main, name, sentence % {"value": shown(said.value)})
        return found

    def taken_out(self) -> tuple[set[date], set[datetime]]:
        """Return the days and the moments that were taken out of the rules."""
        found = self.listed("EXDATE")
        return {one.day for one in found if one.is_day}, {one.exact for one in found if not one.is_day}

    def instead(self) -> dict[datetime, Block]:
        """Return the exceptions by the moment that they stand for."""
        found: dict[datetime, Block] = {}
        for block in self.exceptions:
            original = self.when(block, "RECURRENCE-ID")
            if original is not None:
                found[original.exact] = block
        return found

    def exceptional(self, block: Block, zone_name: str) -> Iterator[SessionDraft]:
        """Yield the date of an exception, as it says itself."""
        start = self.when(block, "DTSTART")
        length = self.length(block, start) if start else None
        if start is not None and length is not None and not start.is_day:
            yield self.session(start.exact, start.exact + length, block, zone_name)

    def session(self, starts: datetime, ends: datetime, block: Block, zone_name: str) -> SessionDraft:
        """Return one date."""
        is_cancelled = block.text("STATUS").upper() == "CANCELLED"
        return SessionDraft(
            starts=starts,
            ends=ends,
            time_zone=zone_name,
            is_online=self.own("ONLINE", block) == "TRUE",
            status="cancelled" if is_cancelled else self.own("STATUS", block) or "planned",
            reason=self.own("REASON", block),
            room=self.own("ROOM", block),
            trainer=self.own("TRAINER", block),
        )

    def venue(self) -> VenueDraft | None:
        """Return the place of an entry."""
        name = " ".join((self.own("VENUE") or self.main.text("LOCATION")).split())[:200]
        if not name:
            return None
        lat, lon = self.point()
        return VenueDraft(key=name[:120], name=name, lat=lat, lon=lon, address=self.own("ADDRESS"))

    def point(self) -> tuple[float | None, float | None]:
        """Return latitude and longitude, if the entry tells both."""
        lat, _divider, lon = self.main.text("GEO").partition(";")
        try:
            return float(lat), float(lon)
        except ValueError:
            return None, None
