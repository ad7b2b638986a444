"""`learningcity people …`: persons and log-ins from the command line."""

import secrets

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.people.actions import invite_administrator


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

    def invite_administrator(self, call: Call) -> Answer:
        """Make an invitation and print its link."""
        token = secrets.token_urlsafe(32)
        invitation = invite_administrator(token=token, by=call.by, at=call.at)
        link = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("people:invitation", args=[token])
        words = _("Open this link within three days; it works once:\n%(link)s") % {"link": link}
        return Answer(data={"link": link, "expires_at": invitation.expires_at}, words=words)
