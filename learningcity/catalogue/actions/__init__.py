"""What can be done in the catalogue."""

from learningcity.catalogue.actions.drafts import (
    AccessDraft,
    KnownVenue,
    OfferDraft,
    PriceDraft,
    ProviderDraft,
    Rejected,
    SeriesDraft,
    SessionDraft,
    TextDraft,
    VenueDraft,
    weekly,
)
from learningcity.catalogue.actions.imports import ImportReport, TooManyRejected, import_offers
from learningcity.catalogue.actions.offers import (
    OfferKnown,
    OfferNotRight,
    change_offer,
    confirm_offer,
    plan_series,
    publish_offer,
    withdraw_offer,
)
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.actions.providers import BadSource, ProviderKnown, open_source, publish_provider

__all__ = [
    "AccessDraft",
    "BadSource",
    "ImportReport",
    "KnownVenue",
    "OfferDraft",
    "OfferKnown",
    "OfferNotRight",
    "PriceDraft",
    "ProviderDraft",
    "ProviderKnown",
    "Rejected",
    "SeriesDraft",
    "SessionDraft",
    "TextDraft",
    "TooManyRejected",
    "VenueDraft",
    "change_offer",
    "confirm_offer",
    "import_offers",
    "note_change",
    "open_source",
    "plan_series",
    "publish_offer",
    "publish_provider",
    "weekly",
    "withdraw_offer",
]
