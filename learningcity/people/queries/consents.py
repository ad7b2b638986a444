"""What a person agreed to, and the words in which they were asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import Consent, ConsentPurpose, Person


@dataclass(frozen=True, slots=True)
class Asking:
    """What the city asks consent for: the sentence, what happens without it, how long it counts."""

    sentence: object
    without: object
    period: object


UNTIL_WITHDRAWN = _("Until you withdraw it. We ask again when you come of age.")

ASKINGS: dict[str, Asking] = {
    ConsentPurpose.NEWS: Asking(
        _("The city may write to me about learning near me that fits what I said I am interested in."),
        _("You get no news. Messages about things you asked for still come."),
        UNTIL_WITHDRAWN,
    ),
    ConsentPurpose.REMINDERS: Asking(
        _("The city may remind me of my places and dates."),
        _("Nobody reminds you. Your places and dates are still shown under “My learning”."),
        UNTIL_WITHDRAWN,
    ),
    ConsentPurpose.INCLUSION: Asking(
        _(
            "The city may count what I said about myself, without my name, to see who takes part and "
            "who is left out."
        ),
        _("What you said about yourself is not counted. Nothing that you may do changes."),
        UNTIL_WITHDRAWN,
    ),
    ConsentPurpose.SURVEYS: Asking(
        _("The city may invite me to surveys and panels. I decide each time whether I take part."),
        _("You are not invited."),
        UNTIL_WITHDRAWN,
    ),
    ConsentPurpose.PROVIDERS: Asking(
        _("The city may give my name and contact to the provider of a place that I take."),
        _("The provider gets your name only. It reaches you through the city."),
        UNTIL_WITHDRAWN,
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one purpose stands: the newest decision, if it still counts, and all decisions, newest first."""

    purpose: ConsentPurpose
    asking: Asking
    newest: Consent | None
    is_asked_anew: bool
    history: Sequence[Consent]

    @property
    def is_given(self) -> bool:
        """Whether the city may do it now."""
        return self.newest is not None and self.newest.is_given and not self.is_asked_anew


def has_consent(person: Person, purpose: str) -> bool:
    """Return whether a person agreed to a purpose, and the agreement still counts."""
    return consenting(purpose).filter(pk=person.pk).exists()


def consenting(purpose: str) -> "QuerySet[Person]":
    """Return the persons whose agreement to a purpose counts.

    What was decided before a person came of age counts no more: it was a guardian's or a child's word.
    """
    newest = Consent.objects.filter(person=OuterRef("pk"), purpose=purpose).order_by("-pk")
    return Person.objects.annotate(
        decided=Subquery(newest.values("is_given")[:1]), decided_at=Subquery(newest.values("at")[:1])
    ).filter(
        Q(came_of_age_at=None) | Q(decided_at__gte=F("came_of_age_at")),
        decided=True,
        state=Person.State.ACTIVE,
    )


def newest_decision(person: Person, purpose: str) -> Consent | None:
    """Return the newest decision about one purpose."""
    return Consent.objects.filter(person=person, purpose=purpose).order_by("-pk").first()


def standings(person: Person) -> list[Standing]:
    """Return where every purpose stands, with its history; asks the database once."""
    decisions = list(Consent.objects.filter(person=person).order_by("-pk"))
    return [standing(person, purpose, decisions) for purpose in ConsentPurpose]


def standing(person: Person, purpose: ConsentPurpose, decisions: Sequence[Consent]) -> Standing:
    """Return where one purpose stands."""
    history = [decision for decision in decisions if decision.purpose == purpose]
    newest = history[0] if history else None
    of_age_at = person.came_of_age_at
    is_asked_anew = newest is not None and of_age_at is not None and newest.at < of_age_at
    return Standing(purpose, ASKINGS[purpose], newest, is_asked_anew, history)


def asked_anew(person: Person) -> int:
    """Return how many purposes wait for the person's own decision since they came of age."""
    if person.came_of_age_at is None:
        return 0
    return sum(found.is_asked_anew for found in standings(person))
