"""How a population table is described in the manifest: wide, long, or one class per area."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from learningcity.city.importers.section import KEY, Section
from learningcity.city.models import PopulationTable


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One group: its columns (wide), or its values in the column of groups or classes."""

    key: str
    label: str
    labels: dict[str, str]
    columns: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TablePart:
    """One population table. `group_column` makes it long, `class_column` a table of classes, neither wide."""

    key: str
    label: str
    labels: dict[str, str]
    areas: str
    unit: str
    year: int
    source: str
    file: str
    area_column: str
    everyone: bool
    group_column: str = ""
    count_column: str = ""
    class_column: str = ""
    people_of: str = ""
    leave_out: tuple[str, ...] = ()
    groups: list[GroupPart] = field(default_factory=list)


def table_part(section: Section) -> TablePart:
    """Read one [[population]] table of the manifest."""
    is_long, is_class = section.has("group_column"), section.has("class_column")
    if is_long and is_class:
        raise section.refusal(
            "class_column", _("A table has a group_column or a class_column, not both. Remove one.")
        )
    part = TablePart(
        key=section.text("key", pattern=KEY, longest=40),
        label=section.text("label"),
        labels=section.by_language("labels"),
        areas=section.text("areas"),
        unit=section.choice("unit", [str(v) for v in PopulationTable.Unit.values], default="people"),
        year=section.whole("year", low=1800, high=2200),
        source=section.text("source"),
        file=section.text("file"),
        area_column=section.text("area_column"),
        everyone=section.flag("everyone"),
        group_column=section.text("group_column") if is_long else "",
        count_column=section.text("count_column") if is_long else "",
        class_column=section.text("class_column") if is_class else "",
        people_of=section.text("people_of") if is_class else "",
        leave_out=tuple(section.texts("leave_out", default=[])) if is_long else (),
        groups=[_group(inner, wide=not (is_long or is_class)) for inner in section.sections("groups")],
    )
    section.close()
    if not part.groups:
        raise section.refusal("groups", _("This is missing. Name at least one group: [[population.groups]]."))
    _check(section, part)
    return part


def _group(section: Section, *, wide: bool) -> GroupPart:
    has_span = wide and section.has("from")
    group = GroupPart(
        key=section.text("key", pattern=KEY, longest=60),
        label=section.text("label"),
        labels=section.by_language("labels"),
        columns=tuple(section.texts("columns")) if wide and not has_span else (),
        span=(section.text("from"), section.text("to")) if has_span else None,
        values=() if wide else tuple(section.texts("values")),
    )
    section.close()
    return group


def _check(section: Section, part: TablePart) -> None:
    for name in ("columns", "values"):
        named = [value for group in part.groups for value in getattr(group, name)]
        if len(set(named)) != len(named):
            raise section.refusal(
                "groups",
                _("Two groups share a column or a value: people would count twice. Use each once."),
            )
    if part.everyone and part.unit != PopulationTable.Unit.PEOPLE:
        raise section.refusal("everyone", _("Only a table of people can count everyone. Remove this key."))
