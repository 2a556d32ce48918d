"""Where the lines of text stand on an upright page: by the ink of rows and columns, cell by cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .picture import Picture

_INK = 150
"""Grey level below which a pixel of the cleaned page is ink."""

_BESIDE = 0.6
"""Heights of a line of paper left and right of it, as far as its cell reaches."""

_EDGE = 4
"""Pixels of real paper around a line; the rest of its margin is made white, lest a rule be read as 1 or 丨."""

_WHITE = 255


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """The box of a line's ink in pixels of the upright page."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, page: Picture, margin: int) -> Picture:
        """Return the line with so much white paper around it."""
        left, top = max(0, self.left - _EDGE), max(0, self.top - _EDGE)
        part = page[top : self.bottom + _EDGE, left : self.right + _EDGE]
        width = max(0, margin - _EDGE)
        return np.pad(part, width, constant_values=_WHITE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """An area of a page, and the stretches of rows (from its top) that hold ink."""

    left: int
    top: int
    ink: NDArray[np.bool_]
    stretches: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, page: Picture, box: tuple[int, int, int, int], inset: int) -> "Block":
        """Look at a box of the cleaned page, leaving out so many pixels along its sides."""
        left, top, right, bottom = box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset
        ink = page[top : max(top, bottom), left : max(left, right)] < _INK
        return cls(left=left, top=top, ink=ink, stretches=tuple(_stretches(np.asarray(ink.any(axis=1)))))

    def heights(self, unit: float) -> list[int]:
        """Return the heights of the stretches that are high enough to be lines."""
        return [end - begin for begin, end in self.stretches if end - begin > unit * 0.3]

    def strips(self, unit: float, usual: float) -> list[Strip]:
        """Return the lines from top to bottom.

        :param unit: the page's measure, see ``grid.unit_of``.
        :param usual: the usual height of a line of this page.
        """
        found: list[Strip] = []
        for begin, end in self._rows(unit, usual):
            columns = np.flatnonzero(self.ink[begin:end].any(axis=0))
            if columns.size:
                # A last 。 and a first 一 are often too pale to count as ink: paper beside the line is read with it.
                beside = int(usual * _BESIDE)
                left = self.left + max(0, int(columns[0]) - beside)
                right = self.left + min(self.ink.shape[1], int(columns[-1]) + 1 + beside)
                found.append(Strip(left=left, top=self.top + begin, right=right, bottom=self.top + end))
        return found

    def _rows(self, unit: float, usual: float) -> list[tuple[int, int]]:
        """Return where lines begin and end: stretches with ink, thin ones joined, thick ones divided."""
        # The page's usual height: the two halves of a lonely 号 would else pass for two lines. Headings are larger.
        usual = max(usual, float(np.median(self.heights(unit) or [0])))
        rows: list[tuple[int, int]] = []
        for begin, end in _joined(self.stretches, usual):
            height = end - begin
            if height < unit * 0.12:
                continue
            count = max(1, round(height / usual)) if height > 1.6 * usual else 1
            rows += [
                (begin + height * part // count, begin + height * (part + 1) // count)
                for part in range(count)
            ]
        return rows


def usual_height(blocks: Iterable[Block], unit: float) -> float:
    """Return the usual height of the lines of a page."""
    heights = [height for block in blocks for height in block.heights(unit)]
    return float(np.median(heights)) if heights else unit * 0.7


def parted(page: Picture, strip: Strip, gap: float) -> list[Strip]:
    """Return a line in the pieces that stand further apart than ``gap``, from left to right."""
    inked = (page[strip.top : strip.bottom, strip.left : strip.right] < _INK).any(axis=0)
    pieces: list[tuple[int, int]] = []
    for begin, end in _stretches(np.asarray(inked, np.bool_)):
        if pieces and begin - pieces[-1][1] <= gap:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((begin, end))
    return [
        Strip(left=strip.left + begin, top=strip.top, right=strip.left + end, bottom=strip.bottom)
        for begin, end in pieces
    ]


def _stretches(inked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _joined(stretches: Sequence[tuple[int, int]], usual: float) -> list[tuple[int, int]]:
    """Join pieces that together are no higher than a line: 一, dots, characters in two halves."""
    joined: list[tuple[int, int]] = []
    for begin, end in stretches:
        if joined and end - joined[-1][0] < usual * 1.25:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined
