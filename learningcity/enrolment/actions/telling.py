"""Tell people about their enrolments: persons by the way they chose, their guardians, guests by mail."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from learningcity.core.actors import Actor
from learningcity.core.messages import post
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.permissions.places import KEEPING
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person
from learningcity.people.queries.actors import held_memberships
from learningcity.people.queries.ages import is_of_age
from learningcity.people.queries.guardians import held_guardianships


def tell_everybody(
    enrolments: Sequence[Enrolment], template: str, intake: Intake, *, by: Actor, at: datetime, **words: Any
) -> None:
    """Tell everybody who is enrolled, or waits, the same thing about one intake, each of them once.

    Called by actions that have checked the right to act, inside their transaction.
    """
    for one in enrolments:
        tell(one, template, words | {"title": intake.series.offer.title}, by=by, at=at)


def tell(enrolment: Enrolment, template: str, words: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Post one message about one enrolment; for a minor also to the guardians."""
    code = template.rpartition("/")[2]
    key = f"enrolment.{code}:{enrolment.public_id}:{at.isoformat(timespec='seconds')}"
    if enrolment.guest is not None:
        tell_guest(enrolment, template, words, key=key, at=at)
    for person in readers(enrolment, at):
        whose = enrolment.person.name if enrolment.person else ""
        notify(person, template, {**words, "name": whose}, key=f"{key}:{person.public_id}", by=by, at=at)


def tell_guest(
    enrolment: Enrolment, template: str, words: Mapping[str, Any], *, key: str, at: datetime
) -> None:
    """Post a message to somebody without an account, unless the address is gone or nobody confirmed it.

    Before the link is used, name and address may be a stranger's: whoever typed them shall reach nobody.
    """
    guest = enrolment.guest
    if guest is None or guest.confirmed_at is None or not guest.email:
        return
    post(
        template,
        {**words, "name": guest.name},
        key=key,
        channel="mail",
        address=guest.email,
        language=guest.language,
        recipient=str(guest.public_id),
        at=at,
    )


def readers(enrolment: Enrolment, at: datetime) -> Iterable[Person]:
    """Return who reads what is said of a person's enrolment: the person, and the guardians of a minor."""
    person = enrolment.person
    if person is None or not person.is_here:
        return []
    if is_of_age(person, at):
        return [person]
    standing = held_guardianships(at=at).filter(child=person).select_related("guardian")
    return [person, *(one.guardian for one in standing.order_by("pk"))]


def tell_keepers(
    intake: Intake, template: str, words: Mapping[str, Any], *, code: str, by: Actor, at: datetime
) -> int:
    """Post a message to everybody who keeps these places, each once for a code; return to how many."""
    organisation = intake.series.offer.provider.organisation
    held = held_memberships(at=at).filter(organisation=organisation, role__in=KEEPING)
    keepers = {one.person.pk: one.person for one in held.select_related("person").order_by("pk")}
    for person in keepers.values():
        key = f"enrolment.{code}:{intake.public_id}:{person.public_id}"
        notify(person, template, {**words, "title": intake.series.offer.title}, key=key, by=by, at=at)
    return len(keepers)
