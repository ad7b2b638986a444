"""How much speaks for two listings being one: six comparisons, weighed after Fellegi and Sunter."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, log2, radians

from learningcity.engines.duplicates.listing import Listing, Point
from learningcity.engines.duplicates.names import likeness, marks_of, provider_likeness
from learningcity.engines.words import language_of

DAY = 24 * 60
SAME_TIME = 10
SHIFTED_TIME = 100
METRES_A_DEGREE = 111_195

LEVELS: dict[str, dict[str, tuple[float, float]]] = {
    "title": {
        "same": (0.62, 0.10),
        "close": (0.12, 0.04),
        "partly": (0.07, 0.045),
        "cognate": (0.02, 0.005),
        "little": (0.03, 0.04),
        "unknown": (0.08, 0.07),
        "different": (0.06, 0.70),
    },
    "marks": {
        "same": (0.50, 0.40),
        "unknown": (0.43, 0.30),
        "one": (0.07, 0.25),
        "conflict": (0.001, 0.05),
    },
    "time": {
        "same": (0.72, 0.06),
        "mostly": (0.02, 0.007),
        "shifted": (0.20, 0.07),
        "fits": (0.03, 0.02),
        "unknown": (0.03, 0.03),
        "other": (0.002, 0.81),
    },
    "place": {
        "same": (0.86, 0.45),
        "near": (0.04, 0.05),
        "online": (0.05, 0.05),
        "unknown": (0.04, 0.04),
        "different": (0.003, 0.06),
        "far": (0.005, 0.40),
    },
    "provider": {
        "same": (0.80, 0.30),
        "close": (0.10, 0.03),
        "different": (0.10, 0.67),
    },
    "people": {
        "same": (0.32, 0.16),
        "unknown": (0.678, 0.79),
        "conflict": (0.002, 0.05),
    },
}
"""For each comparison and answer: how often pairs that are one give it (m), and pairs that are two (u)."""

ENOUGH = 4.0
"""The sum of weights, in bits, from which a pair is shown to a person."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: what was compared, the answer, and its weight in bits."""

    comparison: str
    answer: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """How much speaks for two listings being one, and why."""

    weight: float
    reasons: tuple[Reason, ...]

    @property
    def is_enough(self) -> bool:
        """Whether a person should look at the pair."""
        return self.weight >= ENOUGH


def weight(comparison: str, answer: str) -> float:
    """Return the weight of an answer in bits: log2(m / u).

    >>> weight("provider", "different")
    -2.74
    """
    m, u = LEVELS[comparison][answer]
    return round(log2(m / u), 2)


WEIGHTS = {name: {answer: weight(name, answer) for answer in levels} for name, levels in LEVELS.items()}
BEST = {name: max(weights.values()) for name, weights in WEIGHTS.items()}
BEST_BUT_TIME = sum(BEST.values()) - BEST["time"]


def could_be_one(one: Listing, other: Listing) -> bool:
    """Whether dates and places alone leave it open that two listings are one: quickly told, before all else.

    >>> could_be_one(Listing(1, (), starts=(60,)), Listing(2, (), starts=(9000,)))
    False
    """
    weight = WEIGHTS["time"][time_answer(one, other)] + BEST_BUT_TIME
    if weight < ENOUGH:
        return False
    return weight - BEST["place"] + WEIGHTS["place"][place_answer(one, other)] >= ENOUGH


def compare(one: Listing, other: Listing) -> Match:
    """Return how much speaks for two listings being one.

    >>> compare(Listing(1, (("en", "Pottery"),)), Listing(2, (("en", "Choir"),))).is_enough
    False
    """
    answers = {
        "title": title_answer(one, other),
        "marks": marks_answer(one, other),
        "time": time_answer(one, other),
        "place": place_answer(one, other),
        "provider": provider_answer(one.provider, other.provider),
        "people": people_answer(one, other),
    }
    reasons = tuple(Reason(name, answer, WEIGHTS[name][answer]) for name, answer in answers.items())
    return Match(round(sum(reason.weight for reason in reasons), 2), reasons)


