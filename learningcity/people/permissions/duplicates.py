"""Who may see that two entries look like one person, make them one, and part them again."""

from datetime import datetime

from learningcity.core.actors import Actor
from learningcity.people.models import Membership, Merge, Person, Purpose
from learningcity.people.permissions.acting import can_act_for, is_own
from learningcity.people.queries.actors import has_role
from learningcity.people.queries.duplicates import has_roles, proved_second_account

AT_THE_DESK = (Membership.Role.DESK, Membership.Role.ADMINISTRATOR)


def can_see_duplicates(by: Actor, at: datetime) -> bool:
    """The city's staff at a desk, and its administrators. Nobody else learns that another entry exists."""
    return by.is_staff and not by.on_behalf_of and has_role(by, *AT_THE_DESK, at=at)


def can_notice_duplicates(by: Actor) -> bool:
    """Only the schedule looks through all entries."""
    return by.is_operator


def can_merge_at_desk(by: Actor, one: Person, other: Person, at: datetime) -> bool:
    """Staff of the desk, never with an entry of their own.

    Where an entry holds a role, only an administrator: a merge passes the role on.
    """
    if not can_see_duplicates(by, at) or by.person in (str(one.public_id), str(other.public_id)):
        return False
    return has_role(by, Membership.Role.ADMINISTRATOR, at=at) or not has_roles(one, other, at=at)


def can_say_second_account(by: Actor, person: Person, at: datetime) -> bool:
    """The person themselves, a minor from the published age on; no guardian and no helper for them."""
    return is_own(by, person) and can_act_for(by, person, Purpose.DATA, at)


def can_merge_own(by: Actor, kept: Person, dropped: Person, at: datetime) -> bool:
    """The person themselves, signed in to the entry that stays, who proved within the hour that the other is
    theirs."""
    return can_say_second_account(by, kept, at) and proved_second_account(kept, dropped, at=at) is not None


def can_merge(by: Actor, kept: Person, dropped: Person, at: datetime) -> bool:
    """The person with proof of both entries, or staff of the desk who saw it."""
    return can_merge_own(by, kept, dropped, at) or can_merge_at_desk(by, kept, dropped, at)


def can_undo_merge(by: Actor, merge: Merge, at: datetime) -> bool:
    """The person whose entries they are, or staff of the desk."""
    return is_own(by, merge.kept) or can_merge_at_desk(by, merge.kept, merge.dropped, at)
