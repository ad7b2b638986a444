"""Opening hours in words, for the simple and most frequent forms of OpenStreetMap's `opening_hours`."""

import re
from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

register = template.Library()

DAYS = {
    "Mo": gettext_lazy("Monday"),
    "Tu": gettext_lazy("Tuesday"),
    "We": gettext_lazy("Wednesday"),
    "Th": gettext_lazy("Thursday"),
    "Fr": gettext_lazy("Friday"),
    "Sa": gettext_lazy("Saturday"),
    "Su": gettext_lazy("Sunday"),
    "PH": gettext_lazy("public holidays"),
    "SH": gettext_lazy("school holidays"),
}
DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
SPAN = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
RULE = re.compile(
    rf"(?P<days>{DAY}(?:\s*[-,]\s*{DAY})*)?\s*(?P<hours>{SPAN}(?:\s*,\s*{SPAN})*|off|closed)\Z", re.ASCII
)
EVERY_DAY = pgettext_lazy("opening hours", "Every day")


@dataclass(frozen=True, slots=True)
class Opening:
    """One line of opening hours."""

    days: str
    hours: str


@register.filter
def opening_lines(text: str) -> list[Opening]:
    """Return opening hours line by line; [] where they are too special to be said without error.

    >>> opening_lines("Mo-Fr 09:00-17:00; Su off")[0].hours
    '09:00 to 17:00'
    """
    if text.strip() == "24/7":
        return [Opening(str(EVERY_DAY), _("all day and all night"))]
    rules = [RULE.match(rule.strip()) for rule in text.split(";") if rule.strip()]
    if not all(rules):
        return []
    return [Opening(_days(rule["days"]), _hours(rule["hours"])) for rule in rules if rule]


def _days(text: str | None) -> str:
    if not text:
        return str(EVERY_DAY)
    parts = [part.split("-") for part in re.sub(r"\s", "", text).split(",")]
    return ", ".join(
        _("%(first)s to %(last)s") % {"first": DAYS[part[0]], "last": DAYS[part[-1]]}
        if len(part) > 1
        else str(DAYS[part[0]])
        for part in parts
    )


def _hours(text: str) -> str:
    if text in ("off", "closed"):
        return _("closed")
    spans = [span.split("-") for span in re.sub(r"\s", "", text).split(",")]
    return ", ".join(_("%(first)s to %(last)s") % {"first": first, "last": last} for first, last in spans)
