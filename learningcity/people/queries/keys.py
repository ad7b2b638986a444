"""Questions about the keys with which organisations' machines use the API."""

import base64
import hmac
import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from learningcity.people.models import ApiKey, Organisation
from learningcity.people.queries.logins import digest_of

FORM = re.compile(r"lc_(?P<prefix>[a-z0-9]{12})_(?P<secret>[A-Za-z0-9_-]{43})")
NOBODYS = digest_of("")
DAYS = 365
OVERLAP = timedelta(days=7)
CALLS_A_MINUTE = 120


def token_of(chance: bytes) -> str:
    """Return a token made of 40 bytes of chance: eight for the part by which it is found, 32 secret ones.

    >>> token_of(bytes(40))
    'lc_aaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    found_by = base64.b32encode(chance[:8]).decode().lower()[:12]
    secret = base64.urlsafe_b64encode(chance[8:40]).decode().rstrip("=")
    return f"lc_{found_by}_{secret}"


def keys_of(organisation: Organisation, *, at: datetime) -> "QuerySet[ApiKey]":
    """Return the keys of an organisation that work, the newest first."""
    return organisation.keys.filter(revoked_at=None, expires_at__gt=at).order_by("-pk")


def key_of(organisation: Organisation, public_id: UUID, *, at: datetime) -> ApiKey | None:
    """Return one key of an organisation that works."""
    return keys_of(organisation, at=at).filter(public_id=public_id).select_related("organisation").first()


def key_for(token: str, *, at: datetime) -> ApiKey | None:
    """Return the key that a token opens, if it works.

    The digests are compared in constant time, also when nobody has such a key.
    """
    parts = FORM.fullmatch(token)
    prefix = parts["prefix"] if parts else ""
    found = ApiKey.objects.filter(prefix=prefix).select_related("organisation").first()
    is_right = hmac.compare_digest(found.digest if found else NOBODYS, digest_of(token))
    if found is None or not is_right or found.revoked_at or found.expires_at <= at:
        return None
    return found
