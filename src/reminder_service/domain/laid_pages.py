"""Pages that an Office file was laid out on, and where on them a row of the file stands.

The characters of a page come in the order in which they were set, cell by cell: a row's texts follow each other there
whatever lines they are broken into. Punctuation is left out on both sides, for it is set from other fonts, out of order.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .documents import Box, Row
from .texts import bare

_SHORTEST = 4
"""Characters by which a text alone is found; fewer stand anywhere."""

_SURE = 8
"""Characters by which the beginning of a text is found whose end is cut off or on the next page."""

_TENTHS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LaidPage:
    """A page in points: its characters and, four numbers for each, their boxes in tenths of a point."""

    number: int
    width: float
    height: float
    text: str
    boxes: tuple[int, ...]

    def box(self, place: int) -> Box:
        """Return the box of a character."""
        x0, top, x1, bottom = (value / _TENTHS for value in self.boxes[place * 4 : place * 4 + 4])
        return (x0, top, x1, bottom)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A part of a page."""

    page: int
    box: Box


@dataclass(frozen=True, kw_only=True)
class LaidPages:
    """All pages, to look for rows on them.

    :ivar torn: whether a page may end within a row, as in Word; sheets cut off what has no room in a cell.
    """

    pages: tuple[LaidPage, ...]
    torn: bool = True

    @cached_property
    def _letters(self) -> tuple[str, list[tuple[int, int]]]:
        """The letters and digits of all pages, and by letter the index of its page and of its character there."""
        letters: list[str] = []
        whence: list[tuple[int, int]] = []
        for index, page in enumerate(self.pages):
            for place, char in enumerate(page.text):
                for letter in bare(char):
                    letters.append(letter)
                    whence.append((index, place))
        return "".join(letters), whence

    def find_row(self, row: Row) -> tuple[Place, ...]:
        """Return where all that a row holds stands, a place a page; nothing where it is not found for certain."""
        whole = _joined(cell.text for cell in row.cells)
        at = self._only(whole)
        if at is not None:
            return self._places(at, at + len(whole))
        # Sheets are not set cell by cell throughout: what is told apart from everything else shows where the row is.
        return self._together(place for cell in row.cells for place in self.find_cell(row, cell.text))

    def find_cell(self, row: Row, text: str) -> tuple[Place, ...]:
        """Return where a text of a row stands, two places where a page ends within it; nothing where that is unsure."""
        wanted = bare(text)
        start = self._start(row, wanted) if wanted else None
        if start is None:
            return ()
        text_here, _ = self._letters
        length = _common(text_here[start:], wanted)
        rest = wanted[length:]
        places = self._places(start, start + length)
        if rest and self.torn:
            places += self._on_next_page(rest, start + length - 1)
        return places

    def _on_next_page(self, rest: str, last: int) -> tuple[Place, ...]:
        text, whence = self._letters
        page = whence[last][0] + 1
        first = next((at for at in range(last, len(whence)) if whence[at][0] == page), None)
        if first is None or len(rest) < 2:
            return ()
        after = text.find(rest, first)
        return self._places(after, after + len(rest)) if after >= 0 and whence[after][0] == page else ()

    def _start(self, row: Row, wanted: str) -> int | None:
        """Where the text begins: where it stands once and nowhere else, else behind the cells before it."""
        whole = self._only(wanted)
        if whole is not None:
            return whole
        texts = [bare(cell.text) for cell in row.cells]
        before = "".join(texts[: texts.index(wanted)]) if wanted in texts else ""
        behind = self._only(before + wanted[:_SURE]) if before else None
        if behind is not None:
            return behind + len(before)
        return self._only(wanted[: self._longest(wanted)], _SURE)

    def _longest(self, wanted: str) -> int:
        """How many letters of a text, from its first, stand somewhere."""
        text, _ = self._letters
        return bisect_left(range(1, len(wanted) + 1), True, key=lambda length: wanted[:length] not in text)

    def _only(self, wanted: str, shortest: int = _SHORTEST) -> int | None:
        text, _ = self._letters
        if len(wanted) < shortest:
            return None
        at = text.find(wanted)
        return at if at >= 0 and text.find(wanted, at + 1) < 0 else None

    def _places(self, start: int, end: int) -> tuple[Place, ...]:
        _, whence = self._letters
        found: dict[int, list[Box]] = {}
        for index, place in whence[start:end]:
            found.setdefault(index, []).append(self.pages[index].box(place))
        return tuple(
            Place(page=self.pages[index].number, box=_around(boxes)) for index, boxes in found.items()
        )

    def _together(self, places: Iterable[Place]) -> tuple[Place, ...]:
        found: dict[int, list[Box]] = {}
        for place in places:
            found.setdefault(place.page, []).append(place.box)
        return tuple(Place(page=page, box=_around(boxes)) for page, boxes in sorted(found.items()))


def laid_pages_to_json(pages: Sequence[LaidPage]) -> list[dict[str, Any]]:
    """Return pages as plain JSON values; ``laid_pages_from_json`` gives back equal ones."""
    return [
        {
            "number": page.number,
            "width": page.width,
            "height": page.height,
            "text": page.text,
            "boxes": list(page.boxes),
        }
        for page in pages
    ]


def laid_pages_from_json(data: Sequence[dict[str, Any]]) -> tuple[LaidPage, ...]:
    """Return the pages that ``laid_pages_to_json`` wrote.

    :raises ValueError: when a page holds what no page holds.
    """
    try:
        pages = tuple(
            LaidPage(
                number=int(one["number"]),
                width=float(one["width"]),
                height=float(one["height"]),
                text=str(one["text"]),
                boxes=tuple(map(int, one["boxes"])),
            )
            for one in data
        )
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    if any(len(page.boxes) != 4 * len(page.text) for page in pages):
        raise ValueError("a page has four numbers for each of its characters")
    return pages


def _joined(texts: Iterator[str]) -> str:
    return "".join(map(bare, texts))


def _common(text: str, other: str) -> int:
    pairs = zip(text, other, strict=False)
    return next((n for n, (one, two) in enumerate(pairs) if one != two), min(len(text), len(other)))


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))
