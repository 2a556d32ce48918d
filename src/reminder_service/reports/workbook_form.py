"""The sheet 汇总表: the official form, filled in and ready to print."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reminder_service.domain.campaign import Campaign, Column, ColumnKey, Item
from reminder_service.domain.state import PeriodState

from .texts import width_of
from .workbook_cells import (
    HEADING_FONT,
    TALLEST_ROW,
    TITLE_FONT,
    Look,
    cell_text,
    dress,
    height_of,
    put,
    put_named_texts,
    put_number,
    width_for,
)
from .workbook_print import landscape, set_widths
from .workbook_words import deadline_of_item, measures_of_item, measures_parts, note_words

# What A4 landscape holds between its margins, in units of column width.
_PAGE_WIDTH = 144.0
_PAGE_POINTS = 756.0
_STRETCH = 1.35
_SIZES = (12.0, 11.0, 10.5, 10.0, 9.0)
_TITLE_SIZES = (22.0, 20.0, 18.0, 16.0)
_CENTRED = frozenset({ColumnKey.NUMBER, ColumnKey.UNITS, ColumnKey.DEADLINE})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """An item as it stands in the form: its texts column by column."""

    item: Item
    texts: tuple[str, ...]

    def height(self, widths: Sequence[float], size: float) -> float:
        return max(height_of(text, width, size) for text, width in zip(self.texts, widths, strict=True))


def write_form(sheet: Worksheet, campaign: Campaign, state: PeriodState) -> None:
    """Write title, headings, a row for each item in the notice's order, and a note."""
    columns = campaign.form.columns
    lines = [
        _Line(item=item, texts=tuple(_text(column.key, item, state) for column in columns))
        for item in campaign.items
    ]
    widths = _widths(columns, lines)
    set_widths(sheet, widths)
    _title(sheet, f"{campaign.form.title}（{state.period.title}）", len(columns))
    for index, column in enumerate(columns, 1):
        put(sheet, 2, index, column.heading, Look(font=HEADING_FONT, size=12, align="center"))
    sheet.row_dimensions[2].height = 32
    size = _size(lines, widths)
    row = 3
    for line in lines:
        height = max(line.height(widths, size), 36.0)
        # A text too long for Excel's tallest row goes over several rows, merged.
        rows = math.ceil(height / TALLEST_ROW)
        for index, column in enumerate(columns, 1):
            _cell(sheet, (row, index, rows), column.key, line, state, size)
        for one in range(row, row + rows):
            sheet.row_dimensions[one].height = round(height / rows, 1)
        row += rows
    _note(sheet, row, note_words(state), widths)
    landscape(sheet, headings="2:2")
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{row}"
    sheet.freeze_panes = "A3"


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


def _text(key: ColumnKey, item: Item, state: PeriodState) -> str:
    match key:
        case ColumnKey.NUMBER:
            text = str(item.number)
        case ColumnKey.NAME:
            text = item.name
        case ColumnKey.UNITS:
            text = "\n".join(item.units)
        case ColumnKey.MEASURES:
            text = measures_of_item(state, item)
        case ColumnKey.DEADLINE:
            text = deadline_of_item(state, item)
    return cell_text(text)


def _size(lines: Sequence[_Line], widths: Sequence[float]) -> float:
    """Return the largest font size in which every item that can fit into Excel's tallest row does."""
    smallest = _SIZES[-1]
    able = [line for line in lines if line.height(widths, smallest) <= TALLEST_ROW]
    fitting = (size for size in _SIZES if all(line.height(widths, size) <= TALLEST_ROW for line in able))
    return next(fitting, smallest)


def _cell(
    sheet: Worksheet,
    place: tuple[int, int, int],
    key: ColumnKey,
    line: _Line,
    state: PeriodState,
    size: float,
) -> None:
    """Write one cell of the form.

    :param place: row, column, and over how many rows the cell goes.
    """
    row, column, rows = place
    text = line.texts[column - 1]
    centred = key in _CENTRED and "：\n" not in text
    look = Look(size=size, align="center" if centred else "left", vertical="center" if rows == 1 else "top")
    match key:
        case ColumnKey.NUMBER:
            put_number(sheet, row, column, line.item.number, look)
        case ColumnKey.MEASURES:
            put_named_texts(sheet, row, column, measures_parts(state, line.item), look)
        case _:
            put(sheet, row, column, text, look)
    if rows > 1:
        for below in range(row + 1, row + rows):
            dress(sheet.cell(below, column), look)
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + rows - 1, end_column=column)


def _note(sheet: Worksheet, row: int, note: str, widths: list[float]) -> None:
    put(sheet, row, 1, note, Look(size=11, grid=False))
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(widths))
    sheet.row_dimensions[row].height = height_of(note, sum(widths), 11) + 6
