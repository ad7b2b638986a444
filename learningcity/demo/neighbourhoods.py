"""What the city's own tables say about each of its small areas: residents are drawn from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from learningcity.city.models import Area, PopulationCount

SET = "lsoa21"
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One small area: how many live there, and how they are distributed over the groups of each table.

    `income_decile` is 1 for the tenth of areas with the lowest incomes, None where it is not known.
    """

    code: str
    people: int
    ages: Counts
    disability: Counts
    ethnicity: Counts
    language: Counts
    income_decile: int | None


def neighbourhoods() -> list[Neighbourhood]:
    """Return the small areas with people in them, by code.

    Ages and incomes are counted for the small areas of 2011; an area whose code is new since then has the
    ages of the whole city and no income. Languages are counted for the middle area around it, whose name its
    own begins with.
    """
    tables = counted()
    whole_city = total(tables["age"].values())
    middle = {
        name: code for code, name in Area.objects.filter(area_set__key="msoa21").values_list("code", "name")
    }
    found = []
    for code, name in Area.objects.filter(area_set__key=SET).order_by("code").values_list("code", "name"):
        disability = tables["disability"].get(code, {})
        found.append(
            Neighbourhood(
                code=code,
                people=sum(disability.values()),
                ages=tables["age"].get(code, whole_city),
                disability=disability,
                ethnicity=tables["ethnicity"].get(code, {}),
                language=tables["language"].get(middle.get(name[:-1], ""), {}),
                income_decile=decile(tables["income"].get(code, {})),
            )
        )
    return [area for area in found if area.people]


def counted() -> dict[str, dict[str, Counts]]:
    """Return all counts by table, area and group."""
    tables: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(dict))
    rows = PopulationCount.objects.values_list("group__table__key", "area__code", "group__key", "count")
    for table, area, group, count in rows.order_by("group__position", "pk"):
        tables[table][area][group] = count
    return tables


def total(areas: Iterable[Counts]) -> Counts:
    """Return the sum of counts over areas."""
    summed: Counts = defaultdict(int)
    for counts in areas:
        for group, count in counts.items():
            summed[group] += count
    return dict(summed)


def decile(counts: Counts) -> int | None:
    """Return the tenth that an area belongs to: the group that holds its people."""
    return next((int(group.removeprefix("decile-")) for group, count in counts.items() if count), None)
