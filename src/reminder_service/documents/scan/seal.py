"""Round and oval seals: a closed red ring with text along its inside, wherever and however faint it lies on a page.

A ring alone is no seal: pen circles have no text, logos are filled, headings have no ring. So each candidate
circle is judged by what lies at which share of its radius.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import red_ink
from .picture import Picture

_SHORT_SIDE = 900
"""The page is brought to this short side: a 40 mm seal has a radius of about 85 pixels then."""

_SMALLEST, _LARGEST = 0.055, 0.17
"""Radius of a seal over the short side of the page; 38–50 mm on A4, more where a photo shows less."""

_CANDIDATES = 25
_RAYS = 240

_OVALS = (0.75, 0.67)
"""Height over width of the usual oval seals, 40 × 30 and 45 × 30 mm."""

_LEAST_INK, _MOST_INK = 0.0008, 0.1
"""Share of the page that is red where it is worth while to look for ovals: a seal's ring alone is 0.002."""

_MOST_EDGE = 0.06
"""Share of edges above which the red is grain; a page full of red text has 0.03."""

_CLOSED = 0.62
_ON_PAGE, _CLOSED_HERE = 0.55, 0.85
"""A seal over the edge of the page: how much of its ring is on the page, and how closed that part is."""

_DARK = 128
_SPECKLES = 0.08

_AREA = 61
"""Pixels; the star of the largest seal is narrower."""

