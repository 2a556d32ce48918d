"""Recognised lines to the text of cells and of what stands around the tables."""

from collections.abc import Sequence
from dataclasses import dataclass

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

_ROOM = 1.3
"""A line that leaves less room than so many of its heights could not take the next character: it was wrapped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A recognised line and where it stands on the upright page."""

    strip: Strip
    read: Read


def grid_of(table: Ruled, lines: dict[Area, list[Line]], page: Straight, number: int) -> Grid:
    """Return a ruled table with its text; boxes of cells in the picture as given.

    Rows and columns in which no cell begins are left out: they come from a rule that is bent.
    """
    downs = sorted({cell.rows[0] for cell in table.cells})
    acrosses = sorted({cell.columns[0] for cell in table.cells})
    cells = [[Cell(text="") for _ in acrosses] for _ in downs]
    merged: list[set[int]] = [set() for _ in downs]
    for area in table.cells:
        row, column = downs.index(area.rows[0]), acrosses.index(area.columns[0])
        cells[row][column] = _cell(area, lines.get(area, []), page)
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


def _cell(area: Area, lines: Sequence[Line], page: Straight) -> Cell:
    box = page.box_before((area.left, area.top, area.right, area.bottom))
    x0, top, x1, bottom = (round(value, 1) for value in box)
    read = [line for line in lines if line.read.text.strip()]
    return Cell(
        text=_joined(read),
        box=(x0, top, x1, bottom),
        confidence=round(min(line.read.weakest for line in read), 3) if read else None,
    )


def _joined(lines: Sequence[Line]) -> str:
    """Return lines as the text that was typed: closed where the edge of the cell broke them, else broken."""
    if not lines:
        return ""
    edge = max(line.strip.right for line in lines)
    pieces = [clean(lines[0].read.text).strip()]
    for line, following in zip(lines, lines[1:], strict=False):
        height = line.strip.bottom - line.strip.top
        wrapped = edge - line.strip.right < _ROOM * height
        pieces.append("" if wrapped else "\n")
        pieces.append(clean(following.read.text).strip())
    return "".join(pieces)
