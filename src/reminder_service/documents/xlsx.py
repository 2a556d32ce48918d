"""Excel workbooks: a page and a table for each sheet, capped by what cells hold, not by their range."""

import datetime
import io
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from reminder_service.domain.documents import Cell, Kind, Page, Reading, Row, Table

from .ink import has_red_ink, is_picture
from .limits import MAX_COLUMNS, MAX_MERGES, MAX_ROWS, MAX_TABLES
from .office import Damaged, Package, TooLarge, form_code, is_own_report
from .refusals import DAMAGED_EXCEL, ENCRYPTED_EXCEL, FAILED, TOO_LARGE
from .sniff import is_encrypted_office
from .texts import clean

Merge = tuple[tuple[int, int], tuple[int, int]]


def read_xlsx(data: bytes, filename: str) -> Reading:
    """Read a workbook, hidden sheets too; ``Row.number`` is the row of the sheet, ``Row.page`` the sheet."""
    reading = Reading(document="", filename=filename, kind=Kind.XLSX)
    if is_encrypted_office(data):
        return replace(reading, problem=ENCRYPTED_EXCEL)
    try:
        with Package(data) as package:
            if not package.names("xl/workbook"):
                return replace(reading, problem=DAMAGED_EXCEL)
            for name in package.names("xl/worksheets/"):
                package.part(name)  # a torn sheet is the file's fault; calamine's errors do not tell
            reading = _marked(package, reading)
        return _with_sheets(CalamineWorkbook.from_filelike(io.BytesIO(data)), reading)
    except PasswordError:
        return replace(reading, problem=ENCRYPTED_EXCEL)
    except Damaged:
        return replace(reading, problem=DAMAGED_EXCEL)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    except CalamineError:
        return replace(reading, problem=FAILED)


def _marked(package: Package, reading: Reading) -> Reading:
    pictures = [
        part for name in package.names("xl/media/") if (part := package.part(name)) and is_picture(part)
    ]
    return replace(
        reading,
        code=form_code(package),
        own=is_own_report(package),
        red_picture=any(map(has_red_ink, pictures)),
    )


def _with_sheets(workbook: CalamineWorkbook, reading: Reading) -> Reading:
    pages: list[Page] = []
    tables: list[Table] = []
    names = workbook.sheet_names[:MAX_TABLES]
    for number, name in enumerate(names, start=1):
        try:
            sheet = workbook.get_sheet_by_name(name)
        except CalamineError:  # a chart sheet has no cells
            pages.append(Page(number=number, width=0.0, height=0.0))
            continue
        rows = _rows(sheet, number)
        pages.append(Page(number=number, width=0.0, height=0.0, has_text=bool(rows)))
        if rows:
            tables.append(Table(page=number, rows=rows, above=clean(name)))
    return replace(reading, pages=tuple(pages), tables=tuple(tables), text="\n".join(map(clean, names)))


def _rows(sheet: CalamineSheet, page: int) -> tuple[Row, ...]:
    """Return the rows that hold text, with their number in the sheet.

    :raises TooLarge: when more rows hold text than any form has.
    """
    left = sheet.start[1] if sheet.start else 0
    filled: list[tuple[int, list[str]]] = []
    for index, values in enumerate(sheet.iter_rows()):
        texts = [""] * min(left, MAX_COLUMNS) + [_shown(value) for value in islice(values, MAX_COLUMNS)]
        if any(texts):
            if len(filled) == MAX_ROWS:
                raise TooLarge("too many rows")
            filled.append((index, texts[:MAX_COLUMNS]))
    width = max((_width(texts) for _, texts in filled), default=0)
    merged = _merged([index for index, _ in filled], width, sheet.merged_cell_ranges or [])
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


def _shown(value: object) -> str:
    """Return a value about as Excel shows it: 3.0 as 3, a date in Chinese."""
    match value:
        case str():
            return clean(value).strip("\n") if value.strip() else ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.15g}"
        case datetime.datetime() if value.time() != datetime.time():
            return f"{_day(value)}{value:%H:%M}"
        case datetime.date():
            return _day(value)
        case datetime.time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def _day(value: datetime.date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
