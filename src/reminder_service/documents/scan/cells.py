"""Recognised lines to the text of cells and of what stands around the tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reminder_service.domain.documents import Cell, Row

from ..pdf_grid import Grid
from ..texts import clean
from .grid import Area, Ruled
from .lines import Strip
from .page import Straight
from .text import Read

_WIDTH = 480.0
"""Width to which all tables of scans are brought before their columns are compared, in points: no two pages of
one form are photographed from the same distance."""

_LEGIBLE = 0.5
"""Mean confidence of a line below which it is left out of a cell that has others; the cell stays as doubtful."""

_ROWS_OF_A_TABLE = 3
"""Rows from which a column that begins in one of them only is doubted."""

_SPARE = 0.3
"""A line that leaves so much more room, in heights, than the next one's beginning needs was ended on purpose."""

_PADDING = 2.5
"""Heights of a line that a cell leaves empty on its right at most, where its text is full."""

_LATIN_WIDTH = 0.6
_NEVER_FIRST = "，。；：！？、）》”’%,.;:!?)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A recognised line and where it stands on the upright page."""

    strip: Strip
    read: Read


def grid_of(table: Ruled, lines: dict[Area, list[Line]], page: Straight, number: int) -> Grid:
    """Return a ruled table with its text; boxes of cells in the picture as given.

    Rows and columns in which no cell begins are left out: they come from a rule that is bent.
    """
    kept = _without_strokes(table.cells, lines)
    downs = sorted({cell.rows[0] for cell in kept})
    acrosses = sorted({cell.columns[0] for cell in kept})
    cells = [[Cell(text="") for _ in acrosses] for _ in downs]
    merged: list[set[int]] = [set() for _ in downs]
    for area, source in kept.items():
        row, column = downs.index(area.rows[0]), acrosses.index(area.columns[0])
        cells[row][column] = _cell(area, lines.get(source, []), page)
        beside = {at for at, level in enumerate(acrosses) if area.columns[0] <= level < area.columns[1]}
        for lower in (at for at, level in enumerate(downs) if area.rows[0] < level < area.rows[1]):
            merged[lower] |= beside
    left, right = table.across[0], table.across[-1]
    return Grid(
        rows=tuple(
            Row(page=number, number=index + 1, cells=tuple(row), merged=frozenset(merged[index]))
            for index, row in enumerate(cells)
        ),
        columns=tuple((table.across[at] - left) / (right - left) * _WIDTH for at in acrosses),
        box=table.box,
    )


def _without_strokes(cells: Sequence[Area], lines: Mapping[Area, Sequence[Line]]) -> dict[Area, Area]:
    """Return the cells with their neighbours rid of strokes: each cell to keep, and the one that its lines are of.

    An upright stroke that parts an empty piece from one cell, and no cell of another row, is no rule: the rim of a
    seal in grey is as dark, and would take a heading away from its column.
    """
    kept = {cell: cell for cell in cells}
    if len({cell.rows[0] for cell in cells}) < _ROWS_OF_A_TABLE:
        return kept
    begins = Counter(cell.columns[0] for cell in cells)
    for right in cells:
        for left in list(kept):
            beside = left.rows == right.rows and left.columns[1] == right.columns[0]
            if not beside or begins[right.columns[0]] > 1 or right not in kept:
                continue
            if lines.get(kept[left]) and lines.get(right):
                continue
            source = right if lines.get(right) else kept[left]
            del kept[left], kept[right]
            whole = replace(left, right=right.right, columns=(left.columns[0], right.columns[1]))
            kept[whole] = source
    return kept


def _cell(area: Area, lines: Sequence[Line], page: Straight) -> Cell:
    box = page.box_before((area.left, area.top, area.right, area.bottom))
    x0, top, x1, bottom = (round(value, 1) for value in box)
    read = [line for line in lines if line.read.text.strip()]
    sure = min((line.read.weakest_figure for line in read), default=0.0)
    legible = [line for line in read if line.read.confidence >= _LEGIBLE]
    return Cell(
        # What a seal leaves between the lines is read as letters; but nothing else there is never passed for empty.
        text=_joined(legible or read, area.right),
        box=(x0, top, x1, bottom),
        confidence=round(min(line.read.weakest for line in read), 3) if read else None,
        figures_confidence=round(sure, 3) if read else None,
        doubts=tuple(doubt for line in legible or read for doubt in line.read.doubts),
    )


def _joined(lines: Sequence[Line], side: int) -> str:
    """Return lines as the text that was typed: closed where the edge of the cell broke them, else broken.

    :param side: where the cell ends on the right.
    """
    if not lines:
        return ""
    # A title and 填报单位 below it, short in a wide cell: no edge is near that could have broken them.
    height = max(line.strip.bottom - line.strip.top for line in lines)
    edge = max(*(line.strip.right for line in lines), side - int(_PADDING * height))
    pieces = [clean(lines[0].read.text).strip()]
    for line, following in zip(lines, lines[1:], strict=False):
        text = clean(following.read.text).strip()
        height = line.strip.bottom - line.strip.top
        wrapped = edge - line.strip.right < (_unbreakable(text) + _SPARE) * height
        pieces += ["" if wrapped else "\n", text]
    return "".join(pieces)


def _unbreakable(text: str) -> float:
    """Return the width, in heights of a line, of what stays together at its beginning: 2024, 场， and ”。"""
    count = 1
    while count < len(text) and (text[count] in _NEVER_FIRST or (_is_latin(text[count - 1 : count + 1]))):
        count += 1
    return sum(_LATIN_WIDTH if _is_latin(char) else 1.0 for char in text[:count])


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()
