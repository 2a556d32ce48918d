"""PDF files with text: pages, ruled tables joined over pages, pictures, signatures. Scripts are named and never run."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1

from reminder_service.domain.documents import FormCode, Kind, Page, Problem, Reading

from .ink import is_colourless, red_share
from .left_alone import left_alone_in_pdf
from .limits import MAX_PAGES, MAX_SCANNED_PAGES, MAX_TABLES, MAX_TEXT
from .page_progress import on_page
from .pdf_join import Sheet, joined
from .pdf_sheets import laid_out, sheet_of, whole
from .pdf_signatures import signatures_of
from .pdf_text import Char, no_text_in
from .pdf_unruled import Columns
from .refusals import DAMAGED_PDF, ENCRYPTED_PDF, FAILED, TOO_MANY_PAGES

if TYPE_CHECKING:
    from .scan.seam import Slice

_FEW_CHARACTERS = 20
"""Scanning apps print their name on a scan: so little text over a picture is no text of the page."""

_SMALLEST_PICTURE = 28.0
"""Points, about a centimetre: a seal is 40 mm wide, a bullet is less."""

_WIDEST_CODE = 130.0
"""Points; a square black-and-white picture up to this size is our own QR code."""

_SCALE = 1.0
"""Dots per point when a page is drawn to look at its pictures."""

_LOOK_DPI = 150
_FINEST_DPI = 300
_DRAWN_DPI = 200
"""For a page without pictures whose text cannot be taken from its fonts."""

_WHOLE_PAGE = 0.6
"""Share of the page from which a picture under the text is a scan with the scanner's own text layer."""

_RED_SHARE = 0.003
_LEVELS_OF_FIELDS = 6

Picture = tuple[float, float, float, float]


def read_pdf(data: bytes, filename: str) -> Reading:
    """Read a PDF. Scanned pages come back as pages with pictures, ``has_text`` False and ``recognised`` True."""
    reading = Reading(document="", filename=filename, kind=Kind.PDF)
    try:
        return _read(data, reading)
    except Exception as error:  # pdfplumber raises bare TypeErrors on one PDF in forty
        return replace(reading, problem=_reason(data, error))


def _reason(data: bytes, error: BaseException) -> Problem:
    """Tell whose fault it is: what another reader cannot open either is damaged."""
    if isinstance(error, PDFPasswordIncorrect) or isinstance(
        error.__cause__ or error.__context__, PDFPasswordIncorrect
    ):
        return ENCRYPTED_PDF
    if any(isinstance(argument, PDFPasswordIncorrect) for argument in error.args):
        return ENCRYPTED_PDF
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError as second:
        return ENCRYPTED_PDF if "password" in str(second).lower() else DAMAGED_PDF
    return FAILED if pages else DAMAGED_PDF


def _read(data: bytes, reading: Reading) -> Reading:
    with pdfplumber.open(io.BytesIO(data)) as document:
        if len(document.pages) > MAX_PAGES:
            return replace(reading, problem=TOO_MANY_PAGES)
        pages: list[Page] = []
        sheets: list[Sheet] = []
        red = False
        plain: list[Sheet] = []
        columns: Columns | None = None
        slices: list[Slice] = []  # what may be a seal over the edges of several pages
        for number, page in enumerate(document.pages, start=1):
            on_page.get()(number, len(document.pages))
            chars: Sequence[Char] = page.dedupe_chars(tolerance=1).chars
            pictures, inked = _pictures(page, data)
            red = red or inked
            seen = _page(page, number, chars, pictures)
            plain.append(sheet_of(page, number, chars))
            sheet, columns = laid_out(page, plain[-1], chars, columns)
            if pictures or page.images or not seen.has_text:
                scans = sum(one.recognised for one in pages)
                seen, sheet = _looked(data, page, seen, sheet, slices, may_read=scans < MAX_SCANNED_PAGES)
                plain[-1] = sheet if seen.recognised else plain[-1]
            pages.append(seen)
            sheets.append(sheet)
            page.close()
        signed = _is_signed(document.doc.catalog)
        notes = left_alone_in_pdf(document.doc.catalog)
    if not pages:
        return replace(reading, problem=DAMAGED_PDF)
    sheets = whole(sheets, plain, pages)
    return replace(
        reading,
        pages=_with_seams(pages, slices),
        tables=tuple(joined(sheets)[:MAX_TABLES]),
        text="\n".join(line for sheet in sheets for group in sheet.lines for line in group)[:MAX_TEXT],
        code=_code(pages),
        red_picture=red,
        signed=signed,
        signatures=signatures_of(data) if signed else (),
        notes=notes,
    )


def _looked(
    data: bytes, page: Any, seen: Page, sheet: Sheet, slices: "list[Slice]", *, may_read: bool
) -> tuple[Page, Sheet]:
    """Look at a page as it is drawn: for seals and codes, and for its text where it has none of its own."""
    from .scan.pages import is_page, marked, rendered, scanned
    from .scan.seam import slices_of

    covered = _covered(page)
    is_scan = may_read and (not seen.has_text or (not sheet.grids and covered > _WHOLE_PAGE))
    picture = rendered(data, seen.number, _dots_per_inch(page) if is_scan else _LOOK_DPI)
    if picture is None or not is_page(picture):
        return seen, sheet
    slices += slices_of(picture, seen)
    if not is_scan:
        return marked(seen, picture, cannot_tell=seen.pictures > 0), sheet
    found, recognised = scanned(seen, picture)
    # A scanner's own text layer is no better than ours where there is a table, and all there is where there is none.
    return (found, recognised) if recognised.grids or not seen.has_text else (marked(seen, picture), sheet)


