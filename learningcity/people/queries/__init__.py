"""Questions about persons, log-ins, organisations, and who acts."""

from learningcity.people.queries.actors import actor_of, has_role, held_memberships, memberships_of
from learningcity.people.queries.logins import demo_logins, digest_of, open_invitation
from learningcity.people.queries.organisations import city_office, organisation_named

__all__ = [
    "actor_of",
    "city_office",
    "demo_logins",
    "digest_of",
    "has_role",
    "held_memberships",
    "memberships_of",
    "open_invitation",
    "organisation_named",
]
