"""For whom a page of places works: the reader in their own matter, their children, the person acted for."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.core.actors import Actor, Right
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.permissions.places import can_take_places
from learningcity.enrolment.queries.families import Candidate, candidates
from learningcity.enrolment.queries.offered import Standing, standing_of
from learningcity.people.models import Person
from learningcity.people.permissions import is_own


def in_own_matter(by: Actor) -> Actor:
    """Return the actor as a resident: who has a role enrols in their own name, for no organisation."""
    if by.right not in (Right.STAFF, Right.PROVIDER):
        return by
    return Actor(right=Right.SELF, channel=by.channel, person=by.person, on_behalf_of=by.person)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who asks for places of an intake, for whom they may, and what is held for them."""

    intake: Intake
    by: Actor
    at: datetime
    people: list[Candidate]
    held: list[Enrolment]

    @property
    def standing(self) -> Standing:
        """Whether one can enrol now."""
        return standing_of(self.intake, self.at)

    @property
    def is_for_another(self) -> bool:
        """Whether somebody acts for the person at hand."""
        return self.by.right in (Right.GUARDIAN, Right.MANDATE)

    @property
    def people_in_words(self) -> list[tuple[str, str]]:
        """Whom one can choose, by opaque id."""
        return [(one.key, called(one, is_for_another=self.is_for_another)) for one in self.people]


def scene_of(request: HttpRequest, intake: Intake, at: datetime) -> Scene:
    """Return who asks for places of an intake, and for whom they may."""
    by = in_own_matter(request.actor)
    people = [one for one in candidates(by, at=at) if can_take_places(by, one.person, at)]
    return Scene(intake, by, at, people, held_by(people, intake))


def held_by(people: list[Candidate], intake: Intake) -> list[Enrolment]:
    """Return the places of an intake that are held for these people."""
    if not people:
        return []
    found = Enrolment.objects.filter(
        intake=intake, person__in=[one.person for one in people], state=Enrolment.State.HELD
    )
    return list(found.select_related("person", "party", "intake__series__offer").order_by("number"))


def called(one: Candidate, *, is_for_another: bool) -> str:
    """Return how somebody is called in a list of who comes."""
    if one.is_self and not is_for_another:
        return _("Me, %(name)s") % {"name": one.person.name}
    if one.age is None:
        return one.person.name
    years = ngettext("%(name)s, %(age)s year old", "%(name)s, %(age)s years old", one.age)
    return years % {"name": one.person.name, "age": one.age}


def seen_family(by: Actor, at: datetime) -> list[Candidate]:
    """Return the reader and those they stand for, as far as they may see their places."""
    return [one for one in candidates(in_own_matter(by), at=at) if can_see_own(by, one.person, at)]


def can_see_own(by: Actor, person: Person, at: datetime) -> bool:
    """Return whether the reader may see a person's places: whoever may take them; a child sees its own."""
    own = in_own_matter(by)
    return is_own(own, person) or can_take_places(own, person, at)
