"""Questions about persons, log-ins and organisations."""

import hashlib
from datetime import datetime

from learningcity.core.actors import Actor, Channel, Right, visitor
from learningcity.people.models import Invitation, Login, Organisation


def actor_of(login: object, channel: Channel = Channel.WEB) -> Actor:
    """Return the actor who a signed-in log-in is, or a visitor.

    A member of staff acts under the right of staff, anybody else for themselves.
    """
    if not isinstance(login, Login) or not login.is_active:
        return visitor(channel)
    person = str(login.person.public_id)
    if login.is_staff:
        return Actor(right=Right.STAFF, channel=channel, person=person)
    return Actor(right=Right.SELF, channel=channel, person=person, on_behalf_of=person)


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256 digest."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str, at: datetime) -> Invitation | None:
    """Return the invitation of a token, if it was not used and has not ended."""
    return Invitation.objects.filter(digest=digest_of(token), used_at=None, expires_at__gt=at).first()


def demo_logins() -> list[Login]:
    """Return the log-ins of the demonstration, whose passwords everybody can read in the guide."""
    return list(Login.objects.filter(is_demo=True, is_active=True).order_by("email"))


def organisation_named(name: str) -> Organisation | None:
    """Return an organisation by its exact name."""
    return Organisation.objects.filter(name=name).order_by("pk").first()
