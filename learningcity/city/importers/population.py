"""Population tables: how many of each group live in each area, from wide, long or class tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.city.importers.files import Row, Sheet, sheet_of
from learningcity.city.importers.refusal import quoted
from learningcity.city.importers.tables import GroupPart, TablePart

LARGEST_COUNT = 100_000_000

Counts = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class TableDraft:
    """A table as it will be stored: `counts` by (group key, area code)."""

    part: TablePart
    counts: Counts


def table_in(path: Path, part: TablePart, codes: set[str], people: Mapping[str, int]) -> TableDraft:
    """Read one table. `codes` are the areas of its set; `people` by area are needed by a table of classes.

    Raises BundleRefused, naming file, row and column.
    """
    sheet = sheet_of(path)
    sheet.needs(part.area_column)
    if part.class_column:
        counts = _class_counts(sheet, part, codes, people)
    elif part.group_column:
        counts = _long_counts(sheet, part, codes)
    else:
        counts = _wide_counts(sheet, part, codes)
    return TableDraft(part, counts)


def people_by_area(counts: Counts) -> dict[str, int]:
    """Return the sum of all groups per area."""
    people: dict[str, int] = {}
    for (_group, code), count in counts.items():
        people[code] = people.get(code, 0) + count
    return people


def _wide_counts(sheet: Sheet, part: TablePart, codes: set[str]) -> Counts:
    columns = {group.key: _columns(sheet, group) for group in part.groups}
    _check_columns_once(sheet, columns)
    counts: Counts = {}
    for row in sheet.rows:
        code = _area(sheet, part, row, codes)
        for key, names in columns.items():
            if (key, code) in counts:
                raise _area_twice(sheet, part, row, code)
            counts[key, code] = sum(_count(sheet, row, name) for name in names)
    return counts


def _columns(sheet: Sheet, group: GroupPart) -> list[str]:
    if group.span is None:
        return [sheet.needs(name) for name in group.columns]
    first, last = (sheet.columns.index(sheet.needs(name)) for name in group.span)
    if first > last:
        raise sheet.refusal(
            _("The column “%(first)s” stands after “%(last)s”. Exchange from and to.")
            % {"first": quoted(group.span[0]), "last": quoted(group.span[1])},
            row=1,
        )
    return sheet.columns[first : last + 1]


def _check_columns_once(sheet: Sheet, columns: Mapping[str, list[str]]) -> None:
    seen: set[str] = set()
    for names in columns.values():
        for name in names:
            if name in seen:
                raise sheet.refusal(
                    _("Two groups use this column: people would be counted twice. Use each column once."),
                    row=1,
                    column=name,
                )
            seen.add(name)


def _long_counts(sheet: Sheet, part: TablePart, codes: set[str]) -> Counts:
    sheet.needs(part.group_column)
    sheet.needs(part.count_column)
    groups = {value: group.key for group in part.groups for value in group.values}
    counts: Counts = {}
    seen: set[tuple[str, str]] = set()
    for row in sheet.rows:
        code, value = _area(sheet, part, row, codes), row.cells[part.group_column]
        if (code, value) in seen:
            raise _area_twice(sheet, part, row, code)
        seen.add((code, value))
        if value in part.leave_out:
            continue
        key = _group_of(sheet, row, part.group_column, groups)
        counts[key, code] = counts.get((key, code), 0) + _count(sheet, row, part.count_column)
    return counts


def _class_counts(sheet: Sheet, part: TablePart, codes: set[str], people: Mapping[str, int]) -> Counts:
    sheet.needs(part.class_column)
    groups = {value: group.key for group in part.groups for value in group.values}
    counts: Counts = {}
    seen: set[str] = set()
    for row in sheet.rows:
        code = _area(sheet, part, row, codes)
        if code in seen:
            raise _area_twice(sheet, part, row, code)
        seen.add(code)
        if code not in people:
            raise sheet.refusal(
                _("The table “%(table)s” has no people for “%(code)s”. Add them, or remove this row.")
                % {"table": part.people_of, "code": quoted(code)},
                row=row.number,
                column=part.area_column,
            )
        counts[_group_of(sheet, row, part.class_column, groups), code] = people[code]
    return counts


def _area(sheet: Sheet, part: TablePart, row: Row, codes: set[str]) -> str:
    code = row.cells[part.area_column]
    if code not in codes:
        raise sheet.refusal(
            _("The area “%(code)s” is not in the set “%(areas)s”. Correct the code, or remove this row.")
            % {"code": quoted(code), "areas": part.areas},
            row=row.number,
            column=part.area_column,
        )
    return code


def _area_twice(sheet: Sheet, part: TablePart, row: Row, code: str) -> Exception:
    return sheet.refusal(
        _("The area “%(code)s” is counted twice. Keep one of the rows.") % {"code": quoted(code)},
        row=row.number,
        column=part.area_column,
    )


def _group_of(sheet: Sheet, row: Row, column: str, groups: Mapping[str, str]) -> str:
    value = row.cells[column]
    if value not in groups:
        raise sheet.refusal(
            _("No group has the value “%(value)s”. Add it to a group in bundle.toml, or to leave_out.")
            % {"value": quoted(value)},
            row=row.number,
            column=column,
        )
    return groups[value]


def _count(sheet: Sheet, row: Row, column: str) -> int:
    """Return a count: a whole number, also when written as 254.0."""
    text = row.cells[column]
    whole, _point, rest = text.partition(".")
    is_whole = whole.isascii() and whole.isdigit() and len(whole) <= 12 and not rest.strip("0")
    if not is_whole or int(whole) > LARGEST_COUNT:
        raise sheet.refusal(
            _("“%(text)s” is not a number of people. Write a whole number from 0 to %(most)s.")
            % {"text": quoted(text), "most": LARGEST_COUNT},
            row=row.number,
            column=column,
        )
    return int(whole)
