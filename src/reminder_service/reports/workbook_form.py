"""The sheet 汇总表: the official form, filled in and ready to print."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reminder_service.domain.campaign import Campaign, Column, ColumnKey, Item
from reminder_service.domain.state import PeriodState

from .texts import few_lines, parts_of, safe_text, width_of
from .workbook_cells import (
    HEADING_FONT,
    LONGEST_CELL,
    TALLEST_ROW,
    TITLE_FONT,
    Look,
    dress,
    height_of,
    inner_border,
    lines_in,
    put,
    put_named_texts,
    put_number,
    room_of,
    width_for,
)
from .workbook_print import landscape, set_widths
from .workbook_words import deadline_of_item, extra_of_item, measures_parts, note_words

# What A4 landscape holds between its margins, in units of column width.
_PAGE_WIDTH = 144.0
_PAGE_POINTS = 756.0
_STRETCH = 1.35
_SIZES = (12.0, 11.0, 10.5, 10.0, 9.0)
_TITLE_SIZES = (22.0, 20.0, 18.0, 16.0)
_CENTRED = frozenset({ColumnKey.NUMBER, ColumnKey.UNITS, ColumnKey.DEADLINE})
_LEAST_HEIGHT = 36.0
# Of a row that holds a part of an item: low enough that the parts fill a page.
_PART_HEIGHT = 240.0

Part = tuple[str, str]
"""A unit's name, or nothing, and its text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """An item as it stands in the form: its texts column by column, its measures also unit by unit."""

    item: Item
    parts: tuple[Part, ...]
    texts: tuple[str, ...]

    def height(self, widths: Sequence[float], size: float) -> float:
        return max(height_of(text, width, size) for text, width in zip(self.texts, widths, strict=True))


def write_form(sheet: Worksheet, campaign: Campaign, state: PeriodState) -> None:
    """Write title, headings, a row for each item in the notice's order, and a note."""
    columns = campaign.form.columns
    lines = [_line(columns, item, state) for item in campaign.items]
    widths = _widths(columns, lines)
    set_widths(sheet, widths)
    _title(sheet, f"{campaign.form.title}（{state.period.title}）", len(columns))
    for index, column in enumerate(columns, 1):
        put(sheet, 2, index, column.heading, Look(font=HEADING_FONT, size=12, align="center"))
    sheet.row_dimensions[2].height = 32
    size = _size(lines, widths)
    row = 3
    for line in lines:
        row = _item(sheet, row, columns, line, widths, size)
    _note(sheet, row, note_words(state), widths)
    landscape(sheet, headings="2:2")
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{row}"
    sheet.freeze_panes = "A3"


def _line(columns: Sequence[Column], item: Item, state: PeriodState) -> _Line:
    parts = tuple((name, _bounded(text)) for name, text in measures_parts(state, item))
    return _Line(item=item, parts=parts, texts=tuple(_text(one.key, item, state, parts) for one in columns))


def _widths(columns: Sequence[Column], lines: Sequence[_Line]) -> list[float]:
    """Return the columns' widths; what the page has to spare saves short texts a break, then goes to the measures."""
    widths = [column.width for column in columns]
    spare = max(0.0, _PAGE_WIDTH - sum(widths))
    for index, column in enumerate(columns):
        if column.key in _CENTRED:
            more = min(spare, max(0.0, _wish(index, column, lines) - column.width))
            widths[index], spare = column.width + more, spare - more
    return [
        width + (spare if column.key is ColumnKey.MEASURES else 0.0)
        for width, column in zip(widths, columns, strict=True)
    ]


def _wish(index: int, column: Column, lines: Sequence[_Line]) -> float:
    """Return the width in which no text of a column breaks, unless that is much more than the office set."""
    texts = [text for line in lines for text in line.texts[index].split("\n")]
    wanted = (width_for(text, _SIZES[0]) for text in texts)
    return max((width for width in wanted if width <= column.width * _STRETCH), default=0.0)


def _title(sheet: Worksheet, title: str, columns: int) -> None:
    size = next(
        (size for size in _TITLE_SIZES if width_of(title) * size / 2 <= _PAGE_POINTS), _TITLE_SIZES[-1]
    )
    put(sheet, 1, 1, title, Look(font=TITLE_FONT, size=size, align="center", grid=False))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet.row_dimensions[1].height = height_of(title, _PAGE_WIDTH, size) + 14


