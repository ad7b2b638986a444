"""`learningcity messages deliver|waiting|again|trial`."""

from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.core.commands import Answer, Call, RoomCommand
from learningcity.core.messages import Outbox, deliver, outbox, post
from learningcity.core.messages.again import try_again
from learningcity.core.models import Message


class Command(RoomCommand):
    """The messages that leave the city."""

    help = "Deliver messages, and see how the outbox stands."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        self.verb("deliver", self.deliver, help="Send what is due now; `serve` does so by itself.")
        self.verb("waiting", self.waiting, help="Say how many messages wait, left or failed, and why.")
        self.verb("again", self.again, help="Let messages that failed wait for delivery again.")
        trial = self.verb("trial", self.trial, help="Post a trial message, to see whether messages arrive.")
        trial.add_argument("--channel", choices=Message.Channel.values, required=True)
        trial.add_argument("--to", required=True, help="A mail address, a number, or a postal address.")
        trial.add_argument("--language", default="en")

    def deliver(self, call: Call) -> Answer:
        """Send what is due."""
        done = deliver(at=call.at)
        words = _("%(sent)s sent, %(later)s to be tried again, %(failed)s given up.")
        return Answer(asdict(done), words % asdict(done))

    def waiting(self, call: Call) -> Answer:
        """Say how the outbox stands."""
        found = outbox()
        return Answer(asdict(found), words_of(found))

    def again(self, call: Call) -> Answer:
        """Try again what failed."""
        number = try_again(at=call.at)
        words = ngettext("%(number)s message waits again.", "%(number)s messages wait again.", number)
        return Answer({"waiting": number}, words % {"number": number})

    def trial(self, call: Call, *, channel: str, to: str, language: str) -> Answer:
        """Post a trial message."""
        message = post(
            "core/messages/trial",
            {},
            key=f"core.trial:{call.at.isoformat()}",
            channel=channel,
            address=to.replace("\\n", "\n"),
            language=language,
            at=call.at,
        )
        data = {"id": str(message.public_id), "state": message.state}
        return Answer(data, _("The trial message waits for delivery. See: learningcity messages waiting"))


def words_of(found: Outbox) -> str:
    """Return how the outbox stands, for a person."""
    if not found.states:
        return _("There are no messages.")
    lines = [
        f"{Message.State(state).label}: {Message.Channel(channel).label}, {number}"
        for state, channels in found.states.items()
        for channel, number in channels.items()
    ]
    if found.oldest_due_at:
        lines.append(_("The oldest is due since %(moment)s.") % {"moment": found.oldest_due_at.isoformat()})
    lines += [f"{code}: {number}" for code, number in found.failures.items()]
    return "\n".join(lines)
