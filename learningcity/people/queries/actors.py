"""Who acts: from a log-in, the role chosen and the person acted for, to the actor that every action takes."""

from datetime import date, datetime

from django.db.models import Case, Expression, Q, QuerySet, When

from learningcity.core.actors import Actor, Channel, Right, visitor
from learningcity.people.models import Acting, Login, Membership, Organisation
from learningcity.people.queries.ages import city_day

SELF = "self"
"""The hat of somebody who has a role and acts for themselves for now."""
HELPING_ROLES = (Membership.Role.ADMINISTRATOR, Membership.Role.DESK)
"""Roles in which one acts for persons who gave the organisation a mandate."""


def actor_of(
    login: object,
    *,
    channel: Channel = Channel.WEB,
    hat: str = "",
    acting: str = "",
    second_factor: bool = False,
    at: datetime,
) -> Actor:
    """Return the actor who a signed-in log-in is, or a visitor.

    `acting` is the public id of the open Acting that the session holds, `hat` the public id of the membership
    chosen ("" for the first one, SELF for none). Without a second factor nobody has a role. What no longer
    holds is left out: the log-in then acts for itself.
    """
    if not isinstance(login, Login) or not login.is_active or not login.person.is_here:
        return visitor(channel)
    if acting:
        found = open_acting(login, acting, at=at)
        if found and (second_factor or found.right == Right.GUARDIAN):
            return actor_for_another(login, found)
    person = str(login.person.public_id)
    membership = chosen_membership(login, hat, at=at) if second_factor and hat != SELF else None
    if membership is None:
        return Actor(right=Right.SELF, channel=channel, person=person, on_behalf_of=person)
    return Actor(
        right=Right.STAFF if membership.organisation.is_city else Right.PROVIDER,
        channel=channel,
        person=person,
        organisation=str(membership.organisation.public_id),
    )


def actor_for_another(login: Login, acting: Acting) -> Actor:
    """Return the actor who acts for the person of an open Acting."""
    return Actor(
        right=Right(acting.right),
        channel=Channel(acting.channel),
        person=str(login.person.public_id),
        on_behalf_of=str(acting.person.public_id),
        organisation=str(acting.organisation.public_id) if acting.organisation else "",
    )


def open_acting(login: Login, public_id: str, *, at: datetime) -> Acting | None:
    """Return the Acting of a log-in while it is open and the right behind it holds."""
    day = city_day(at)
    mandate_holds = Q(
        mandate__ended_at=None,
        mandate__given_at__lte=at,
        mandate__ends_at__gt=at,
        organisation__memberships__in=held_memberships(at=at).filter(
            person=login.person, role__in=HELPING_ROLES
        ),
    )
    guardianship_holds = Q(guardianship__ended_at=None, guardianship__from_on__lte=day) & (
        Q(guardianship__until_on=None) | Q(guardianship__until_on__gte=day)
    )
    return (
        Acting.objects.filter(mandate_holds | guardianship_holds, login=login, public_id=public_id)
        .filter(ended_at=None, ends_at__gt=at, person__state="active")
        .select_related("person", "organisation", "mandate", "guardianship")
        .distinct()
        .first()
    )


def held_memberships(*, at: datetime) -> "QuerySet[Membership]":
    """Return the memberships that hold at a moment."""
    return memberships_held_on(city_day(at))


def memberships_held_on(day: date | Expression) -> "QuerySet[Membership]":
    """Return the memberships that hold on a day."""
    return Membership.objects.filter(Q(until_on=None) | Q(until_on__gte=day), ended_at=None, from_on__lte=day)


def memberships_of(login: Login, *, at: datetime) -> "QuerySet[Membership]":
    """Return the roles that a log-in can take up, those of the city first."""
    held = held_memberships(at=at).filter(person=login.person).select_related("organisation")
    is_city = Case(When(organisation__kind=Organisation.Kind.CITY, then=0), default=1)
    return held.order_by(is_city, "pk")


def chosen_membership(login: Login, hat: str, *, at: datetime) -> Membership | None:
    """Return the membership of a hat, or the first one for no hat."""
    held = memberships_of(login, at=at)
    return (held.filter(public_id=hat) if hat else held).first()


def has_role(by: Actor, *roles: str, at: datetime) -> bool:
    """Return whether the actor holds one of these roles in the organisation for which they act."""
    if not by.person or not by.organisation:
        return False
    held = held_memberships(at=at).filter(
        person__public_id=by.person, organisation__public_id=by.organisation
    )
    return held.filter(role__in=roles).exists()
