"""One picture of a page to what stands on it: the tables with their text, the lines around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..pdf_grid import Grid
from ..pdf_join import Sheet
from ..texts import clean
from .cells import Line, grid_of
from .grid import Area, Ruled, ruled_tables, unit_of
from .ink import RESIDUE_LIGHTER, black_only, has_colour, text_only, without_red
from .lines import Block, Strip, parted, usual_height
from .page import Straight, straightened
from .picture import Picture
from .text import Read, read_lines

_TURNS = (0, 180, 90, 270)
_SAMPLES = 8
_UPRIGHT = 0.97
"""Score of a sample of lines from which the page stands upright for certain; else all positions are compared.

The model reads columns too: a page on its side scored up to 0.943, every upright one of the samples over 0.98."""

_SQUARE = 0.7
"""A line has at least so many characters to its height: fewer were read where it lies on its side."""

_MOST_LINES = 600
_TALLEST = 4.0
"""Units; what is taller is no line of text but a picture."""

_LEGIBLE = 0.6
"""Mean confidence from which a line outside the tables counts as text; stains and desks are read as something."""

_MARGIN = 0.1
"""Units of white paper around a line that is to be read."""

_NARROWED = 0.7
"""Width of a line at its first reading over its natural one: what is read no less surely so need not cost more."""

_DOUBTFUL = 0.9
"""Confidence of a line's least sure letter below which it is read again, in full width."""

_GUESSED = 0.6
"""Confidence of a letter below which a reading without it is the better one."""

_HALF_LEGIBLE = 0.5
"""Mean confidence of the lines in a net of rules from which it is a table; a smeared one has 0.8."""

