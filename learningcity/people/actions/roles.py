"""What can be done with roles: given, prolonged, left, ended, used, and let lapse."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.messages import notify
from learningcity.people.actions.organisations import give_role, locked
from learningcity.people.models import Membership, Organisation, Person
from learningcity.people.permissions.roles import (
    can_give_role,
    can_keep_roles,
    can_leave_role,
    can_note_use,
    can_prolong_role,
    can_see_everyones_roles,
    roles_for,
)
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.organisations import able_administrators
from learningcity.people.queries.roles import (
    WARNED_BEFORE,
    idle_since,
    lapses_on,
    roles_over,
    roles_to_lapse,
    roles_to_warn_of,
)

Ending = Membership.Ending
TOGETHER = 500


class LastAdministrator(Refused):
    """The organisation would have nobody who keeps its roles."""

    code = "last_administrator"


class RoleGone(Refused):
    """The role has ended in the meantime."""

    code = "role_gone"


class RoleNotHere(Refused):
    """This kind of organisation has no such role."""

    code = "role_not_here"


class EndTooEarly(Refused):
    """A role cannot end before it begins, or before today."""

    code = "end_too_early"


@transaction.atomic
def appoint_member(
    person: Person,
    organisation: Organisation,
    role: str,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Membership:
    """Give somebody a role in an organisation, from today unless a later day is given.

    Raises PermissionDenied, RoleNotHere or EndTooEarly. Who is not yet a member is invited instead: nobody
    gets a role without knowing.
    """
    if not can_give_role(by, organisation, at):
        raise PermissionDenied
    checked_role(organisation, role)
    start = max(from_on or city_day(at), city_day(at))
    checked_end(until_on, start)
    return give_role(person, organisation, role, from_on=start, until_on=until_on, by=by, at=at)


@transaction.atomic
def prolong_role(membership: Membership, *, until_on: date | None, by: Actor, at: datetime) -> Membership:
    """Set the last day of a role, earlier or later; None for no end.

    Raises PermissionDenied, RoleGone, EndTooEarly or LastAdministrator.
    """
    if not can_prolong_role(by, membership, at):
        raise PermissionDenied
    held = open_role(membership)
    checked_end(until_on, max(held.from_on, city_day(at)))
    is_shorter = until_on is not None and (held.until_on is None or until_on < held.until_on)
    if until_on is not None and is_shorter:
        keep_an_administrator(held, until=until_on, at=at)
    held.until_on = until_on
    held.lapse_warned_on = None
    held.save(update_fields=["until_on", "lapse_warned_on"])
    record("people.role_prolonged", by=by, about=held, at=at)
    return held


@transaction.atomic
def end_role(membership: Membership, *, by: Actor, at: datetime) -> Membership:
    """End somebody's role now. Raises PermissionDenied, RoleGone or LastAdministrator."""
    if not can_give_role(by, membership.organisation, at):
        raise PermissionDenied
    return close_role(membership, Ending.ENDED, by=by, at=at)


@transaction.atomic
def leave_role(membership: Membership, *, by: Actor, at: datetime) -> Membership:
    """Give up a role of one's own. Raises PermissionDenied, RoleGone or LastAdministrator."""
    if not can_leave_role(by, membership):
        raise PermissionDenied
    return close_role(membership, Ending.LEFT, by=by, at=at)


@transaction.atomic
def end_roles_of(person: Person, *, ending: str = Ending.ERASED, by: Actor, at: datetime) -> int:
    """End every role of a person; return how many. Called by actions that have checked the right.

    Raises LastAdministrator: an organisation must be handed over first.
    """
    open_ones = Membership.objects.filter(person=person, ended_at=None)
    # Always in the same order, so that two persons who leave at once cannot wait for each other.
    rows = list(open_ones.select_related("organisation").order_by("organisation_id", "pk"))
    for membership in rows:
        close_role(membership, ending, by=by, at=at)
    return len(rows)


@transaction.atomic
def note_role_used(membership: Membership, *, by: Actor, at: datetime) -> None:
    """Remember that a role is used, once a day, so that it does not lapse. Raises PermissionDenied."""
    if not can_note_use(by, membership):
        raise PermissionDenied
    day = city_day(at)
    if membership.last_used_on != day:
        open_ones = Membership.objects.filter(pk=membership.pk, ended_at=None)
        open_ones.exclude(last_used_on=day).update(last_used_on=day)
        # Who was warned that the role lapses has now used it; a warning of its last day stands.
        idle = open_ones.filter(lapse_warned_on__isnull=False)
        idle.exclude(until_on__lte=day + WARNED_BEFORE).update(lapse_warned_on=None)


@transaction.atomic
def note_roles_downloaded(*, by: Actor, at: datetime) -> None:
    """Write into the trail that somebody takes away the list of everyone's roles. Raises PermissionDenied."""
    if not can_see_everyones_roles(by, at):
        raise PermissionDenied
    record("people.roles_downloaded", by=by, at=at)


