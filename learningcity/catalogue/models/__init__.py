"""Tables of the catalogue, one file per noun."""

from learningcity.catalogue.models.change import Change, ChangeCount, UnnumberedChange
from learningcity.catalogue.models.closing import AcceptedClash, ClosingDay, PlaceBefore
from learningcity.catalogue.models.duplicate import (
    DuplicatePair,
    FieldOrigin,
    JoinedSeries,
    JoinedSession,
    MatchKey,
    MovedSeries,
    MovedSession,
    OfferMerge,
    SourceRank,
)
from learningcity.catalogue.models.feed import FieldCorrection, RejectedRow
from learningcity.catalogue.models.freshness import Freshness
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
from learningcity.catalogue.models.overlay import OverlaidSession, Overlay
from learningcity.catalogue.models.programme import Programme, ProgrammeOffer
from learningcity.catalogue.models.provider import ImportRun, Provider, Source
from learningcity.catalogue.models.saved_search import SavedSearch
from learningcity.catalogue.models.session import Series, Session
from learningcity.catalogue.models.skill import Skill, SkillTaught
from learningcity.catalogue.models.wish import Feedback, Wish

__all__ = [
    "LANGUAGES",
    "AcceptedClash",
    "Change",
    "ChangeCount",
    "ClosingDay",
    "DuplicatePair",
    "Feedback",
    "FieldCorrection",
    "FieldOrigin",
    "Freshness",
    "ImportRun",
    "JoinedSeries",
    "JoinedSession",
    "MatchKey",
    "MovedSeries",
    "MovedSession",
    "Offer",
    "OfferAccess",
    "OfferConcept",
    "OfferMerge",
    "OfferPrice",
    "OfferSkill",
    "OfferText",
    "OverlaidSession",
    "Overlay",
    "Programme",
    "ProgrammeOffer",
    "PlaceBefore",
    "Provider",
    "RejectedRow",
    "SavedSearch",
    "SearchChange",
    "Series",
    "Session",
    "Skill",
    "SkillTaught",
    "Source",
    "SourceRank",
    "UnnumberedChange",
    "Wish",
]