def _with_seams(pages: Sequence[Page], slices: "Sequence[Slice]") -> tuple[Page, ...]:
    if len(slices) < 2:
        return tuple(pages)
    from .scan.seam import with_seam_seals

    return with_seam_seals(pages, slices)


def _covered(page: Any) -> float:
    """Return the share of the page that its largest picture covers."""
    boxes = [box for image in page.images if (box := _visible(image, page))]
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in boxes]
    return max(areas, default=0.0) / max(1.0, float(page.width) * float(page.height))


def _dots_per_inch(page: Any) -> int:
    """Return how fine the page's pictures are, within what recognition can use."""
    fine = [
        72 * float(image["srcsize"][0]) / width
        for image in page.images
        if (width := float(image["x1"]) - float(image["x0"])) >= _SMALLEST_PICTURE
    ]
    return int(min(_FINEST_DPI, max(_LOOK_DPI, *fine))) if fine else _DRAWN_DPI


def _code(pages: Sequence[Page]) -> FormCode | None:
    codes = [code for page in pages for code in page.codes]
    if not codes:
        return None
    from .scan.pages import form_code

    return form_code(codes)


def _page(page: Any, number: int, chars: Sequence[Char], pictures: int) -> Page:
    # What no font says the letter of is no text, however many there are: such a page is read as it looks.
    count = 0 if no_text_in(chars) else sum(1 for char in chars if char["text"].strip())
    return Page(
        number=number,
        width=float(page.width),
        height=float(page.height),
        rotation=int(page.rotation or 0) % 360,
        has_text=count >= _FEW_CHARACTERS or (count > 0 and pictures == 0),
        pictures=pictures,
    )


def _pictures(page: Any, data: bytes) -> tuple[int, bool]:
    """Return how many pictures of meaningful size a page shows, and whether one of them has red ink.

    Our own QR code is no such picture: else no page of ours would ever count as lacking its seal.
    """
    boxes = [box for image in page.images if (box := _visible(image, page))]
    stamps = sum(_is_stamp(annotation) for annotation in page.annots)
    if not boxes:
        return stamps, False
    shown = _rendered(data, page.page_number)
    if shown is None:
        return len(boxes) + stamps, False
    crops = [(box, _crop(shown, box, page)) for box in boxes]
    kept = [crop for box, crop in crops if not _is_code(box, crop)]
    return len(kept) + stamps, any(red_share(crop) > _RED_SHARE for crop in kept)


def _visible(image: Mapping[str, Any], page: Any) -> Picture | None:
    box = (
        max(float(image["x0"]), 0.0),
        max(float(image["top"]), 0.0),
        min(float(image["x1"]), float(page.width)),
        min(float(image["bottom"]), float(page.height)),
    )
    large = box[2] - box[0] >= _SMALLEST_PICTURE and box[3] - box[1] >= _SMALLEST_PICTURE
    return box if large else None


def _is_stamp(annotation: Mapping[str, Any]) -> bool:
    """Whether an annotation shows a picture: a stamp, or a signature that is to be seen."""
    if _subtype(annotation) == "Stamp":
        return True
    sides = (float(annotation["width"]), float(annotation["height"]))
    return (
        _subtype(annotation) == "Widget"
        and min(sides) >= _SMALLEST_PICTURE
        and _is_signature(annotation.get("data") or {})
    )


def _subtype(annotation: Mapping[str, Any]) -> str:
    name = (annotation.get("data") or {}).get("Subtype")
    return str(getattr(name, "name", name))


def _rendered(data: bytes, number: int) -> Any | None:
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            document.init_forms()
            return document[number - 1].render(scale=_SCALE).to_pil().convert("RGB")
        finally:
            document.close()
    except pypdfium2.PdfiumError:  # the colour is a hint only
        return None


def _crop(shown: Any, box: Picture, page: Any) -> Any:
    across, down = shown.width / float(page.width), shown.height / float(page.height)
    left, top = int(box[0] * across), int(box[1] * down)
    return shown.crop((left, top, max(left + 1, int(box[2] * across)), max(top + 1, int(box[3] * down))))


def _is_code(box: Picture, crop: Any) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    square = abs(width - height) < 0.1 * max(width, height)
    return square and width <= _WIDEST_CODE and is_colourless(crop)


def _is_signed(catalog: Mapping[str, Any]) -> bool:
    form = resolve1(catalog.get("AcroForm"))
    if not isinstance(form, Mapping):
        return False
    return any(_is_signature(field) for field in _fields(form.get("Fields"), _LEVELS_OF_FIELDS))


def _fields(listed: object, levels: int) -> Iterator[Mapping[str, Any]]:
    fields = resolve1(listed)
    for reference in fields if isinstance(fields, list) and levels else ():
        field = resolve1(reference)
        if isinstance(field, Mapping):
            yield field
            yield from _fields(field.get("Kids"), levels - 1)


def _is_signature(field: Mapping[str, Any]) -> bool:
    """An empty signature field is a place to sign, not a signature."""
    kind = resolve1(field.get("FT"))
    return getattr(kind, "name", None) == "Sig" and resolve1(field.get("V")) is not None
