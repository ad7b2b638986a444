"""A small city with everybody in it: one log-in for each part, and one thing of each kind to ask for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client

from learningcity.catalogue.models import Feedback, Programme
from learningcity.core.actors import Channel, Right
from learningcity.core.models import Draft, Message
from learningcity.people.middleware import ACTING
from learningcity.people.models import (
    Acting,
    ApiKey,
    Contact,
    Correction,
    GuardianLimit,
    Invitation,
    Membership,
    Merge,
    Organisation,
    Purpose,
)
from learningcity.people.models.guardian import GuardianInvitation
from learningcity.people.models.merge import SecondAccount
from tests.catalogue import factories as catalogue
from tests.enrolment.factories import enrolment, intake
from tests.people import factories as people

KINDS = (
    "visitor",
    "resident",
    "minor",
    "guardian",
    "helper",
    "teacher",
    "provider",
    "desk",
    "officer",
    "administrator",
)
"""Who asks: nobody signed in; a resident; a child with a log-in; a guardian acting for a child; a helper
acting under a mandate; a teacher and an administrator of a provider; at the city office a helper at the desk,
an officer and an administrator."""


@dataclass
class Everybody:
    """The city: a client for each kind, and what addresses are made of."""

    clients: dict[str, Client] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def a_city_with_everybody(at: datetime) -> Everybody:
    """Enter everybody. `at` is the real now: pages read the clock."""
    city = Everybody(clients={"visitor": Client()})
    office = people.city_office()
    school = people.organisation("River School")
    trust = people.organisation("Kettle Trust", Organisation.Kind.ASSOCIATION)
    for kind, organisation, role in (
        ("teacher", school, Membership.Role.TEACHER),
        ("provider", school, Membership.Role.ADMINISTRATOR),
        ("desk", office, Membership.Role.DESK),
        ("officer", office, Membership.Role.OFFICER),
        ("administrator", office, Membership.Role.ADMINISTRATOR),
    ):
        who = people.person(kind)
        people.member(who, organisation, role)
        city.clients[kind] = people.sign_in(Client(), people.login(who))
    resident, minor = people.person("resident"), people.person("minor", date(at.year - 12, 1, 1))
    for kind, who in (("resident", resident), ("minor", minor)):
        city.clients[kind] = people.sign_in(Client(), people.login(who), second_factor=False)
    stranger = people.person("stranger", date(1950, 1, 1))
    Contact.objects.create(person=stranger, changed_at=at)
    city.things |= {
        "office": office,
        "school": school,
        "trust": trust,
        "stranger": stranger,
        "resident": resident,
    }
    city.clients["guardian"] = acting_guardian(city, minor, at)
    city.clients["helper"] = acting_helper(city, trust, at)
    things_of_others(city, at)
    offers_of_others(city, at)
    places_of_others(city, at)
    return city


def offers_of_others(city: Everybody, at: datetime) -> None:
    """Enter an offer with a date that belongs to another organisation, and what somebody said of it."""
    provider = catalogue.ProviderFactory(organisation=city.things["other"])
    offer = catalogue.OfferFactory(provider=provider)
    series = catalogue.SeriesFactory(offer=offer)
    session = catalogue.SessionFactory(series=series, starts_at=at + timedelta(days=7))
    said = Feedback.objects.create(
        kind="error", offer=offer, words="The hall is closed.", language="en", sent_at=at
    )
    programme = Programme.objects.create(
        organisation=city.things["other"], title="Learning week", language="en", changed_at=at,
        from_on=at.date(), until_on=at.date(), is_published=True,
    )  # fmt: skip
    city.things |= {"programme": programme}
    city.things |= {"offer": offer, "series": series, "session": session, "feedback": said}


def things_of_others(city: Everybody, at: datetime) -> None:
    """Enter one thing of each kind that belongs to a stranger or to another organisation."""
    things, later = city.things, at + timedelta(days=5)
    stranger, other = things["stranger"], people.organisation("Elsewhere College")
    kid, member = people.child("stranger's child"), people.member(people.person("member"), other)
    asked = people.mandate(stranger, things["office"], given_at=at - timedelta(days=1))
    standing = people.guardianship(kid, stranger)
    same = people.person("stranger", date(1950, 1, 1))
    merge = Merge.objects.create(
        kept=stranger, dropped=people.person("merged", state="merged", merged_into=stranger),
        proof_of_kept="passport", proof_of_dropped="passport", merged_at=at, undo_until=later,
    )  # fmt: skip
    limit = GuardianLimit.objects.create(
        kind="court", child=kid, guardianship=standing, from_on=at.date(), set_at=at
    )
    invitation = Invitation.objects.create(
        organisation=other, role="teacher", digest="a" * 64, created_at=at, expires_at=later
    )
    invited = GuardianInvitation.objects.create(
        child=kid,
        email="x@example.org",
        role="parent",
        digest="b" * 64,
        invited_by="",
        created_at=at,
        expires_at=later,
    )
    key = ApiKey.objects.create(
        organisation=other,
        label="key",
        prefix="abc",
        digest="c" * 64,
        created_by="",
        created_at=at,
        expires_at=later,
    )
    draft = Draft.objects.create(
        owner=str(stranger.public_id),
        form="people.contact",
        data={},
        kept_by="",
        kept_at=at,
        expires_at=later,
    )
    correction = Correction.objects.create(
        person=stranger, what="name", wanted="x", asked_at=at, answer_by_on=later.date()
    )
    said = SecondAccount.objects.create(
        person=stranger,
        other=same,
        channel="mail",
        address="x@example.org",
        asked_at=at,
        code_expires_at=later,
    )
    letter = Message.objects.create(
        key="letter", template="people/messages/any", recipient=str(stranger.public_id), channel="letter",
        address="x", language="en", subject="x", body="x", state="sent", created_at=at, due_at=at, sent_at=at,
    )  # fmt: skip
    things |= {
        "other": other, "member": member, "asked": asked, "standing": standing, "same": same, "merge": merge,
        "limit": limit, "invitation": invitation, "invited": invited, "key": key, "draft": draft,
        "correction": correction, "said": said, "letter": letter, "kid": kid,
    }  # fmt: skip


def places_of_others(city: Everybody, at: datetime) -> None:
    """Enter the places of a run of another organisation, and the place of a stranger in it."""
    places = intake(city.things["series"], at=at)
    city.things |= {"intake": places, "place": enrolment(places, city.things["stranger"], at=at)}


def acting_guardian(city: Everybody, child: Any, at: datetime) -> Client:
    """Return the client of a guardian who acts for a child."""
    guardian = people.person("guardian")
    login = people.login(guardian)
    standing = people.guardianship(child, guardian)
    acting = Acting.objects.create(
        login=login, person=child, right=Right.GUARDIAN, channel=Channel.WEB, guardianship=standing,
        started_at=at, ends_at=at + timedelta(minutes=30),
    )  # fmt: skip
    city.things["guardianship"] = standing
    return people.sign_in(Client(), login, second_factor=False, **{ACTING: str(acting.public_id)})


def acting_helper(city: Everybody, trust: Organisation, at: datetime) -> Client:
    """Return the client of a helper who acts under a mandate for every purpose there is."""
    helper, helped = people.person("helper"), people.person("helped", date(1950, 1, 1))
    login = people.login(helper)
    people.member(helper, trust, Membership.Role.DESK)
    purposes = [purpose for purpose in Purpose if purpose != Purpose.VOTE]
    mandate = people.mandate(helped, trust, purposes, given_at=at - timedelta(days=1))
    acting = Acting.objects.create(
        login=login, person=helped, right=Right.MANDATE, channel=Channel.DESK, mandate=mandate,
        organisation=trust, started_at=at, ends_at=at + timedelta(minutes=30),
    )  # fmt: skip
    city.things |= {"mandate": mandate, "helped": helped}
    return people.sign_in(Client(), login, **{ACTING: str(acting.public_id)})
