"""What the desk shows of one person: what they allow, what was done for them today."""

from dataclasses import dataclass
from datetime import datetime, time

from learningcity.core.audit.words import words_for
from learningcity.people.models import Contact, Mandate, Person
from learningcity.people.queries.ages import city_zone
from learningcity.people.queries.history_words import CHANNELS
from learningcity.people.queries.lookups import Hit, done_for, hit
from learningcity.people.queries.mandates import Allowed, mandates_of, what_is_allowed


@dataclass(frozen=True, slots=True)
class Done:
    """One act of today: when on the city's clock, what, through which channel."""

    at: time
    what: object
    channel: object


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The page of a person as a helper of one organisation sees it."""

    person: Person
    hit: Hit
    contact: Contact | None
    mandates: list[Mandate]
    others: list[Mandate]
    allowed: list[Allowed]
    done: list[Done]

    @property
    def can_start(self) -> bool:
        """Whether a mandate holds under which the helper can act."""
        return any(mandate.given_at for mandate in self.mandates)


def page_of(person: Person, *, helper: str, organisation: str, at: datetime) -> DeskPage:
    """Return what a helper of an organisation sees of a person whose page is open."""
    found = list(mandates_of(person, at=at))
    mine = [mandate for mandate in found if str(mandate.organisation.public_id) == organisation]
    return DeskPage(
        person=person,
        hit=hit(person),
        contact=getattr(person, "contact", None),
        mandates=mine,
        others=[mandate for mandate in found if mandate not in mine],
        allowed=what_is_allowed(mine),
        done=done_today(person, helper=helper, at=at),
    )


def done_today(person: Person, *, helper: str, at: datetime) -> list[Done]:
    """Return what a helper did for a person since midnight on the city's clock."""
    zone = city_zone()
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Done(line.at.astimezone(zone).timetz(), words_for(line.action), CHANNELS.get(line.channel, ""))
        for line in done_for(person, helper=helper, since=midnight)
    ]
