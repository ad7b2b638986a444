"""How many days are walked over to follow rules that repeat: bounded for a record, and for a whole reading.

A rule that never fits ("each 31 February") yields nothing, yet costs years of days. Ten rules of twelve years
each stay within what a record may ask; a hundred thousand records with a weekly year each within a reading.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

MOST_OF_A_RECORD = 60_000
MOST_OF_A_READING = 60_000_000


class DaysLeft:
    """The days that the rules of one reading may still go over, all records together."""

    def __init__(self, most: int = MOST_OF_A_READING) -> None:
        self.most = self.left = most


class Walk:
    """The days that the rules of one record go over."""

    def __init__(self, reading: DaysLeft, most: int = MOST_OF_A_RECORD) -> None:
        self.reading = reading
        self.most = self.left = most
        self.is_too_long = self.came_too_late = False

    def may_go(self, days: int) -> bool:
        """Take days that are about to be walked over from those left; return False where too few are."""
        self.is_too_long = self.is_too_long or days > self.left
        self.came_too_late = self.came_too_late or days > self.reading.left
        if self.is_too_long or self.came_too_late:
            return False
        self.left -= days
        self.reading.left -= days
        return True

    def refusals(self) -> Iterator[str]:
        """Yield why the record cannot be imported: its rules, or those before it, went over too many days."""
        if self.is_too_long:
            yield _(
                "The rules of this record go over more than %(most)s days. Give them an end, "
                "use fewer of them, or list the dates."
            ) % {"most": self.most}
        elif self.came_too_late:
            yield _(
                "The rules of this feed go over more than %(most)s days together, so this one was not "
                "followed. Give the rules an end, or list the dates."
            ) % {"most": self.reading.most}
