"""The sheets of a workbook as pages and tables, capped by what cells hold, not by their range."""

import datetime
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from reminder_service.domain.documents import Cell, Page, Reading, Row, Table

from .limits import MAX_COLUMNS, MAX_MERGES, MAX_ROWS, MAX_TABLES
from .number_formats import shown_date, shown_number
from .office import TooLarge
from .texts import clean

Merge = tuple[tuple[int, int], tuple[int, int]]
Formats = Mapping[tuple[int, int], str]
"""Format codes of cells by row and column, counted from 0."""


def with_sheets(
    workbook: CalamineWorkbook, reading: Reading, formats_of: Callable[[int, str], Formats]
) -> Reading:
    """Return the reading with a page and a table for each sheet, hidden ones too.

    :param formats_of: gives the formats of a sheet by its place (from 0) and its name.
    :raises TooLarge: when a sheet has more rows than any form.
    """
    pages: list[Page] = []
    tables: list[Table] = []
    names = workbook.sheet_names[:MAX_TABLES]
    for number, name in enumerate(names, start=1):
        try:
            sheet = workbook.get_sheet_by_name(name)
        except CalamineError:  # a chart sheet has no cells
            pages.append(Page(number=number, width=0.0, height=0.0))
            continue
        rows = _rows(sheet, number, formats_of(number - 1, name))
        pages.append(Page(number=number, width=0.0, height=0.0, has_text=bool(rows)))
        if rows:
            tables.append(Table(page=number, rows=rows, above=clean(name)))
    return replace(reading, pages=tuple(pages), tables=tuple(tables), text="\n".join(map(clean, names)))


def _rows(sheet: CalamineSheet, page: int, formats: Formats) -> tuple[Row, ...]:
    left = min(sheet.start[1] if sheet.start else 0, MAX_COLUMNS)
    filled: list[tuple[int, list[str]]] = []
    for index, values in enumerate(sheet.iter_rows()):
        texts = [""] * left + [
            _shown(value, formats.get((index, column), ""))
            for column, value in enumerate(islice(values, MAX_COLUMNS), start=left)
        ]
        if any(texts):
            if len(filled) == MAX_ROWS:
                raise TooLarge("too many rows")
            filled.append((index, texts[:MAX_COLUMNS]))
    return rows_of(filled, page, sheet.merged_cell_ranges or [])


def rows_of(filled: Sequence[tuple[int, list[str]]], page: int, merges: Iterable[Merge]) -> tuple[Row, ...]:
    """Return rows of equal width from those that hold text, each with its index in the sheet."""
    width = max((_width(texts) for _, texts in filled), default=0)
    merged = _merged([index for index, _ in filled], width, merges)
    return tuple(
        Row(
            page=page,
            number=index + 1,
            cells=tuple(Cell(text=text) for text in (texts + [""] * width)[:width]),
            merged=merged.get(index, frozenset()),
        )
        for index, texts in filled
    )


def _width(texts: Sequence[str]) -> int:
    return max((column + 1 for column, text in enumerate(texts) if text), default=0)


def _merged(rows: Sequence[int], width: int, ranges: Iterable[Merge]) -> dict[int, frozenset[int]]:
    """Return the columns that continue a merged cell from above, by row; ranges may reach to XFD1048576."""
    found: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in islice(ranges, MAX_MERGES):
        for row in rows[bisect_left(rows, top + 1) : bisect_left(rows, bottom + 1)]:
            found.setdefault(row, set()).update(range(left, min(right + 1, width)))
    return {row: frozenset(columns) for row, columns in found.items()}


def _shown(value: object, code: str) -> str:
    """Return a value about as Excel shows it: 3.0 as 3, a date by its format or else in Chinese."""
    match value:
        case str():
            return clean(value).strip("\n") if value.strip() else ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() | int():
            return (code and shown_number(value, code)) or f"{value:.15g}"
        case datetime.datetime():
            return (code and shown_date(value, code)) or _moment(value)
        case datetime.date():
            midnight = datetime.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as Excel counts
            return (code and shown_date(midnight, code)) or _day(value)
        case datetime.time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def _moment(value: datetime.datetime) -> str:
    return _day(value) if value.time() == datetime.time() else f"{_day(value)}{value:%H:%M}"


def _day(value: datetime.date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
