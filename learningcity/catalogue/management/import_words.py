"""What an import did, as data for machines and in words for a person."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.catalogue.actions import ImportReport
from learningcity.catalogue.actions.arrivals import Remark
from learningcity.catalogue.actions.drafts import Rejected
from learningcity.core.commands import REFUSED, Answer

MOST_SHOWN = 1000


def answer_of(report: ImportReport) -> Answer:
    """Return the answer of a verb that imported; a run that asks ends with the status of a refusal."""
    return Answer(data=as_data(report), words=told(report), status=REFUSED if report.is_stopped else 0)


def as_data(report: ImportReport) -> dict[str, Any]:
    """Return the counts and every reason."""
    return {
        "state": str(report.state),
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "gone": report.gone,
        "rejected": [as_row(one) for one in report.rejected],
        "remarks": [as_row(one) for one in report.remarks],
        **({"sentence": report.sentence} if report.sentence else {}),
    }


def as_row(one: Rejected | Remark) -> dict[str, Any]:
    """Return one row with its reason."""
    return {"row": one.row, "field": one.field, "reason": one.reason}


def told(report: ImportReport) -> str:
    """Return the same in words."""
    counts = ngettext(
        "%(new)s new, %(changed)s changed, %(same)s the same, %(gone)s gone; "
        "%(rejected)s reason to reject a row.",
        "%(new)s new, %(changed)s changed, %(same)s the same, %(gone)s gone; "
        "%(rejected)s reasons to reject rows.",
        len(report.rejected),
    ) % {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "gone": report.gone,
        "rejected": len(report.rejected),
    }
    rows = [
        _("Row %(row)s, %(field)s: %(reason)s")
        % {"row": one.row, "field": one.field or "–", "reason": one.reason}
        for one in (*report.rejected, *report.remarks)[:MOST_SHOWN]
    ]
    return "\n".join([*([report.sentence] if report.sentence else []), counts, *rows])
