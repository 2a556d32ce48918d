"""Seam seals (骑缝章): one seal pressed over the fanned edges of several pages, each of which bears a slice.

No slice shows by itself that it is of a seal. So the slices of pages that follow one another are laid side by
side, and only if that makes a seal, found as any other is, does each page count as bearing it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reminder_service.domain.documents import Page, Seal

from .ink import has_colour, red_ink
from .look import seal_at
from .picture import Picture
from .seal import seals_of

_SHORT_SIDE = 900
"""The page is brought to this short side, as for other seals."""

_EDGE = 180
"""Pixels from the right or left edge in which a slice may lie; a whole seal has 170."""

_INK = 14
_SPECKLES = 2
"""Pixels of ink in a column from which it belongs to the slice."""

_TALLEST, _SHORTEST, _NARROWEST = 260, 60, 4
_GAP = 80
"""Pixels without ink that part what stands above from what stands below; a seal has 70 below its star."""

_APART = 60
"""Pixels by which slices of one seal may stand higher or lower on the next page."""


Ink = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """Red ink at the edge of a page: its picture, its box in the page's own units, whether at the right edge."""

    page: int
    picture: Picture
    box: tuple[float, float, float, float]
    top: int
    right: bool


def slices_of(picture: Picture, page: Page) -> tuple[Slice, ...]:
    """Return what could be a slice of a seal at the edges of a page in colour."""
    if not has_colour(picture):
        return ()
    factor = _SHORT_SIDE / min(picture.shape[:2])
    small = np.asarray(
        cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    )
    ink = np.asarray(red_ink(small) > _INK)
    return tuple(
        one
        for right in (True, False)
        for rows in _stretches(ink, right)
        if (one := _slice(small, ink, page, right, rows))
    )


def with_seam_seals(pages: Sequence[Page], slices: Sequence[Slice]) -> tuple[Page, ...]:
    """Return the pages, those that bear slices of one seal with it; a page that has a seal already keeps its own."""
    added: dict[int, Seal] = {}
    bare = {page.number for page in pages if not any(seal.verdict == "seen" for seal in page.seals)}
    for right in (True, False):
        for run in _runs([one for one in slices if one.right is right and one.page in bare]):
            if seal := _seal(run):
                added |= {one.page: replace(seal, box=one.box) for one in run}
    return tuple(
        replace(page, seals=(*page.seals, added[page.number])) if page.number in added else page
        for page in pages
    )


def _stretches(ink: Ink, right: bool) -> list[tuple[int, int]]:
    """Return from where to where down an edge of the page there is ink, as high as a slice of a seal."""
    strip = ink[:, -_EDGE:] if right else ink[:, :_EDGE]
    rows = np.flatnonzero(strip.any(axis=1))
    parts = np.split(rows, np.flatnonzero(np.diff(rows) > _GAP) + 1)
    found = [(int(part[0]), int(part[-1]) + 1) for part in parts if part.size]
    return [(top, bottom) for top, bottom in found if _SHORTEST <= bottom - top <= _TALLEST]


def _slice(small: Picture, ink: Ink, page: Page, right: bool, rows: tuple[int, int]) -> Slice | None:
    height, width = small.shape[:2]
    begin = width - _EDGE if right else 0
    top, bottom = rows
    columns = np.flatnonzero(ink[top:bottom, begin : begin + _EDGE].sum(axis=0) > _SPECKLES)
    if columns.size < _NARROWEST:
        return None
    first, last = int(columns[0]), int(columns[-1]) + 1
    across, down = page.width / width, page.height / height
    box = (
        round((begin + first) * across, 1),
        round(top * down, 1),
        round((begin + last) * across, 1),
        round(bottom * down, 1),
    )
    return Slice(
        page=page.number,
        picture=np.ascontiguousarray(small[top:bottom, begin + first : begin + last]),
        box=box,
        top=top,
        right=right,
    )


def _runs(slices: Sequence[Slice]) -> Iterator[list[Slice]]:
    """Yield the slices of pages that follow one another, at about the same height."""
    left = list(slices)
    while left:
        run = [left.pop(0)]
        while following := [one for one in left if _follows(one, run[-1])]:
            run.append(min(following, key=lambda one: abs(_middle(one) - _middle(run[-1]))))
            left.remove(run[-1])
        if len(run) > 1:
            yield run


def _follows(one: Slice, before: Slice) -> bool:
    return one.page == before.page + 1 and abs(_middle(one) - _middle(before)) <= _APART


def _middle(one: Slice) -> float:
    return one.top + int(one.picture.shape[0]) / 2


def _seal(run: Sequence[Slice]) -> Seal | None:
    for order in (run, run[::-1]):
        sheet = _laid_out(order)
        if sheet is not None and (rings := seals_of(sheet)):
            return seal_at(sheet, rings[0])
    return None


def _laid_out(run: Sequence[Slice]) -> Picture | None:
    """Return the slices side by side at their heights on a white page; None where they are wider than a seal."""
    top = min(one.top for one in run)
    width = sum(one.picture.shape[1] for one in run)
    if width > 2 * _TALLEST:
        return None
    sheet = np.full((_SHORT_SIDE, _SHORT_SIDE, 3), 255, np.uint8)
    left, down = (_SHORT_SIDE - width) // 2, _SHORT_SIDE // 3 - top
    for one in run:
        height, across = one.picture.shape[:2]
        sheet[one.top + down : one.top + down + height, left : left + across] = one.picture
        left += across
    return sheet
