"""The page of an offer in words: head, notes, facts, prices, languages, the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.forms.duplicates import FIELD_LABELS
from learningcity.catalogue.forms.labels import labels, language_label
from learningcity.catalogue.models import Offer
from learningcity.catalogue.queries.offer_page import OfferPage, SessionFact
from learningcity.catalogue.queries.offers import HELD, price_for
from learningcity.catalogue.templatetags.moments import day_in_words
from learningcity.catalogue.templatetags.offer_words import Tag, label, price_in_words
from learningcity.catalogue.views.runs import Run


@dataclass(frozen=True, slots=True)
class Note:
    """A message about the whole offer."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class TextLink:
    """The same offer in another language."""

    label: str
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One access fact: the answer, with its word, and what there is to know."""

    answer: str
    label: str
    note: str


@dataclass(frozen=True)
class OfferSheet:
    """Everything the page of an offer says. `form` knows the search behind it and the point chosen there."""

    offer: OfferPage
    form: SearchForm
    runs: Sequence[Run]
    canonical: str
    linked_data: str

    @property
    def title(self) -> str:
        """The title, in the language of the text."""
        return self.offer.text.title

    @property
    def summary(self) -> str:
        """The summary, in the language of the text."""
        return self.offer.text.summary

    @property
    def paragraphs(self) -> list[str]:
        """The description, paragraph by paragraph."""
        parts = self.offer.text.description.replace("\r\n", "\n").split("\n\n")
        return [part.strip() for part in parts if part.strip()]

    @cached_property
    def language(self) -> str:
        """The language of the text where it is not the reader's, else ""."""
        code = self.offer.text.language
        return "" if _base(code) == _base(get_language() or "") else code

    @property
    def price(self) -> str:
        """What everyone pays."""
        price, others_pay_less = price_for(self.offer.prices, self.form.criteria.price_group)
        words = price_in_words(price)
        return _("%(price)s, less for some") % {"price": words} if others_pay_less else words

    @property
    def price_facts(self) -> list[tuple[str, str]]:
        """What each group pays."""
        groups = labels("group")
        return [(groups[price.group], price_in_words(price)) for price in self.offer.prices]

    @property
    def answer(self) -> str:
        """When it starts, and how often it takes place."""
        coming = [session for session in self.offer.coming if session.status in HELD]
        if not coming:
            return self._days() or _("No date is planned.")
        starts = _("Next on %(day)s.") % {"day": day_in_words(coming[0].starts_at.date())}
        if len(coming) == 1:
            return starts
        dates = ngettext("%(count)s date to come.", "%(count)s dates to come.", len(coming))
        return f"{starts} {dates % {'count': len(coming)}}"

    def _days(self) -> str:
        known = [run for run in self.offer.series if run.runs_from_on]
        if not known or known[0].runs_from_on is None:
            return ""
        first, last = known[0].runs_from_on, known[0].runs_until_on
        if last is None:
            return _("From %(day)s.") % {"day": day_in_words(first)}
        return _("From %(first)s to %(last)s.") % {"first": day_in_words(first), "last": day_in_words(last)}

    @property
    def tags(self) -> list[Tag]:
        """Form, mode, level, hours and languages of instruction."""
        offer = self.offer
        tags = [Tag(label("form", offer.form), "room"), Tag(label("mode", offer.mode))]
        if offer.level != Offer.Level.OPEN:
            tags.append(Tag(label("level", offer.level)))
        if offer.hours:
            hours = ngettext("%(count)s hour", "%(count)s hours", offer.hours) % {"count": offer.hours}
            tags.append(Tag(hours))
        if offer.taught_in:
            tags.append(Tag(_("Taught in %(language)s") % {"language": self._taught_in()}))
        return tags

    def _taught_in(self) -> str:
        return ", ".join(language_label(code) for code in self.offer.taught_in)

    @property
    def notes(self) -> list[Note]:
        """What the reader must know first."""
        changed = dict.fromkeys(one.reason for one in self.offer.coming if one.is_overlaid)
        notes = [Note(_("Changed for now: %(reason)s") % {"reason": why}, "warn") for why in changed]
        if self.offer.text.is_machine_made:
            notes.append(Note(_("A machine translated this text. The original is one link away."), "warn"))
        elif self.language:
            sentence = _("This offer is described in %(language)s only.")
            notes.append(Note(sentence % {"language": language_label(self.language)}, ""))
        if self.offer.is_stale:
            sentence = _("Nobody has confirmed this since %(day)s. Ask the provider before you come.")
            notes.append(Note(sentence % {"day": day_in_words(self.offer.confirmed_on)}, "warn"))
        return notes

    @property
    def translations(self) -> list[TextLink]:
        """The same offer in its other languages, the original first."""
        address = reverse("catalogue:offer_detail", args=[self.offer.public_id])
        return [
            TextLink(
                language_label(text.language),
                text.language,
                f"{address}?{urlencode([*self.form.pairs_for_return, ('read', text.language)])}",
            )
            for text in self.offer.others
        ]

    @property
    def audience_facts(self) -> list[tuple[str, str]]:
        """For whom it is, and what it takes."""
        facts = [
            (_("For"), label("audience", self.offer.audience)),
            (_("Age"), self._ages()),
            (_("Level"), label("level", self.offer.level)),
            (_("Theme"), labels("field")[self.offer.field]),
        ]
        if self.offer.taught_in:
            facts.append((_("Taught in"), self._taught_in()))
        if self.offer.hours:
            hours = ngettext("%(count)s hour in all", "%(count)s hours in all", self.offer.hours)
            facts.append((_("Effort"), hours % {"count": self.offer.hours}))
        return facts

    def _ages(self) -> str:
        youngest, oldest = self.offer.age_from, self.offer.age_to
        if youngest is None and oldest is None:
            return _("any age")
        if oldest is None:
            return _("%(age)s or older") % {"age": youngest}
        if youngest is None:
            return _("up to %(age)s") % {"age": oldest}
        return _("%(youngest)s to %(oldest)s") % {"youngest": youngest, "oldest": oldest}

    @property
    def access(self) -> list[AccessLine]:
        """What is known about getting in and taking part."""
        words = {"yes": _("Yes: %(fact)s"), "no": _("No: %(fact)s"), "unknown": _("Not known: %(fact)s")}
        return [
            AccessLine(fact.answer, words[fact.answer] % {"fact": fact.label}, fact.note)
            for fact in self.offer.access
        ]

    @property
    def sessions(self) -> list[SessionFact]:
        """Every date, for the rooms that show something beside it."""
        return [session for run in self.offer.series for session in run.sessions]

    @property
    def confirmed(self) -> str:
        """Who vouched for it last, and when."""
        return _("Confirmed by %(provider)s on %(day)s.") % {
            "provider": self.offer.vouched_by,
            "day": day_in_words(self.offer.confirmed_on),
        }

    @property
    def source(self) -> str:
        """Where the record comes from."""
        source = self.offer.source
        named = _("Source: %(name)s") % {"name": source.name}
        return f"{named} ({source.licence})" if source.licence else named

    @property
    def origins(self) -> str:
        """Which fields are from another source, and from which."""
        said = [f"{FIELD_LABELS[origin.field]} ({origin.source})" for origin in self.offer.origins]
        return _("From other sources: %(fields)s.") % {"fields": ", ".join(said)} if said else ""

    @property
    def provider_address(self) -> str:
        """The page of the provider."""
        return reverse("catalogue:provider_detail", args=[self.offer.provider.public_id])

    @property
    def calendar_address(self) -> str:
        """The calendar file."""
        return reverse("catalogue:offer_calendar", args=[self.offer.public_id])

    @property
    def back_address(self) -> str:
        """The search from which the reader came."""
        address = reverse("catalogue:search")
        return f"{address}?{self.form.query}" if self.form.query else address

    @property
    def back_label(self) -> str:
        """How many results are behind the way back."""
        if self.form.found is None:
            return _("Find learning")
        return ngettext("Back to %(count)s result", "Back to %(count)s results", self.form.found) % {
            "count": self.form.found
        }


def _base(code: str) -> str:
    return code.partition("-")[0]
