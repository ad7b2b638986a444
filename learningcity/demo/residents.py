"""Draw invented residents on top of the city's real tables, with a fixed seed.

Age, disability, ethnic group and language follow the counts of each small area, each by itself. What has no
local table (sex, qualification, work, income, which other language) is drawn from the rates of
`data/assumed.csv` and the constants here: they are *assumed*, not measured.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from learningcity.demo.neighbourhoods import Counts, Neighbourhood
from learningcity.demo.subjects import rows

MAJORITY = 18
OLDEST = 95

# Assumed. How many say nothing of a kind, and how many prefer not to say.
SILENT, UNWILLING = 0.3, 0.04
# Assumed. The share of households with a low income in the poorest and in the richest tenth of areas.
LOW_INCOME = (0.5, 0.08)
# Assumed. What else than English or Welsh is the main language.
OTHER_LANGUAGES = {"pl": 26, "ar": 14, "ur": 13, "bn": 12, "ro": 12, "es": 5, "cs": 9, "hu": 9}
# Assumed. How people want to be reached.
CHANNELS = {"mail": 58, "sms": 18, "letter": 10, "none": 14}
PARENT_AGES = range(19, 45)
TWO_GUARDIANS = 0.6


@dataclass(frozen=True, slots=True)
class Resident:
    """An invented resident. `guardians` are the numbers of other residents."""

    number: int
    given: str
    family: str
    born_on: date
    area: str
    channel: str
    characteristics: dict[str, str] = field(default_factory=dict)
    guardians: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given} {self.family}"

    def age(self, today: date) -> int:
        """Return the age in years."""
        return (
            today.year
            - self.born_on.year
            - ((today.month, today.day) < (self.born_on.month, self.born_on.day))
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a value is assumed among people of an age."""

    kind: str
    youngest: int
    oldest: int
    value: str
    share: float


def assumed_rates() -> list[Rate]:
    """Return the assumed rates."""
    return [
        Rate(
            kind=row["characteristic"],
            youngest=int(row["age_from"]),
            oldest=int(row["age_to"]),
            value=row["value"],
            share=float(row["share"]),
        )
        for row in rows("assumed.csv")
    ]


def words() -> dict[str, list[str]]:
    """Return the invented words that names are made of."""
    found = defaultdict(list)
    for row in rows("names.csv"):
        found[row["kind"]].append(row["word"])
    return found


def draw_residents(
    areas: Sequence[Neighbourhood], *, count: int, today: date, rng: random.Random
) -> list[Resident]:
    """Return so many residents, children with their guardians among them; the same ones for the same seed."""
    rates, names = assumed_rates(), words()
    weights = [area.people for area in areas]
    chosen = rng.choices(areas, weights, k=count) if areas else []
    drawn = [draw_resident(number, area, rates, names, today, rng) for number, area in enumerate(chosen)]
    return list(with_guardians(drawn, today, rng))


def draw_resident(
    number: int,
    area: Neighbourhood,
    rates: Sequence[Rate],
    names: dict[str, list[str]],
    today: date,
    rng: random.Random,
) -> Resident:
    """Draw one resident of an area."""
    age = draw_age(area.ages, rng)
    born_on = today - timedelta(days=round(365.25 * age) + rng.randint(1, 364))
    said = {"birth_year": str(born_on.year), "area": area.code} | draw_characteristics(area, rates, age, rng)
    return Resident(
        number=number,
        given=rng.choice(names["given"]),
        family=rng.choice(names["first"]) + rng.choice(names["last"]),
        born_on=born_on,
        area=area.code,
        channel=draw(CHANNELS, rng) if age >= MAJORITY else "none",
        characteristics={kind: value for kind, value in said.items() if value},
    )


def draw_age(ages: Counts, rng: random.Random) -> int:
    """Draw an age in years: a group by its count, then any year in it."""
    group = draw(ages, rng)
    youngest, _, oldest = group.partition("-")
    return rng.randint(int(youngest), OLDEST if oldest == "plus" else int(oldest))


def draw_characteristics(
    area: Neighbourhood, rates: Sequence[Rate], age: int, rng: random.Random
) -> dict[str, str]:
    """Draw what somebody says of themselves; an empty value stands for silence."""
    true = {
        "disability": "yes" if draw(area.disability, rng) == "disabled" else "none",
        "ethnicity": draw(area.ethnicity, rng),
        "language": draw_language(area.language, rng),
        "income": draw_income(area.income_decile, rng) if age >= MAJORITY else "",
    }
    for kind in sorted({rate.kind for rate in rates}):
        fitting = {r.value: r.share for r in rates if r.kind == kind and r.youngest <= age <= r.oldest}
        true[kind] = draw(fitting, rng)
    return {kind: as_said(value, rng) for kind, value in true.items()}


def as_said(value: str, rng: random.Random) -> str:
    """Return what somebody says about a value: nothing, that they prefer not to, or the value."""
    chance = rng.random()
    if chance < SILENT or not value:
        return ""
    return "prefer_not_to_say" if chance < SILENT + UNWILLING else value


def draw_language(counts: Counts, rng: random.Random) -> str:
    """Draw a main language: English unless the area's table says another, then an assumed one."""
    return "en" if draw(counts, rng) in ("", "english-or-welsh") else draw(OTHER_LANGUAGES, rng)


def draw_income(decile: int | None, rng: random.Random) -> str:
    """Draw an income band: low is likelier in poorer areas, high in richer ones."""
    poorest, richest = LOW_INCOME
    step = ((decile or 5) - 1) / 9
    low = poorest + (richest - poorest) * step
    high = richest + (poorest - richest) * step
    return draw({"low": low, "middle": 1 - low - high, "high": high}, rng)


def draw(shares: "dict[str, int] | dict[str, float]", rng: random.Random) -> str:
    """Draw a key by its share; nothing where there are none."""
    return rng.choices(list(shares), list(shares.values()))[0] if any(shares.values()) else ""


def with_guardians(drawn: Sequence[Resident], today: date, rng: random.Random) -> Iterator[Resident]:
    """Yield the residents, every child with one or two guardians of its area and the first one's family name.

    A child without an adult of a fitting age in its area is left out.
    """
    adults = defaultdict(list)
    for resident in drawn:
        if resident.age(today) >= MAJORITY:
            adults[resident.area].append(resident)
    for resident in drawn:
        if resident.age(today) >= MAJORITY:
            yield resident
            continue
        fitting = [a for a in adults[resident.area] if a.age(today) - resident.age(today) in PARENT_AGES]
        if not fitting:
            continue
        wanted = 2 if rng.random() < TWO_GUARDIANS else 1
        chosen = rng.sample(fitting, min(wanted, len(fitting)))
        yield replace(
            resident, family=chosen[0].family, guardians=tuple(guardian.number for guardian in chosen)
        )
