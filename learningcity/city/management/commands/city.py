"""`learningcity city load|access`."""

from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.city.actions import LoadReport, load_bundle
from learningcity.city.models import AreaSet, Venue
from learningcity.city.queries import AccessResult, access_to, shipped_bundle
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused


class NoSuchSet(Refused):
    """The city has no areas under this key."""

    code = "no_such_set"


class Command(RoomCommand):
    """The city: load it, and ask who can reach what."""

    help = "Load the city and ask who can reach learning on foot."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        load = self.verb("load", self.load, help="Load a city bundle; all or nothing.")
        load.add_argument(
            "folder", type=Path, help="The folder of the bundle, or the name of one that ships."
        )
        access = self.verb("access", self.access, help="Measure the walk to the nearest place of a kind.")
        access.add_argument("--kind", required=True, choices=Venue.Kind.values, help="The kind of place.")
        access.add_argument("--areas", default=None, help="The key of a set of areas.")

    def load(self, call: Call, *, folder: Path) -> Answer:
        """Load the bundle in a folder."""
        shipped = None if folder.is_dir() else shipped_bundle(str(folder))
        report = load_bundle(shipped or folder, by=call.by, at=call.at, progress=call.progress)
        return Answer(data=asdict(report), words=load_in_words(report))

    def access(self, call: Call, *, kind: str, areas: str | None) -> Answer:
        """Say how far people walk to the nearest place of a kind."""
        if areas is not None and not AreaSet.objects.filter(key=areas).exists():
            known = ", ".join(AreaSet.objects.order_by("position").values_list("key", flat=True))
            raise NoSuchSet(
                _("There are no areas “%(key)s”. Known are: %(known)s.")
                % {"key": areas, "known": known or "–"},
                field="areas",
            )
        result = access_to(kind, set_key=areas)
        return Answer(data=access_as_data(result), words=access_in_words(result))


def load_in_words(report: LoadReport) -> str:
    """Return what a loading brought, in one sentence."""
    venues = report.venues["new"] + report.venues["changed"] + report.venues["same"]
    facts = {
        "city": report.city,
        "areas": sum(report.areas.values()),
        "venues": venues,
        "groups": report.groups,
    }
    sentence = _("%(city)s is loaded: %(areas)s areas, %(groups)s groups, %(venues)s places.") % facts
    if report.streets is None:
        return f"{sentence} {_('There is no street network: walks are not known.')}"
    return f"{sentence} {_('Streets: %(kilometres)s km.') % report.streets}"


def access_as_data(result: AccessResult) -> dict[str, object]:
    """Return access as the API and `--json` show it; metres to a tenth."""
    return {
        "kind": result.kind,
        "area_set": result.area_set,
        "areas": [
            {"code": a.code, "population": a.population, "metres": a.metres, "covered": a.covered}
            for a in result.areas
        ],
        "groups": [
            {
                "group": g.group,
                "population": g.population,
                "covered_population": g.covered_population,
                "mean_metres": None if g.mean_metres is None else round(g.mean_metres, 1),
            }
            for g in result.groups
        ],
    }


def access_in_words(result: AccessResult) -> str:
    """Return the walk of every group, one a line."""
    lines = []
    for group in result.groups:
        metres = _("no network data") if group.mean_metres is None else f"{group.mean_metres:.0f} m"
        lines.append(f"{group.group:40} {group.population:>9} {metres:>16}")
    covered = sum(1 for area in result.areas if area.covered)
    facts = {"covered": covered, "areas": len(result.areas)}
    lines.append(_("%(covered)s of %(areas)s areas have a street near.") % facts)
    return "\n".join(lines)
