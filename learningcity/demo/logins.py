"""The log-ins of the demonstration, one for each part that somebody can play. Their passwords are public."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Actor, Channel, Right
from learningcity.people.actions import give_role, open_demo_login
from learningcity.people.actions.mandates import give_mandate
from learningcity.people.actions.organisations import open_city_office
from learningcity.people.actions.synthetic import SyntheticResident, enter_synthetic_residents, synthetic_id
from learningcity.people.models import Login, Mandate, Membership, Organisation, Person, Purpose
from learningcity.people.queries import city_office, organisation_named

PASSWORD = "a lamp in every street"  # noqa: S105 - public, for the demonstration only
TOTP_SECRET = "LEARNINGCITYDEMO"  # noqa: S105 - public too; base 32
HELPERS, PROVIDER = "Brass Kettle Community Trust", "Amber Lantern Adult Learning"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody to play: the key of the invented person, the role if any, and what to try."""

    key: str
    name: str
    born_on: date
    what: object
    organisation: str = ""
    role: str = ""
    guardians: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@demo.learningcity.example"


CITY = "city"
PARTS = (
    Part("resident", "Demo Resident", date(1988, 3, 14), _("a resident")),
    Part("parent", "Demo Parent", date(1984, 7, 2), _("a parent, who acts for two children")),
    Part(
        "young",
        "Demo Young Person",
        date(2010, 2, 20),
        _("a young person of sixteen, with a parent as guardian"),
        guardians=("parent",),
    ),
    Part(
        "helper",
        "Demo Helper",
        date(1979, 11, 5),
        _("a helper of an association, to whom residents gave mandates"),
        HELPERS,
        Membership.Role.DESK,
    ),
    Part("desk", "Demo Librarian", date(1991, 6, 30), _("a librarian at a desk"), CITY, Membership.Role.DESK),
    Part(
        "officer",
        "Demo Officer",
        date(1975, 1, 9),
        _("an officer who runs the city's node"),
        CITY,
        Membership.Role.ADMINISTRATOR,
    ),
    Part(
        "provider",
        "Demo Provider",
        date(1982, 9, 17),
        _("the administrator of a provider"),
        PROVIDER,
        Membership.Role.ADMINISTRATOR,
    ),
    Part(
        "planner",
        "Demo Planner",
        date(1986, 10, 12),
        _("an officer who plans and answers corrections"),
        CITY,
        Membership.Role.OFFICER,
    ),
    Part(
        "editor",
        "Demo Editor",
        date(1990, 2, 8),
        _("an editor of a provider's offers"),
        PROVIDER,
        Membership.Role.EDITOR,
    ),
    Part("teacher", "Demo Teacher", date(1993, 4, 25), _("a teacher"), PROVIDER, Membership.Role.TEACHER),
)
CHILDREN = (
    ("child-one", "Demo Child One", date(2015, 5, 8)),
    ("child-two", "Demo Child Two", date(2019, 10, 3)),
)
HELPED = (
    ("helped-one", "Demo Neighbour One", date(1947, 8, 21)),
    ("helped-two", "Demo Neighbour Two", date(1955, 12, 1)),
)
LASTING = (Mandate.Days.MONTH, Mandate.Days.YEAR)
ALLOWED = (
    (Purpose.CONTACT, Purpose.PLACES, Purpose.ACCOUNT),
    (Purpose.CONTACT, Purpose.PLACES, Purpose.RECORD, Purpose.DATA),
)


def open_logins(*, by: Actor, at: datetime) -> list[Login]:
    """Enter the persons of all parts with their log-ins and roles; who is there already stays."""
    enter_synthetic_residents(persons(), by=by, at=at)
    office = city_office() or open_city_office(by=by, at=at)
    logins = [open_part(part, office, by=by, at=at) for part in PARTS]
    give_mandates(at=at)
    return logins


def persons() -> list[SyntheticResident]:
    """Return everybody who has a part, their children, and the neighbours who are helped."""
    parts = [
        SyntheticResident(part.key, part.name, part.born_on, "mail", part.email, guardians=part.guardians)
        for part in PARTS
    ]
    children = [
        SyntheticResident(key, name, born_on, guardians=("parent",)) for key, name, born_on in CHILDREN
    ]
    helped = [SyntheticResident(key, name, born_on) for key, name, born_on in HELPED]
    return [*parts, *children, *helped]


def open_part(part: Part, office: Organisation, *, by: Actor, at: datetime) -> Login:
    """Open the log-in of a part and give it its role, with a second factor where it has one."""
    person = synthetic_person(part.key)
    secret = TOTP_SECRET if part.role else ""
    login = open_demo_login(
        email=part.email,
        name=part.name,
        password=PASSWORD,
        totp_secret=secret,
        person=person,
        by=by,
        at=at,
    )
    if part.role:
        organisation = office if part.organisation == CITY else organisation_named(part.organisation)
        if organisation:
            give_role(person, organisation, part.role, from_on=at.date(), by=by, at=at)
    return login


def give_mandates(*, at: datetime) -> None:
    """Let the neighbours who are helped say so themselves: one for a month, one for a year."""
    helpers = organisation_named(HELPERS)
    if helpers is None:
        return
    for (key, _name, _born_on), days, purposes in zip(HELPED, LASTING, ALLOWED, strict=True):
        person = synthetic_person(key)
        if not person.mandates.exists():
            own = str(person.public_id)
            self_ = Actor(right=Right.SELF, channel=Channel.DESK, person=own, on_behalf_of=own)
            give_mandate(person, helpers, purposes=purposes, days=days, by=self_, at=at)


def synthetic_person(key: str) -> Person:
    """Return somebody invented by the key."""
    return Person.objects.get(public_id=synthetic_id(key))
