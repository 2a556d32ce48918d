"""Cells of the workbook: outside text as text, fonts, borders, and heights that hold what stands in a row."""

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import XML_NS, Element, SubElement

from .texts import CUT, lines_of, safe_text, width_of

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
_LONGEST_LINK = 2_079
# Excel reads _x0041_ in a cell as an escaped A.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_KEEP_SPACE = f"{{{XML_NS}}}space"
_LIKE_FORMULA = ("=", "+", "-", "@", "\t")
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


HEADING = Look(font=HEADING_FONT, align="center", fill=_HEADING_FILL)
LIST_SIZES = (11.0, 10.0, 9.0, 8.0)
"""Font sizes of a list's row: a smaller one only where the text needs it."""


class Pen:
    """Writes a write-only sheet from the top down, a row at a time; nothing of a row is kept once it is written.

    A look is turned into a style once: to work it out for every cell takes longer than to write the cell.
    """

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.row = 0
        self._styles: dict[tuple[object, ...], tuple[Look, StyleArray]] = {}
        # Else openpyxl takes every cell for a value first, and writes an error text for it.
        sheet._values_to_row = lambda cells, row: cells

    def add(self, cells: list[Cell], height: float) -> int:
        """Write the next row with a height in points and return its number."""
        self.row += 1
        self.sheet.row_dimensions[self.row] = {"ht": f"{round(height, 1)}", "customHeight": "1"}
        for column, cell in enumerate(cells, 1):
            cell.row, cell.column = self.row, column
            if cell._hyperlink is not None:
                cell._hyperlink.ref = cell.coordinate
        self.sheet.append(cells)
        del self.sheet.row_dimensions[self.row]
        return self.row

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Make one cell to the reader of a range that was written."""
        area = CellRange(min_row=row, min_col=column, max_row=last_row, max_col=last_column)
        self.sheet.merged_cells.ranges.add(area)

    def text(self, text: str, look: Look) -> Cell:
        """Return a cell of outside text, as text whatever it looks like."""
        shown = cell_text(text)
        cell = self._cell(look, quoted=shown.startswith(_LIKE_FORMULA))
        cell._value = shown
        cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
        return cell

    def named_texts(self, parts: Sequence[tuple[str, str]], look: Look) -> Cell:
        """Return a cell of several outside texts, each under a name that stands out."""
        whole = "\n".join(f"{name}\n{text}" if name else text for name, text in parts)
        cell = self.text(whole, look)
        if str(cell._value).endswith(CUT) or not parts or not all(name for name, _ in parts):
            return cell
        cell._value = _NamedTexts(parts, look)
        return cell

    def number(self, number: int, look: Look) -> Cell:
        """Return a cell with a number of our own."""
        cell = self._cell(look)
        cell.value = number
        return cell

    def link(self, text: str, target: str, look: Look) -> Cell:
        """Return a cell of outside text that leads to a file."""
        if not target or len(target) > _LONGEST_LINK:
            return self.text(text, look)
        cell = self.text(text, replace(look, link=True))
        cell._hyperlink = Hyperlink(ref="A1", target=safe_text(target))
        return cell

    def blank(self, look: Look) -> Cell:
        """Return an empty cell, such as one below the first of a merged range."""
        return self._cell(look)

    def _cell(self, look: Look, *, quoted: bool = False) -> Cell:
        cell = Cell(self.sheet, row=1, column=1)
        cell._style = self._style(look, quoted=quoted)
        return cell

    def _style(self, look: Look, *, quoted: bool) -> StyleArray:
        # By identity: to hash a border takes longer than to write a cell. The look keeps its border alive.
        key = (look.font, look.size, look.bold, look.align, look.vertical, look.grid, look.link, quoted)
        known = self._styles.get((*key, id(look.border), id(look.fill)))
        if known is None:
            model = Cell(self.sheet, row=1, column=1)
            dress(model, look)
            model.quotePrefix = quoted
            known = self._styles[*key, id(look.border), id(look.fill)] = (look, model._style)
        return known[1]


class _NamedTexts(CellRichText):  # type: ignore[misc]  # openpyxl is untyped
    """Texts under names, written as elements at once: openpyxl's own runs take ten times as long."""

    def __init__(self, parts: Sequence[tuple[str, str]], look: Look) -> None:
        super().__init__()
        self._parts, self._look = parts, look

    def to_tree(self) -> Any:
        """Return the element that holds the runs."""
        root = Element("is")
        for index, (name, text) in enumerate(self._parts, 1):
            end = "\n" if index < len(self._parts) else ""
            self._run(root, HEADING_FONT, cell_text(f"{name}\n"))
            self._run(root, self._look.font, cell_text(f"{text}{end}"))
        return root

    def _run(self, root: Any, font: str, text: str) -> None:
        run = SubElement(root, "r")
        run.append(deepcopy(_run_font(font, self._look.size)))
        shown = SubElement(run, "t", {_KEEP_SPACE: "preserve"})
        shown.text = text


@cache
def _run_font(font: str, size: float) -> Any:
    properties = Element("rPr")
    SubElement(properties, "rFont", {"val": font})
    SubElement(properties, "sz", {"val": f"{size:g}"})
    return properties


def put(sheet: Worksheet, row: int, column: int, text: str, look: Look) -> Any:
    """Write outside text into a cell, as text whatever it looks like, and return the cell."""
    cell = sheet.cell(row, column)
    shown = cell_text(text)
    cell.value = shown
    cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
    dress(cell, look)
    cell.quotePrefix = shown.startswith(_LIKE_FORMULA)
    return cell


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