@transaction.atomic
def warn_of_ending_roles(*, by: Actor, at: datetime) -> int:
    """Tell holders 30 days before that their role ends, or lapses unless it is used; return how many.

    Raises PermissionDenied for anybody but the schedule.
    """
    if not can_keep_roles(by):
        raise PermissionDenied
    rows = list(roles_to_warn_of(at=at)[:TOGETHER])
    for membership in rows:
        warn(membership, by=by, at=at)
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(lapse_warned_on=city_day(at))
    return len(rows)


def warn(membership: Membership, *, by: Actor, at: datetime) -> None:
    """Write to the holder of a role that ends or lapses, whichever comes first."""
    lapse = lapses_on(membership)
    # Nobody loses a role sooner than 30 days after the warning, however late the schedule ran.
    lapse = max(lapse, city_day(at) + WARNED_BEFORE)
    ends = membership.until_on is not None and membership.until_on <= lapse
    notify(
        membership.person,
        "people/messages/role_ends" if ends else "people/messages/role_lapses",
        {
            "role": membership.get_role_display(),
            "organisation": membership.organisation.name,
            "day": membership.until_on if ends else lapse,
        },
        key=f"people.role_warning:{membership.public_id}:{city_day(at)}",
        by=by,
        at=at,
    )


@transaction.atomic
def close_roles_over(*, by: Actor, at: datetime) -> int:
    """Mark the roles whose last day is over; return how many. They have not counted since that day.

    Raises PermissionDenied for anybody but the schedule.
    """
    if not can_keep_roles(by):
        raise PermissionDenied
    return mark_ended(roles_over(at=at)[:TOGETHER], Ending.OVER, by=by, at=at)


@transaction.atomic
def let_roles_lapse(*, by: Actor, at: datetime) -> int:
    """End the roles that were not used for 180 days, never that of a last administrator; return how many.

    Raises PermissionDenied for anybody but the schedule.
    """
    if not can_keep_roles(by):
        raise PermissionDenied
    lapsed = 0
    for membership in roles_to_lapse(at=at)[:TOGETHER]:
        locked(membership.organisation)
        # It may have been used while we waited.
        still_idle = idle_since().filter(pk=membership.pk, last_used_on=membership.last_used_on).exists()
        if still_idle and not is_last_administrator(membership, until=city_day(at), at=at):
            lapsed += mark_ended([membership], Ending.LAPSED, by=by, at=at)
    return lapsed


def close_role(membership: Membership, ending: str, *, by: Actor, at: datetime) -> Membership:
    """End a role, unless nobody would administer then. Called by actions that have checked the right."""
    held = open_role(membership)
    keep_an_administrator(held, until=city_day(at), at=at)
    mark_ended([held], ending, by=by, at=at)
    held.refresh_from_db()
    return held


def mark_ended(memberships: Iterable[Membership], ending: str, *, by: Actor, at: datetime) -> int:
    """Write that roles have ended, and why; return how many."""
    rows = list(memberships)
    for membership in rows:
        Membership.objects.filter(pk=membership.pk).update(ended_at=at, ending=ending)
        record(f"people.role_{ending}", by=by, about=membership, at=at)
    return len(rows)


def open_role(membership: Membership) -> Membership:
    """Return a role as it is now, its organisation locked. Raises RoleGone if it has ended."""
    # Two administrators who leave at the same moment must not both see the other one stay.
    organisation = locked(membership.organisation)
    found = Membership.objects.filter(pk=membership.pk, ended_at=None).select_related("person").first()
    if found is None:
        raise RoleGone(_("This role has ended already. See who has which role now."))
    found.organisation = organisation
    return found


def keep_an_administrator(membership: Membership, *, until: date, at: datetime) -> None:
    """Refuse what would leave an organisation without an administrator after a day."""
    if is_last_administrator(membership, until=until, at=at):
        raise LastAdministrator(
            _(
                "%(organisation)s would have no administrator any more. Make somebody else an administrator "
                "first."
            )
            % {"organisation": membership.organisation.name}
        )


def is_last_administrator(membership: Membership, *, until: date, at: datetime) -> bool:
    """Return whether nobody but its holder would administer the organisation after a day."""
    day = city_day(at)
    if membership.role != Membership.Role.ADMINISTRATOR or membership.from_on > day:
        return False
    if membership.until_on is not None and membership.until_on < day:
        return False
    others = able_administrators(at=at).filter(organisation=membership.organisation)
    others = others.exclude(person=membership.person)
    return not (others.filter(until_on=None) | others.filter(until_on__gte=until)).exists()


def checked_role(organisation: Organisation, role: str) -> None:
    """Refuse a role that this kind of organisation does not have."""
    if role not in [known.value for known in roles_for(organisation)]:
        raise RoleNotHere(
            _("%(organisation)s has no such role. Choose one of the list.")
            % {"organisation": organisation.name},
            field="role",
        )


def checked_end(until_on: date | None, start: date) -> None:
    """Refuse a last day before the first one."""
    if until_on is not None and until_on < start:
        raise EndTooEarly(
            _("The last day is before the first one. Give a day from %(day)s on.")
            % {"day": start.isoformat()},
            field="until_on",
        )
