"""What waits for a person, and for whom they can act: the first page of "My learning"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learningcity.core.drafts import drafts_of
from learningcity.people.models import Guardianship, Mandate, Person
from learningcity.people.queries.consents import asked_anew
from learningcity.people.queries.corrections import correctable, label_of, newly_answered
from learningcity.people.queries.guardians import held_guardianships
from learningcity.people.queries.mandates import waiting


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a person can do next: what, where, until when."""

    words: str
    address: str
    action: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of "My learning" says."""

    waiting: Sequence[Waiting]
    wards: Sequence[Guardianship]


def overview(person: Person, *, is_own: bool, may_see_data: bool, at: datetime) -> Overview:
    """Return what waits for a person; of their data only what the reader may see."""
    found: list[Waiting] = []
    if is_own:
        found += [*mandates_asked(person, at=at), *drafts_kept(person, at=at), *consents_asked(person)]
    if may_see_data:
        found += corrections_answered(person, at=at)
    wards = held_guardianships(at=at).filter(guardian=person).select_related("child") if is_own else ()
    return Overview(found, list(wards))


def mandates_asked(person: Person, *, at: datetime) -> list[Waiting]:
    """Return the mandates that wait for an answer."""
    asked = Mandate.objects.filter(waiting(at), person=person).select_related("organisation").order_by("pk")
    return [
        Waiting(
            _("%(organisation)s asks whether it may act for you.")
            % {"organisation": mandate.organisation.name},
            reverse("people:helpers"),
            _("Answer"),
        )
        for mandate in asked
    ]


def drafts_kept(person: Person, *, at: datetime) -> list[Waiting]:
    """Return that forms wait to be finished."""
    count = len(drafts_of(str(person.public_id), at=at))
    if not count:
        return []
    words = ngettext("%(count)s form is half filled in.", "%(count)s forms are half filled in.", count)
    return [Waiting(words % {"count": count}, reverse("people:drafts"), _("Go on"))]


def consents_asked(person: Person) -> list[Waiting]:
    """Return that consents are asked anew."""
    if not asked_anew(person):
        return []
    words = _("You came of age. Decide yourself what you agree to.")
    return [Waiting(words, reverse("people:consents"), _("Decide"))]


def corrections_answered(person: Person, *, at: datetime) -> list[Waiting]:
    """Return the requests for a correction that were answered lately."""
    labels = correctable()
    return [
        Waiting(
            _("The city answered your request for a correction: %(what)s.")
            % {"what": label_of(correction.what, labels)},
            reverse("people:corrections"),
            _("Read the answer"),
        )
        for correction in newly_answered(person, at=at)
    ]
