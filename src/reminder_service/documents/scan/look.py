"""What is looked for on every page, read or not: seals and codes."""

import re

from reminder_service.domain.documents import Seal

from .codes import codes_of
from .ink import has_colour
from .picture import Picture
from .seal import Ring, ring_strips, seals_of
from .text import read_lines

__all__ = ["codes_of", "marks_of", "seal_at"]

_MOST_SEALS = 6
_CERTAIN = 0.9
_WHOLE_NAME = 5
"""Letters of the shortest name on a seal."""

_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]")


def marks_of(picture: Picture) -> tuple[Seal, ...]:
    """Return the seals on a page, boxes in its pixels; one entry ``cannot_tell`` where it has no colour."""
    if not has_colour(picture):
        return (Seal(box=None, score=0.0, text="", verdict="cannot_tell"),)
    return tuple(seal_at(picture, ring) for ring in seals_of(picture)[:_MOST_SEALS])


def seal_at(picture: Picture, ring: Ring) -> Seal:
    """Return what is seen of the seal at a ring."""
    height, width = picture.shape[:2]
    left, top, right, bottom = ring.box
    box = (max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom))
    return Seal(box=box, score=ring.score, text=_text(picture, ring))


def _text(picture: Picture, ring: Ring) -> str:
    """Return the text of a seal as far as it can be read: a hint."""
    best = (0.0, "")
    for strip in ring_strips(picture, ring):
        (read,) = read_lines([strip])
        text = _NOT_CHINESE.sub("", read.text)
        best = max(best, (read.confidence * len(text), text))
        if read.weakest >= _CERTAIN and len(text) >= _WHOLE_NAME:
            break  # another cut could only say the same
    return best[1]
