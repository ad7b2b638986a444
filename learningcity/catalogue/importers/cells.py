"""The cells of one row as words, days, numbers or answers; what cannot be read is noted with a remedy."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import Rejected
from learningcity.catalogue.actions.faults import shown
from learningcity.core.money import decimals

AMOUNT = re.compile(r"(-?\d{1,12})(?:[.,](\d{1,12}))?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
SHORTEST_MOMENT = len("20261201T1800")
ANSWERS = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}


class Cells:
    """One row. Reading never raises: a cell that cannot be read gives nothing, and a reason for rejection."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.cells = cells
        self.rejected: list[Rejected] = []

    def reject(self, column: str, reason: str) -> None:
        """Note why the row cannot be imported."""
        self.rejected.append(Rejected(self.number, column, reason))

    def text(self, column: str, default: str = "") -> str:
        """Return one line of words, without stray spaces."""
        word = self.cells.get(column)
        return (" ".join(word.split()) or default) if word else default

    def words(self, column: str) -> str:
        """Return words of several lines."""
        return self.cells.get(column, "").replace("\r\n", "\n").replace("\r", "\n").strip()

    def parts(self, column: str, divider: str = "|") -> tuple[str, ...]:
        """Return the parts of a cell that holds a list."""
        return tuple(part for word in self.text(column).split(divider) if (part := word.strip()))

    def day(self, column: str) -> date | None:
        """Return a day, such as 2026-12-01."""
        word = self.text(column)
        try:
            return date.fromisoformat(word.replace(".", "-")) if word else None
        except ValueError:
            self.reject(
                column,
                _("“%(value)s” is no day. Write it as year-month-day, such as 2026-12-01.")
                % {"value": shown(word)},
            )
            return None

    def clock(self, column: str) -> time | None:
        """Return an hour of the day, such as 18:00."""
        word = self.text(column)
        try:
            clock = time.fromisoformat(word.zfill(5)) if word else None
        except ValueError:
            clock = None
        if word and (clock is None or clock.tzinfo):
            self.reject(column, _("“%(value)s” is no time. Write it as 18:00.") % {"value": shown(word)})
            return None
        return clock

    def moment(self, column: str) -> datetime | None:
        """Return a day with its hour, such as 2026-12-01 18:00; a zone may follow."""
        word = self.text(column)
        try:
            read = datetime.fromisoformat(word) if len(word) >= SHORTEST_MOMENT else None
        except ValueError:
            read = None
        if word and read is None:
            self.reject(
                column,
                _("“%(value)s” is no moment. Write day and hour as 2026-12-01 18:00.")
                % {"value": shown(word)},
            )
        return read

    def whole(self, column: str) -> int | None:
        """Return a whole number."""
        word = self.text(column)
        if word and not WHOLE.fullmatch(word):
            self.reject(
                column, _("“%(value)s” is no whole number. Write digits only.") % {"value": shown(word)}
            )
            return None
        return int(word) if word else None

    def degrees(self, column: str) -> float | None:
        """Return a coordinate in degrees."""
        word = self.text(column)
        if word and not AMOUNT.fullmatch(word):
            self.reject(
                column,
                _("“%(value)s” is no coordinate. Write degrees as a number, such as 51.588.")
                % {"value": shown(word)},
            )
            return None
        return float(word.replace(",", ".")) if word else None

    def answer(self, column: str) -> bool | None:
        """Return yes or no; nothing where it is not known."""
        word = self.text(column).casefold()
        if word and word not in ANSWERS:
            self.reject(
                column,
                _("“%(value)s” is neither yes nor no. Write one of them; leave it empty if nobody knows.")
                % {"value": shown(word)},
            )
        return ANSWERS.get(word)

    def cents(self, column: str, currency: str) -> int | None:
        """Return an amount of money in the currency's smallest unit."""
        word = self.text(column)
        if not word:
            return None
        cents = cents_of(word, currency)
        if cents is None:
            self.reject(
                column,
                _("“%(value)s” is no amount of %(currency)s. Write a number such as 12, or 0 for free.")
                % {"value": shown(word), "currency": shown(currency)},
            )
        return cents


def cents_of(word: str, currency: str) -> int | None:
    """Return an amount in the currency's smallest unit, or nothing for words that are no amount.

    >>> cents_of("12,5", "EUR"), cents_of("72000", "KRW"), cents_of("0.5", "KRW"), cents_of("ten", "EUR")
    (1250, 72000, None, None)
    """
    found = AMOUNT.fullmatch(word)
    places = decimals(currency)
    if not found or len(found[2] or "") > places:
        return None
    return int(Decimal(f"{found[1]}.{found[2] or 0}").scaleb(places))


def torn(number: int) -> Rejected:
    """Return the rejection of a row that has not the cells of the header."""
    return Rejected(
        number,
        "",
        _("The row has not as many cells as the first row. Put words that hold a comma in quotation marks."),
    )