def title_answer(one: Listing, other: Listing) -> str:
    """Compare titles in the same language where there are some; else look for words that both share."""
    pairs = [
        (mine, theirs)
        for language, mine in one.titles
        for other_language, theirs in other.titles
        if language_of(language) == language_of(other_language)
    ]
    if not pairs:
        alike = max(likeness(mine, theirs) for _l, mine in one.titles for _k, theirs in other.titles)
        return "cognate" if alike >= 0.5 else "unknown"
    alike = max(likeness(mine, theirs) for mine, theirs in pairs)
    if alike >= 0.92:
        return "same"
    if alike >= 0.7:
        return "close"
    if alike >= 0.45:
        return "partly"
    return "little" if alike >= 0.2 else "different"


def marks_answer(one: Listing, other: Listing) -> str:
    """Compare what tells sisters apart: number, level, part of the day, day of the week, age."""
    mine, theirs = marks_of(one), marks_of(other)
    shared = mine.keys() & theirs.keys()
    if any(not mine[kind] & theirs[kind] for kind in shared):
        return "conflict"
    if mine.keys() ^ theirs.keys():
        return "one"
    return "same" if shared else "unknown"


def time_answer(one: Listing, other: Listing) -> str:
    """Compare the dates: how many of the shorter list the longer one has too."""
    if not one.starts or not other.starts:
        return _days_answer(one, other)
    few, many = sorted((one.starts, other.starts), key=len)
    same = common(few, many, SAME_TIME) / len(few)
    if same >= 0.75:
        return "same"
    if common(few, many, SHIFTED_TIME) / len(few) >= 0.75:
        return "shifted"
    return "mostly" if same >= 0.4 else "other"


def common(one: Sequence[int], other: Sequence[int], within: int) -> int:
    """Return how many moments of a list have one in another list, so many minutes apart at most.

    >>> common([100, 200, 300], [205, 900], 10)
    1
    """
    found = at = 0
    for moment in one:
        while at < len(other) and other[at] < moment - within:
            at += 1
        if at < len(other) and other[at] <= moment + within:
            found += 1
            at += 1
    return found


def _days_answer(one: Listing, other: Listing) -> str:
    mine, theirs = _span(one), _span(other)
    if mine is None or theirs is None:
        return "unknown"
    if mine[1] < theirs[0] or theirs[1] < mine[0]:
        return "other"
    holds = mine[0] - 3 <= theirs[0] and theirs[1] <= mine[1] + 3
    is_held = theirs[0] - 3 <= mine[0] and mine[1] <= theirs[1] + 3
    return "fits" if holds or is_held else "unknown"


def _span(listing: Listing) -> tuple[int, int] | None:
    if listing.starts:
        return listing.starts[0] // DAY, listing.starts[-1] // DAY
    return listing.days


def place_answer(one: Listing, other: Listing) -> str:
    """Compare where: by metres where both have points, else by the names of the places."""
    is_somewhere = [bool(listing.points or listing.venues) for listing in (one, other)]
    if not all(is_somewhere):
        online = [listing.is_online for listing in (one, other)]
        if all(online):
            return "online"
        return "different" if any(online) and any(is_somewhere) else "unknown"
    if one.points and other.points:
        metres = min(metres_between(here, there) for here in one.points for there in other.points)
        if metres <= 150:
            return "same"
        return "near" if metres <= 500 else "far"
    names = [(here, there) for here in one.venues for there in other.venues]
    if not names:
        return "unknown"
    alike = max(likeness(here, there) for here, there in names)
    if alike >= 0.7:
        return "same"
    return "unknown" if alike >= 0.4 else "different"


def metres_between(one: Point, other: Point) -> float:
    """Return the distance of two points of a city, in metres, on a plane that touches the earth there."""
    north = one[0] - other[0]
    east = (one[1] - other[1]) * cos(radians((one[0] + other[0]) / 2))
    return hypot(north, east) * METRES_A_DEGREE


def provider_answer(one: str, other: str) -> str:
    """Compare the names of providers."""
    alike = provider_likeness(one, other) if one and other else 0.0
    if alike >= 0.9:
        return "same"
    return "close" if alike >= 0.6 else "different"


def people_answer(one: Listing, other: Listing) -> str:
    """Compare for whom: ages and audience, where both say it."""
    conflict = same = False
    if one.ages != (None, None) and other.ages != (None, None):
        low, high = max(one.ages[0] or 0, other.ages[0] or 0), min(one.ages[1] or 200, other.ages[1] or 200)
        conflict, same = low > high, one.ages == other.ages
    if "everyone" not in (one.audience, other.audience):
        conflict, same = conflict or one.audience != other.audience, same or one.audience == other.audience
    if conflict:
        return "conflict"
    return "same" if same else "unknown"
