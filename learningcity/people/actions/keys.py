"""What can be done with the keys of an organisation: made, rotated, revoked, used."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.core.actors import Actor, Channel, Right
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.core.scopes import known_scopes
from learningcity.people.actions.organisations import locked
from learningcity.people.models import ApiKey, Organisation
from learningcity.people.permissions.keys import can_keep_keys, can_rotate_key
from learningcity.people.queries.keys import CALLS_A_MINUTE, DAYS, FORM, OVERLAP, key_for, keys_of
from learningcity.people.queries.logins import digest_of

MOST_KEYS = 20
MINUTE = timedelta(minutes=1)


class KeyParticularsWrong(Refused):
    """A key needs a label, at least one scope that exists, and a number of days."""

    code = "key_particulars_wrong"


class TooManyKeys(Refused):
    """The organisation has as many keys as anybody can look after."""

    code = "too_many_keys"


class KeyGone(Refused):
    """The key was revoked, has ended, or was rotated."""

    code = "key_gone"


class TooManyCalls(Refused):
    """The key was used too often within a minute."""

    code = "too_many_calls"


@transaction.atomic
def make_key(
    organisation: Organisation,
    *,
    label: str,
    scopes: Iterable[str],
    days: int,
    token: str,
    by: Actor,
    at: datetime,
) -> ApiKey:
    """Make a key for an organisation's machines; only the digest of the `token` passed in is kept.

    Raises PermissionDenied, KeyParticularsWrong or TooManyKeys.
    """
    if not can_keep_keys(by, organisation, at):
        raise PermissionDenied
    wanted = checked_scopes(scopes)
    name = checked_label(label)
    checked_days(days)
    # Two clicks at the same moment must not both find a key too few.
    locked(organisation)
    if keys_of(organisation, at=at).count() >= MOST_KEYS:
        raise TooManyKeys(
            _("This organisation has %(most)s keys. Revoke one that is not needed any more.")
            % {"most": MOST_KEYS}
        )
    key = ApiKey.objects.create(
        organisation=organisation,
        label=name,
        prefix=prefix_of(token),
        digest=digest_of(token),
        scopes=wanted,
        created_by=by.person,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record("people.key_made", by=by, about=key, at=at)
    return key


@transaction.atomic
def rotate_key(key: ApiKey, *, token: str, by: Actor, at: datetime) -> ApiKey:
    """Replace a key by a new one with the same scopes and length; the old one works for seven more days.

    Raises PermissionDenied or KeyGone.
    """
    if not can_rotate_key(by, key, at):
        raise PermissionDenied
    old = held_key(key, at=at)
    new = ApiKey.objects.create(
        organisation=old.organisation,
        label=old.label,
        prefix=prefix_of(token),
        digest=digest_of(token),
        scopes=old.scopes,
        created_by=by.person or old.created_by,
        created_at=at,
        expires_at=at + (old.expires_at - old.created_at),
        replaces=old,
    )
    ApiKey.objects.filter(pk=old.pk).update(expires_at=min(old.expires_at, at + OVERLAP))
    record("people.key_rotated", by=by, about=new, at=at)
    return new


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Actor, at: datetime) -> ApiKey:
    """Make a key useless at once. Raises PermissionDenied or KeyGone."""
    if not can_keep_keys(by, key.organisation, at):
        raise PermissionDenied
    held = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if held.revoked_at:
        raise KeyGone(_("This key was revoked already."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    record("people.key_revoked", by=by, about=held, at=at)
    return held


@transaction.atomic
def use_key(token: str, *, at: datetime) -> ApiKey | None:
    """Return the key that a token opens, counted as used; None if it opens nothing. The token is the right.

    Raises TooManyCalls after 120 calls within a minute.
    """
    key = key_for(token, at=at)
    if key is None:
        return None
    if not counted(key, at=at):
        raise TooManyCalls(
            ngettext(
                "This key may call %(calls)s time in a minute. Wait a minute.",
                "This key may call %(calls)s times in a minute. Wait a minute.",
                CALLS_A_MINUTE,
            )
            % {"calls": CALLS_A_MINUTE}
        )
    if key.last_used_on != at.date():
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=at.date())
    return key


def actor_with(key: ApiKey) -> Actor:
    """Return who acts with a key: its organisation, and no person."""
    return Actor(right=Right.PROVIDER, channel=Channel.API, organisation=str(key.organisation.public_id))


def counted(key: ApiKey, *, at: datetime) -> bool:
    """Count one call; return whether the key had one left."""
    row = ApiKey.objects.filter(pk=key.pk)
    within = row.filter(counted_from__gt=at - MINUTE, counted__lt=CALLS_A_MINUTE)
    over = row.filter(Q(counted_from=None) | Q(counted_from__lte=at - MINUTE))
    # Each step is one statement. Of two first calls in a minute one begins it and the other must look again.
    return bool(
        within.update(counted=F("counted") + 1)
        or over.update(counted_from=at, counted=1)
        or within.update(counted=F("counted") + 1)
    )


def held_key(key: ApiKey, *, at: datetime) -> ApiKey:
    """Return a key as it is now, locked. Raises KeyGone if it ended or has a successor."""
    # Two rotations at the same moment must not make two successors.
    held = ApiKey.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=key.pk)
    if held.revoked_at or held.expires_at <= at or ApiKey.objects.filter(replaces=held).exists():
        raise KeyGone(_("This key has ended or was rotated already. Use the new one, or make another."))
    return held


def prefix_of(token: str) -> str:
    """Return the part of a token by which its key is found.

    Raises ValueError for a token of another form, which is a mistake in the code.
    """
    parts = FORM.fullmatch(token)
    if parts is None:
        raise ValueError("a token reads lc_<12 letters and digits>_<43 signs>")
    return parts["prefix"]


def checked_scopes(scopes: Iterable[str]) -> list[str]:
    """Return scopes in order; refuse none at all, and those that do not exist."""
    wanted = sorted(set(scopes))
    if not wanted or not known_scopes().issuperset(wanted):
        raise KeyParticularsWrong(
            _("Choose at least one thing that the key may do, out of the list."), field="scopes"
        )
    return wanted


def checked_label(label: str) -> str:
    """Return the label of a key; refuse an empty or long one."""
    tidy = " ".join(label.split())
    if not 1 <= len(tidy) <= 80 or not tidy.isprintable():
        raise KeyParticularsWrong(_("Say in at most 80 signs what the key is for."), field="label")
    return tidy


def checked_days(days: int) -> None:
    """Refuse a key without an end, or one that outlasts a year."""
    if not 1 <= days <= DAYS:
        raise KeyParticularsWrong(_("A key lasts between 1 and 365 days. Give the days."), field="days")
