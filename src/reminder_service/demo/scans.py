"""Stamped copies: pages drawn as pictures with a red seal, photographs, and PDFs that were only printed to file."""

import functools
import io
import math
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .papers import Row

if TYPE_CHECKING:
    from PIL import Image, ImageFont

FONT = Path(__file__).with_name("samples") / "sandbox.otf"
_WIDTH, _HEIGHT, _MARGIN = 1240, 1754, 90  # A4 at 150 dots an inch
_COLUMNS = (70, 210, 210, 440, 130)
_INK, _RED, _PAPER = (35, 35, 40), (205, 30, 35), (251, 250, 246)
_DPI = 150


def scanned_pdf(title: str, headings: Sequence[str], rows: Sequence[Row], seal: str, day: date) -> bytes:
    """Print the form, stamp it and scan it: a PDF of one picture, a little askew."""
    page = _stamped_page(title, headings, rows, seal, day)
    page = page.rotate(0.6, resample=_bicubic(), fillcolor=_PAPER)
    target = io.BytesIO()
    page.save(target, "PDF", resolution=_DPI, quality=45, producer="", creationDate=None, modDate=None)
    return target.getvalue()


def photograph(title: str, headings: Sequence[str], rows: Sequence[Row], seal: str, day: date) -> bytes:
    """Print the form, stamp it and take a picture of it on a desk."""
    from PIL import Image

    page = _stamped_page(title, headings, rows, seal, day)
    desk = Image.new("RGB", (_WIDTH + 160, _HEIGHT + 160), (120, 104, 88))
    tilted = page.rotate(2.4, resample=_bicubic(), expand=True, fillcolor=(120, 104, 88))
    desk.paste(tilted, (60, 50))
    target = io.BytesIO()
    desk.save(target, "JPEG", quality=45)
    return target.getvalue()


def _stamped_page(
    title: str, headings: Sequence[str], rows: Sequence[Row], seal: str, day: date
) -> "Image.Image":
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(page)
    large, small = _font(34), _font(22)
    draw.text((_WIDTH / 2, 120), title, font=large, fill=_INK, anchor="mm")
    draw.text((_MARGIN, 190), f"填报单位（盖章）：{seal}", font=small, fill=_INK)
    y = 240
    for row in [tuple(headings), *rows] if headings else ():
        y = _draw_row(draw, row, y, small)
    draw.text((_WIDTH - 380, y + 130), f"{day.year}年{day.month}月{day.day}日", font=small, fill=_INK)
    mark = seal_picture(seal)
    page.paste(mark, (_WIDTH - 470, y + 20), mark)
    return page


def _draw_row(draw: "object", row: Sequence[str], y: int, font: "ImageFont.FreeTypeFont") -> int:
    cells = [_wrapped(text, width - 16, font) for text, width in zip(row, _COLUMNS, strict=True)]
    height = max(len(lines) for lines in cells) * 30 + 20
    x = _MARGIN
    for lines, width in zip(cells, _COLUMNS, strict=True):
        draw.rectangle((x, y, x + width, y + height), outline=_INK, width=2)  # type: ignore[attr-defined]
        for number, line in enumerate(lines):
            draw.text((x + 8, y + 10 + number * 30), line, font=font, fill=_INK)  # type: ignore[attr-defined]
        x += width
    return y + height


def _wrapped(text: str, width: int, font: "ImageFont.FreeTypeFont") -> list[str]:
    lines = [""]
    for character in text:
        if font.getlength(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


def seal_picture(name: str) -> "Image.Image":
    """Draw a round seal: ring, star, the name along the arc; some of the ink is missing, as on paper."""
    from PIL import Image, ImageDraw

    size = 300
    mark = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(mark)
    draw.ellipse((6, 6, size - 6, size - 6), outline=_RED, width=9)
    centre = size / 2
    points = [
        (centre + radius * math.sin(turn * math.pi / 5), centre - radius * math.cos(turn * math.pi / 5))
        for turn in range(10)
        for radius in [46 if turn % 2 == 0 else 18]
    ]
    draw.polygon(points, fill=_RED)
    step = min(26.0, 250 / max(1, len(name) - 1))
    for index, character in enumerate(name):
        angle = (index - (len(name) - 1) / 2) * step
        letter = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
        ImageDraw.Draw(letter).text((30, 30), character, font=_font(32), fill=_RED, anchor="mm")
        letter = letter.rotate(-angle, resample=_bicubic())
        x = centre + 108 * math.sin(math.radians(angle)) - 30
        y = centre - 108 * math.cos(math.radians(angle)) - 30
        mark.alpha_composite(letter, (int(x), int(y)))
    worn = random.Random(name)  # the same seal is worn in the same places
    for _ in range(260):
        x, y = worn.randrange(size), worn.randrange(size)
        draw.ellipse((x, y, x + worn.randrange(1, 4), y + worn.randrange(1, 4)), fill=(0, 0, 0, 0))
    return mark.rotate(worn.uniform(-12, 12), resample=_bicubic())


@functools.cache
def _font(size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT), size)


def _bicubic() -> "Image.Resampling":
    from PIL import Image

    return Image.Resampling.BICUBIC
