"""What is drawn on a page of an OFD file, in the shape that the readers of PDF pages take."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pdfplumber.table import Table, TableFinder, TableSettings

from .pdf_text import Char

POINTS = 72 / 25.4
"""Points in a millimetre, the unit of OFD."""

ABOVE = 0.86
"""Share of a character's size above its base line."""

_LATIN = 0.6
"""Width of a Latin character in sizes, where nothing else tells it; fonts with Chinese have 0.5 to 0.56."""

_WIDE = "%@MW"
_STRAIGHT = 0.3
_SMALLEST_PICTURE = 10.0
"""Millimetres: a seal is 40 mm wide, a bullet is less."""

_MOST_CHARACTERS = 200_000
_MOST_EDGES = 20_000
_NUMBERS_OF = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """Characters and straight lines of a page in points, and how many pictures and seals lie on it."""

    bbox: tuple[float, float, float, float]
    chars: Sequence[Char]
    edges: Sequence[dict[str, Any]]
    pictures: int

    @property
    def width(self) -> float:
        """Width of the page."""
        return self.bbox[2]

    @property
    def height(self) -> float:
        """Height of the page."""
        return self.bbox[3]

    def find_tables(self, settings: dict[str, Any]) -> list[Table]:
        """Return the ruled tables, as a page of pdfplumber does."""
        return list(TableFinder(self, TableSettings.resolve(settings)).tables)  # type: ignore[arg-type]


def draw(layers: Sequence[etree._Element], size: tuple[float, float], *, stamps: int = 0) -> Drawing:
    """Return what layers draw, in their order, on a page of this size in millimetres."""
    chars: list[Char] = []
    edges: list[dict[str, Any]] = []
    pictures = stamps
    for element in (element for layer in layers for element in layer.iter("{*}*")):
        box = boundary(element.get("Boundary"))
        if box is None or element.get("Visible", "true").lower() == "false":
            continue
        name = etree.QName(element).localname
        if name == "TextObject" and len(chars) < _MOST_CHARACTERS:
            chars += _chars(element, box)
        elif name == "PathObject" and len(edges) < _MOST_EDGES:
            edges += _edges(element, box)
        elif name == "ImageObject":
            pictures += min(box[2], box[3]) >= _SMALLEST_PICTURE
    return Drawing(
        bbox=(0.0, 0.0, size[0] * POINTS, size[1] * POINTS), chars=chars, edges=edges, pictures=pictures
    )


def boundary(text: str | None) -> tuple[float, float, float, float] | None:
    """Return left, top, width and height in millimetres, or None where they are no four numbers."""
    numbers = _numbers(text or "")
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(one) for one in text.split()]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def _matrix(element: etree._Element) -> Matrix:
    values = _numbers(element.get("CTM") or "")
    if len(values) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (values[0], values[1], values[2], values[3], values[4], values[5])


def _placed(x: float, y: float, matrix: Matrix, box: Sequence[float]) -> Point:
    a, b, c, d, e, f = matrix
    return (box[0] + a * x + c * y + e, box[1] + b * x + d * y + f)


def _chars(element: etree._Element, box: Sequence[float]) -> Iterator[Char]:
    matrix = _matrix(element)
    size = next(iter(_numbers(element.get("Size") or "")), 0.0)
    shown = size * (math.hypot(matrix[2], matrix[3]) or 1.0)
    x = y = 0.0
    for code in element.iterfind("{*}TextCode"):
        x, y = (next(iter(_numbers(code.get(name) or "")), last) for name, last in (("X", x), ("Y", y)))
        text = code.text or ""
        across, down = (_steps(code.get(name) or "", len(text)) for name in ("DeltaX", "DeltaY"))
        at, level = x, y
        for place, char in enumerate(text):
            own = size if char > "\x7f" or char in _WIDE else size * _LATIN
            step = across[place] if place < len(across) else 0.0 if place < len(down) else own
            left, base = _placed(at, level, matrix, box)
            right, _ = _placed(at + (min(step, own) if step > 0 else own), level, matrix, box)
            yield _char(char, left, max(right, left), base, shown)
            at += step
            level += down[place] if place < len(down) else 0.0


def _char(text: str, left: float, right: float, base: float, size: float) -> Char:
    top = base - size * ABOVE
    return {
        "text": text,
        "x0": left * POINTS,
        "x1": right * POINTS,
        "top": top * POINTS,
        "bottom": (top + size) * POINTS,
        "size": size * POINTS,
    }


def _steps(text: str, most: int) -> list[float]:
    """Return the distances between characters; ``g 3 2.5`` stands for 2.5 three times."""
    words = iter(text.split())
    steps: list[float] = []
    try:
        for word in words:
            if word == "g":
                count, step = int(next(words)), float(next(words))
                steps += [step] * min(count, most)
            else:
                steps.append(float(word))
            if len(steps) >= most:
                break
    except (ValueError, StopIteration):  # what came before still holds
        pass
    return [step for step in steps if math.isfinite(step)]


def _edges(element: etree._Element, box: Sequence[float]) -> Iterator[dict[str, Any]]:
    """Yield the straight lines of a path that run across or upright."""
    matrix = _matrix(element)
    data = element.findtext("{*}AbbreviatedData") or ""
    for start, end in _segments(data):
        (x0, y0), (x1, y1) = _placed(*start, matrix, box), _placed(*end, matrix, box)
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if bottom - top <= _STRAIGHT < right - left:
            yield _edge("h", left, right, (top + bottom) / 2, (top + bottom) / 2)
        elif right - left <= _STRAIGHT < bottom - top:
            yield _edge("v", (left + right) / 2, (left + right) / 2, top, bottom)


def _edge(orientation: str, left: float, right: float, top: float, bottom: float) -> dict[str, Any]:
    return {
        "object_type": "line",
        "orientation": orientation,
        "x0": left * POINTS,
        "x1": right * POINTS,
        "top": top * POINTS,
        "bottom": bottom * POINTS,
        "width": (right - left) * POINTS,
        "height": (bottom - top) * POINTS,
    }


def _segments(data: str) -> Iterator[tuple[Point, Point]]:
    """Yield the straight pieces of a path in its own coordinates; curves only move on."""
    tokens = _TOKEN.findall(data)
    start = here = (0.0, 0.0)
    place = 0
    while place < len(tokens):
        command = tokens[place].upper()
        count = _NUMBERS_OF.get(command)
        place += 1
        if count is None:
            continue
        values = [float(token) for token in tokens[place : place + count] if not token.isalpha()]
        if len(values) < count:
            return
        place += count
        there = (values[-2], values[-1]) if count else start
        if command in ("L", "C"):
            yield here, there
        if command in ("M", "S"):
            start = there
        here = there