_GAP = 2.5
"""Units between two fields on one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    """A page in one of its four positions: cleaned picture, tables, and the lines of each cell and around."""

    page: Straight
    rules: Picture
    cleaned: Picture
    margin: int
    tables: tuple[Ruled, ...]
    inside: dict[Area, list[Strip]]
    around: tuple[tuple[Strip, ...], ...]

    @property
    def sample(self) -> list[Strip]:
        """The widest lines: of the tables, else of the page."""
        strips = [strip for strips in self.inside.values() for strip in strips]
        strips = strips or [strip for group in self.around for strip in group]
        return sorted(strips, key=lambda strip: strip.left - strip.right)[:_SAMPLES]

    def milder(self) -> Picture:
        """Return the page cleaned less: more of pale marks is left in it, and more of a seal."""
        page = self.page.picture
        return text_only(page, self.rules, RESIDUE_LIGHTER) if has_colour(page) else self.rules


def read_page(picture: Picture, number: int, turned: int = 0) -> tuple[Sheet, int]:
    """Return what stands on a page, and by how many degrees clockwise the picture had to be turned.

    :param number: the page's number, from 1.
    :param turned: how the picture says it has to be turned (EXIF); tried first.
    """
    layout, known = _upright(straightened(picture), turned)
    strips = [strip for strips in layout.inside.values() for strip in strips]
    strips += [strip for group in layout.around for strip in group]
    strips = strips[:_MOST_LINES]
    reads = _reads(layout, strips, known)
    inside = {
        area: [Line(strip=strip, read=reads[strip]) for strip in strips if strip in reads]
        for area, strips in layout.inside.items()
    }
    texts = [_texts(group, reads) for group in layout.around]
    grids, lines = list[Grid](), [texts[0]]
    for table, below in zip(layout.tables, texts[1:], strict=True):
        if _is_legible(table, inside):
            grids.append(grid_of(table, inside, layout.page, number))
            lines.append(below)
        else:
            lines[-1] += below
    return Sheet(number=number, grids=tuple(grids), lines=tuple(lines)), layout.page.turned


def _is_legible(table: Ruled, inside: dict[Area, list[Line]]) -> bool:
    """Whether a net of rules holds text: patterns and photos have none, or what is read as a letter here and there."""
    sure = [line.read.confidence for cell in table.cells for line in inside[cell]]
    return bool(sure) and float(np.mean(sure)) >= _HALF_LEGIBLE


def _reads(layout: _Layout, strips: Sequence[Strip], known: dict[Strip, Read]) -> dict[Strip, Read]:
    """Read each line; a doubtful one twice, at first narrowed and well cleaned: the better reading counts.

    :param known: the lines that were read before.
    """
    once = {strip: strip.cut(layout.cleaned, layout.margin) for strip in strips if strip not in known}
    reads = known | dict(zip(once, read_lines(list(once.values()), _NARROWED), strict=True))
    doubtful = [strip for strip in strips if reads[strip].weakest < _DOUBTFUL]
    if not doubtful:
        return reads
    milder = layout.milder()
    again = [strip.cut(milder, layout.margin) for strip in doubtful]
    for strip, second in zip(doubtful, read_lines(again), strict=True):
        reads[strip] = max(reads[strip], second, key=_worth)
    return reads


def _worth(read: Read) -> float:
    """Return how much was read, and how surely: a letter left out counts against a reading, a guessed one too."""
    return len(read.text) * (read.confidence - _GUESSED)


def _upright(page: Straight, turned: int) -> tuple[_Layout, dict[Strip, Read]]:
    """Return the page in the position in which its lines read best, and what was read of it to find that out.

    The first position that reads well will do.
    """
    rules = without_red(page.picture)
    cleaned = text_only(page.picture, rules) if has_colour(page.picture) else black_only(rules)
    best: tuple[float, _Layout, dict[Strip, Read]] | None = None
    for turn in _TURNS:
        degrees = (turned + turn) % 360
        quarters = -(degrees // 90)
        layout = _layout(page.turned_by(degrees), _turned(cleaned, quarters), _turned(rules, quarters))
        sample = layout.sample
        reads = dict(
            zip(
                sample,
                read_lines([strip.cut(layout.cleaned, layout.margin) for strip in sample], _NARROWED),
                strict=True,
            )
        )
        score = _score(reads)
        if best is None or score > best[0]:
            best = (score, layout, reads)
        if score >= _UPRIGHT or not sample:
            break
    assert best is not None
    return best[1], best[2]


def _turned(picture: Picture, quarters: int) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, quarters))


def _score(sample: dict[Strip, Read]) -> float:
    """Return how much of the sample was read, and how surely: 1 is all of it."""
    wanted = [
        max(len(read.text), _SQUARE * (strip.right - strip.left) / (strip.bottom - strip.top))
        for strip, read in sample.items()
    ]
    return sum(read.confidence * len(read.text) for read in sample.values()) / sum(wanted) if wanted else 0.0


def _layout(page: Straight, cleaned: Picture, rules: Picture) -> _Layout:
    unit = unit_of(cleaned)
    inset = int(max(2, unit * 0.06))
    tables = tuple(ruled_tables(rules))
    cells = {
        cell: Block.of(cleaned, (cell.left, cell.top, cell.right, cell.bottom), inset)
        for table in tables
        for cell in table.cells
    }
    blocks = [Block.of(cleaned, box, inset) for box in _boxes_around(cleaned, tables, unit)]
    usual = usual_height(cells.values() if cells else blocks, unit)
    return _Layout(
        page=page,
        rules=rules,
        cleaned=cleaned,
        margin=int(max(3, unit * _MARGIN)),
        tables=tables,
        inside={cell: block.strips(unit, usual) for cell, block in cells.items()},
        around=tuple(tuple(_lines_in(cleaned, block.strips(unit, usual), unit)) for block in blocks),
    )


def _boxes_around(
    cleaned: Picture, tables: tuple[Ruled, ...], unit: float
) -> list[tuple[int, int, int, int]]:
    """Return the areas above, between and below the tables, no wider than these: beside lies the desk."""
    height, width = cleaned.shape[:2]
    left = max(0, int(min((table.box[0] for table in tables), default=0) - unit))
    right = min(width, int(max((table.box[2] for table in tables), default=width) + unit))
    tops = [0, *(int(table.box[3] + unit * 0.2) for table in tables)]
    bottoms = [*(int(table.box[1] - unit * 0.2) for table in tables), height]
    return [(left, top, right, bottom) for top, bottom in zip(tops, bottoms, strict=True)]


def _lines_in(cleaned: Picture, strips: Iterable[Strip], unit: float) -> Iterable[Strip]:
    for strip in strips:
        if strip.bottom - strip.top <= _TALLEST * unit:
            yield from parted(cleaned, strip, _GAP * unit)


def _texts(strips: Iterable[Strip], reads: dict[Strip, Read]) -> tuple[str, ...]:
    """Return the legible lines of an area; pieces of one line are parted by two spaces."""
    lines: list[str] = []
    last: Strip | None = None
    for strip in strips:
        read = reads.get(strip)
        text = clean(read.text).strip() if read and read.confidence >= _LEGIBLE else ""
        if not text:
            continue
        if last is not None and last.top == strip.top:
            lines[-1] = f"{lines[-1]}  {text}"
        else:
            lines.append(text)
        last = strip
    return tuple(lines)
