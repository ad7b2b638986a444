"""Questions about acting for another person."""

from dataclasses import dataclass
from datetime import datetime, time

from learningcity.core.actors import Right
from learningcity.people.models import Acting, Login, Lookup, Mandate, Person
from learningcity.people.queries.ages import city_zone
from learningcity.people.queries.lookups import LOOKUP_OPENS
from learningcity.people.queries.mandates import waiting


@dataclass(frozen=True, slots=True)
class Bar:
    """What is always in sight while somebody acts for another person."""

    person: Person
    channel: str
    is_helper: bool
    ends: time

    @property
    def birth_year(self) -> int | None:
        """The year of birth, if known."""
        return self.person.born_on.year if self.person.born_on else None


def bar_of(acting: Acting) -> Bar:
    """Return what the acting bar says, its end on the city's clock."""
    ends = acting.ends_at.astimezone(city_zone()).timetz()
    return Bar(acting.person, acting.channel, acting.right == Right.MANDATE, ends)


def acting_named(login: Login, public_id: str) -> Acting | None:
    """Return an Acting of a log-in, open or over."""
    return Acting.objects.filter(login=login, public_id=public_id).select_related("person").first()


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A person whose page a helper has open for a reason, and until when."""

    person: Person
    until: time


def open_pages(looked_by: str, organisation: str, *, at: datetime) -> list[OpenPage]:
    """Return the persons whose page a helper has open, the newest first, each once."""
    rows = (
        Lookup.objects.filter(
            looked_by=looked_by,
            organisation__public_id=organisation,
            person__state=Person.State.ACTIVE,
            at__gt=at - LOOKUP_OPENS,
            at__lte=at,
        )
        .select_related("person")
        .order_by("-at", "-pk")
    )
    newest: dict[int, Lookup] = {}
    for row in rows:
        newest.setdefault(row.person_id, row)  # type: ignore[arg-type]
    zone = city_zone()
    return [
        OpenPage(row.person, (row.at + LOOKUP_OPENS).astimezone(zone).timetz())  # type: ignore[arg-type]
        for row in newest.values()
    ]


def asked_and_waiting(asked_by: str, organisation: str, *, at: datetime) -> list[Mandate]:
    """Return the mandates that a helper asked for and that wait for an answer, the oldest first."""
    found = Mandate.objects.filter(waiting(at), asked_by=asked_by, organisation__public_id=organisation)
    return list(found.select_related("person").order_by("asked_at", "pk")[:50])
