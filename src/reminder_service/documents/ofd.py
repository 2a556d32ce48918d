"""OFD files (GB/T 33190): a zip of XML; pages, ruled tables joined over pages, pictures, signatures."""

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from reminder_service.domain.documents import Kind, Page, Reading, Seal

from .ink import has_red_ink, is_picture
from .limits import MAX_PAGES, MAX_TABLES, MAX_TEXT
from .ofd_page import Drawing, boundary, draw
from .ofd_signatures import signatures_in, stamps_in
from .office import Damaged, Package, TooLarge
from .pdf_grid import grids_of, inside
from .pdf_join import Sheet, joined
from .pdf_text import lines_of
from .refusals import DAMAGED_OFD, TOO_LARGE, TOO_MANY_PAGES

_A4 = (210.0, 297.0)
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
    drawings, seals = _drawings(package)
    if len(drawings) > MAX_PAGES:
        return replace(reading, problem=TOO_MANY_PAGES)
    if not drawings:
        raise Damaged("no pages")
    sheets = [_sheet(drawing, number) for number, drawing in enumerate(drawings, start=1)]
    parts = (package.part(name) for name in package.names("") if name.lower().endswith(_PICTURES))
    return replace(
        reading,
        pages=tuple(
            _page(drawing, number, on)
            for number, (drawing, on) in enumerate(zip(drawings, seals, strict=True), start=1)
        ),
        tables=tuple(joined(sheets)[:MAX_TABLES]),
        text="\n".join(line for sheet in sheets for group in sheet.lines for line in group)[:MAX_TEXT],
        red_picture=any(has_red_ink(part) for part in parts if part and is_picture(part)),
        signed=any(name.endswith("/Signature.xml") for name in package.names("")),
        signatures=signatures_in(package),
    )


def _drawings(package: Package) -> tuple[list[Drawing], list[list[Seal]]]:
    """Return what is drawn on each page, the page's template below it, and the seals on each."""
    found: list[Drawing] = []
    seals: list[list[Seal]] = []
    for place in _roots(package):
        document = _xml(package, place)
        templates = {
            one.get("ID"): _beside(place, one.get("BaseLoc")) for one in document.iter("{*}TemplatePage")
        }
        size = _size(document.find("{*}CommonData/{*}PageArea"), _A4)
        stamps = stamps_in(package, place)
        for page in list(document.iterfind("{*}Pages/{*}Page"))[: MAX_PAGES + 1]:
            content = _xml(package, _beside(place, page.get("BaseLoc")))
            below = [templates.get(one.get("TemplateID")) for one in content.iterfind("{*}Template")]
            layers = [*(_xml(package, name) for name in below if name), content]
            seals.append(stamps.get(page.get("ID") or "", []))
            found.append(draw(layers, _size(content.find("{*}Area"), size), stamps=len(seals[-1])))
    return found, seals


def _roots(package: Package) -> list[str]:
    roots = _xml(package, "OFD.xml").iterfind("{*}DocBody/{*}DocRoot")
    return [_beside("", root.text) for root in roots]


def _xml(package: Package, name: str) -> etree._Element:
    root = package.xml(name)
    if root is None:
        raise Damaged(f"{name} is missing")
    return root


def _beside(place: str, target: str | None) -> str:
    """Return the part that a path in another part names: from the root with a slash, else beside that part."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(place), (target or "").strip())).lstrip(
        "/"
    )


def _size(area: etree._Element | None, otherwise: tuple[float, float]) -> tuple[float, float]:
    box = boundary(area.findtext("{*}PhysicalBox")) if area is not None else None
    return (box[2], box[3]) if box and box[2] > 0 and box[3] > 0 else otherwise


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