def _text(key: ColumnKey, item: Item, state: PeriodState, parts: Sequence[Part]) -> str:
    match key:
        case ColumnKey.NUMBER:
            text = str(item.number)
        case ColumnKey.NAME:
            text = item.name
        case ColumnKey.UNITS:
            text = "\n".join(item.units)
        case ColumnKey.MEASURES:
            text = _joined(parts)
        case ColumnKey.DEADLINE:
            text = deadline_of_item(state, item)
        case _:
            text = extra_of_item(state, item, key)
    return _bounded(text)


def _bounded(text: str) -> str:
    return few_lines(safe_text(text, LONGEST_CELL))


def _size(lines: Sequence[_Line], widths: Sequence[float]) -> float:
    """Return the largest font size in which every item that can fit into Excel's tallest row does."""
    smallest = _SIZES[-1]
    able = [line for line in lines if line.height(widths, smallest) <= TALLEST_ROW]
    fitting = (size for size in _SIZES if all(line.height(widths, size) <= TALLEST_ROW for line in able))
    return next(fitting, smallest)


def _item(
    sheet: Worksheet,
    row: int,
    columns: Sequence[Column],
    line: _Line,
    widths: Sequence[float],
    size: float,
) -> int:
    """Write an item and return the row after it; too tall for one row it takes several, the measures cut between lines."""
    rows = _rows(columns, line, widths, size)
    for offset, (height, _) in enumerate(rows):
        sheet.row_dimensions[row + offset].height = round(height, 1)
    for index, (column, text) in enumerate(zip(columns, line.texts, strict=True), 1):
        if column.key is ColumnKey.MEASURES:
            _measures(sheet, row, index, [parts for _, parts in rows], size)
        else:
            _cell(sheet, row, index, column.key, text, len(rows), size)
    return row + len(rows)


def _rows(
    columns: Sequence[Column], line: _Line, widths: Sequence[float], size: float
) -> list[tuple[float, tuple[Part, ...]]]:
    """Return the rows of an item: how high each is, and what it holds of the measures."""
    height = max(line.height(widths, size), _LEAST_HEIGHT)
    if height <= TALLEST_ROW:
        return [(height, line.parts)]
    width, others = 0.0, 0.0
    for column, text, one in zip(columns, line.texts, widths, strict=True):
        if column.key is ColumnKey.MEASURES:
            width = one
        else:
            others = max(others, height_of(text, one, size))
    pieces = [(piece,) for part in line.parts for piece in _pieces(part, width, size)]
    # What is merged beside the measures needs its room as well.
    count = max(len(pieces), math.ceil(others / TALLEST_ROW))
    rows: list[tuple[Part, ...]] = [*pieces, *[()] * (count - len(pieces))]
    return [(max(height_of(_joined(parts), width, size), others / count), parts) for parts in rows]


def _pieces(part: Part, width: float, size: float) -> Iterator[Part]:
    """Cut a unit's text into pieces that a row holds; the first keeps the unit's name."""
    name, text = part
    most = lines_in(_PART_HEIGHT, size) - bool(name)
    for index, piece in enumerate(parts_of(text, room_of(width, size), max(1, most))):
        yield (name if index == 0 else "", piece)


def _joined(parts: Sequence[Part]) -> str:
    return "\n".join(f"{name}\n{text}" if name else text for name, text in parts)


def _measures(sheet: Worksheet, row: int, column: int, rows: Sequence[Sequence[Part]], size: float) -> None:
    look = Look(size=size)
    if len(rows) == 1:
        put_named_texts(sheet, row, column, rows[0], look)
        return
    last = len(rows) - 1
    for offset, parts in enumerate(rows):
        border = inner_border(first=offset == 0, last=offset == last)
        put_named_texts(sheet, row + offset, column, parts, replace(look, border=border))


def _cell(sheet: Worksheet, row: int, column: int, key: ColumnKey, text: str, rows: int, size: float) -> None:
    """Write what stands beside the measures, merged over the item's rows."""
    centred = key in _CENTRED and "：\n" not in text
    look = Look(size=size, align="center" if centred else "left", vertical="center" if rows == 1 else "top")
    if key is ColumnKey.NUMBER:
        put_number(sheet, row, column, int(text), look)
    else:
        put(sheet, row, column, text, look)
    if rows > 1:
        for below in range(row + 1, row + rows):
            dress(sheet.cell(below, column), look)
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + rows - 1, end_column=column)


def _note(sheet: Worksheet, row: int, note: str, widths: list[float]) -> None:
    put(sheet, row, 1, note, Look(size=11, grid=False))
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(widths))
    sheet.row_dimensions[row].height = height_of(note, sum(widths), 11) + 6
