"""From tables to the form: which table is the report, what its columns mean, what its rows say."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .answers import is_blank, refers_above, refers_elsewhere
from .campaign import Column, ColumnKey
from .documents import Box, Reading, Row, Table
from .form_columns import Header, header_of, headers_at
from .form_heads import period_among, title_among, unit_among
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
_FOOT = re.compile(r"(填报|填表|制表|审核|复核|分管|主要|单位)?(人|负责人|领导)?(员|签字|签名)?[（(:：]|备注[:：]|说明[:：]|注[:：]|填报|填表|审核|联系|负责人")
_SENTENCE_END = "。！？；.;!?"

Key = ColumnKey


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRow:
    """One row of a filled form, all as text, with its source in the document.

    ``units`` is the text of the 责任单位 cell, names parted by line breaks; ``page`` and ``row`` count from 1.
    A row torn by a page break is one row here and stands where it began.
    """

    number: str
    name: str
    units: str
    measures: str
    deadline: str
    page: int
    row: int
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form found in a document: its title line, the unit that it names (as written), the period its text names."""

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
    title = title_among(near) or title_among(reading.text.splitlines())
    known = frozenset(map(fold, units))
    return Form(
        title=title,
        unit=unit_among(everywhere),
        period=period_among([title, *reversed(near), *heading]),
        rows=_without_blank_twins([row for one in found for row in _rows_of(one, known)]),
    )


def table_problem(
    reading: Reading, columns: Sequence[Column]
) -> Literal["not_a_form", "other_columns"] | None:
    """Say why a document holds no form: no such table at all, or one whose columns do not suffice."""
    headers = [header_of(table, columns) for table in reading.tables]
    if any(header and header.is_form for header in headers):
        return None
    return "other_columns" if any(headers) else "not_a_form"


def _form_tables(reading: Reading, columns: Sequence[Column]) -> list[_Found]:
    """Return the tables with the form's headings, each followed by those that carry it on without headings."""
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
    drop: set[int] = set()
    for index in range(one.begin, len(one.table.rows)):
        if any(header.is_form for header in headers_at(one.table, index, columns)):
            drop |= {index, *(h.last for h in headers_at(one.table, index, columns))}
        elif fold(_joined(one.table.rows[index])) in titles:
            drop.add(index)
    rows = tuple(row for index, row in enumerate(one.table.rows) if index not in drop)
    return replace(one.table, rows=rows)


def _of_latest_period(found: list[_Found]) -> list[_Found]:
    """Keep the latest period's tables where titles name several: last quarter's sheet often stays in the file."""
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
    feet = [row for row in one.table.rows[one.begin :] if _is_foot(row)]
    return [*(line for row in feet for line in _lines(row)), *_filled(one.table.below.splitlines())]


def _lines(row: Row) -> list[str]:
    """Return the lines of a row: those of its only cell, or its cells side by side as one line."""
    cells = [cell.text for cell in row.cells if cell.text.strip()]
    return _filled(cells[0].splitlines()) if len(cells) == 1 else _filled(["\t".join(cells)])


