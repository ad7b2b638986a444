"""Two offers side by side in words, and the reasons for which they may be one."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from learningcity.catalogue.models import DuplicatePair
from learningcity.catalogue.queries.duplicates_sides import Side
from learningcity.catalogue.templatetags.moments import session_in_words
from learningcity.catalogue.templatetags.offer_words import price_in_words
from learningcity.core.charts import Column, Row, Table

SHOWN_DATES = 6

COMPARISONS = {
    "title": gettext_lazy("Title"),
    "marks": gettext_lazy("Number, level, part of the day"),
    "time": gettext_lazy("Dates"),
    "place": gettext_lazy("Place"),
    "provider": gettext_lazy("Provider"),
    "people": gettext_lazy("For whom"),
}
ANSWERS = {
    ("title", "same"): gettext_lazy("the same"),
    ("title", "close"): gettext_lazy("nearly the same"),
    ("title", "partly"): gettext_lazy("share most words"),
    ("title", "little"): gettext_lazy("share a word"),
    ("title", "cognate"): gettext_lazy("in other languages, with like words"),
    ("title", "unknown"): gettext_lazy("in other languages, cannot be compared"),
    ("title", "different"): gettext_lazy("different"),
    ("marks", "same"): gettext_lazy("the same"),
    ("marks", "unknown"): gettext_lazy("neither says one"),
    ("marks", "one"): gettext_lazy("only one says it"),
    ("marks", "conflict"): gettext_lazy("they contradict each other"),
    ("time", "same"): gettext_lazy("the same"),
    ("time", "mostly"): gettext_lazy("many are the same"),
    ("time", "shifted"): gettext_lazy("the same days, at a slightly other hour"),
    ("time", "fits"): gettext_lazy("the days fit, the hours are not known"),
    ("time", "unknown"): gettext_lazy("not known"),
    ("time", "other"): gettext_lazy("other dates"),
    ("place", "same"): gettext_lazy("the same"),
    ("place", "near"): gettext_lazy("less than 500 metres apart"),
    ("place", "online"): gettext_lazy("both online"),
    ("place", "unknown"): gettext_lazy("not known"),
    ("place", "different"): gettext_lazy("other names"),
    ("place", "far"): gettext_lazy("more than 500 metres apart"),
    ("provider", "same"): gettext_lazy("the same"),
    ("provider", "close"): gettext_lazy("nearly the same name"),
    ("provider", "different"): gettext_lazy("another name"),
    ("people", "same"): gettext_lazy("the same"),
    ("people", "unknown"): gettext_lazy("not said by both"),
    ("people", "conflict"): gettext_lazy("they contradict each other"),
}


def reasons_table(pair: DuplicatePair) -> Table:
    """Return the reasons as a table: what was compared, the answer, how much it speaks for one offer."""
    rows = [
        Row(COMPARISONS[comparison], [ANSWERS[comparison, answer], weight_in_words(weight)])
        for comparison, answer, weight in pair.reasons
    ]
    rows.append(Row(_("Together"), ["", weight_in_words(pair.weight / 100)]))
    return Table(
        _("Why these may be one"),
        [Column(_("Compared")), Column(_("Answer")), Column(_("Weight"), is_number=True)],
        rows,
    )


def weight_in_words(weight: float) -> str:
    """Return a weight with its sign."""
    shown = number_format(abs(weight), decimal_pos=1)
    return f"+{shown}" if weight >= 0 else f"−{shown}"


def sides_table(sides: Sequence[Side]) -> Table:
    """Return two offers side by side; each line says whether they differ."""
    first, second = (dict(lines_of(side)) for side in sides)
    rows = [Row(name, [first[name], second[name], likeness_of(first[name], second[name])]) for name in first]
    columns = [Column(_("What")), Column(_("First")), Column(_("Second")), Column(_("Compared"))]
    return Table(_("The two offers"), columns, rows)


def likeness_of(one: str, other: str) -> str:
    """Return in words whether two values are the same."""
    if one == other:
        return pgettext("two values", "the same")
    return _("only one says it") if "" in (one, other) else _("differs")


def lines_of(side: Side) -> list[tuple[str, str]]:
    """Return what an offer says, line by line."""
    offer = side.offer
    return [
        (_("Source"), offer.source.name),
        (_("Title"), offer.title),
        (_("In other languages"), "; ".join(title for _language, title in side.titles)),
        (_("Provider"), offer.provider.organisation.name),
        (_("Places"), "; ".join(side.places)),
        (_("Dates to come"), dates_in_words(side)),
        (_("Level"), offer.get_level_display()),
        (_("For whom"), offer.get_audience_display()),
        (_("Ages"), ages_in_words(offer.age_from, offer.age_to)),
        (_("Price"), price_in_words(side.prices[0]) if side.prices else ""),
        (_("Summary"), offer.summary),
        (_("Website"), offer.website),
    ]


def dates_in_words(side: Side) -> str:
    """Return the first dates to come, and how many more there are."""
    shown = [session_in_words(starts, ends) for starts, ends in side.dates[:SHOWN_DATES]]
    more = len(side.dates) - len(shown)
    if more:
        shown.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return "; ".join(shown)


def ages_in_words(age_from: int | None, age_to: int | None) -> str:
    """Return ages, as far as they are said."""
    if age_from is None and age_to is None:
        return ""
    if age_to is None:
        return _("from %(age)s") % {"age": age_from}
    if age_from is None:
        return _("up to %(age)s") % {"age": age_to}
    return _("%(first)s to %(last)s") % {"first": age_from, "last": age_to}
