"""What people wish for and did not find, counted; the queue of suggestions and errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from learningcity.catalogue.models import Feedback, Offer, Wish
from learningcity.core.actors import Actor
from learningcity.people.permissions import is_city_staff

NOBODYS = UUID(int=0)
FEWEST = 5
"""Smaller counts are not shown: a wish of one street could be somebody's."""
A_YEAR = timedelta(days=365)
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class WishCount:
    """How often something was wished for; `count` is None where it was fewer than five times."""

    label: object
    count: int | None
    found_nothing: int | None


def wishes_by_theme(*, until: date) -> list[WishCount]:
    """Return the wishes of the last year by theme, most first."""
    return counted([(Offer.Field(str(row["theme"])).label, row) for row in grouped("theme", until)])


def wishes_by_area(*, until: date) -> list[WishCount]:
    """Return the wishes of the last year by area, most first; those without an area are left out."""
    rows = grouped("area__name", until)
    return counted([(row["area__name"], row) for row in rows if row["area__name"]])


def grouped(column: str, until: date) -> Sequence[dict[str, object]]:
    """Return the counts of the last year by a column."""
    wishes = Wish.objects.filter(wished_on__gt=until - A_YEAR, wished_on__lte=until)
    nothing = Count("pk", filter=Q(kind=Wish.Kind.NOTHING_FOUND))
    return list(wishes.values(column).annotate(count=Count("pk"), nothing=nothing).order_by("-count", column))


def counted(rows: Sequence[tuple[object, dict[str, object]]]) -> list[WishCount]:
    """Return counts in steps of five, small ones hidden, so that no sum gives a small one away."""
    return [WishCount(label, in_fives(row["count"]), in_fives(row["nothing"])) for label, row in rows]


def in_fives(count: object) -> int | None:
    """Return a count rounded down to a step of five; None for fewer than five.

    >>> in_fives(4), in_fives(5), in_fives(13)
    (None, 5, 10)
    """
    number = int(str(count))
    return number // FEWEST * FEWEST if number >= FEWEST else None


def wished_words(*, until: date) -> "QuerySet[Wish]":
    """Return the newest wishes whose words may be read."""
    return (
        Wish.objects.filter(wished_on__gt=until - A_YEAR).exclude(words="").order_by("-wished_on", "-pk")
    )[:MOST_WORDS]


def feedback_waiting(by: Actor) -> "QuerySet[Feedback]":
    """Return what waits for an answer by somebody: all for the city, else what is about their offers."""
    waiting = Feedback.objects.filter(state=Feedback.State.OPEN).select_related("offer")
    if not is_city_staff(by):
        waiting = waiting.filter(
            kind=Feedback.Kind.ERROR, offer__provider__organisation__public_id=by.organisation or NOBODYS
        )
    return waiting.order_by("sent_at", "pk")


def feedback_with_id(public_id: UUID) -> Feedback | None:
    """Return one message of the queue with its offer and provider."""
    found = Feedback.objects.select_related("offer__provider__organisation")
    return found.filter(public_id=public_id).annotate(offer_title=F("offer__title")).first()
