"""The ruled tables of a PDF page: found by their lines, outer borders closed where they are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reminder_service.domain.documents import Box, Cell, Row

from .pdf_text import Char, cell_text

_SNAP = 4.0
_SAME = 3.0
_SHORT = 5.0
_SETTINGS: dict[str, Any] = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": 3,
    "join_tolerance": 3,
    "intersection_tolerance": 5,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A table on one page: its rows, the left edges of its columns, its outline."""

    rows: tuple[Row, ...]
    columns: tuple[float, ...]
    box: Box


def grids_of(page: Any, chars: Sequence[Char], number: int) -> list[Grid]:
    """Return the tables of a pdfplumber page from top to bottom; ``number`` is the page's."""
    found = page.find_tables(_SETTINGS | _closing_lines(page.edges))
    return [_grid(table.cells, chars, number) for table in sorted(found, key=lambda table: table.bbox[1])]


def inside(char: Char, box: Box) -> bool:
    """Whether the middle of a character lies in a box."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _closing_lines(edges: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Return lines for the sides left open: by a form without outer border, or by a row torn by the page."""
    across = [edge for edge in edges if edge["orientation"] == "h" and edge["width"] > _SHORT]
    upright = [edge for edge in edges if edge["orientation"] == "v" and edge["height"] > _SHORT]
    if not across or not upright:
        return {}
    levels = _levels(across)
    # At least two rules must end there: the line under a letterhead is no table.
    sides = [
        side for side in (_common(low for low, _ in levels), _common(high for _, high in levels)) if side
    ]
    ends = (min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright))
    return {
        "explicit_vertical_lines": _missing(
            [side for side in sides if side], [edge["x0"] for edge in upright]
        ),
        "explicit_horizontal_lines": _missing(ends, [edge["top"] for edge in across]),
    }


def _levels(edges: Iterable[dict[str, Any]]) -> list[tuple[float, float]]:
    """Return how far the rules reach on each height, from where to where."""
    levels: list[tuple[float, float, float]] = []
    for edge in sorted(edges, key=lambda edge: edge["top"]):
        if levels and edge["top"] - levels[-1][0] < _SAME:
            top, low, high = levels[-1]
            levels[-1] = (top, min(low, edge["x0"]), max(high, edge["x1"]))
        else:
            levels.append((edge["top"], edge["x0"], edge["x1"]))
    return [(low, high) for _, low, high in levels]


def _common(values: Iterable[float]) -> float | None:
    """Return the value that most of the values share, at least two."""
    numbers = list(values)
    shared = [(sum(abs(other - value) < _SAME for other in numbers), value) for value in numbers]
    count, value = max(shared, default=(0, 0.0))
    return value if count > 1 else None


def _missing(wanted: Iterable[float], present: Sequence[float]) -> list[float]:
    return [value for value in wanted if not any(abs(value - other) < _SNAP for other in present)]


def _grid(cells: Sequence[Box], chars: Sequence[Char], page: int) -> Grid:
    columns, tops = _starts(cell[0] for cell in cells), _starts(cell[1] for cell in cells)
    box = (min(c[0] for c in cells), tops[0], max(c[2] for c in cells), max(c[3] for c in cells))
    own = [char for char in chars if inside(char, box)]
    grid: list[list[Cell]] = [[Cell(text="") for _ in columns] for _ in tops]
    merged: list[set[int]] = [set() for _ in tops]
    for cell in cells:
        row, column = _index(tops, cell[1]), _index(columns, cell[0])
        text = cell_text((char for char in own if inside(char, cell)), cell[2] - cell[0])
        grid[row][column] = Cell(text=text, box=_rounded(cell))
        across = [at for at, left in enumerate(columns) if cell[0] - _SAME <= left < cell[2] - _SAME]
        for lower in (at for at, top in enumerate(tops) if cell[1] + _SAME <= top < cell[3] - _SAME):
            merged[lower].update(across)
    rows = tuple(
        Row(page=page, number=index + 1, cells=tuple(row), merged=frozenset(merged[index]))
        for index, row in enumerate(grid)
    )
    return Grid(rows=rows, columns=tuple(columns), box=box)


def _starts(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] >= _SAME:
            found.append(value)
    return found


def _index(starts: Sequence[float], value: float) -> int:
    return min(range(len(starts)), key=lambda index: abs(starts[index] - value))


def _rounded(box: Box) -> Box:
    x0, top, x1, bottom = (round(float(value), 2) for value in box)
    return (x0, top, x1, bottom)
