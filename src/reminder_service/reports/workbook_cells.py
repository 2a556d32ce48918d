"""Cells of the workbook: outside text as text, fonts, borders, and heights that hold what stands in a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import XML_NS

from .texts import lines_of, safe_text, width_of

LONGEST_CELL = 32_767
"""What Excel takes in one cell, in units of UTF-16."""

TALLEST_ROW = 409.0
"""What Excel takes as the height of a row, in points."""

TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"

_THIN = Side(style="thin", color="FF000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_DOTS = Side(style="hair", color="FF000000")
_HEADING_FILL = PatternFill("solid", fgColor="FFE7EDF5")
_LINK_COLOUR = "FF0563C1"
LONGEST_LINK = 2_079
# Excel reads _x0041_ in a cell as an escaped A.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_KEEP_SPACE = f"{{{XML_NS}}}space"
LIKE_FORMULA = ("=", "+", "-", "@", "\t")
# Points of a column for each unit of its width (7 pixels), less the padding at both sides.
_POINTS_PER_WIDTH, _PADDING = 5.25, 8.0
# Of a column's room: what stands in for 仿宋 on other machines has wider figures.
_SURE = 0.97
# Of the font size. 仿宋 needs less, but what stands in for it on other machines may not.
_LINE = 1.45
_AROUND = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a cell is set."""

    font: str = BODY_FONT
    size: float = 11.0
    bold: bool = False
    align: str = "left"
    vertical: str = "center"
    grid: bool = True
    border: Border = GRID
    fill: PatternFill | None = None
    link: bool = False
    percent: bool = False


HEADING = Look(font=HEADING_FONT, align="center", fill=_HEADING_FILL)
LIST_SIZES = (11.0, 10.0, 9.0, 8.0)
"""Font sizes of a list's row: a smaller one only where the text needs it."""


def put(sheet: Worksheet, row: int, column: int, text: str, look: Look) -> Any:
    """Write outside text into a cell, as text whatever it looks like, and return the cell."""
    cell = sheet.cell(row, column)
    shown = cell_text(text)
    cell.value = shown
    cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
    dress(cell, look)
    cell.quotePrefix = shown.startswith(LIKE_FORMULA)
    return cell


@lru_cache(maxsize=1024)
def cell_text(text: str) -> str:
    """Return outside text as a cell may hold it: no forbidden character, cut where Excel would refuse."""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", safe_text(text))
    return safe_text(text, LONGEST_CELL)


def dress(cell: Cell, look: Look) -> None:
    """Give a cell its font, alignment, border and fill."""
    if look.link:
        cell.font = Font(name=look.font, size=look.size, color=_LINK_COLOUR, underline="single")
    else:
        cell.font = Font(name=look.font, size=look.size, bold=look.bold)
    cell.alignment = Alignment(horizontal=look.align, vertical=look.vertical, wrap_text=True)
    if look.percent:
        cell.number_format = "0.0%"
    if look.grid:
        cell.border = look.border
    if look.fill:
        cell.fill = look.fill


def room_of(width: float, size: float) -> int:
    """Return how many half-width characters of a font size are sure to stand side by side in a column."""
    return int((width * _POINTS_PER_WIDTH - _PADDING) * _SURE / (size / 2))


def width_for(text: str, size: float) -> float:
    """Return the width of a column in which a line of a font size does not break."""
    return ((width_of(text) + 1) * size / 2 / _SURE + _PADDING) / _POINTS_PER_WIDTH


def height_of(text: str, width: float, size: float) -> float:
    """Return the height in points that a wrapped text takes in a column; it may be more than a row can have."""
    return lines_of(text, room_of(width, size)) * size * _LINE + _AROUND


def least_height(text: str, size: float) -> float:
    """Return the height in points that a text takes in a column however wide, for its line breaks."""
    return (text.count("\n") + 1) * size * _LINE + _AROUND


def lines_in(height: float, size: float) -> int:
    """Return how many lines of a font size a row of this height holds, at least one."""
    return max(1, int((height - _AROUND) / (size * _LINE)))


@cache
def solid(colour: str) -> PatternFill:
    """Return the fill of one colour (ARGB); the same one each time."""
    return PatternFill("solid", fgColor=colour)


@cache
def inner_border(*, first: bool, last: bool) -> Border:
    """Return the border of one of several rows that are one to the reader: dots between them."""
    return Border(left=_THIN, right=_THIN, top=_THIN if first else _DOTS, bottom=_THIN if last else _DOTS)


def fit_row(sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[float]) -> float:
    """Make a list's row as high as its tallest text, or as high as Excel allows; return the font size for it."""
    height, size = row_height(texts, widths)
    sheet.row_dimensions[row].height = height
    return size


def row_height(texts: Sequence[str], widths: Sequence[float]) -> tuple[float, float]:
    """Return the height that a list's row needs, or what Excel allows, and the font size with which it fits."""
    tallest, size = 0.0, LIST_SIZES[0]
    for size in LIST_SIZES:
        tallest = max(height_of(text, width, size) for text, width in zip(texts, widths, strict=True))
        if tallest <= TALLEST_ROW:
            break
    return round(min(TALLEST_ROW, max(tallest, 24.0)), 1), size
