"""Who may act for whom. The one answer for self, guardians and helpers that every room asks."""

from datetime import datetime

from django.db.models import (
    BigAutoField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
)

from learningcity.core.actors import Actor, Right
from learningcity.core.prepared import Asked, Question
from learningcity.people.models import GuardianLimit, Guardianship, Mandate, Person, Purpose
from learningcity.people.queries.actors import HELPING_ROLES, memberships_held_on
from learningcity.people.queries.ages import (
    city_day,
    in_force,
    is_blocked,
    is_of_age,
)
from learningcity.people.queries.ages import may_alone as child_may_alone
from learningcity.people.queries.guardians import held_guardianships

OWN_RIGHTS = (Right.SELF, Right.STAFF, Right.PROVIDER)
"""Rights under which somebody may act in their own matter: a role does not take one's own rights away."""


def is_own(by: Actor, person: Person) -> bool:
    """Whether somebody acts in their own matter: signed in as the person, and for nobody else."""
    own = str(person.public_id)
    return by.person == own and by.on_behalf_of in ("", own) and by.right in OWN_RIGHTS


def can_act_for(by: Actor, person: Person, purpose: Purpose, at: datetime) -> bool:
    """Whether the actor may do this kind of act for the person, now.

    The person themselves: always; a minor only what the published ages and guardians' blocks leave.
    A guardian: for a minor (an official representative also for an adult), within the limits of a court;
    never to vote, which nobody does for another.
    A helper: under a mandate from the person to the organisation for which they act, for a purpose that it
    names, while both the mandate and their role last; for a minor never what a guardian blocked.
    The operator and tasks: what was asked for before.
    """
    if by.is_operator:
        return True
    if not person.is_here:
        return False
    if is_own(by, person):
        return child_may_alone(person, purpose, at=at)
    if not by.person or by.on_behalf_of != str(person.public_id):
        return False
    if by.right is Right.GUARDIAN:
        return guardian_may(by, person, purpose, at)
    return by.right is Right.MANDATE and helper_may(by, person, purpose, at)


def guardian_may(by: Actor, person: Person, purpose: Purpose, at: datetime) -> bool:
    """Whether a guardianship lets the actor do it: it holds, no court limits it, and it is not to vote."""
    return purpose != Purpose.VOTE and stands_for(by, person, purpose, at)


def stands_for(by: Actor, person: Person, purpose: Purpose | None, at: datetime) -> bool:
    """Whether the actor is a guardian of the person whom no court limits for this purpose; None: in nothing.

    The limit of a court holds against the guardian, whichever of their guardianships it was set on: being
    entered anew does not lift it.
    """
    limits = GuardianLimit.objects.filter(
        in_force(city_day(at)),
        kind=GuardianLimit.Kind.COURT,
        guardianship__child=OuterRef("child"),
        guardianship__guardian=OuterRef("guardian"),
    )
    if purpose is not None:
        limits = limits.filter(purpose__in=("", purpose))
    held = held_guardianships(at=at).filter(
        ~Exists(limits), child=person, guardian__public_id=by.person, guardian__state=Person.State.ACTIVE
    )
    if is_of_age(person, at):
        held = held.filter(role=Guardianship.Role.REPRESENTATIVE)
    return held.exists()


def helper_may(by: Actor, person: Person, purpose: Purpose, at: datetime) -> bool:
    """Whether a mandate for this purpose lets the actor do it, and the helper still has the role.

    What was allowed before the person came of age counts no more: it was a guardian's or a child's word.
    """
    if not by.organisation:
        return False
    values = {"person": person.pk, "organisation": by.organisation, "helper": by.person, "purpose": purpose}
    # The day of UTC: the city's would cost every act of a helper a question more.
    if not MANDATE_HELD.is_true(**values, at=at, day=at.date()):
        return False
    return is_of_age(person, at) or not is_blocked(person, purpose, city_day(at))


def mandates_held() -> "QuerySet[Mandate]":
    """Return the mandates under which a helper may act, with places for who, for whom, what for and when."""
    at = Asked("at", DateTimeField())
    role = memberships_held_on(Asked("day", DateField())).filter(
        organisation=OuterRef("organisation"),
        person__public_id=Asked("helper", UUIDField()),
        role__in=HELPING_ROLES,
    )
    return Mandate.objects.filter(
        Q(person__came_of_age_at=None) | Q(given_at__gte=F("person__came_of_age_at")),
        Exists(role),
        person=Asked("person", BigAutoField()),
        organisation__public_id=Asked("organisation", UUIDField()),
        given_at__lte=at,
        ends_at__gt=at,
        ended_at=None,
        purposes__purpose=Asked("purpose", CharField()),
    )


MANDATE_HELD = Question(mandates_held)
