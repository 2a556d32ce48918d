"""A file that waits as it is shown: pages as pictures with the places marked, or its tables as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...domain.documents import Box, Page, Reading, Row
from ...domain.pictured import turned_box, turned_size, with_margin
from ...domain.texts import fold
from .page_pictures import Drawn
from .tray_rows import RowView

MOST_ROWS, MOST_CELLS, LONGEST_CELL = 300, 30, 2000
"""What of a file's tables is shown: forms are small, workbooks may not be."""

AROUND_A_ROW, _AROUND_A_SEAL = 0.012, 0.03
"""Margins around what is cut out, as shares of the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A place on a page, in the upright page's units: ``row`` (to be looked at) or ``seal``."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """A page that stands upright: its number, size and marks.

    ``crops`` are view boxes by page and row of the reading, ``seals`` those of the seals, the surest first.
    """

    number: int
    width: float
    height: float
    marks: tuple[Mark, ...]
    crops: Mapping[tuple[int, int], str]
    seals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TableView:
    """A table as text; each row with its number, its cells, and whether something is to be looked at in it."""

    rows: tuple[tuple[int, tuple[str, ...], bool], ...]
    left_out: int


def page_views(reading: Reading, drawn: Mapping[int, Drawn], rows: Sequence[RowView]) -> tuple[PageView, ...]:
    """Return the pages that were drawn, with their marks."""
    return tuple(
        _page(reading, page, drawn[page.number].turn, rows) for page in reading.pages if page.number in drawn
    )


def table_views(reading: Reading, rows: Sequence[RowView]) -> tuple[TableView, ...]:
    """Return the file's tables as text."""
    marked = {(row.page, row.row, fold(row.name)) for row in rows if row.reasons}
    return tuple(
        TableView(
            rows=tuple(_table_row(row, marked) for row in table.rows[:MOST_ROWS]),
            left_out=max(0, len(table.rows) - MOST_ROWS),
        )
        for table in reading.tables
    )


def _page(reading: Reading, page: Page, turn: int, rows: Sequence[RowView]) -> PageView:
    width, height = turned_size(page.width, page.height, turn)
    cells = {(row.page, row.number): row for table in reading.tables for row in table.rows}

    def upright(box: Box) -> Box:
        return turned_box(box, page.width, page.height, turn)

    mine = [row for row in rows if row.page == page.number and row.box]
    seals = sorted(
        (seal for seal in page.seals if seal.box and seal.verdict == "seen"), key=lambda seal: -seal.score
    )
    boxes = [(row, upright(row.box)) for row in mine if row.box]
    return PageView(
        number=page.number,
        width=width,
        height=height,
        marks=(
            *(
                mark("row", upright(_cell_box(cells.get((row.page, row.row)), row) or row.box))
                for row in mine
                if row.reasons and row.box
            ),
            *(mark("seal", upright(seal.box)) for seal in seals if seal.box),
        ),
        crops={(row.page, row.row): view_box(box, width, height, AROUND_A_ROW) for row, box in boxes},
        seals=tuple(view_box(upright(seal.box), width, height, _AROUND_A_SEAL) for seal in seals if seal.box),
    )


def _cell_box(table_row: Row | None, row: RowView) -> Box | None:
    """The cell that holds what is reported, where it can be told from the others of the row."""
    text = fold(row.original if row.original is not None else row.measures)
    found = [cell.box for cell in table_row.cells if text and fold(cell.text) == text] if table_row else []
    return found[0] if len(found) == 1 else None


def mark(kind: str, box: Box) -> Mark:
    """Return a box as a mark."""
    x0, top, x1, bottom = box
    return Mark(kind=kind, x=x0, y=top, width=max(0.0, x1 - x0), height=max(0.0, bottom - top))


def view_box(box: Box, width: float, height: float, share: float) -> str:
    """Return the view box of SVG that shows a box with a margin around it."""
    x0, top, x1, bottom = with_margin(box, width, height, share)
    return f"{x0:.1f} {top:.1f} {max(1.0, x1 - x0):.1f} {max(1.0, bottom - top):.1f}"


def _table_row(row: Row, marked: set[tuple[int, int, str]]) -> tuple[int, tuple[str, ...], bool]:
    texts = {fold(cell.text) for cell in row.cells}
    looked_at = any(
        (row.page, row.number) == (page, number) and name in texts for page, number, name in marked
    )
    cells = tuple(cell.text[:LONGEST_CELL] for cell in row.cells[:MOST_CELLS])
    return row.number, cells, looked_at
