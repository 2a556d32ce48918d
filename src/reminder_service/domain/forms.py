"""From tables to the form: which table is the report, what its columns mean, what its rows say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from .answers import is_blank, refers_above, refers_elsewhere
from .campaign import Column, ColumnKey
from .documents import Reading, Row, Table
from .form_columns import Header, header_of, headers_at, headings
from .form_heads import period_among, title_among, unit_among
from .form_rows import FormRow, is_foot, rows_under
from .texts import fold

__all__ = [
    "Form",
    "FormRow",
    "find_form",
    "fold",
    "is_blank",
    "refers_above",
    "refers_elsewhere",
    "table_problem",
]

_LINES_NEAR = 8
_COLUMNS_OF_A_TABLE = 3

Key = ColumnKey


@dataclass(frozen=True, kw_only=True, slots=True, weakref_slot=True)
class Form:
    """A form found in a document: its title, the unit that it names (as written), the period its text names."""

    title: str
    unit: str | None
    period: str | None
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A table that is a form, or carries on with the one before it under the same columns."""

    table: Table
    header: Header
    begin: int


def find_form(reading: Reading, columns: Sequence[Column], units: Collection[str] = ()) -> Form | None:
    """Return the form in a document, or None where no table has its columns.

    The heading row may stand anywhere, columns in any order. Several tables with the headings are one form,
    unless their titles name different periods: then the latest period's tables are.

    :param units: known names of units; they tell a row torn by a page break from a unit's own row at the
        top of a page.
    """
    found = _of_latest_period(_form_tables(reading, columns))
    if not found:
        return None
    first = found[0]
    near = _lines_above(first)
    heading = [cell.text for row in _heading_rows(first) for cell in row.cells if cell.text]
    everywhere = [*near, *_lines_below(found[-1]), *reading.text.splitlines()]
    known = _folded_names(frozenset(units))
    rows = [row for one in found for row in rows_under(one.header, one.table.rows[one.begin :], known)]
    title = title_among(near) or title_among(reading.text.splitlines())
    return Form(
        title=title,
        unit=unit_among(everywhere),
        period=period_among([title, *reversed(near), *heading]),
        rows=tuple(rows) if len(found) == 1 else _without_blank_twins(rows),
    )


@lru_cache(maxsize=16)
def _folded_names(units: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, units))


def table_problem(
    reading: Reading, columns: Sequence[Column]
) -> Literal["not_a_form", "other_columns"] | None:
    """Say why a document holds no form: no such table at all, or one whose columns do not suffice."""
    headers = [header_of(table, columns) for table in reading.tables]
    if any(header and header.is_form for header in headers):
        return None
    return "other_columns" if any(headers) else "not_a_form"


def _form_tables(reading: Reading, columns: Sequence[Column]) -> list[_Found]:
    """Return the tables with the form's headings, each followed by those that carry it on without any."""
    found: list[_Found] = []
    for table in reading.tables:
        header = header_of(table, columns)
        if header and header.is_form:
            found.append(_Found(table=table, header=header, begin=header.last + 1))
        elif found and _carries_on(table, found[-1]):
            found.append(_Found(table=table, header=found[-1].header, begin=0))
    # A heading row inside the table (a new page, a new sheet part) must not end up among the rows.
    return [replace(one, table=_without_repeats(one, columns)) for one in found]


def _carries_on(table: Table, before: _Found) -> bool:
    width = len(before.table.rows[0].cells)
    if not table.rows or len(table.rows[0].cells) != width or width < _COLUMNS_OF_A_TABLE:
        return False
    number = before.header.columns.get(Key.NUMBER)
    return number is not None and fold(table.rows[0].cells[number].text).strip(".、").isdecimal()


def _without_repeats(one: _Found, columns: Sequence[Column]) -> Table:
    titles = {fold(_joined(row)) for row in one.table.rows[: one.header.first]} if one.begin else set()
    drop, words = set[int](), headings(tuple(columns))
    for index in range(one.begin, len(one.table.rows)):
        found = list(headers_at(one.table, index, words))
        if any(header.is_form for header in found):
            drop |= {index, *(header.last for header in found)}
        elif titles and fold(_joined(one.table.rows[index])) in titles:
            drop.add(index)
    if not drop:
        return one.table
    rows = tuple(row for index, row in enumerate(one.table.rows) if index not in drop)
    return replace(one.table, rows=rows)


def _of_latest_period(found: list[_Found]) -> list[_Found]:
    """Keep the latest period's tables where titles name several: old sheets often stay in the file."""
    periods = [period_among([*reversed(_lines_above(one))]) if one.begin else None for one in found]
    latest = max((period for period in periods if period), default=None)
    if latest is None or len({period for period in periods if period}) == 1:
        return found
    kept, current = [], None
    for one, period in zip(found, periods, strict=True):
        current = period if one.begin else current
        if current in (latest, None):
            kept.append(one)
    return kept


def _heading_rows(one: _Found) -> tuple[Row, ...]:
    return one.table.rows[one.header.first : one.header.last + 1]


def _lines_above(one: _Found) -> list[str]:
    """Return the lines near above the heading row, outside and inside the table, from top to bottom."""
    inside = [line for row in one.table.rows[: one.header.first] for line in _lines(row)]
    return [*_filled(one.table.above.splitlines())[-_LINES_NEAR:], *inside[-_LINES_NEAR:]]


def _lines_below(one: _Found) -> list[str]:
    feet = [row for row in one.table.rows[one.begin :] if is_foot(row)]
    return [*(line for row in feet for line in _lines(row)), *_filled(one.table.below.splitlines())]


def _lines(row: Row) -> list[str]:
    """Return the lines of a row: those of its only cell, or its cells side by side as one line."""
    cells = [cell.text for cell in row.cells if cell.text.strip()]
    return _filled(cells[0].splitlines()) if len(cells) == 1 else _filled(["\t".join(cells)])


def _filled(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _joined(row: Row) -> str:
    return "".join(cell.text for cell in row.cells)


def _without_blank_twins(rows: list[FormRow]) -> tuple[FormRow, ...]:
    """Drop a blank row where the same row stands filled elsewhere, as in an untouched copy of the form."""

    def identity(row: FormRow) -> tuple[str, str, str]:
        return fold(row.number), fold(row.name), fold(row.units)

    filled = {identity(row) for row in rows if not is_blank(row.measures)}
    return tuple(row for row in rows if not is_blank(row.measures) or identity(row) not in filled)
