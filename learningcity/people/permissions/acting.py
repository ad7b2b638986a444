"""Who may act for whom. The one answer for self, guardians and helpers that every room asks."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from learningcity.core.actors import Actor, Right
from learningcity.people.models import GuardianLimit, Guardianship, Mandate, Person, Purpose
from learningcity.people.queries.actors import held_memberships
from learningcity.people.queries.ages import MAJORITY, years_old
from learningcity.people.queries.ages import may_alone as child_may_alone


def is_own(by: Actor, person: Person) -> bool:
    """Whether somebody acts in their own matter: signed in as the person, and for nobody else."""
    own = str(person.public_id)
    return by.person == own and by.on_behalf_of in ("", own) and by.right is not Right.VISITOR


def can_act_for(by: Actor, person: Person, purpose: Purpose, at: datetime) -> bool:
    """Whether the actor may do this kind of act for the person, now.

    The person themselves: always; a minor only what the published ages and guardians' blocks leave.
    A guardian: for a minor (an official representative also for an adult), within the limits of a court.
    A helper: under a mandate from the person to the organisation for which they act, for a purpose that it
    names, while both the mandate and their role last. The operator and tasks: what was asked for before.
    """
    if by.is_operator:
        return True
    if not person.is_here:
        return False
    if is_own(by, person):
        return child_may_alone(person, purpose, at=at)
    if by.on_behalf_of != str(person.public_id):
        return False
    if by.right is Right.GUARDIAN:
        return guardian_may(by, person, purpose, at)
    return by.right is Right.MANDATE and helper_may(by, person, purpose, at)


def guardian_may(by: Actor, person: Person, purpose: Purpose, at: datetime) -> bool:
    """Whether a guardianship lets the actor do it: it holds, and no court limits it."""
    day = at.date()
    limits = GuardianLimit.objects.filter(in_force(day), guardianship=OuterRef("pk"), kind="court")
    held = Guardianship.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day),
        ~Exists(limits.filter(Q(purpose="") | Q(purpose=purpose))),
        child=person,
        guardian__public_id=by.person,
        ended_at=None,
        from_on__lte=day,
    )
    if is_adult(person, day):
        held = held.filter(role=Guardianship.Role.REPRESENTATIVE)
    return held.exists()


def helper_may(by: Actor, person: Person, purpose: Purpose, at: datetime) -> bool:
    """Whether a mandate for this purpose lets the actor do it, and the helper still has the role."""
    role = held_memberships(at=at).filter(organisation=OuterRef("organisation"), person__public_id=by.person)
    return Mandate.objects.filter(
        Exists(role),
        person=person,
        organisation__public_id=by.organisation,
        given_at__lte=at,
        ends_at__gt=at,
        ended_at=None,
        purposes__purpose=purpose,
    ).exists()


def in_force(day: date) -> Q:
    """Return the condition of a limit that holds on a day."""
    return Q(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day, lifted_at=None)


def is_adult(person: Person, day: date) -> bool:
    """Whether the person is of age; somebody whose birth date is not known is taken as an adult."""
    return person.born_on is None or years_old(person.born_on, day) >= MAJORITY
