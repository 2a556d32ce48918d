"""A form that was scanned or photographed and pasted into a Word or Excel file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reminder_service.domain.documents import Page, Reading, Row

from .limits import MAX_SCANNED_PAGES, MAX_TABLES, MAX_TEXT
from .page_progress import on_page
from .pdf_join import Sheet, joined

_SHORTEST_PAGE = 600
"""Pixels of the short side: a page of a form with less cannot be read; logos and seals are smaller."""

_FEWEST_FILLED = 3
"""Cells with text in a row of a form at least, its headings; captions of pictures stand in pairs."""

_NUMBER = re.compile(r"\d+")


def in_order(names: Iterable[str]) -> list[str]:
    """Return names of pictures in the order in which they were put in: image2 before image10."""
    return sorted(names, key=lambda name: ([int(number) for number in _NUMBER.findall(name)], name))


def with_pictures_read(reading: Reading, pictures: Sequence[bytes]) -> Reading:
    """Return the reading with what stands on its pictures, each a page after those of the file itself.

    A file with a table of its own is returned as it is: the typed form counts, and pictures beside it are its proof.
    A table that only sets pictures and captions side by side is none.

    :param pictures: the contents, in order.
    """
    if any(_is_of_a_form(row) for table in reading.tables for row in table.rows):
        return reading
    looked = [
        found
        for place, data in enumerate(pictures[:MAX_SCANNED_PAGES], start=1)
        if (found := _looked(data, len(reading.pages) + place, (place, len(pictures)))) is not None
    ]
    if not looked:
        return reading
    from .scan.pages import form_code

    pages, sheets = [page for page, _ in looked], [sheet for _, sheet in looked]
    lines = [line for sheet in sheets for group in sheet.lines for line in group]
    return replace(
        reading,
        pages=(*reading.pages, *pages),
        tables=(*reading.tables, *joined(sheets))[:MAX_TABLES],
        text="\n".join([*filter(None, [reading.text]), *lines])[:MAX_TEXT],
        code=reading.code or form_code([code for page in pages for code in page.codes]),
    )


def _is_of_a_form(row: Row) -> bool:
    return sum(bool(cell.text.strip()) for cell in row.cells) >= _FEWEST_FILLED


def _looked(data: bytes, number: int, progress: tuple[int, int]) -> tuple[Page, Sheet] | None:
    """Return a picture as a page with what is seen on it; None where it is none, or is torn."""
    from .scan.pages import is_page, scanned
    from .scan.picture import frame_of

    try:
        picture = frame_of(data, 0)
    except Exception:  # Pillow has no common base for what torn pictures raise
        return None
    if picture is None or not is_page(picture) or min(picture.shape[:2]) < _SHORTEST_PAGE:
        return None
    on_page.get()(*progress)
    height, width = picture.shape[:2]
    page, sheet = scanned(Page(number=number, width=float(width), height=float(height), pictures=1), picture)
    return (page, sheet) if sheet.grids else None
