"""An offer in a list, in words: computed once a row, so that templates only place them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Offer, Session
from learningcity.catalogue.queries.offers import NextSession, OfferCard, Price
from learningcity.catalogue.queries.search import Row
from learningcity.catalogue.templatetags.moments import times_in_words, written
from learningcity.core.money import money

register = template.Library()

KINDS = {"form": Offer.LearningForm, "mode": Offer.Mode, "level": Offer.Level, "audience": Offer.Audience}


@dataclass(frozen=True, slots=True)
class Tag:
    """A word about form, mode or state; `kind` is its look."""

    label: str
    kind: str = ""


@dataclass(slots=True)
class OfferLine:
    """One row of a list. `language` is set where the words are not in the reader's language."""

    pk: int
    address: str
    title: str
    language: str
    day: str
    month: str
    facts: str
    tags: tuple[Tag, ...]
    price: str
    price_note: str
    point: str
    is_synthetic: bool
    number: int | None = None
    differs: str = ""


def lines_of(
    cards: Sequence[OfferCard], rows: Sequence[Row] = (), *, query: str = "", numbered: bool = False
) -> list[OfferLine]:
    """Return a row for each card; `rows` know the way, `query` goes with every link to the offer."""
    ways = {row.offer_id: row for row in rows}
    lines = [_line(card, ways.get(card.pk), f"?{query}" if query else "") for card in cards]
    if numbered:
        for number, line in enumerate(lines, start=1):
            line.number = number
    return lines


@lru_cache(maxsize=16)
def _labels_in(language: str | None) -> dict[tuple[str, str], str]:
    return {
        (kind, value): capfirst(str(label))
        for kind, choices in KINDS.items()
        for value, label in choices.choices
    }


def label(kind: str, value: str) -> str:
    """Return the words for a form, mode, level or audience, beginning with a capital."""
    return _labels_in(get_language())[kind, value]


@lru_cache(maxsize=1)
def _address_around() -> list[str]:
    # Turning a name into an address costs more than the rest of a row: it is done once, for nobody's offer.
    nobody = UUID(int=0)
    return reverse("catalogue:offer_detail", args=[nobody]).split(str(nobody))


def _address_of(public_id: UUID) -> str:
    return str(public_id).join(_address_around())


def _line(card: OfferCard, way: Row | None, query: str) -> OfferLine:
    session = card.next_session
    start = session.starts_at.date() if session else card.runs_from_on
    reader = (get_language() or "").partition("-")[0]
    return OfferLine(
        pk=card.pk,
        address=f"{_address_of(card.public_id)}{query}",
        title=card.title,
        language="" if card.language.partition("-")[0] == reader else card.language,
        day=str(start.day) if start else "",
        month=written(start, "month") if start else "",
        facts=" · ".join(filter(None, (_when(card), _where(card), way_in_words(way)))),
        tags=_tags(card),
        price=price_in_words(card.price),
        price_note=_("less for some") if card.others_pay_less else "",
        point=_point(session),
        is_synthetic=card.is_synthetic,
    )


def _when(card: OfferCard) -> str:
    session = card.next_session
    if session is None:
        return _("from %(day)s") % {"day": written(card.runs_from_on, "day")} if card.runs_from_on else ""
    when = _("%(weekday)s %(hours)s") % {
        "weekday": capfirst(written(session.starts_at.date(), "weekday_name")),
        "hours": times_in_words(session.starts_at, session.ends_at),
    }
    if card.sessions_ahead < 2:
        return when
    more = card.sessions_ahead - 1
    return "{}, {}".format(
        when, ngettext("%(count)s more time", "%(count)s more times", more) % {"count": more}
    )


def _where(card: OfferCard) -> str:
    session = card.next_session
    if session and session.venue_name:
        return session.venue_name
    if card.mode == Offer.Mode.ONLINE or (session and session.is_online):
        return pgettext("where", "online")
    return card.provider_name


def way_in_words(way: Row | None) -> str:
    """Return how far it is: minutes on foot, else metres as the crow flies, "" where nobody knows."""
    if way is None:
        return ""
    if way.minutes is not None:
        minutes = max(1, round(way.minutes))
        return ngettext("%(count)s minute on foot", "%(count)s minutes on foot", minutes) % {"count": minutes}
    if way.metres is not None:
        return _("%(metres)s metres away") % {"metres": 10 * round(way.metres / 10)}
    return ""


def minutes_in_words(minutes: float | None) -> str:
    """Return a walk in whole minutes, at least one; "" where nobody knows."""
    if minutes is None:
        return ""
    whole = max(1, round(minutes))
    return ngettext("%(count)s minute on foot", "%(count)s minutes on foot", whole) % {"count": whole}


def _tags(card: OfferCard) -> tuple[Tag, ...]:
    status = card.next_session.status if card.next_session else ""
    kinds = (card.form, card.mode, card.audience, card.level)
    return _tags_in(*kinds, status, card.is_stale, get_language())


@lru_cache(maxsize=2048)
def _tags_in(
    form: str, mode: str, audience: str, level: str, status: str, is_stale: bool, language: str | None
) -> tuple[Tag, ...]:
    tags = [Tag(label("form", form), "room"), Tag(label("mode", mode))]
    if audience != Offer.Audience.EVERYONE:
        tags.append(Tag(label("audience", audience)))
    if level != Offer.Level.OPEN:
        tags.append(Tag(label("level", level)))
    if status == Session.Status.MOVED:
        tags.append(Tag(_("Moved"), "warn"))
    if is_stale:
        tags.append(Tag(_("Not confirmed for a year"), "warn"))
    return tuple(tags[:5])


def price_in_words(price: Price | None) -> str:
    """Return a price: "Free" for nothing, and say so where nobody knows."""
    if price is None:
        return _("Price not known")
    return money(price.cents, price.currency) if price.cents else pgettext("costs nothing", "Free")


def _point(session: NextSession | None) -> str:
    if session is None or session.lat is None or session.lon is None:
        return ""
    return f"{session.lat:.5f},{session.lon:.5f}"
