"""`learningcity demo …`: the demonstration city."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.demo.city import build


class Command(RoomCommand):
    """The demonstration city."""

    help = "The demonstration city."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        self.verb("build", self.build, help="Build Newport with invented providers, offers and residents.")

    def build(self, call: Call) -> Answer:
        """Build the demonstration city."""
        report = build(by=call.by, at=call.at, progress=call.progress)
        words = _(
            "%(city)s stands: %(offers)s offers with %(sessions)s sessions at %(venues)s places, "
            "%(residents)s invented residents."
        )
        return Answer(data=asdict(report), words=words % asdict(report))
