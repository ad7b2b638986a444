"""The directory of one run: which provider and which venue a draft means, each looked up or entered once."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import KnownVenue, OfferDraft, ProviderDraft, VenueDraft
from learningcity.catalogue.actions.faults import Fault, shown
from learningcity.catalogue.actions.providers import identifier, publish_provider
from learningcity.catalogue.models import Provider, Source
from learningcity.city.actions import add_venue, measure_walks
from learningcity.city.models import Venue
from learningcity.core.actors import Actor
from learningcity.people.actions import change_organisation, found_organisation


class Directory:
    """Providers and venues of one source during one run."""

    def __init__(self, source: Source, *, by: Actor, at: datetime) -> None:
        self.source = source
        self.by = by
        self.at = at
        known = source.providers.select_related("organisation")
        self.providers = {provider.source_key: provider.pk for provider in known}
        self.named_before = {provider.source_key: provider.organisation for provider in known}
        self.entered: dict[str, int] = {}
        self.known: dict[str, int] = {}
        self.has_new_points = False

    def meet(self, drafts: Iterable[OfferDraft]) -> None:
        """Look up, in one question, the venues that these drafts name by public identifier."""
        words = {
            venue.public_id
            for draft in drafts
            for venue in named_venues(draft)
            if isinstance(venue, KnownVenue) and venue.pk is None and venue.public_id not in self.known
        }
        identifiers = [one for one in map(as_identifier, words) if one]
        for public_id, pk in Venue.objects.filter(public_id__in=identifiers).values_list("public_id", "pk"):
            self.known[str(public_id)] = pk

    def faults(self, draft: OfferDraft) -> Iterator[Fault]:
        """Yield the venues of a draft that the city does not know; `meet` it first."""
        for venue in named_venues(draft):
            if isinstance(venue, KnownVenue) and self.known_venue(venue) is None:
                yield Fault(
                    "venue",
                    _("The city knows no venue “%(venue)s”. Take its identifier from the page of the venue.")
                    % {"venue": shown(venue.public_id)},
                )

    def known_venue(self, draft: KnownVenue) -> int | None:
        """Return the row of a venue that the city should know."""
        if draft.pk is not None:
            return draft.pk
        identifier_of_venue = as_identifier(draft.public_id)
        return self.known.get(str(identifier_of_venue)) if identifier_of_venue else None

    def venue_id(self, draft: VenueDraft | KnownVenue | None) -> int | None:
        """Return the row of a venue; enter it if the source names it for the first time in this run."""
        if draft is None:
            return None
        if isinstance(draft, KnownVenue):
            return self.known_venue(draft)
        if draft.key not in self.entered:
            venue = add_venue(
                self.source.key,
                draft.key,
                name=draft.name,
                kind=draft.kind,
                lat=draft.lat,
                lon=draft.lon,
                address=draft.address,
                measure=False,
                by=self.by,
                at=self.at,
            )
            self.entered[draft.key] = venue.pk
            self.has_new_points |= venue.street_node is not None
        return self.entered[draft.key]

    def close(self) -> None:
        """Measure the walks to places entered on the way, once for all of them."""
        if self.has_new_points:
            measure_walks(by=self.by, at=self.at)

    def provider_id(self, draft: ProviderDraft) -> int:
        """Return the row of a provider; found the organisation if the source names it for the first time.

        A provider that is known gets the name that the source gives it now; the first row of a run decides.
        """
        if draft.key not in self.providers:
            self.providers[draft.key] = self.enter_provider(draft).pk
        organisation = self.named_before.pop(draft.key, None)
        if organisation is not None and organisation.name != draft.name:
            change_organisation(organisation, name=draft.name, by=self.by, at=self.at)
        return self.providers[draft.key]

    def enter_provider(self, draft: ProviderDraft) -> Provider:
        """Found the organisation of a draft and publish it as a provider of this source."""
        organisation = found_organisation(
            draft.name,
            draft.kind,
            email=draft.email,
            phone=draft.phone,
            website=draft.website,
            is_synthetic=self.source.is_synthetic,
            public_id=identifier("provider", self.source.key, draft.key),
            by=self.by,
            at=self.at,
        )
        return publish_provider(
            organisation,
            source=self.source,
            source_key=draft.key,
            summary=draft.summary,
            language=draft.language,
            by=self.by,
            at=self.at,
        )


def named_venues(draft: OfferDraft) -> Iterator[VenueDraft | KnownVenue]:
    """Yield every venue that an offer names."""
    for series in draft.series:
        if series.venue is not None:
            yield series.venue
        for session in series.sessions:
            if session.venue is not None:
                yield session.venue


def as_identifier(word: str) -> UUID | None:
    """Return a public identifier, or nothing for words that are none."""
    try:
        return UUID(word)
    except ValueError:
        return None
