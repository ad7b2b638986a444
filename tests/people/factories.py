"""People for tests: defaults that are valid, and actors for every right."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from learningcity.core.actors import Actor, Channel, Right
from learningcity.people.models import (
    Guardianship,
    Login,
    Mandate,
    Membership,
    Organisation,
    Person,
    Purpose,
)

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "three quiet lamps"
METHODS = [{"method": "password", "at": 1.0}, {"method": "mfa", "type": "totp", "at": 2.0}]

_numbers = count(1)


def person(name="Rosa Rivers", born_on=date(1980, 5, 17), at=AT, **fields):
    """Return a person without a log-in."""
    return Person.objects.create(name=name, born_on=born_on, created_at=at, **fields)


def child(name="Kit Rivers", born_on=date(2014, 5, 17), **fields):
    """Return a child of twelve."""
    return person(name, born_on, **fields)


def login(who=None, email="", at=AT):
    """Return a log-in with PASSWORD for a person."""
    who = who or person()
    made = Login(email=email or f"resident{next(_numbers)}@example.org", person=who, created_at=at)
    made.set_password(PASSWORD)
    made.save()
    return made


def organisation(name="River School", kind=Organisation.Kind.EDUCATION, at=AT, **fields):
    """Return an organisation."""
    return Organisation.objects.create(name=name, kind=kind, created_at=at, **fields)


def city_office(name="City office"):
    """Return a part of the city."""
    return organisation(name, Organisation.Kind.CITY)


def member(who=None, of=None, role=Membership.Role.ADMINISTRATOR, from_on=date(2026, 1, 1), **fields):
    """Return a role of a person in an organisation."""
    return Membership.objects.create(
        person=who or person("Ada Officer"),
        organisation=of or city_office(),
        role=role,
        from_on=from_on,
        **fields,
    )


def guardianship(of, guardian, role=Guardianship.Role.PARENT, from_on=date(2026, 1, 1), at=AT, **fields):
    """Return that a person stands for a child."""
    return Guardianship.objects.create(
        child=of, guardian=guardian, role=role, from_on=from_on, created_at=at, **fields
    )


def mandate(of, to, purposes=(Purpose.PLACES,), days=31, given_at=AT, ends_at=None, **fields):
    """Return a mandate that a person gave to an organisation."""
    made = Mandate.objects.create(
        person=of,
        organisation=to,
        way=Mandate.Way.SCREEN,
        days=days,
        asked_at=given_at,
        given_at=given_at,
        ends_at=ends_at or given_at + timedelta(days=days),
        **fields,
    )
    made.purposes.bulk_create([made.purposes.model(mandate=made, purpose=purpose) for purpose in purposes])
    return made


def as_self(who, channel=Channel.WEB):
    """Return the actor of somebody in their own matter."""
    own = str(who.public_id)
    return Actor(right=Right.SELF, channel=channel, person=own, on_behalf_of=own)


def as_guardian(guardian, of, channel=Channel.WEB):
    """Return the actor of a guardian who acts for a child."""
    return Actor(
        right=Right.GUARDIAN, channel=channel, person=str(guardian.public_id), on_behalf_of=str(of.public_id)
    )


def as_helper(helper, of, organisation, channel=Channel.DESK):
    """Return the actor of a helper who acts for a person under a mandate."""
    return Actor(
        right=Right.MANDATE,
        channel=channel,
        person=str(helper.public_id),
        on_behalf_of=str(of.public_id),
        organisation=str(organisation.public_id),
    )


def as_member(membership, channel=Channel.WEB):
    """Return the actor of a member of staff or of a provider."""
    return Actor(
        right=Right.STAFF if membership.organisation.is_city else Right.PROVIDER,
        channel=channel,
        person=str(membership.person.public_id),
        organisation=str(membership.organisation.public_id),
    )


def sign_in(client, who, *, second_factor=True, **session_values):
    """Sign a log-in in at a test client, with a second factor unless told otherwise; return the client."""
    client.force_login(who, backend="learningcity.people.adapters.backends.LoginBackend")
    session = client.session
    session["account_authentication_methods"] = METHODS if second_factor else METHODS[:1]
    session["account_authentication_methods_user"] = str(who.pk)
    session.update(session_values)
    session.save()
    return client
