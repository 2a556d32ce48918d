"""A page of an OFD file as a picture: its pictures, its straight lines, its text in a Chinese font of this machine."""

import io
from functools import cache
from typing import Any

from .limits import MAX_PIXELS
from .ofd_page import ABOVE, POINTS, draw
from .ofd_pages import OfdPage, pictures_on
from .office import Package

_FAMILIES = (
    *(
        "FangSong_GB2312",
        "仿宋_GB2312",
        "FangSong",
        "仿宋",
        "SimSun",
        "宋体",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
    ),
    *("Noto Sans CJK SC", "Source Han Sans SC", "SimHei", "黑体", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei"),
    *("Droid Sans Fallback", "AR PL UMing CN", "AR PL UMing"),
)
_LARGEST_LETTER = 400
_INK = "black"


class NoFont(Exception):
    """No Chinese font is installed on this machine."""


def ofd_picture(page: OfdPage, package: Package, longest: int) -> Any:
    """Return a page as a picture of Pillow.

    :param longest: pixels of its longer side.
    :raises NoFont: when this machine has no Chinese font.
    """
    from PIL import Image, ImageDraw

    drawing = draw(page.layers, page.size, stamps=0)
    scale = longest / max(drawing.width, drawing.height)
    shape = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    picture = Image.new("RGB", shape, "white")
    for box, content in pictures_on(page, package):
        _paste(picture, [value * POINTS * scale for value in box], content)
    pen = ImageDraw.Draw(picture)
    for edge in drawing.edges:
        ends = [edge[side] * scale for side in ("x0", "top", "x1", "bottom")]
        pen.line(ends, fill=_INK, width=max(1, round(scale * 0.7)))
    for char in drawing.chars:
        size = round(char["size"] * scale)
        if 0 < size <= _LARGEST_LETTER and char["text"].strip():
            base = (char["top"] + char["size"] * ABOVE) * scale
            pen.text((char["x0"] * scale, base), char["text"], fill=_INK, font=_font(size), anchor="ls")
    return picture


def _paste(picture: Any, box: list[float], content: bytes) -> None:
    from PIL import Image, UnidentifiedImageError

    left, top, width, height = (round(value) for value in box)
    if not (0 < width <= picture.width and 0 < height <= picture.height):
        return
    try:
        with Image.open(io.BytesIO(content)) as found:
            if found.width * found.height > MAX_PIXELS:
                return
            layered = found.convert("RGBA").resize((width, height))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):  # a torn picture costs only itself
        return
    picture.paste(layered, (left, top), layered)


@cache
def _face() -> tuple[str, int]:
    import typst

    fonts = sorted(typst.Fonts().fonts(), key=lambda font: (font.style != "normal", abs(font.weight - 400)))
    known: dict[str, tuple[str, int]] = {}
    for font in fonts:
        if font.path:
            known.setdefault(font.family, (font.path, font.index))
    found = next((known[name] for name in _FAMILIES if name in known), None)
    if found is None:
        raise NoFont("no Chinese font is installed")
    return found


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont

    path, index = _face()
    return ImageFont.truetype(path, size, index=index)
