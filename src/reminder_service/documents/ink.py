"""Is there red ink in a picture: the hint that a seal may be on it. Never a proof."""

import io
from typing import Any

from .limits import MAX_PIXELS

_SHOWN = 400
"""Side in pixels to which a picture is brought down before counting."""

_SMALLEST = 100
_RED_OVER = 60
"""A pixel is red when red exceeds both green and blue by more (of 255)."""

_RED_SHARE = 0.003
_FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "HEIF")


def is_picture(data: bytes) -> bool:
    """Whether the bytes are a picture of more than 100 by 100 pixels, large enough to hold a seal."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            return min(picture.size) > _SMALLEST
    except Exception:  # Pillow has no common base for what torn pictures raise
        return False


def has_red_ink(data: bytes) -> bool:
    """Whether a picture of more than 100 by 100 pixels shows red; False where it cannot be opened."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if min(picture.size) <= _SMALLEST or picture.width * picture.height > MAX_PIXELS:
                return False
            picture.draft("RGB", (_SHOWN, _SHOWN))
            picture.thumbnail((_SHOWN, _SHOWN))
            return red_share(picture) > _RED_SHARE
    except Exception:  # as above; a picture that cannot be opened shows nothing
        return False


def red_share(picture: Any) -> float:
    """Return the share (0..1) of clearly red pixels of a Pillow picture; transparent is white paper."""
    from PIL import Image, ImageChops

    layered = picture.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    red, green, blue = Image.alpha_composite(paper, layered).convert("RGB").split()
    excess = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    counts = excess.histogram()
    return float(sum(counts[_RED_OVER + 1 :])) / max(1, sum(counts))


def is_colourless(picture: Any) -> bool:
    """Whether a Pillow picture is black and white only, as a printed code is."""
    from PIL import ImageChops

    red, green, blue = picture.convert("RGB").split()
    spread = ImageChops.subtract(
        ImageChops.lighter(red, ImageChops.lighter(green, blue)),
        ImageChops.darker(red, ImageChops.darker(green, blue)),
    )
    counts = spread.histogram()
    return float(sum(counts[40:])) / max(1, sum(counts)) < 0.001
