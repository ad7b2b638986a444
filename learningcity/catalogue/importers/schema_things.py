"""One thing of schema.org as an offer: Course, CourseInstance, Event and its kinds, LearningResource.

A Course has its instances as runs; an Event is one run, or one date; a LearningResource has neither.
"""

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.arrivals import Arrival, Remark
from learningcity.catalogue.actions.drafts import (
    AccessDraft,
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    Rejected,
    SeriesDraft,
    TextDraft,
)
from learningcity.catalogue.actions.faults import is_web_address
from learningcity.catalogue.importers.cells import cents_of
from learningcity.catalogue.importers.nodes import (
    Node,
    day_of,
    first_node,
    get,
    hours_of,
    in_languages,
    link,
    many,
    name_of,
    nodes,
    number,
    types,
    word,
    words,
)
from learningcity.catalogue.importers.reading import Defaults
from learningcity.catalogue.importers.schema_runs import Runs, mode_of
from learningcity.catalogue.models import Offer, OfferAccess, OfferPrice
from learningcity.catalogue.models.language import is_language

COLUMNS = {
    "key": "@id",
    "title": "name",
    "summary": "abstract",
    "prices": "offers",
    "starts": "startDate",
    "ends": "endDate",
    "runs_until_on": "endDate",
    "venue": "location",
    "lat": "geo",
    "places": "maximumAttendeeCapacity",
    "website": "url",
    "taught_in": "inLanguage",
    "age_from": "typicalAgeRange",
    "age_to": "typicalAgeRange",
    "skills": "teaches",
    "confirmed_on": "dateModified",
}
EVENTS = frozenset(
    (
        *("Event", "EducationEvent", "CourseInstance", "EventSeries", "SessionSeries", "ScheduledSession"),
        *("HeadlineEvent", "OnDemandEvent", "SocialEvent", "ChildrensEvent", "LiteraryEvent", "MusicEvent"),
        *("DanceEvent", "TheaterEvent", "VisualArtsEvent", "ExhibitionEvent", "BusinessEvent", "SportsEvent"),
        *("Festival", "FoodEvent", "Hackathon", "PublicationEvent", "ScreeningEvent", "CourseInstanceSeries"),
    )
)
READ = EVENTS | {"Course", "LearningResource"}
LEVELS = {
    "beginner": "beginner",
    "intermediate": "intermediate",
    "advanced": "advanced",
    "expert": "advanced",
}
PROVIDER_KINDS = {
    "CollegeOrUniversity": "education",
    "EducationalOrganization": "education",
    "School": "education",
    "HighSchool": "education",
    "Library": "culture",
    "Museum": "culture",
    "NGO": "association",
    "GovernmentOrganization": "city",
    "Corporation": "company",
    "LocalBusiness": "company",
}
MOST_SKILLS = 50
FORMS = frozenset(Offer.LearningForm.values)
GROUPS = frozenset(OfferPrice.Group.values)
FEATURES = frozenset(OfferAccess.Feature.values)


