"""Offers that may be one: which to compare, and how much speaks for it, after Fellegi and Sunter.

Method, sources, worked example and limits: `docs/methods/duplicates.md`.
"""

from learningcity.engines.duplicates.blocking import keys, kind_of
from learningcity.engines.duplicates.comparing import (
    ENOUGH,
    LEVELS,
    Match,
    Reason,
    common,
    compare,
    could_be_one,
    metres_between,
)
from learningcity.engines.duplicates.listing import Listing, digest
from learningcity.engines.duplicates.names import likeness

__all__ = [
    "ENOUGH",
    "LEVELS",
    "Listing",
    "Match",
    "Reason",
    "common",
    "compare",
    "could_be_one",
    "digest",
    "keys",
    "kind_of",
    "likeness",
    "metres_between",
]
