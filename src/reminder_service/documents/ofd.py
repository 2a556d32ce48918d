"""OFD files (GB/T 33190): a zip of XML; pages, ruled tables joined over pages, pictures, signatures."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from reminder_service.domain.documents import Kind, Page, Reading, Seal

from .ink import has_red_ink, is_picture
from .limits import MAX_PAGES, MAX_TABLES, MAX_TEXT
from .ofd_page import Drawing, draw
from .ofd_pages import ofd_pages
from .ofd_signatures import signatures_in
from .office import Damaged, Package, TooLarge
from .pdf_grid import grids_of, inside
from .pdf_join import Sheet, joined
from .pdf_text import lines_of
from .refusals import DAMAGED_OFD, TOO_LARGE, TOO_MANY_PAGES

_PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif")


def read_ofd(data: bytes, filename: str) -> Reading:
    """Read an OFD file; sizes and boxes are in points, as a PDF's. What it attaches is not opened."""
    reading = Reading(document="", filename=filename, kind=Kind.OFD)
    try:
        with Package(data) as package:
            return _read(package, reading)
    except Damaged:
        return replace(reading, problem=DAMAGED_OFD)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)


def _read(package: Package, reading: Reading) -> Reading:
    found = list(islice(ofd_pages(package), MAX_PAGES + 1))
    # The page's template lies below it.
    drawings = [draw(page.layers, page.size, stamps=len(page.seals)) for page in found]
    if len(drawings) > MAX_PAGES:
        return replace(reading, problem=TOO_MANY_PAGES)
    if not drawings:
        raise Damaged("no pages")
    sheets = [_sheet(drawing, number) for number, drawing in enumerate(drawings, start=1)]
    parts = (package.part(name) for name in package.names("") if name.lower().endswith(_PICTURES))
    return replace(
        reading,
        pages=tuple(
            _page(drawing, number, page.seals)
            for number, (drawing, page) in enumerate(zip(drawings, found, strict=True), start=1)
        ),
        tables=tuple(joined(sheets)[:MAX_TABLES]),
        text="\n".join(line for sheet in sheets for group in sheet.lines for line in group)[:MAX_TEXT],
        red_picture=any(has_red_ink(part) for part in parts if part and is_picture(part)),
        signed=any(name.endswith("/Signature.xml") for name in package.names("")),
        signatures=signatures_in(package),
    )


def _page(drawing: Drawing, number: int, seals: Sequence[Seal]) -> Page:
    return Page(
        number=number,
        width=round(drawing.bbox[2], 2),
        height=round(drawing.bbox[3], 2),
        has_text=any(char["text"].strip() for char in drawing.chars),
        pictures=drawing.pictures,
        seals=tuple(seals),
    )


def _sheet(drawing: Drawing, number: int) -> Sheet:
    grids = grids_of(drawing, drawing.chars, number) if drawing.edges else []
    outside = lines_of(char for char in drawing.chars if not any(inside(char, grid.box) for grid in grids))
    groups: list[list[str]] = [[] for _ in range(len(grids) + 1)]
    for line in outside:
        groups[sum(grid.box[1] < line.top for grid in grids)].append(line.text)
    return Sheet(number=number, grids=tuple(grids), lines=tuple(map(tuple, groups)))
