"""Writes the sheets of a workbook from the top down, in memory that does not grow with the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink

from .texts import CUT, safe_text
from .workbook_cells import HEADING_FONT, LIKE_FORMULA, LONGEST_LINK, Look, cell_text, dress
from .workbook_rows import take_rows_as_bytes

MOST_LINKS = 65_530
"""What Excel takes on one sheet; it calls a file with more damaged. Further cells name their file without leading to it."""

_NEAR = 64
"""Looks that are known by what they are, not by what they say; a bound, since each is kept alive."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A cell as it stands in the file: the number of its style, its content as XML, where it leads to."""

    style: int
    content: str
    kind: str = "inlineStr"
    link: str = ""


class Pen:
    """Writes a write-only sheet a row at a time; nothing of a row is kept once it is written.

    A row goes to the sheet's file as its bytes: a cell object each, dressed one by one, takes three times as long.
    What goes into it is escaped and free of what XML forbids (``cell_text``). A look is turned into a style once.
    """

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.row = 0
        self._styles: dict[tuple[object, ...], tuple[Look, int]] = {}
        self._near: dict[tuple[int, bool], tuple[Look, int]] = {}

    def add(self, cells: Sequence[Written], height: float) -> int:
        """Write the next row with a height in points and return its number."""
        if not self.row:
            take_rows_as_bytes(self.sheet)
        self.row += 1
        number = str(self.row)
        parts = [f'<row r="{number}" ht="{round(height, 1)}" customHeight="1">']
        for letter, cell in zip(_letters(len(cells)), cells, strict=True):
            parts.append(f'<c r="{letter}{number}" s="{cell.style}" t="{cell.kind}">{cell.content}</c>')
            if cell.link and len(self.sheet._hyperlinks) < MOST_LINKS:
                self.sheet._hyperlinks.append(Hyperlink(ref=letter + number, target=cell.link))
        parts.append("</row>")
        self.sheet.append(["".join(parts)])
        return self.row

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Make one cell to the reader of a range that was written."""
        area = CellRange(min_row=row, min_col=column, max_row=last_row, max_col=last_column)
        self.sheet.merged_cells.ranges.add(area)

    def text(self, text: str, look: Look) -> Written:
        """Return a cell of outside text, as text whatever it looks like."""
        content, quoted = _text(text)
        return Written(style=self._style(look, quoted=quoted), content=content)

    def named_texts(self, parts: Sequence[tuple[str, str]], look: Look) -> Written:
        """Return a cell of several outside texts, each under a name that stands out."""
        whole = "\n".join(f"{name}\n{text}" if name else text for name, text in parts)
        shown = cell_text(whole)
        if shown.endswith(CUT) or not parts or not all(name for name, _ in parts):
            return self.text(whole, look)
        runs = []
        for index, (name, text) in enumerate(parts, 1):
            end = "\n" if index < len(parts) else ""
            runs.append(_run(HEADING_FONT, look.size, cell_text(f"{name}\n")))
            runs.append(_run(look.font, look.size, cell_text(f"{text}{end}")))
        style = self._style(look, quoted=shown.startswith(LIKE_FORMULA))
        return Written(style=style, content=f"<is>{''.join(runs)}</is>")

    def number(self, number: float, look: Look) -> Written:
        """Return a cell with a number of our own."""
        return Written(style=self._style(look), content=f"<v>{number}</v>", kind="n")

    def link(self, text: str, target: str, look: Look) -> Written:
        """Return a cell of outside text that leads to a file."""
        if not target or len(target) > LONGEST_LINK:
            return self.text(text, look)
        return replace(self.text(text, replace(look, link=True)), link=safe_text(target))

    def blank(self, look: Look) -> Written:
        """Return an empty cell, such as one below the first of a merged range."""
        return Written(style=self._style(look), content="", kind="n")

    def _style(self, look: Look, *, quoted: bool = False) -> int:
        known = self._near.get((id(look), quoted))
        if known is None:
            if len(self._near) >= _NEAR:
                self._near.clear()
            known = self._near[id(look), quoted] = self._known(look, quoted)
        return known[1]

    def _known(self, look: Look, quoted: bool) -> tuple[Look, int]:
        # By identity: to hash a border takes longer than to write a cell. The look keeps its border alive.
        told = (
            look.font,
            look.size,
            look.bold,
            look.align,
            look.vertical,
            look.grid,
            look.link,
            look.percent,
        )
        key = (*told, quoted, id(look.border), id(look.fill))
        known = self._styles.get(key)
        if known is None:
            model = Cell(self.sheet, row=1, column=1)
            dress(model, look)
            model.quotePrefix = quoted
            known = self._styles[key] = (look, model.style_id)
        return (look, known[1])


@cache
def _letters(columns: int) -> tuple[str, ...]:
    return tuple(map(get_column_letter, range(1, columns + 1)))


@lru_cache(maxsize=1024)
def _text(text: str) -> tuple[str, bool]:
    shown = cell_text(text)
    return f"<is>{_shown(shown)}</is>", shown.startswith(LIKE_FORMULA)


def _shown(text: str) -> str:
    return f'<t xml:space="preserve">{escape(text)}</t>'


def _run(font: str, size: float, text: str) -> str:
    return f"<r>{_run_font(font, size)}{_shown(text)}</r>"


@cache
def _run_font(font: str, size: float) -> str:
    return f'<rPr><rFont val="{escape(font)}"/><sz val="{size:g}"/></rPr>'