def _filled(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _joined(row: Row) -> str:
    return "".join(cell.text for cell in row.cells)


def _is_foot(row: Row) -> bool:
    """Whether a row below the form is no row of it: 填报人, 审核人, 备注, （盖章）."""
    cells = [fold(cell.text) for cell in row.cells if cell.text.strip()]
    if not cells or cells[0].isdecimal():
        return False
    alone = len(cells) == 1 and not row.merged
    return _FOOT.match(cells[0]) is not None or (alone and cells[0].endswith(("(盖章)", "(公章)")))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """The key cells of one table row; ``own`` are the keys whose cell is not the lower part of a merged one."""

    row: Row
    texts: dict[Key, str]
    own: frozenset[Key]
    box: Box | None
    confidence: float | None

    def says(self, *keys: Key) -> bool:
        return any(self.texts[key] for key in keys)


def _rows_of(one: _Found, units: frozenset[str]) -> list[FormRow]:
    lines = [_line(row, one.header.columns) for row in one.table.rows[one.begin :] if not _is_foot(row)]
    sub_rows = any(Key.NUMBER not in line.own or Key.NAME not in line.own for line in lines)
    result: list[FormRow] = []
    page = 0
    for line in lines:
        if not line.says(*Key):
            page = page or line.row.page
            continue
        turned, page = bool(page) and line.row.page != page, line.row.page
        if result and turned and _is_torn(line, result[-1], units, sub_rows):
            result[-1] = _mended(result[-1], line)
        elif result and _is_more_text(line):
            result[-1] = replace(result[-1], measures=_clean(f"{result[-1].measures}\n{line.texts[Key.MEASURES]}"))
        else:
            result.append(_form_row(line, result[-1] if result else None))
    return result


def _line(row: Row, columns: dict[Key, int]) -> _Line:
    cells = {key: row.cells[index] for key, index in columns.items() if index < len(row.cells)}
    sure = [cell.confidence for cell in cells.values() if cell.confidence is not None and cell.text.strip()]
    return _Line(
        row=row,
        texts={key: _clean(cells[key].text) if key in cells else "" for key in Key},
        own=frozenset(Key) - {key for key in cells if columns[key] in row.merged},
        box=_around(cell.box for cell in row.cells),
        confidence=min(sure, default=None),
    )


def _is_torn(line: _Line, before: FormRow, units: frozenset[str], sub_rows: bool) -> bool:
    """Whether the first row of a page is the rest of the row before it.

    Its 序号 is empty then. So it is in the row of a further unit of one item, but there the 责任单位 cell holds
    a whole name: a known one, or any where this form gives each unit a row of its own.
    """
    if line.texts[Key.NUMBER]:
        return False
    if line.texts[Key.NAME] and (not before.number or fold(line.texts[Key.NAME]) == fold(before.name)):
        return False
    written = line.texts[Key.UNITS]
    if not written:
        return True
    if units:
        return not all(fold(name) in units for name in written.splitlines())
    return not sub_rows


def _is_more_text(line: _Line) -> bool:
    """Whether a row without number, name and unit of its own only goes on with the text of the row above."""
    empty = not line.says(Key.NUMBER, Key.NAME, Key.UNITS, Key.DEADLINE)
    return empty and line.own == frozenset(Key)


def _mended(row: FormRow, rest: _Line) -> FormRow:
    def sewn(text: str, key: Key) -> str:
        more = rest.texts[key]
        if not text or not more:
            return text or more
        # Only a finished sentence ends a paragraph: elsewhere the break of the page is no break of the text.
        return f"{text}\n{more}" if key is Key.MEASURES and text[-1] in _SENTENCE_END else text + more

    sure = [value for value in (row.confidence, rest.confidence) if value is not None]
    units = f"{row.units}\n{rest.texts[Key.UNITS]}" if rest.texts[Key.UNITS] and row.units else sewn(row.units, Key.UNITS)
    return replace(
        row,
        name=sewn(row.name, Key.NAME),
        units=units,
        measures=sewn(row.measures, Key.MEASURES),
        deadline=sewn(row.deadline, Key.DEADLINE),
        confidence=min(sure, default=None),
    )


def _form_row(line: _Line, above: FormRow | None) -> FormRow:
    texts = dict(line.texts)
    if above:
        inherited = frozenset(Key) - line.own
        if not line.says(Key.NUMBER, Key.NAME) and line.says(Key.UNITS, Key.MEASURES):
            # Left empty or cut by the page instead of merged: still a further unit of the same item.
            inherited |= {Key.NUMBER, Key.NAME} | (set() if line.row.merged else {Key.DEADLINE})
        before = {
            Key.NUMBER: above.number,
            Key.NAME: above.name,
            Key.UNITS: above.units,
            Key.MEASURES: above.measures,
            Key.DEADLINE: above.deadline,
        }
        texts |= {key: before[key] for key in inherited if not texts[key]}
    return FormRow(
        number=texts[Key.NUMBER],
        name=texts[Key.NAME],
        units=texts[Key.UNITS],
        measures=texts[Key.MEASURES],
        deadline=texts[Key.DEADLINE],
        page=line.row.page,
        row=line.row.number,
        box=line.box,
        confidence=line.confidence,
    )


def _without_blank_twins(rows: list[FormRow]) -> tuple[FormRow, ...]:
    """Drop a blank row where the same row stands filled elsewhere, as in an untouched copy of the form."""

    def identity(row: FormRow) -> tuple[str, str, str]:
        return fold(row.number), fold(row.name), fold(row.units)

    filled = {identity(row) for row in rows if not is_blank(row.measures)}
    return tuple(row for row in rows if not is_blank(row.measures) or identity(row) not in filled)


def _clean(text: str) -> str:
    """Return the text in NFC without blank lines around it; line breaks inside stay."""
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).splitlines()]
    return "\n".join(lines).strip()


def _around(boxes: Iterator[Box | None]) -> Box | None:
    seen = [box for box in boxes if box]
    if not seen:
        return None
    return (
        min(box[0] for box in seen),
        min(box[1] for box in seen),
        max(box[2] for box in seen),
        max(box[3] for box in seen),
    )
