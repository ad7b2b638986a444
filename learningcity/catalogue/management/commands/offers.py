"""`learningcity offers …`: the catalogue from the command line."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions import import_offers, open_source
from learningcity.catalogue.actions.faults import is_time_zone, shown
from learningcity.catalogue.actions.search_index import follow_changes
from learningcity.catalogue.importers import LAYOUTS, Defaults
from learningcity.catalogue.management.import_words import answer_of
from learningcity.catalogue.management.search_verbs import add_search_verbs
from learningcity.catalogue.queries.frame import city_currency, city_language, city_time_zone
from learningcity.city.queries.clock import city_day
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused


class Command(RoomCommand):
    """The catalogue of offers."""

    help = "Bring offers in, search them, keep the search index."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        bring = self.verb("import", self.bring_in, help="Import offers from a file of a known layout.")
        bring.add_argument("file", type=Path, help="The file: all that the source offers, unless --partial.")
        bring.add_argument("--format", choices=sorted(LAYOUTS), required=True, help="The layout of the file.")
        bring.add_argument("--source", default="", help="The key of the source; else that of the layout.")
        bring.add_argument("--name", default="", help="What the source is called on pages.")
        bring.add_argument("--licence", default="", help="The licence of the source.")
        bring.add_argument("--attribution", default="", help="The line that the licence asks for.")
        bring.add_argument("--synthetic", action="store_true", help="The offers of the source are invented.")
        bring.add_argument(
            "--partial", action="store_true", help="A part of the source: what it does not name stays."
        )
        bring.add_argument("--time-zone", default="", help="The zone of times that name none.")
        add_search_verbs(self)

    def bring_in(
        self, call: Call, *, file: Path, format: str, source: str, partial: bool, **said: Any
    ) -> Answer:
        """Import a file, all of it or nothing; rows that are wrong are reported."""
        layout = LAYOUTS[format]
        defaults = Defaults(
            time_zone=checked_zone(said.pop("time_zone") or layout.time_zone or city_time_zone()),
            language=city_language(),
            currency=city_currency(),
            provider=said["name"],
            today=city_day(call.at),
        )
        with transaction.atomic():
            origin = open_source(
                source or format, is_synthetic=said.pop("synthetic"), **said, by=call.by, at=call.at
            )
            report = import_offers(
                layout.read(file, defaults),
                source=origin,
                is_whole=not partial,
                by=call.by,
                at=call.at,
                progress=call.progress,
                columns=layout.columns,
            )
        follow_changes(by=call.by, at=call.at)
        return answer_of(report)


def checked_zone(name: str) -> str:
    """Return the name of a time zone. Raises Refused if there is none of that name."""
    if not is_time_zone(name):
        raise Refused(
            _("There is no time zone “%(zone)s”. Give one such as Europe/London.") % {"zone": shown(name)},
            field="time-zone",
        )
    return name
