"""Tables that go on over pages, put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reminder_service.domain.documents import Row, Table
from reminder_service.domain.texts import fold

from .pdf_grid import Grid

_SAME_EDGE = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What stands on a page: tables from top to bottom, and the groups of lines around them."""

    number: int
    grids: tuple[Grid, ...]
    lines: tuple[tuple[str, ...], ...]


def joined(sheets: Sequence[Sheet]) -> list[Table]:
    """Return the tables of all pages, a table that goes on at the top of the next page as one.

    It goes on where the first table of a page has the columns of the last table of the page before. Heading
    rows printed again are dropped. Rows keep their page and are numbered through.
    """
    tables: list[Table] = []
    last: tuple[int, Grid] | None = None
    for sheet in sheets:
        for index, grid in enumerate(sheet.grids):
            above, below = sheet.lines[index], sheet.lines[index + 1]
            if index == 0 and last and last[0] == sheet.number - 1 and _same_columns(last[1], grid):
                tables[-1] = _continued(tables[-1], grid, below)
            else:
                tables.append(
                    Table(page=sheet.number, rows=grid.rows, above="\n".join(above), below="\n".join(below))
                )
        # A page without a table ends it: what follows pages of text is another one.
        last = (sheet.number, sheet.grids[-1]) if sheet.grids else None
    return tables


def _same_columns(before: Grid, grid: Grid) -> bool:
    if len(before.columns) != len(grid.columns):
        return False
    # Whole grids may be shifted between pages (odd and even margins): their columns are compared by offset.
    shift = grid.columns[0] - before.columns[0]
    return all(abs(b + shift - g) < _SAME_EDGE for b, g in zip(before.columns, grid.columns, strict=True))


def _continued(table: Table, grid: Grid, below: Sequence[str]) -> Table:
    repeated = 0
    for first, row in zip(table.rows, grid.rows, strict=False):
        if not _text(row) or _text(first) != _text(row):
            break
        repeated += 1
    count = len(table.rows)
    rows = [replace(row, number=count + at) for at, row in enumerate(grid.rows[repeated:], start=1)]
    return replace(table, rows=(*table.rows, *rows), below="\n".join(below))


def _text(row: Row) -> str:
    return fold("|".join(cell.text for cell in row.cells)).strip("|")
