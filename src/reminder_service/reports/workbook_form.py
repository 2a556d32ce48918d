"""The sheet 汇总表: the official form, filled in and ready to print."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

from openpyxl.utils import get_column_letter

from reminder_service.domain.campaign import Campaign, Column, ColumnKey, Item
from reminder_service.domain.state import PeriodState

from .texts import few_lines, parts_of, safe_text, width_of
from .workbook_cells import (
    GRID,
    HEADING_FONT,
    LONGEST_CELL,
    TALLEST_ROW,
    TITLE_FONT,
    Look,
    height_of,
    inner_border,
    least_height,
    lines_in,
    room_of,
    width_for,
)
from .workbook_pen import Pen, Written
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
        """Return the height that the item takes, or more than a row can have where it takes more."""
        # To count a very long text line by line takes time, and tells nothing.
        if max(map(least_height, self.texts, repeat(size))) > TALLEST_ROW:
            return math.inf
        return max(height_of(text, width, size) for text, width in zip(self.texts, widths, strict=True))


def write_form(sheet: Any, campaign: Campaign, state: PeriodState) -> None:
    """Write title, headings, a row for each item in the notice's order, and a note."""
    columns = campaign.form.columns
    lines = [_line(columns, item, state) for item in campaign.items]
    widths = _widths(columns, lines)
    set_widths(sheet, widths)
    landscape(sheet, headings="2:2")
    sheet.freeze_panes = "A3"
    pen = Pen(sheet)
    _title(pen, f"{campaign.form.title}（{state.period.title}）", len(columns))
    heading = Look(font=HEADING_FONT, size=12, align="center")
    pen.add([pen.text(column.heading, heading) for column in columns], 32)
    size = _size(lines, widths)
    for line in lines:
        _item(pen, columns, line, widths, size)
    _note(pen, note_words(state), widths)
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{pen.row}"


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


def _title(pen: Pen, title: str, columns: int) -> None:
    size = next(
        (size for size in _TITLE_SIZES if width_of(title) * size / 2 <= _PAGE_POINTS), _TITLE_SIZES[-1]
    )
    look = Look(font=TITLE_FONT, size=size, align="center", grid=False)
    row = pen.add([pen.text(title, look)], height_of(title, _PAGE_WIDTH, size) + 14)
    pen.merge(row, 1, row, columns)


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


def _item(pen: Pen, columns: Sequence[Column], line: _Line, widths: Sequence[float], size: float) -> None:
    """Write an item; too tall for one row it takes several, the measures cut between lines."""
    rows = _rows(columns, line, widths, size)
    looks = [_look(one.key, text, len(rows), size) for one, text in zip(columns, line.texts, strict=True)]
    beside = [_beside(pen, *one) for one in zip(columns, line.texts, looks, strict=True)]
    below = [cell and pen.blank(look) for cell, look in zip(beside, looks, strict=True)]
    first = pen.row + 1
    for offset, (height, parts) in enumerate(rows):
        look = _part_look(size, first=offset == 0, last=offset == len(rows) - 1)
        pen.add([cell or pen.named_texts(parts, look) for cell in (below if offset else beside)], height)
    if len(rows) > 1:
        for index, column in enumerate(columns, 1):
            if column.key is not ColumnKey.MEASURES:
                pen.merge(first, index, pen.row, index)


def _beside(pen: Pen, column: Column, text: str, look: Look) -> Written | None:
    """Return the cell of a column that an item has once; the measures have one in each of its rows."""
    match column.key:
        case ColumnKey.MEASURES:
            return None
        case ColumnKey.NUMBER:
            return pen.number(int(text), look)
        case _:
            return pen.text(text, look)


@cache
def _part_look(size: float, *, first: bool, last: bool) -> Look:
    return Look(size=size, border=GRID if first and last else inner_border(first=first, last=last))


def _look(key: ColumnKey, text: str, rows: int, size: float) -> Look:
    """Return how a column is set in an item's rows; what stands beside the measures is merged over them."""
    if key is ColumnKey.MEASURES:
        return Look(size=size)
    centred = key in _CENTRED and "：\n" not in text
    return Look(size=size, align="center" if centred else "left", vertical="center" if rows == 1 else "top")


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


def _note(pen: Pen, note: str, widths: list[float]) -> None:
    row = pen.add([pen.text(note, Look(size=11, grid=False))], height_of(note, sum(widths), 11) + 6)
    pen.merge(row, 1, row, len(widths))
