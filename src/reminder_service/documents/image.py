"""Photos and scans as pictures: seals, codes, and the text and tables that are recognised on them."""

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pi_heif
from PIL import Image

from reminder_service.domain.documents import Kind, Page, Reading

from .ink import has_red_ink
from .limits import MAX_PAGES, MAX_PIXELS, MAX_SCANNED_PAGES, MAX_TABLES, MAX_TEXT
from .page_progress import on_page
from .pdf_join import Sheet, joined
from .refusals import DAMAGED_IMAGE, TOO_MANY_PIXELS

if TYPE_CHECKING:
    from .scan.seam import Slice

_JPEG = b"\xff\xd8\xff"
_SHRUNK = 8
_ORIENTATION = 274
_TURNED = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


def read_image(data: bytes, filename: str) -> Reading:
    """Read a picture: a page for each frame, in pixels as stored, ``rotation`` clockwise to stand upright."""
    reading = Reading(document="", filename=filename, kind=Kind.IMAGE)
    pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # only the header is read here; ink.py bounds what is decoded
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pages = tuple(_page(picture, index) for index in range(min(_frames(picture), MAX_PAGES)))
    except Exception:  # Pillow has no common base for what torn pictures raise
        return replace(reading, problem=DAMAGED_IMAGE)
    if all(_is_too_large(page, data) for page in pages):
        return replace(reading, pages=pages, problem=TOO_MANY_PIXELS)
    from .scan.pages import form_code
    from .scan.seam import with_seam_seals

    looked: list[tuple[Page, Sheet]] = []
    slices: list[Slice] = []
    for page in pages:
        on_page.get()(page.number, len(pages))
        looked.append(_looked(data, page, slices))
    sheets = [sheet for _, sheet in looked]
    return replace(
        reading,
        pages=with_seam_seals([page for page, _ in looked], slices),
        tables=tuple(joined(sheets)[:MAX_TABLES]),
        text="\n".join(line for sheet in sheets for group in sheet.lines for line in group)[:MAX_TEXT],
        code=form_code([code for page, _ in looked for code in page.codes]),
        red_picture=has_red_ink(data),
    )


def _looked(data: bytes, page: Page, slices: "list[Slice]") -> tuple[Page, Sheet]:
    """Return the page with what is seen on it; as it is where nothing can be."""
    from .scan.pages import is_page, scanned
    from .scan.picture import frame_of
    from .scan.seam import slices_of

    nothing = Sheet(number=page.number, grids=(), lines=((),))
    if page.number > MAX_SCANNED_PAGES:
        return page, nothing
    try:
        picture = frame_of(data, page.number - 1)
    except (
        Exception
    ):  # torn in the middle: the header is whole, so it counts as a picture that a person looks at
        return page, nothing
    if picture is None or not is_page(picture):
        return page, nothing
    slices += slices_of(picture, page)
    return scanned(page, picture, turned=page.rotation)


def _is_too_large(page: Page, data: bytes) -> bool:
    """Whether a picture has more pixels than are decoded; a JPEG is decoded at an eighth where it must."""
    shrunk = _SHRUNK if data.startswith(_JPEG) else 1
    return page.width * page.height / shrunk**2 > MAX_PIXELS


def _frames(picture: Image.Image) -> int:
    # Only a TIFF holds pages; the frames of a GIF or WebP are an animation.
    return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def _page(picture: Image.Image, index: int) -> Page:
    if index:
        picture.seek(index)
    width, height = picture.size
    turned = _TURNED.get(int(picture.getexif().get(_ORIENTATION, 1)), 0)
    return Page(number=index + 1, width=float(width), height=float(height), rotation=turned, pictures=1)
