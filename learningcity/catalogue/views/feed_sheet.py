"""The page of a feed in words: its runs, its rejected rows, the contradictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learningcity.catalogue.models import FieldCorrection, ImportRun, Offer, RejectedRow
from learningcity.catalogue.queries.said import SERIES
from learningcity.catalogue.templatetags.moments import day_in_words
from learningcity.core.charts import Column, Row, Table

LONGEST = 300
FIELD_WORDS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "description": gettext_lazy("Description"),
    "language": gettext_lazy("Language of the words"),
    "form": gettext_lazy("Form of learning"),
    "field": gettext_lazy("Theme"),
    "level": gettext_lazy("Level"),
    "mode": gettext_lazy("On site or online"),
    "audience": gettext_lazy("For whom"),
    "age_from": gettext_lazy("Lowest age"),
    "age_to": gettext_lazy("Highest age"),
    "hours": gettext_lazy("Hours"),
    "website": gettext_lazy("Website"),
    "taught_in": gettext_lazy("Taught in"),
    "texts": gettext_lazy("Words in other languages"),
    "prices": gettext_lazy("Prices"),
    "access": gettext_lazy("Access"),
    "skills": gettext_lazy("What can be learned"),
    "concepts": gettext_lazy("Concepts"),
    SERIES: gettext_lazy("Dates"),
}


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """One contradiction: the offer, the field, what the city had written, what the source says now."""

    number: int
    offer: Offer
    field: object
    ours: str
    theirs: str
    is_of_dates: bool


def runs_table(runs: Sequence[ImportRun]) -> Table | None:
    """Return the runs as a table."""
    if not runs:
        return None
    words = (_("New"), _("Changed"), _("Same"), _("Gone"), _("Rejected"))
    return Table(
        caption=_("Readings of this feed"),
        columns=[
            Column(_("When")),
            Column(_("Result")),
            *(Column(one, is_number=True) for one in words),
        ],
        rows=[row_of(run) for run in runs],
    )


def row_of(run: ImportRun) -> Row:
    """Return one run."""
    when = localtime(run.imported_at)
    counts = (run.new, run.changed, run.same, run.gone, run.rejected)
    return Row(
        f"{day_in_words(when.date())}, {when:%H:%M}",
        [run.get_state_display(), *(number_format(one, force_grouping=True) for one in counts)],
    )


def rows_table(rows: Sequence[RejectedRow]) -> Table | None:
    """Return the rejected rows as a table, those with a mere remark behind them."""
    if not rows:
        return None
    return Table(
        caption=_("Rows that were not right"),
        columns=[Column(_("Row")), Column(_("Field")), Column(_("What to do")), Column(_("Imported"))],
        rows=[
            Row(one.row, [one.field or "–", one.reason, _("yes") if one.is_remark else _("no")])
            for one in rows
        ],
    )


def conflict_words(correction: FieldCorrection) -> ConflictWords:
    """Return a contradiction in words."""
    is_of_dates = correction.field == SERIES
    theirs = "" if is_of_dates else getattr(correction.offer, correction.field, "")
    return ConflictWords(
        number=correction.pk,
        offer=correction.offer,
        field=FIELD_WORDS.get(correction.field, correction.field),
        ours=in_words(correction.value),
        theirs=in_words(theirs),
        is_of_dates=is_of_dates,
    )


def in_words(value: Any) -> str:
    """Return a value as somebody can read it: lists by their words, shortened."""
    if isinstance(value, list):
        text = "; ".join(in_words(one) for one in value)
    elif isinstance(value, dict):
        text = ", ".join(str(one) for one in value.values() if one not in (None, ""))
    elif value is None or isinstance(value, str | int | float):
        text = "" if value is None else str(value)
    else:
        text = ""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
