"""`learningcity enrolment replay|check`."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused
from learningcity.engines.waiting import FORMAT, first_difference, replay
from learningcity.enrolment.models import Intake
from learningcity.enrolment.queries.places import intakes, miscounted_intakes
from learningcity.enrolment.queries.published import offers_in, published

DIFFERENT = 2
LARGEST_FILE = 200_000_000


class NoSuchList(Refused):
    """There is no waiting list under this name."""

    code = "no_such_list"


class NotPublished(Refused):
    """A file is not a published waiting list, or was changed."""

    code = "not_published"


class Command(RoomCommand):
    """Places and waiting lists: replay what was published, and count again."""

    help = "Replay waiting lists from what was published, and count places again."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        again = self.verb("replay", self.replay, help="Compute every offer of a place again.")
        again.add_argument(
            "series", nargs="?", default="", help="The id of a series, of one session, or of a list."
        )
        again.add_argument("--file", type=Path, default=None, help="A published list, instead of the city's.")
        self.verb("check", self.check, help="Count all places again and name what was miscounted.")

    def replay(self, call: Call, *, series: str, file: Path | None) -> Answer:
        """Compute the offers from published inputs alone; say where they differ from what happened."""
        if bool(series) == (file is not None):
            raise NoSuchList(_("Name one series, or one file with --file."))
        documents = [read(file)] if file else [published(one) for one in lists_of(series)]
        results = [replayed(one) for one in documents]
        differing = [one for one in results if not one["agrees"]]
        words = "\n".join(in_words(one) for one in results)
        return Answer({"lists": results}, words=words, status=DIFFERENT if differing else 0)

    def check(self, call: Call) -> Answer:
        """Count the places of all intakes again."""
        wrong = [
            {
                "list": str(one.public_id),
                "series": str(one.series.public_id),
                "taken": one.taken,
                "counted": one.counted,
            }
            for one in miscounted_intakes()
        ]
        words = (
            "\n".join(_("%(list)s says %(taken)s taken; %(counted)s are.") % one for one in wrong)
            or _("Every place is counted once.")
        )  # fmt: skip
        return Answer(
            {"checked": intakes().count(), "miscounted": wrong}, words=words, status=2 if wrong else 0
        )


def lists_of(name: str) -> list[Intake]:
    """Return the lists of a series or session, or the one of this id. Raises NoSuchList."""
    try:
        public_id = UUID(name)
    except ValueError:
        raise NoSuchList(
            _("“%(name)s” is no id. Give one like 1b4e28ba-2fa1-…, from the address of the list.")
            % {"name": name}
        ) from None
    for key in ("series__public_id", "session__public_id", "public_id"):
        if found := list(intakes().filter(**{key: public_id}).order_by("pk")):
            return found
    raise NoSuchList(
        _("Nothing with places has this id. Copy the id of the series or of the list from the address.")
    )


def read(file: Path) -> dict[str, Any]:
    """Return the published list in a file. Raises NotPublished."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise NotPublished(_("The file is larger than 200 MB. Give one published list."))
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise NotPublished(
            _("The file “%(file)s” cannot be read. Check its name.") % {"file": file.name}
        ) from None
    except (ValueError, RecursionError):
        raise NotPublished(_("The file holds no JSON. Load the list anew from its page.")) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotPublished(
            _("The file is no published waiting list (“%(format)s”). Load the list anew from its page.")
            % {"format": FORMAT}
        )
    return document


def replayed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a published list with the offers computed from its inputs, and whether they agree.

    Raises NotPublished for inputs that were changed.
    """
    try:
        computed, happened = replay(document["inputs"]), offers_in(document)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NotPublished(
            _("This list was changed, or is not whole. Load it anew from its page. %(why)s") % {"why": wrong}
        ) from None
    difference = first_difference(computed, happened)
    return {
        "list": document.get("list"),
        "agrees": not difference,
        "difference": difference,
        "computed": [{"step": one.step, "token": one.token} for one in computed],
        "published": document,
    }


def in_words(result: dict[str, Any]) -> str:
    """Return in one sentence what came of a replay."""
    if result["agrees"]:
        return _(
            "%(list)s: %(count)s offers of a place follow from the published inputs, as they were made."
        ) % {
            "list": result["list"],
            "count": len(result["computed"]),
        }
    return f"{result['list']}: {result['difference']}"
