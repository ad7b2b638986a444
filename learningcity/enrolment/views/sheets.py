"""What an intake is about, in words: title, when and where, price, for whom, by which rule."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learningcity.catalogue.queries.offer_page import OfferPage, offer_page
from learningcity.catalogue.queries.offers import price_for
from learningcity.catalogue.templatetags.offer_words import price_in_words
from learningcity.catalogue.views.runs import Run, SessionLine, runs_of
from learningcity.city.queries import the_city
from learningcity.core.display import reader_language
from learningcity.enrolment.models import Intake
from learningcity.enrolment.queries.terms import terms_of
from learningcity.people.queries.ages import city_zone

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """One intake in words. `lines` are the dates to come; `facts` pairs of a name and what is said."""

    offer: OfferPage
    run: Run | None
    lines: list[SessionLine]
    facts: list[tuple[str, str]]
    rule: str

    @property
    def title(self) -> str:
        """What is learned."""
        return self.offer.text.title

    @property
    def language(self) -> str:
        """The language of the title where it is not the reader's, else ""."""
        code = self.offer.text.language
        is_readers = code.partition("-")[0] == (get_language() or "").partition("-")[0]
        return "" if is_readers else code

    @property
    def address(self) -> str:
        """The page of the offer."""
        return reverse("catalogue:offer_detail", args=[self.offer.public_id])

    @property
    def more(self) -> int:
        """How many dates are not shown."""
        return max(len(self.lines) - SHOWN, 0)

    @property
    def next_lines(self) -> list[SessionLine]:
        """The next dates."""
        return self.lines[:SHOWN]


def sheet_of(intake: Intake, *, at: datetime) -> Sheet:
    """Return an intake in words; asks the database a fixed number of times."""
    offer = offer_page(intake.series.offer.public_id, at=at, language=reader_language())
    if offer is None:
        raise Http404(_("There is no offer at this address. Look for it in the search."))
    city = the_city()
    series = [one for one in offer.series if one.pk == intake.series_id]
    run = next(iter(runs_of(series, minutes={}, city_zone=city.time_zone if city else "")), None)
    lines = [*run.lines, *run.later] if run else []
    if intake.session_id is not None:
        lines = [one for one in lines if one.pk == intake.session_id]
    return Sheet(offer, run, lines, facts_of(intake, offer, run), rule_in_words(intake))


def facts_of(intake: Intake, offer: OfferPage, run: Run | None) -> list[tuple[str, str]]:
    """Return what one must know before one takes a place."""
    price, others_pay_less = price_for(offer.prices, "")
    words = price_in_words(price)
    facts = [
        (_("Price"), _("%(price)s, less for some") % {"price": words} if others_pay_less else words),
        (_("Organiser"), offer.provider.name),
    ]
    if run:
        facts.append((_("Where"), run.place))
    ages = ages_in_words(*terms_of(intake).ages) if intake.checks_age else ""
    if ages:
        facts.append((_("Age on the first day"), ages))
    if intake.cancel_hours:
        hours = _("until %(hours)s hours before it begins") % {"hours": intake.cancel_hours}
        facts.append((_("Cancel"), hours))
    return facts


def ages_in_words(lowest: int | None, highest: int | None) -> str:
    """Return an age rule in words; "" where every age is welcome."""
    if lowest is not None and highest is not None:
        return _("%(youngest)s to %(oldest)s") % {"youngest": lowest, "oldest": highest}
    if lowest is not None:
        return _("%(age)s or older") % {"age": lowest}
    return _("up to %(age)s") % {"age": highest} if highest is not None else ""


def rule_in_words(intake: Intake) -> str:
    """Return how the places are given, as it is published."""
    if intake.rule == Intake.Rule.ARRIVAL:
        return _("Places are given in order of arrival. When all are taken, so is the waiting list.")
    when = date_format(intake.draws_at.astimezone(city_zone()), "j F Y, H:i") if intake.draws_at else ""
    if intake.rule == Intake.Rule.DRAW:
        return _("Places are given by a draw on %(when)s. When you ask makes no difference.") % {"when": when}
    return _(
        "Places are given by need, under the published reasons, and among equals by a draw on %(when)s. When"
        " you ask makes no difference."
    ) % {"when": when}
