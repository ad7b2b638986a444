"""`learningcity people …`: persons and log-ins from the command line."""

import secrets

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.refusals import Refused
from learningcity.people.actions import invite_administrator
from learningcity.people.actions.erasure import erase_person, rehearse_erasure
from learningcity.people.actions.export import export_person
from learningcity.people.models import Person
from learningcity.people.queries.export import Export, person_of_login, sections_of
from learningcity.people.queries.persons import person_with_id


class Command(RoomCommand):
    """Persons and log-ins."""

    help = "Persons and log-ins."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        self.verb(
            "invite-administrator",
            self.invite_administrator,
            help="Print a single-use link with which an administrator makes a log-in.",
        )
        export = self.verb("export", self.export, help="Print everything that the city holds about a person.")
        erase = self.verb("erase", self.erase, help="Erase a person's data, as they asked on paper.")
        for verb in (export, erase):
            verb.add_argument("person", nargs="?", default="", help="The number of the entry.")
            verb.add_argument("--login", metavar="EMAIL", default="", help="The address of the log-in.")
        erase.add_argument("--really", action="store_true", help="Do it; else only say what would go.")

    def invite_administrator(self, call: Call) -> Answer:
        """Make an invitation and print its link."""
        token = secrets.token_urlsafe(32)
        invitation = invite_administrator(token=token, by=call.by, at=call.at)
        link = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("people:invitation", args=[token])
        words = _("Open this link within three days; it works once:\n%(link)s") % {"link": link}
        return Answer(data={"link": link, "expires_at": invitation.expires_at}, words=words)

    def export(self, call: Call, *, person: str, login: str) -> Answer:
        """Print everything that the city holds about a person."""
        export = export_person(wanted_person(person, login), by=call.by, at=call.at)
        return Answer(data=export.data(), words=as_words(export))

    def erase(self, call: Call, *, person: str, login: str, really: bool) -> Answer:
        """Erase a person's data, or print what would go and what would stay."""
        wanted = wanted_person(person, login)
        act = erase_person if really else rehearse_erasure
        receipt = act(wanted, by=call.by, at=call.at)
        data = {"erased": really, "removed": receipt.removed, "kept": receipt.kept}
        words = _("Erased.") if really else _("Nothing was erased. Add --really to do it. This would go:")
        lines = [f"{count:>6}  {label}" for label, count in receipt.removed.items()]
        stays = [f"{row['count']:>6}  {row['label']}: {row['why']}" for row in receipt.kept]
        return Answer(data, "\n".join([words, *lines, _("This stays:"), *stays]))


class NoSuchPerson(Refused):
    """Nobody here has this number or signs in with this address."""

    code = "no_such_person"


def wanted_person(public_id: str, email: str) -> Person:
    """Return the person with an opaque id, or who signs in with an address. Raises NoSuchPerson."""
    found = person_of_login(email) if email else person_with_id(public_id)
    if found is None or not found.is_here:
        raise NoSuchPerson(
            _("There is no such person. Give the number of the entry, or --login with the address.")
        )
    return found


def as_words(export: Export) -> str:
    """Return an export as lines for a person."""
    lines: list[str] = []
    for section in sections_of(export, rows_each=None):
        lines += ["", f"{section.label} ({len(section.rows)})"]
        for row in section.rows:
            lines += [*(f"  {fact.label}: {fact.value}" for fact in row), ""]
    return "\n".join(lines).strip()
