"""Questions about persons, log-ins and organisations."""

import hashlib
from datetime import datetime

from learningcity.people.models import Invitation, Login


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256 digest."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str, at: datetime) -> Invitation | None:
    """Return the invitation of a token, if it was not used and has not ended."""
    return Invitation.objects.filter(
        digest=digest_of(token), used_at=None, withdrawn_at=None, expires_at__gt=at
    ).first()


def demo_logins() -> list[Login]:
    """Return the log-ins of the demonstration, whose passwords everybody can read in the guide."""
    return list(Login.objects.filter(is_demo=True, is_active=True).order_by("email"))
