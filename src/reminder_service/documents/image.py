"""Photos and scans as pictures: their size, how they are turned, whether red ink shows. No text yet."""

import io
from dataclasses import replace

from PIL import Image, UnidentifiedImageError

from reminder_service.domain.documents import Kind, Page, Reading

from .ink import has_red_ink
from .limits import MAX_PAGES
from .refusals import DAMAGED_IMAGE, not_read

_ORIENTATION = 274
_TURNED = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_UNREAD = not_read("这种图片（如HEIC照片）本程序暂不能打开，请人工核对，或请单位改发JPG图片或PDF")


def read_image(data: bytes, filename: str) -> Reading:
    """Read a picture: a page for each frame, in pixels as stored, ``rotation`` clockwise to stand upright."""
    reading = Reading(document="", filename=filename, kind=Kind.IMAGE)
    Image.MAX_IMAGE_PIXELS = None  # only the header is read here; ink.py bounds what is decoded
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pages = tuple(_page(picture, index) for index in range(min(_frames(picture), MAX_PAGES)))
    except UnidentifiedImageError:
        known = data[:4] in (b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*") or data[:2] in (
            b"\xff\xd8",
            b"BM",
        )
        return replace(reading, problem=DAMAGED_IMAGE if known else _UNREAD)
    except Exception:  # Pillow has no common base for what torn pictures raise
        return replace(reading, problem=DAMAGED_IMAGE)
    return replace(reading, pages=pages, red_picture=has_red_ink(data))


def _frames(picture: Image.Image) -> int:
    # Only a TIFF holds pages; the frames of a GIF or WebP are an animation.
    return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def _page(picture: Image.Image, index: int) -> Page:
    if index:
        picture.seek(index)
    width, height = picture.size
    turned = _TURNED.get(int(picture.getexif().get(_ORIENTATION, 1)), 0)
    return Page(number=index + 1, width=float(width), height=float(height), rotation=turned, pictures=1)
