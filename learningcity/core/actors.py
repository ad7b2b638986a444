"""Actors: who acts, for whom, by which right, through which channel."""

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """The right under which somebody acts."""

    VISITOR = "visitor"
    SELF = "self"
    GUARDIAN = "guardian"
    MANDATE = "mandate"
    STAFF = "staff"
    PROVIDER = "provider"
    OPERATOR = "operator"


class Channel(StrEnum):
    """The way by which an act reached the city."""

    WEB = "web"
    DESK = "desk"
    PHONE = "phone"
    PAPER = "paper"
    API = "api"
    TASK = "task"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts (`person`), for whom (`on_behalf_of`), by which right, through which channel.

    Holds opaque ids only, so that core knows no person. `organisation` is the id of the organisation for
    which a member of staff or a provider acts.
    """

    right: Right
    channel: Channel
    person: str = ""
    on_behalf_of: str = ""
    organisation: str = ""

    @property
    def is_operator(self) -> bool:
        """Whether the operator of the machine acts: a command or a task of the schedule."""
        return self.right is Right.OPERATOR

    @property
    def is_staff(self) -> bool:
        """Whether a member of the city's staff acts as such."""
        return self.right is Right.STAFF


def visitor(channel: Channel = Channel.WEB) -> Actor:
    """Return the actor who has not said who they are."""
    return Actor(right=Right.VISITOR, channel=channel)


def operator(channel: Channel = Channel.COMMAND) -> Actor:
    """Return the actor at the command line, or the schedule (`Channel.TASK`)."""
    return Actor(right=Right.OPERATOR, channel=channel)
