"""Tables of the catalogue, one file per noun."""

from learningcity.catalogue.models.offer import Offer, OfferAccess, OfferPrice, OfferSkill, OfferText
from learningcity.catalogue.models.outbox import SearchChange
from learningcity.catalogue.models.provider import Provider, Source
from learningcity.catalogue.models.session import Series, Session

__all__ = [
    "Offer",
    "OfferAccess",
    "OfferPrice",
    "OfferSkill",
    "OfferText",
    "Provider",
    "SearchChange",
    "Series",
    "Session",
    "Source",
]
