"""Ink and paper: red ink told from black, uneven light taken out, whether a page has colour at all."""

import cv2
import numpy as np

from .picture import Picture

_SOME_CHROMA = 2
"""Levels between the channels of a pixel; a grey picture has none even after JPEG."""

_COLOURED_SHARE = 0.0005

_RED_LEAST = 18
"""Red over the other channels, relative to the paper, from which a pixel counts as touched by red ink."""

_PAPER = 200
_DARKEST_SEAL, _PALEST_TEXT = 70, 160
"""Bounds of the level that parts black text from a seal in grey."""

_AROUND = 31
_DENSE = 0.08
"""Pixels of a window, and the share of pale ink in it from which it lies in a seal: a pale comma has less."""

_BELOW = 10
_SOFT = 30

_RESIDUE_DARK = 40
RESIDUE_DARKER, RESIDUE_LIGHTER = 165, 195
"""Level under red ink from which a pixel was ink only: the darker one loses pale commas, the lighter one keeps some ink."""


def has_colour(picture: Picture) -> bool:
    """Whether the picture is in colour: the noise of a colour scanner is enough, a grey page has none."""
    blue, green, red = cv2.split(
        picture
    )  # by channels: a tenth of the time of NumPy's own along the last axis
    spread = cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red))
    return float(np.count_nonzero(spread > _SOME_CHROMA)) > _COLOURED_SHARE * spread.size


def red_ink(picture: Picture) -> Picture:
    """Return how much red ink lies on each pixel (0..255), relative to the tint of paper and lamp."""
    blue, green, red = cv2.split(picture)
    excess = np.subtract(red, cv2.max(blue, green), dtype=np.int16)
    tint = np.int16(np.median(excess[::8, ::8]))
    return np.clip(excess - tint, 0, 255).astype(np.uint8)


def without_red(picture: Picture) -> Picture:
    """Return the red channel in even light: red ink all but vanishes in it, ruled lines stay whole.

    The grid is taken from this one: cleaning further would cut the lines under a seal.
    """
    return _even_light(np.ascontiguousarray(picture[:, :, 2]))


def text_only(picture: Picture, grey: Picture, residue: int = RESIDUE_DARKER) -> Picture:
    """Return the page in grey for recognition: even light, the residue of red ink pushed to white.

    :param grey: the page ``without_red``.
    :param residue: level from which what is under red ink becomes white; what is darker is stretched.
    """
    touched = cv2.dilate((red_ink(picture) > _RED_LEAST).astype(np.uint8), np.ones((3, 3), np.uint8))
    levels = (np.arange(256, dtype=np.float32) - _RESIDUE_DARK) * (255 / (residue - _RESIDUE_DARK))
    stretched = cv2.LUT(grey, np.clip(levels, 0, 255).astype(np.uint8))
    return np.where(touched > 0, stretched, grey).astype(np.uint8)


def black_only(grey: Picture) -> Picture:
    """Return a page without colour with what is clearly paler than its text, as a seal in grey is, made white.

    On a black-and-white page nothing is paler, and nothing changes.

    :param grey: the page ``without_red``.
    """
    dark = grey[grey < _PAPER].reshape(-1, 1)
    if dark.size == 0:
        return grey
    between, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level = min(_PALEST_TEXT, max(_DARKEST_SEAL, float(between) - _BELOW))
    levels = np.arange(256, dtype=np.float32)
    ramp = np.clip((levels - (level - _SOFT)) / (2 * _SOFT), 0, 1)
    cleaned = cv2.LUT(grey, (levels + (255 - levels) * ramp).astype(np.uint8))
    return np.where(_pale_strokes(grey, level) > 0, cleaned, grey).astype(np.uint8)


def _pale_strokes(grey: Picture, level: float) -> Picture:
    """Return where there is much ink paler than text: a seal. What lies elsewhere keeps its pale commas and edges."""
    dark = cv2.dilate((grey < level).astype(np.uint8), np.ones((5, 5), np.uint8))
    pale = ((grey < _PAPER) & (dark == 0)).astype(np.float32)
    share = cv2.blur(pale, (_AROUND, _AROUND))
    return np.asarray(cv2.dilate((share > _DENSE).astype(np.uint8), np.ones((9, 9), np.uint8)), np.uint8)


def _even_light(grey: Picture) -> Picture:
    """Divide by the paper behind the ink: shadows and dark corners become white."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    behind = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(
        cv2.divide(grey, np.maximum(behind, 1), scale=255), np.uint8
    )  # rounded and cut off at white
