"""A page of a file and its picture to what is seen on it, boxes in the page's own units."""

from dataclasses import replace

import pypdfium2

from reminder_service.domain.documents import Box, Cell, Page, Row

from ..limits import MAX_PIXELS
from ..pdf_grid import Grid
from ..pdf_join import Sheet
from .codes import codes_of, form_code
from .look import marks_of
from .picture import Picture, from_pillow
from .read import read_page

__all__ = ["form_code", "is_page", "marked", "rendered", "scanned"]

_POINTS_PER_INCH = 72
_SHORTEST, _LONGEST_RATIO = 200, 6
"""Pixels of the short side, and long over short side: a strip or a stamp is no page, and costs as one to look at."""


def is_page(picture: Picture) -> bool:
    """Whether a picture is large enough, and not too long, to be looked at as a page."""
    height, width = picture.shape[:2]
    return bool(min(height, width) >= _SHORTEST and max(height, width) <= _LONGEST_RATIO * min(height, width))


def marked(page: Page, picture: Picture, *, cannot_tell: bool = True) -> Page:
    """Return the page with its seals and codes.

    :param cannot_tell: whether a page without colour says so; a page with black text only needs none.
    """
    across, down = page.width / picture.shape[1], page.height / picture.shape[0]
    seals = tuple(replace(seal, box=_scaled(seal.box, across, down)) for seal in marks_of(picture))
    kept = tuple(seal for seal in seals if cannot_tell or seal.verdict == "seen")
    return replace(page, seals=kept, codes=codes_of(picture))


def scanned(page: Page, picture: Picture, *, turned: int = 0) -> tuple[Page, Sheet]:
    """Return the page with its seals and codes, and its recognised tables and lines.

    :param turned: by how many degrees clockwise the picture says it has to be turned (EXIF).
    """
    seen = marked(page, picture)
    sheet, upright = read_page(picture, page.number, turned)
    across, down = page.width / picture.shape[1], page.height / picture.shape[0]
    grids = tuple(_grid(grid, across, down) for grid in sheet.grids)
    rotation = (page.rotation - turned + upright) % 360
    return replace(seen, recognised=True, rotation=rotation), replace(sheet, grids=grids)


def rendered(data: bytes, number: int, dots_per_inch: int) -> Picture | None:
    """Return a page of a PDF as a picture; None where it cannot be drawn or would be too large."""
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            document.init_forms()  # else what a signature shows, its seal, is not drawn
            page = document[number - 1]
            scale = dots_per_inch / _POINTS_PER_INCH
            if page.get_width() * page.get_height() * scale * scale > MAX_PIXELS:
                return None
            return from_pillow(page.render(scale=scale).to_pil())
        finally:
            document.close()
    except pypdfium2.PdfiumError:
        return None


def _grid(grid: Grid, across: float, down: float) -> Grid:
    return replace(grid, rows=tuple(_row(row, across, down) for row in grid.rows))


def _row(row: Row, across: float, down: float) -> Row:
    return replace(row, cells=tuple(_cell(cell, across, down) for cell in row.cells))


def _cell(cell: Cell, across: float, down: float) -> Cell:
    return replace(cell, box=_scaled(cell.box, across, down))


def _scaled(box: Box | None, across: float, down: float) -> Box | None:
    if box is None:
        return None
    x0, top, x1, bottom = box
    return (
        round(x0 * across, 1),
        round(top * down, 1),
        round(x1 * across, 1),
        round(bottom * down, 1),
    )