class Thing:
    """One described thing on its way to a draft."""

    def __init__(self, row: int, node: object, defaults: Defaults, *, key: str = "") -> None:
        self.row = row
        self.node: Node = node if isinstance(node, dict) else {}
        # A date of a series repeats little of it: what it does not say, its series says.
        self.above = first_node(get(self.node, "superEvent")) or first_node(get(self.node, "isPartOf"))
        self.defaults = defaults
        self.key = (key or link(self.node))[:200]
        self.types = types(self.node)
        self.language = self.main_language()
        self.rejected: list[Rejected] = []
        self.remarks: list[Remark] = []

    @property
    def is_read(self) -> bool:
        """Whether things of this kind are offers."""
        return bool(self.types & READ)

    def arrivals(self) -> Iterator[Arrival]:
        """Yield the draft, or why there is none; then the remarks."""
        if not self.key:
            self.reject("@id", _("This has neither @id, identifier nor url. Give it one that never changes."))
        draft = self.draft()
        if self.rejected:
            yield from self.rejected
        else:
            yield draft
            yield from self.remarks

    def reject(self, field: str, reason: str) -> None:
        """Note why the thing cannot be imported."""
        self.rejected.append(Rejected(self.row, field, reason, self.key))

    def get(self, *names: str) -> Any:
        """Return what the thing says, or else its series."""
        found = get(self.node, *names)
        return get(self.above, *names) if found is None else found

    def main_language(self) -> str:
        """Return the language of words that name none."""
        said = [word(get(one, "alternateName") or one) for one in many(get(self.node, "inLanguage"))]
        fitting = [one for one in said if is_language(one)]
        return fitting[0] if len(fitting) == 1 else self.defaults.language

    def draft(self) -> OfferDraft:
        """Return the offer that the thing describes."""
        names = in_languages(self.get("name"), self.language)
        main = next(iter(names), self.language)
        age_from, age_to = self.ages()
        is_resource = "LearningResource" in self.types and not self.types & EVENTS
        return OfferDraft(
            key=self.key,
            row=self.row,
            title=" ".join(names.get(main, "").split()),
            language=main,
            summary=self.line_in(main, "abstract", "disambiguatingDescription")[:600],
            description=in_languages(self.get("description"), self.language).get(main, ""),
            texts=tuple(self.texts(names, main)),
            form=self.form(is_resource),
            mode="online" if is_resource else mode_of(self.node, self.above),
            level=self.level(),
            age_from=age_from,
            age_to=age_to,
            taught_in=self.taught_in(),
            hours=hours_of(self.get("timeRequired")),
            website=self.website(),
            confirmed_on=self.last_touched(),
            provider=self.provider(),
            prices=tuple(self.prices()),
            access=tuple(
                AccessDraft(feature=one, is_there=True)
                for one in dict.fromkeys(map(word, many(self.get("accessibilityFeature"))))
                if one in FEATURES
            ),
            skills=tuple(self.skills()),
            concepts=tuple(self.concepts()),
            series=() if is_resource else self.series(),
        )

    def line_in(self, language: str, *fields: str) -> str:
        """Return one line of words in a language."""
        return " ".join(in_languages(self.get(*fields), self.language).get(language, "").split())

    def texts(self, names: dict[str, str], main: str) -> Iterator[TextDraft]:
        """Yield the words in the other languages."""
        descriptions = in_languages(self.get("description"), self.language)
        yield from self.translations(main, names)
        for language, title in names.items():
            if language != main:
                yield TextDraft(
                    language=language,
                    title=" ".join(title.split()),
                    summary=self.line_in(language, "abstract", "disambiguatingDescription")[:600],
                    description=descriptions.get(language, ""),
                )

    def translations(self, main: str, names: Container[str]) -> Iterator[TextDraft]:
        """Yield the translations that are things of their own."""
        for node in nodes(get(self.node, "workTranslation")):
            language, title = word(get(node, "inLanguage")), word(get(node, "name"))
            if title and is_language(language) and language != main and language not in names:
                yield TextDraft(
                    language=language,
                    title=title,
                    summary=word(get(node, "abstract"))[:600],
                    description=words(get(node, "description")),
                )

    def form(self, is_resource: bool) -> str:
        """Return the form of learning, where it is one of the words of the classification."""
        said = word(self.get("learningResourceType"))
        return said if said in FORMS else "informal" if is_resource else "non_formal"

    def level(self) -> str:
        """Return the level, where it is one of the words that everybody uses."""
        return LEVELS.get(name_of(self.get("educationalLevel", "level")).casefold(), "open")

    def ages(self) -> tuple[int | None, int | None]:
        """Return the lowest and the highest age: 16-, 16-25, or those of the audience."""
        low, _divider, high = word(self.get("typicalAgeRange")).partition("-")
        audience = first_node(self.get("audience"))
        limits = first_node(self.get("ageRange"))
        age_from = number(low) if low else number(get(audience, "suggestedMinAge") or get(limits, "minValue"))
        age_to = number(high) if high else number(get(audience, "suggestedMaxAge") or get(limits, "maxValue"))
        return age_from, age_to

    def taught_in(self) -> tuple[str, ...]:
        """Return the languages of instruction."""
        said = [word(get(one, "alternateName") or one) for one in many(self.get("inLanguage"))]
        return tuple(dict.fromkeys(one for one in said if is_language(one)))

    def website(self) -> str:
        """Return the page of the thing."""
        found = [link(get(self.node, "url")), self.key, link(get(self.above, "url"))]
        return next((one for one in found if is_web_address(one) and len(one) <= 500), "")

    def last_touched(self) -> date | None:
        """Return the day on which the source last changed what it says."""
        touched = day_of(self.get("dateModified"))
        return touched if touched is None or touched <= self.defaults.today else None

    def provider(self) -> ProviderDraft | None:
        """Return who offers the thing, else who the feed says."""
        said = next(
            (
                one
                for one in map(self.get, ("provider", "organizer", "publisher", "sourceOrganization"))
                if one
            ),
            None,
        )
        node = first_node(said)
        name = name_of(said) or self.defaults.provider
        kinds = [PROVIDER_KINDS[one] for one in sorted(types(node)) if one in PROVIDER_KINDS]
        website = link(get(node, "url"))
        return (
            ProviderDraft(
                key=(link(node) or name)[:200],
                name=name,
                kind=kinds[0] if kinds else "other",
                website=website if is_web_address(website) else "",
            )
            if name
            else None
        )

    def prices(self) -> Iterator[PriceDraft]:
        """Yield the price of each group; that for everyone, if it is said as one amount or as free."""
        groups = {
            word(get(one, "eligibleCustomerType")): price_of(one, self.defaults.currency)
            for one in nodes(self.get("offers"))
        }
        if groups and groups.keys() <= GROUPS:
            yield from (replace(one, group=group) for group, one in groups.items() if one is not None)
            return
        if self.get("isAccessibleForFree") in (True, "true", "True"):
            yield PriceDraft(cents=0, currency=self.defaults.currency)
            return
        found = {price_of(one, self.defaults.currency) for one in nodes(self.get("offers"))}
        if len(found) == 1 and (price := found.pop()) is not None:
            yield price

    def skills(self) -> Iterator[str]:
        """Yield what is taught, in words."""
        names = dict.fromkeys(name_of(one) for one in many(self.get("teaches", "competencyRequired")))
        yield from [name[:200] for name in names if name][:MOST_SKILLS]

    def concepts(self) -> Iterator[str]:
        """Yield the concepts of published vocabularies by which the thing is filed."""
        said = [*many(self.get("teaches")), *many(self.get("about")), *many(self.get("activity"))]
        found = [link(one) for one in said if isinstance(one, dict)]
        yield from dict.fromkeys(one for one in found if is_web_address(one) and len(one) <= 300)

    def series(self) -> tuple[SeriesDraft, ...]:
        """Return the runs of the thing."""
        runs = Runs(self.row, self.defaults, self.reject)
        found = tuple(runs.of_course(self.node) if "Course" in self.types else runs.of_event(self.node))
        for refusal in runs.walk.refusals():
            self.reject("eventSchedule", refusal)
        self.remarks += runs.remarks
        place = runs.venue(get(self.above, "location")) if self.above else None
        return tuple(replace(one, venue=one.venue or place) for one in found)


def price_of(offer: Node, currency: str) -> PriceDraft | None:
    """Return what one offer asks, or nothing if that is not one plain amount."""
    low, high = get(offer, "lowPrice"), get(offer, "highPrice")
    said = get(offer, "price") if low is None else low
    if low is not None and word(low) != word(high if high is not None else low):
        return None
    code = word(get(offer, "priceCurrency")) or currency
    cents = cents_of(word(said), code) if said is not None else None
    return None if cents is None or cents < 0 else PriceDraft(cents=cents, currency=code)
