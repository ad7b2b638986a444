"""`learningcity audit seal|verify`."""

from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.core.audit.sealing import seal_audit
from learningcity.core.audit.verifying import Report, verify_audit
from learningcity.core.commands import REFUSED, Answer, Call, RoomCommand


class Command(RoomCommand):
    """The audit trail at the command line."""

    help = "Seal the audit trail and verify it."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        self.verb("seal", self.seal, help="Seal the lines that wait.")
        verify = self.verb("verify", self.verify, help="Look for tampering; exit status 2 if there was any.")
        verify.add_argument("--against", metavar="HEAD", default="", help="A head published earlier.")

    def seal(self, call: Call) -> Answer:
        """Seal the lines that wait."""
        heads = seal_audit(at=call.at)
        words = ngettext("%(count)s batch sealed.", "%(count)s batches sealed.", len(heads))
        return Answer({"heads": heads}, words % {"count": len(heads)})

    def verify(self, call: Call, *, against: str) -> Answer:
        """Verify the trail."""
        report = verify_audit(against=against)
        data = {"intact": report.is_intact, **asdict(report)}
        return Answer(data, words_of(report), status=0 if report.is_intact else REFUSED)


def words_of(report: Report) -> str:
    """Return a report as lines for a person."""
    verdict = _("The audit trail is intact.") if report.is_intact else _("The audit trail was tampered with.")
    size = _("Lines: %(lines)s; batches: %(batches)s; head: %(head)s") % {
        "lines": report.lines,
        "batches": report.batches,
        "head": report.head,
    }
    lines = [verdict, *(finding.text for finding in report.findings), size]
    if report.unsealed:
        ids = ", ".join(map(str, report.unsealed[:20]))
        more = " …" if len(report.unsealed) > 20 else ""
        lines.append(_("Not sealed yet: %(ids)s") % {"ids": ids + more})
    return "\n".join(lines)
