"""The process that draws pages of one PDF, OFD or picture: the file comes on standard input, JPEG pictures go out.

Run as ``python -m reminder_service.documents.depict KIND PAGE:ROTATION…``; ``page_pictures.py`` is the other end. The
answer is a line of JSON (``page``, ``turn``, ``size``) and the bytes for each page that can be drawn.
"""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from reminder_service.domain.documents import Kind

from .child import private_output
from .limits import MAX_PIXELS
from .sandbox import limit_process, limit_time

LONGEST = 2000
"""Pixels of the longer side: A4 at 170 dots an inch, so that a row of a form can be read enlarged."""

_QUALITY = 80

Wanted = tuple[int, int]
"""A page, from 1, and its rotation as the reader noted it."""


def main() -> None:
    """Draw what is asked for."""
    answers = private_output()
    limit_process()
    limit_time()
    wanted = [_wanted(argument) for argument in sys.argv[2:]]
    data = sys.stdin.buffer.read()
    draw = {Kind.IMAGE: _of_picture, Kind.OFD: _of_ofd}.get(Kind(sys.argv[1]), _of_pdf)
    try:
        for page, turn, picture in draw(data, wanted):
            content = _jpeg(picture, turn)
            about = {"page": page, "turn": turn, "size": len(content)}
            answers.write(json.dumps(about).encode() + b"\n" + content)
            answers.flush()
    except Exception:  # whatever a library raises on hostile bytes; what was drawn before still holds
        return


def _wanted(argument: str) -> Wanted:
    page, _, rotation = argument.partition(":")
    return int(page), int(rotation)


def _of_pdf(data: bytes, wanted: Iterable[Wanted]) -> Iterator[tuple[int, int, Any]]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    document.init_forms()  # else what a signature shows, its seal, is not drawn
    for number, rotation in wanted:
        page = document[number - 1]
        # What the file itself says is drawn already; what recognition found beyond is still to be turned.
        turn = (rotation - page.get_rotation()) % 360
        scale = LONGEST / max(page.get_width(), page.get_height(), 1.0)
        yield number, turn, page.render(scale=scale).to_pil()


def _of_picture(data: bytes, wanted: Iterable[Wanted]) -> Iterator[tuple[int, int, Any]]:
    import pi_heif
    from PIL import Image

    pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # bounded below, by our own limit
    with Image.open(io.BytesIO(data)) as picture:
        for number, rotation in wanted:
            if number > 1:
                picture.seek(number - 1)
            if picture.width * picture.height > MAX_PIXELS:
                continue
            yield number, rotation % 360, _in_eight_bits(picture)


def _of_ofd(data: bytes, wanted: Iterable[Wanted]) -> Iterator[tuple[int, int, Any]]:
    from .ofd_pages import ofd_pages
    from .ofd_picture import ofd_picture
    from .office import Package

    with Package(data) as package:
        pages = list(ofd_pages(package))
        for number, rotation in wanted:
            yield number, rotation % 360, ofd_picture(pages[number - 1], package, LONGEST)


def _in_eight_bits(picture: Any) -> Any:
    from PIL import Image

    if picture.mode in (
        "I;16",
        "I",
        "F",
    ):  # a scanner's 16 bits: Pillow would cut them off instead of scaling
        _, most = picture.convert("F").getextrema()
        return picture.convert("F").point(lambda level: level * 255 / max(1.0, most)).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return picture.convert("RGB")


def _jpeg(picture: Any, turn: int) -> bytes:
    drawn = picture.convert("RGB")
    drawn.thumbnail((LONGEST, LONGEST), reducing_gap=2.0)
    if turn:
        drawn = drawn.rotate(-turn, expand=True)
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
