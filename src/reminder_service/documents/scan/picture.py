"""Bytes to pixels: pictures as arrays of blue, green and red, 8 bits each, rows from top to bottom."""

import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..limits import MAX_PIXELS

Picture = NDArray[np.uint8]
"""Height × width × 3 (blue, green, red), or height × width where it is one channel."""

Matrix = NDArray[np.float64]
"""3 × 3, maps homogeneous points of one picture to another."""

# The child has one processor: threads of OpenCV would only stand in each other's way.
cv2.setNumThreads(1)


_LARGEST = 4000
"""Longer side that is kept: A4 at 340 dots an inch; phones photograph at more than they resolve."""


def frame_of(data: bytes, index: int) -> Picture | None:
    """Return a frame of a picture turned as stored (EXIF not applied), None where it has too many pixels.

    :raises Exception: whatever Pillow raises on torn pictures; it has no common base.
    """
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        if index:
            picture.seek(index)
        # A JPEG can be decoded at a half, a quarter or an eighth: phones photograph with 108 megapixels and more.
        picture.draft(None, (_LARGEST, _LARGEST))
        if picture.width * picture.height > MAX_PIXELS:
            return None
        return from_pillow(picture)


def from_pillow(picture: Any) -> Picture:
    """Return a Pillow picture as an array, no side over 4,000 pixels; what is transparent is white paper."""
    from PIL import Image

    if picture.mode in (
        "I;16",
        "I",
        "F",
    ):  # a scanner's 16 bits: Pillow would cut them off instead of scaling
        levels = np.asarray(picture, dtype=np.float64)
        scaled = levels / max(1.0, float(levels.max())) * 255
        return cv2.cvtColor(scaled.astype(np.uint8), cv2.COLOR_GRAY2BGR).astype(np.uint8)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
    picture = picture.convert("RGB")
    picture.thumbnail((_LARGEST, _LARGEST), reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def brought_down(picture: Picture, longest: int) -> tuple[Picture, float]:
    """Return the picture with no side over ``longest``, and by what it was multiplied."""
    factor = longest / max(picture.shape[:2])
    if factor >= 1:
        return picture, 1.0
    return np.asarray(
        cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    ), factor
