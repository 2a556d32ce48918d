"""The ruled tables of an upright page: cells as the white areas that rules enclose, merged ones as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from .picture import Picture

_RIM = 3
_FEWEST_CELLS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A cell in pixels of the upright page, and which rows and columns it spans (ends not included)."""

    left: int
    top: int
    right: int
    bottom: int
    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """A ruled table: where its rows and columns begin and end, and its cells."""

    across: tuple[float, ...]
    down: tuple[float, ...]
    cells: tuple[Area, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (self.across[0], self.down[0], self.across[-1], self.down[-1])


def unit_of(page: Picture) -> float:
    """Return the page's measure: a fortieth of its short side, about the height of a line with its leading."""
    return float(min(page.shape[:2])) / 40


def ruled_tables(grey: Picture) -> list[Ruled]:
    """Return the ruled tables of an upright page (red channel in even light) from top to bottom."""
    unit = unit_of(grey)
    level, plumb = _rules(grey, unit)
    both = cv2.dilate(cv2.bitwise_or(level, plumb), np.ones((3, 3), np.uint8))
    both = cv2.morphologyEx(both, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    found: list[Ruled] = []
    for label, (x, y, width, height, _) in enumerate(stats.tolist()):
        if label == 0 or width < unit * 6 or height < unit * 1.2:
            continue
        here = (slice(y, y + height), slice(x, x + width))
        net = _framed((labels[here] == label).astype(np.uint8) * 255)
        closed = _closed(net, _framed(np.asarray(level[here], np.uint8)), unit)
        if closed is not None and (table := _table(closed, unit, (x - _RIM, y - _RIM))):
            found.append(table)
    return sorted(found, key=lambda table: table.down[0])


def _rules(grey: Picture, unit: float) -> tuple[Picture, Picture]:
    """Return the level and the plumb strokes that are longer than any stroke of a character."""
    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    black = cv2.adaptiveThreshold(soft, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 35, 12)
    length = max(15, int(unit * 1.2))
    level = _strokes(np.asarray(black, np.uint8), (5, 1), (length * 2, 1))
    plumb = _strokes(np.asarray(black, np.uint8), (1, 5), (1, length))
    return level, plumb


def _strokes(black: Picture, bridged: tuple[int, int], kept: tuple[int, int]) -> Picture:
    whole = cv2.morphologyEx(black, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, bridged))
    long = cv2.morphologyEx(whole, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kept))
    return np.asarray(long, np.uint8)


def _framed(part: Picture) -> Picture:
    framed = cv2.copyMakeBorder(part, _RIM, _RIM, _RIM, _RIM, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(framed, np.uint8)


def _closed(net: Picture, level: Picture, unit: float) -> Picture | None:
    """Return the net with its left and right side drawn where a form leaves them open; None if it is no table."""
    rows = np.flatnonzero((cv2.bitwise_and(net, level) > 0).sum(axis=1) > (net.shape[1] - 2 * _RIM) * 0.5)
    if rows.size < 2:
        return None
    columns = np.flatnonzero(net.sum(axis=0) > 0)
    top, bottom = int(rows.min()), int(rows.max())
    half = int(unit * 0.5)
    closed = net.copy()
    for side, inward in ((int(columns.min()), 2), (int(columns.max()), -2)):
        strip = net[top:bottom, max(0, side + inward - half) : side + inward + half]
        if strip.size and float((strip.max(axis=1) > 0).mean()) <= 0.8:
            at = side + inward // 2
            cv2.line(closed, (at, top), (at, bottom), 255, 3)
    return closed


def _table(net: Picture, unit: float, origin: tuple[int, int]) -> Ruled | None:
    boxes = _holes(net, unit, origin)
    if len(boxes) < _FEWEST_CELLS:
        return None
    across = _levels((side for box in boxes for side in (box[0], box[2])), unit * 0.45)
    down = _levels((side for box in boxes for side in (box[1], box[3])), unit * 0.45)
    cells = [
        Area(
            left=box[0],
            top=box[1],
            right=box[2],
            bottom=box[3],
            rows=(_nearest(down, box[1]), _nearest(down, box[3])),
            columns=(_nearest(across, box[0]), _nearest(across, box[2])),
        )
        for box in boxes
    ]
    whole = [cell for cell in cells if cell.rows[0] < cell.rows[1] and cell.columns[0] < cell.columns[1]]
    if len(whole) < _FEWEST_CELLS or len(across) < 3:
        return None
    return Ruled(across=across, down=down, cells=tuple(sorted(whole, key=lambda c: (c.rows, c.columns))))


def _holes(net: Picture, unit: float, origin: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Return the white areas inside the net that are large and square enough to be cells."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(net), connectivity=4)
    outside = int(labels[0, 0])
    boxes: list[tuple[int, int, int, int]] = []
    for label, (x, y, width, height, area) in enumerate(stats.tolist()):
        if label in (0, outside) or width < unit * 0.6 or height < unit * 0.5 or area < width * height * 0.55:
            continue
        left, top = x + origin[0], y + origin[1]
        boxes.append((left, top, left + width, top + height))
    return boxes


def _levels(values: Iterable[int], tolerance: float) -> tuple[float, ...]:
    """Return the places where sides lie, those within the tolerance of each other as one."""
    groups: list[list[int]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return tuple(float(np.median(group)) for group in groups)


def _nearest(levels: Sequence[float], value: float) -> int:
    return min(range(len(levels)), key=lambda index: abs(levels[index] - value))
