"""`learningcity duplicates …`: offers that may be one, from the command line."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.catalogue.actions.duplicates import propose_all
from learningcity.catalogue.actions.duplicates_deciding import Decision, decide_pair
from learningcity.catalogue.actions.duplicates_merging import undo_merge
from learningcity.catalogue.models import DuplicatePair
from learningcity.catalogue.queries.duplicates import merge_with_id, open_pairs, pair_with_id
from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused

MOST = 1000


class Command(RoomCommand):
    """Offers that may be one."""

    help = "Find offers that may be one, decide, and undo."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        propose = self.verb("propose", self.propose, help="Compare all offers, and list the pairs.")
        propose.add_argument("--most", type=int, default=MOST, help="The most pairs to list.")
        listed = self.verb("list", self.listed, help="List the pairs that wait, the likeliest first.")
        listed.add_argument("--most", type=int, default=MOST, help="The most pairs to list.")
        decide = self.verb("decide", self.decide, help="Say what a pair is.")
        decide.add_argument("pair", type=UUID, help="The identifier of the pair.")
        words = [str(decision) for decision in Decision]
        decide.add_argument("decision", choices=words, help="Which offer stays; or that they are two.")
        undo = self.verb("undo", self.undo, help="Part two offers that were made one.")
        undo.add_argument("merge", type=UUID, help="The identifier of the merge.")

    def propose(self, call: Call, *, most: int) -> Answer:
        """Compare everything, then list what waits."""
        new = propose_all(by=call.by, at=call.at, progress=call.progress)
        return waiting(most, new=new)

    def listed(self, call: Call, *, most: int) -> Answer:
        """List what waits."""
        return waiting(most)

    def decide(self, call: Call, *, pair: UUID, decision: str) -> Answer:
        """Decide one pair."""
        found = pair_with_id(pair)
        if found is None:
            raise Refused(_("There is no such pair. List the pairs: learningcity duplicates list"))
        merge = decide_pair(found, Decision(decision), by=call.by, at=call.at)
        if merge is None:
            return Answer(data={"merge": None}, words=_("Noted: these are two."))
        words = _("The two offers are one. To undo: learningcity duplicates undo %(merge)s")
        return Answer(
            data={"merge": merge.public_id, "undo_until": merge.undo_until},
            words=words % {"merge": merge.public_id},
        )

    def undo(self, call: Call, *, merge: UUID) -> Answer:
        """Undo one merge."""
        found = merge_with_id(merge)
        if found is None:
            raise Refused(_("There is no such merge. See the list on the page of duplicates."))
        undo_merge(found, by=call.by, at=call.at)
        return Answer(data={"undone": found.public_id}, words=_("The two offers are apart again."))


def waiting(most: int, *, new: int | None = None) -> Answer:
    """Return the pairs that wait, as data and in words."""
    pairs = list(open_pairs()[: max(most, 0)])
    number = open_pairs().count()
    first = ngettext("%(count)s pair waits.", "%(count)s pairs wait.", number) % {"count": number}
    lines = [
        f"{pair.public_id} {pair.weight / 100:+.1f} {pair.first.title} · {pair.second.title}"
        for pair in pairs
    ]
    data: dict[str, Any] = {"waiting": number, "pairs": [as_data(pair) for pair in pairs]}
    if new is not None:
        data["new"] = new
    return Answer(data=data, words="\n".join([first, *lines]))


def as_data(pair: DuplicatePair) -> dict[str, Any]:
    """Return a pair as data: the two offers, the score in bits, and the reasons that add up to it."""
    return {
        "pair": pair.public_id,
        "score": pair.weight / 100,
        "offers": [
            {"id": offer.public_id, "title": offer.title, "source": offer.source.key}
            for offer in (pair.first, pair.second)
        ],
        "reasons": [
            {"compared": compared, "answer": answer, "weight": weight}
            for compared, answer, weight in pair.reasons
        ],
    }
