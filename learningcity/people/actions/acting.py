"""What can be done with acting for another person: begin, end, and hold the right while an act runs."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import UUIDField
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor, Channel, Right
from learningcity.core.audit import record
from learningcity.core.prepared import Asked, Question
from learningcity.core.refusals import Refused
from learningcity.people.models import Acting, Guardianship, Login, Mandate
from learningcity.people.permissions.starting import can_stand_for, can_start_under
from learningcity.people.queries.actors import actor_for_another

MANDATE_SESSION = timedelta(minutes=30)
GUARDIAN_SESSION = timedelta(hours=2)
HELPER_CHANNELS = (Channel.DESK, Channel.PHONE, Channel.PAPER)


class ChannelUnknown(Refused):
    """A helper has to say how the person's wish reached them."""

    code = "channel_unknown"


@transaction.atomic
def start_acting(
    login: Login,
    *,
    mandate: Mandate | None = None,
    guardianship: Guardianship | None = None,
    channel: Channel,
    by: Actor,
    at: datetime,
) -> Acting:
    """Begin to act for the person of a mandate or of a guardianship; whoever was acted for before is left.

    Give one of the two. Raises PermissionDenied, or ChannelUnknown for no way to reach a helper.
    """
    # Two tabs at the same moment: the second one waits, and ends what the first one began.
    login = Login.objects.select_for_update(of=("self",)).select_related("person").get(pk=login.pk)
    if mandate is not None:
        if not can_start_under(by, login, mandate, at):
            raise PermissionDenied
        return begun(login, mandate=mandate, channel=checked_channel(channel), at=at)
    if guardianship is None or not can_stand_for(by, login, guardianship, at):
        raise PermissionDenied
    return begun(login, guardianship=guardianship, channel=Channel.WEB, at=at)


def begun(
    login: Login,
    *,
    mandate: Mandate | None = None,
    guardianship: Guardianship | None = None,
    channel: Channel,
    at: datetime,
) -> Acting:
    """Write who acts for whom from now on; called when the right to do so was checked."""
    left(login, at=at)
    lasts = MANDATE_SESSION if mandate else GUARDIAN_SESSION
    acting = Acting.objects.create(
        login=login,
        person=mandate.person if mandate else guardianship.child,  # type: ignore[union-attr]
        right=Right.MANDATE if mandate else Right.GUARDIAN,
        channel=channel,
        organisation=mandate.organisation if mandate else None,
        mandate=mandate,
        guardianship=guardianship,
        started_at=at,
        ends_at=min(at + lasts, mandate.ends_at) if mandate and mandate.ends_at else at + lasts,
    )
    record("people.acting_started", by=actor_for_another(login, acting), about=acting, at=at)
    return acting


def checked_channel(channel: Channel) -> Channel:
    """Refuse what is no way for a person to reach a helper."""
    if channel not in HELPER_CHANNELS:
        raise ChannelUnknown(
            _("Say whether the person is at the desk, on the phone, or wrote on paper."), field="channel"
        )
    return channel


@transaction.atomic
def stop_acting(login: Login, *, by: Actor, at: datetime) -> Acting | None:
    """End acting for somebody; return what was ended, None when its time was over before.

    Raises PermissionDenied for another's log-in.
    """
    if by.person != str(login.person.public_id):
        raise PermissionDenied
    return left(Login.objects.select_for_update(of=("self",)).get(pk=login.pk), at=at)


def left(login: Login, *, at: datetime) -> Acting | None:
    """End what a log-in has open; called with the log-in locked."""
    acting = (
        Acting.objects.filter(login=login, ended_at=None).select_related("person", "organisation").first()
    )
    if acting is None:
        return None
    is_over = acting.ends_at <= at
    acting.ended_at = min(at, acting.ends_at)
    acting.save(update_fields=["ended_at"])
    record("people.acting_ended", by=actor_for_another(login, acting), about=acting, at=at)
    return None if is_over else acting


def hold_right(by: Actor) -> None:
    """Keep the mandates, or the guardianship, of an actor from being ended before the act is written.

    Called first in an action, inside its transaction, by whoever acts for another: an end that comes while
    the act runs waits for it, an end that came before is seen by the permission asked afterwards.
    """
    if by.right is Right.MANDATE:
        HOLD_MANDATES.is_true(person=by.on_behalf_of, organisation=by.organisation)
    elif by.right is Right.GUARDIAN:
        HOLD_GUARDIANSHIP.is_true(person=by.on_behalf_of, guardian=by.person)


HOLD_MANDATES = Question(
    lambda: Mandate.objects.filter(
        person__public_id=Asked("person", UUIDField()),
        organisation__public_id=Asked("organisation", UUIDField()),
        ended_at=None,
    ),
    locks=True,
)
HOLD_GUARDIANSHIP = Question(
    lambda: Guardianship.objects.filter(
        child__public_id=Asked("person", UUIDField()),
        guardian__public_id=Asked("guardian", UUIDField()),
        ended_at=None,
    ),
    locks=True,
)
