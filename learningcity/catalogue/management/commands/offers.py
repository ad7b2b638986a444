"""`learningcity offers …`: the catalogue from the command line."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.catalogue.actions import ImportReport, import_offers, open_source
from learningcity.catalogue.actions.faults import is_time_zone, shown
from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.catalogue.importers import LAYOUTS, Defaults
from learningcity.catalogue.management.search_verbs import add_search_verbs
from learningcity.catalogue.queries.frame import city_currency, city_language, city_time_zone
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused


class Command(RoomCommand):
    """The catalogue of offers."""

    help = "Bring offers in, search them, keep the search index."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        bring = self.verb("import", self.bring_in, help="Import offers from a file of a known layout.")
        bring.add_argument("file", type=Path, help="The file; its offers that are gone from it stay.")
        bring.add_argument("--format", choices=sorted(LAYOUTS), required=True, help="The layout of the file.")
        bring.add_argument("--source", default="", help="The key of the source; else that of the layout.")
        bring.add_argument("--name", default="", help="What the source is called on pages.")
        bring.add_argument("--licence", default="", help="The licence of the source.")
        bring.add_argument("--attribution", default="", help="The line that the licence asks for.")
        bring.add_argument("--synthetic", action="store_true", help="The offers of the source are invented.")
        bring.add_argument("--time-zone", default="", help="The zone of times that name none.")
        add_search_verbs(self)

    def bring_in(self, call: Call, *, file: Path, format: str, source: str, **said: Any) -> Answer:
        """Import a file, all of it or nothing; rows that are wrong are reported."""
        layout = LAYOUTS[format]
        defaults = Defaults(
            time_zone=checked_zone(said.pop("time_zone") or layout.time_zone or city_time_zone()),
            language=city_language(),
            currency=city_currency(),
        )
        with transaction.atomic():
            origin = open_source(
                source or format, is_synthetic=said.pop("synthetic"), **said, by=call.by, at=call.at
            )
            report = import_offers(
                layout.read(file, defaults),
                source=origin,
                by=call.by,
                at=call.at,
                progress=call.progress,
                columns=layout.columns,
            )
        follow_changes(by=call.by, at=call.at)
        return Answer(data=asdict(report), words=told(report))


def checked_zone(name: str) -> str:
    """Return the name of a time zone. Raises Refused if there is none of that name."""
    if not is_time_zone(name):
        raise Refused(
            _("There is no time zone “%(zone)s”. Give one such as Europe/London.") % {"zone": shown(name)},
            field="time-zone",
        )
    return name


def told(report: ImportReport) -> str:
    """Return what an import did, for a person."""
    counts = ngettext(
        "%(new)s new, %(changed)s changed, %(same)s the same; %(rejected)s reason to reject a row.",
        "%(new)s new, %(changed)s changed, %(same)s the same; %(rejected)s reasons to reject rows.",
        len(report.rejected),
    ) % {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "rejected": len(report.rejected),
    }
    rows = [
        _("Row %(row)s, %(field)s: %(reason)s")
        % {"row": rejected.row, "field": rejected.field or "–", "reason": rejected.reason}
        for rejected in report.rejected
    ]
    return "\n".join([counts, *rows])
