"""Tables of the catalogue, one file per noun."""

from learningcity.catalogue.models.language import LANGUAGES
from learningcity.catalogue.models.offer import (
    Offer,
    OfferAccess,
    OfferConcept,
    OfferPrice,
    OfferSkill,
    OfferText,
)
from learningcity.catalogue.models.outbox import SearchChange
from learningcity.catalogue.models.provider import ImportRun, Provider, Source
from learningcity.catalogue.models.session import Series, Session

__all__ = [
    "LANGUAGES",
    "ImportRun",
    "Offer",
    "OfferAccess",
    "OfferConcept",
    "OfferPrice",
    "OfferSkill",
    "OfferText",
    "Provider",
    "SearchChange",
    "Series",
    "Session",
    "Source",
]
