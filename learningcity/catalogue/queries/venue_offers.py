"""What takes place next at a place: the offers whose dates are held there, each with its date there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from learningcity.catalogue.models import Series, Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions
from learningcity.catalogue.queries.offers import OfferCard, as_next, offer_cards, sessions_ahead
from learningcity.city.queries.clock import city_day

READ_AT_ONCE = 100
MOST_READ = 2000


def offers_at(venue: int, *, at: datetime, language: str, size: int) -> list[OfferCard]:
    """Return the cards of what starts next at a venue (its row), each with its next date there.

    An offer whose next date is elsewhere shows the first one here. Runs of which only the days are known
    come last.
    """
    here = sessions_ahead(at).filter(now_venue=venue, now_is_online=False)
    first = first_of_each(here, at, size)
    more = undated_at(venue, at).exclude(offer__in=list(first)).order_by("offer").distinct()
    undated = more.values_list("offer_id", flat=True)[: size - len(first)]
    cards = offer_cards([*first, *undated], at=at, language=language)
    return [
        replace(card, next_session=as_next(first[card.pk])) if card.pk in first else card for card in cards
    ]


def undated_at(venue: int, at: datetime) -> QuerySet[Series]:
    """Return the runs at a venue that are not over, of which the hours are not known."""
    open_runs = Series.objects.filter(
        offer__is_published=True, sessions=None, runs_until_on__gte=city_day(at)
    )
    return open_runs.filter(venue=venue)


def first_of_each(here: "QuerySet[Session]", at: datetime, size: int) -> dict[int, EffectiveSession]:
    """Return the first of these sessions of each offer, of as many offers as wanted, the soonest first."""
    found: dict[int, EffectiveSession] = {}
    for one in in_turn(here, at):
        found.setdefault(one.session.series.offer_id, one)
        if len(found) == size:
            break
    return found


def in_turn(here: "QuerySet[Session]", at: datetime) -> Iterator[EffectiveSession]:
    """Yield sessions as they hold, a part at a time: one long series may fill the first parts."""
    rows = here.select_related("series", "venue")
    for start in range(0, MOST_READ, READ_AT_ONCE):
        some = list(rows[start : start + READ_AT_ONCE])
        yield from effective_sessions(some, at)
        if len(some) < READ_AT_ONCE:
            return