_FAINTEST = 14
_WEAK, _STRONG = 12, 40
"""Bounds of the ink's threshold: below is noise of the scanner, above is red enough on any page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """A seal's outer ring in pixels of the picture; ``score`` 0..1 is how closed and alone it stands."""

    x: float
    y: float
    radius: float
    score: float
    flat: float = 1.0
    """Height over width: official seals are round, some others oval."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        half = self.radius * self.flat
        return (self.x - self.radius, self.y - half, self.x + self.radius, self.y + half)


def seals_of(picture: Picture) -> list[Ring]:
    """Return the seals on a page in colour, the surest first."""
    factor = _SHORT_SIDE / min(picture.shape[:2])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method), np.uint8)
    mask = _mask(red_ink(np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)))
    if mask is None:
        return []
    rings = _rings(mask, 1.0)
    if _LEAST_INK < float((mask > 0).mean()) < _MOST_INK:
        for flat in _OVALS:
            rings = rings or _rings(mask, flat)
    return [
        Ring(
            x=ring.x / factor,
            y=ring.y / factor,
            radius=ring.radius / factor,
            score=ring.score,
            flat=ring.flat,
        )
        for ring in _distinct(rings)
    ]


def _rings(mask: Picture, flat: float) -> list[Ring]:
    """Return the rings of this height over width, the surest first: the page is stretched until they are round."""
    if flat != 1.0:
        stretched = cv2.resize(mask, None, fx=1, fy=1 / flat, interpolation=cv2.INTER_NEAREST)
        mask = np.asarray(stretched, np.uint8)
    # Two pixels' grace: a ring drawn by hand pressure is never quite round.
    wide = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8)
    rings = [ring for start in _circles(mask) if (ring := _judged(mask, wide, start))]
    rings.sort(key=lambda ring: -ring.score)
    return [replace(ring, y=ring.y * flat, flat=flat) for ring in rings]


def _mask(ink: Picture) -> Picture | None:
    if int(ink.max()) < _FAINTEST:
        return None
    some = ink[ink > _WEAK - 2]
    threshold = max(_WEAK, min(_STRONG, 0.45 * float(np.percentile(some, 95)))) if some.size else _STRONG
    return _without_areas(np.asarray((ink > threshold).astype(np.uint8) * 255, np.uint8))


def _without_areas(mask: Picture) -> Picture:
    """Return the mask without what is red all over, as a desk or a banner is: a seal is drawn in strokes."""
    solid = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((_AREA, _AREA), np.uint8))
    return np.asarray(cv2.subtract(mask, cv2.dilate(solid, np.ones((9, 9), np.uint8))), np.uint8)


def _circles(mask: Picture) -> list[tuple[float, float, float]]:
    side = min(mask.shape[:2])
    soft = cv2.GaussianBlur(mask, (5, 5), 0)
    # A page of red grain is all edge: it holds no ring, and looking for one takes half a minute.
    if float((cv2.Canny(soft, 60, 120) > 0).mean()) > _MOST_EDGE:
        return []
    found = cv2.HoughCircles(
        soft,
        cv2.HOUGH_GRADIENT,
        1.5,
        side * 0.08,
        param1=120,
        param2=28,
        minRadius=int(side * _SMALLEST),
        maxRadius=int(side * _LARGEST),
    )
    if found is None:
        return []
    circles = np.asarray(found, np.float64).reshape(-1, found.shape[-1])[:_CANDIDATES]
    return [(float(circle[0]), float(circle[1]), float(circle[2])) for circle in circles]


def _judged(mask: Picture, wide: Picture, start: tuple[float, float, float]) -> Ring | None:
    """Fit the ring, then look outside it, at the gap, the band of text and the middle."""
    cover, x, y, radius = _fitted(wide, start)
    if radius < 0.9 * min(mask.shape[:2]) * _SMALLEST:
        return None

    def share(*at: float) -> float:
        return float(np.mean([_along(mask, x, y, radius * part).mean() for part in at]))

    outside = share(1.10, 1.16, 1.22)
    gap = share(0.885, 0.905)
    band = share(0.66, 0.72, 0.78)
    inner = share(0.42, 0.48)
    centre = share(0.05, 0.10)
    ring = max(float(_along(mask, x, y, radius + by).mean()) for by in (-1, 0, 1))
    changes = [
        np.count_nonzero(np.diff(_along(mask, x, y, radius * part))) for part in (0.66, 0.70, 0.74, 0.78)
    ]
    here = _on_page(mask, x, y, radius)
    closed = cover >= _CLOSED or (here >= _ON_PAGE and cover / here >= _CLOSED_HERE)
    alone = outside < 0.30 and ring - max(gap, outside) >= 0.30
    has_text = float(np.median(changes)) >= 8 and 0.02 < band < 0.75 and inner < 0.55
    # Pale thin characters break up before the ring and the star do.
    has_star = cover >= 0.9 and centre >= 0.7 and inner < 0.3 and max(changes) >= 4 and band < 0.5
    if not (closed and alone and (has_text or has_star)):
        return None
    return Ring(x=x, y=y, radius=radius, score=round(max(0.0, min(1.0, cover - outside)), 3))


def _fitted(wide: Picture, start: tuple[float, float, float]) -> tuple[float, float, float, float]:
    """Return the share of the ring that is inked, its centre and radius: the best nearby, in ever finer steps."""
    x, y, radius = start
    best = (0.0, x, y, radius)
    for step in (6, 3, 1):
        _, x, y, radius = best
        for across in (-step, 0, step):
            for down in (-step, 0, step):
                for more in (-step, 0, step):
                    at = (x + across, y + down, radius + more)
                    best = max(best, (float(_along(wide, *at).mean()), *at), key=lambda one: one[0])
    return best


_TURN = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
_COS, _SIN = np.cos(_TURN), np.sin(_TURN)


def _along(mask: Picture, x: float, y: float, radius: float) -> NDArray[np.bool_]:
    """Return whether there is ink at each point of a circle; off the page there is none."""
    across, down, on = _points(mask, x, y, radius)
    inked = np.zeros(_RAYS, bool)
    inked[on] = mask[down[on], across[on]] > 0
    return inked


def _on_page(mask: Picture, x: float, y: float, radius: float) -> float:
    return float(_points(mask, x, y, radius)[2].mean())


def _points(
    mask: Picture, x: float, y: float, radius: float
) -> tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.bool_]]:
    """Return the points of a circle, column and row, and which of them lie on the page."""
    across = np.round(x + radius * _COS).astype(int)
    down = np.round(y + radius * _SIN).astype(int)
    height, width = mask.shape[:2]
    return across, down, (across >= 0) & (across < width) & (down >= 0) & (down < height)


def _distinct(rings: list[Ring]) -> list[Ring]:
    kept: list[Ring] = []
    for ring in rings:
        if all(np.hypot(ring.x - k.x, ring.y - k.y) > 0.7 * max(ring.radius, k.radius) for k in kept):
            kept.append(ring)
    return kept


def ring_strips(picture: Picture, ring: Ring) -> list[Picture]:
    """Return the text along a ring as straight strips, black on white, read clockwise from its widest gap.

    Several cuts of the same text: which one the reader reads best differs from seal to seal.
    """
    ink = red_ink(picture)
    strips: list[Picture] = []
    for inner, outer in ((0.50, 0.95), (0.56, 0.93), (0.54, 0.90)):
        strip = _unrolled(ink, ring, inner, outer)
        strips.append(np.ascontiguousarray(np.roll(strip, -_gap_at(strip), axis=1)))
    return strips


def _gap_at(strip: Picture) -> int:
    """Return the column in the middle of the longest stretch without text; the strip is round."""
    rows = strip.shape[0]
    inked = (strip[rows // 3 : rows * 5 // 6] < _DARK).mean(axis=0) > _SPECKLES
    filled = np.flatnonzero(inked)
    if filled.size == 0:
        return 0
    gaps = np.diff(np.append(filled, filled[0] + strip.shape[1]))
    widest = int(gaps.argmax())
    return int(filled[widest] + gaps[widest] // 2) % int(strip.shape[1])


def _unrolled(ink: Picture, ring: Ring, inner: float, outer: float, height: int = 64) -> Picture:
    width = int(2 * np.pi * 0.74 * height / (outer - inner))
    turn = np.linspace(np.pi / 2, np.pi / 2 + 2 * np.pi, width, endpoint=False, dtype=np.float32)[None, :]
    out = np.linspace(outer, inner, height, dtype=np.float32)[:, None] * ring.radius
    across = (ring.x + out * np.cos(turn)).astype(np.float32)
    down = (ring.y + out * np.sin(turn) * ring.flat).astype(np.float32)
    strip = cv2.remap(ink, across, down, cv2.INTER_CUBIC)
    full = max(25.0, float(np.percentile(strip, 97)))
    dark = np.clip(strip.astype(np.float32) * (255 / full), 0, 255)
    return np.asarray(255 - dark, np.uint8)
