"""Forms without rules, or with level ones only: columns by their headings, rows by the numbers in the first column.

Only a line of headings that begins with 序号 makes such a table: text in columns is common, and taking it for a
form would be worse than showing it to a person.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from reminder_service.domain.documents import Box, Cell, Row
from reminder_service.domain.texts import fold

from .pdf_grid import Grid
from .pdf_text import Char, TextLine, cell_text, lines_of

_GAP = 0.8
"""Characters of white that part two headings."""

_HEADING = re.compile(r"名称|项目|事项|单位|部门|措施|进展|进度|情况|时限|时间|内容|备注")
_FEWEST_HEADINGS = 3
_LONGEST_HEADING = 16
_MOST_LINES = 5
"""Lines of headings at most, those of headings in one and in two lines side by side counted apart."""
_NUMBER = re.compile(r"[(]?\d{1,3}[)]?[.、]?")
_FOOT = re.compile(
    r"(填报|填表|审核|联系|负责|经办|报送|制表|单位负责)(人|日期|时间|电话)|备注[:]|注[:]|[(]盖章[)]"
)
_END = 3.0
"""Lines of white after which what follows is no row."""

_SAME_RULE = 3.0
_LEADING = 1.5
"""Distance of lines in sizes of a character."""

_CONFIDENCE = 0.5
"""Where columns and rows are told by white alone, a person looks before the text is taken over."""

_RULE = 0.3
"""Share of the page's width from which a level rule parts rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Where the columns begin and where the last one ends, in points."""

    edges: tuple[float, ...]

    def of(self, char: Char) -> int:
        """Return the index of the column that a character stands in."""
        middle = (char["x0"] + char["x1"]) / 2
        return max(0, bisect_right(self.edges[:-1], middle) - 1)


def unruled(
    page: Any, chars: Sequence[Char], number: int, before: Columns | None
) -> tuple[Grid, Columns] | None:
    """Return the form on a page whose columns no rules part, and its columns; None where there is none.

    :param number: the page's.
    :param before: the columns of such a form on the page before: its rows go on here without headings.
    """
    lines = lines_of(chars)
    band = _headings(lines)
    if band is None:
        return _grid(page, lines, number, before, heading=None) if before else None
    first, last = band
    body = _body(lines[last:])
    columns = _columns(page, _stacked(lines[first:last]), body)
    return _grid(page, body, number, columns, heading=lines[first:last])


def _headings(lines: Sequence[TextLine]) -> tuple[int, int] | None:
    """Return which lines are the headings, which often stand in two or three: from, up to."""
    bands = [
        (count, last - first, -first)
        for first in range(len(lines))
        for last in range(first + 1, min(first + _MOST_LINES, len(lines)) + 1)
        if (count := _named(_stacked(lines[first:last]))) >= _FEWEST_HEADINGS
    ]
    if not bands:
        return None
    _, length, first = max(bands)
    return -first, length - first


def _named(stacks: Sequence[Sequence[Char]]) -> int:
    """Return how many headings there are; none unless the first is 序号 and all are as short as headings."""
    texts = [fold(_text(stack)) for stack in stacks]
    if not texts or texts[0] != "序号" or any(len(text) > _LONGEST_HEADING for text in texts):
        return 0
    named = 1 + sum(_HEADING.search(text) is not None for text in texts)
    return len(texts) if named >= _FEWEST_HEADINGS else 0


def _stacked(lines: Sequence[TextLine]) -> list[list[Char]]:
    """Return the pieces of several lines that stand above one another as one, from left to right."""
    stacks: list[list[Char]] = []
    for piece in (piece for line in lines for piece in _pieces(line)):
        over = [stack for stack in stacks if _left(stack) < _right(piece) and _left(piece) < _right(stack)]
        for stack in over:
            stacks.remove(stack)
        stacks.append([char for stack in [*over, piece] for char in stack])
    return sorted(stacks, key=_left)


def _left(chars: Sequence[Char]) -> float:
    return float(min(char["x0"] for char in chars))


def _right(chars: Sequence[Char]) -> float:
    return float(max(char["x1"] for char in chars))


def _starts_row(line: TextLine) -> bool:
    return _NUMBER.fullmatch(fold(_text(_pieces(line)[0]))) is not None


def _pieces(line: TextLine) -> list[list[Char]]:
    """Return the characters of a line in the pieces between which there is white."""
    pieces: list[list[Char]] = []
    for char in (char for char in line.chars if char["text"].strip()):
        if pieces and char["x0"] - pieces[-1][-1]["x1"] <= _GAP * char["size"]:
            pieces[-1].append(char)
        else:
            pieces.append([char])
    return pieces


def _text(chars: Iterable[Char]) -> str:
    return "".join(char["text"] for char in chars)


def _body(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines of the table: up to 填报人, or to a wide stretch of white."""
    pitches = [after.top - line.top for line, after in pairwise(lines)]
    usual = median(pitches) if pitches else 0.0
    kept: list[TextLine] = []
    for line in lines:
        if _FOOT.match(fold(line.text)) or (
            kept and line.top - kept[-1].top > _END * usual and not _starts_row(line)
        ):
            break
        kept.append(line)
    return kept


def _columns(page: Any, headings: Sequence[Sequence[Char]], body: Sequence[TextLine]) -> Columns:
    """Part neighbouring headings where the body leaves the widest white between their middles."""
    spans = [(_left(piece), _right(piece)) for piece in headings]
    inked = sorted(
        (float(char["x0"]), float(char["x1"])) for line in body for char in line.chars if char["text"].strip()
    )
    inner = [_parting(left, right, inked) for left, right in pairwise(spans)]
    low = min([spans[0][0], *(x0 for x0, _ in inked)]) - 1
    return Columns(edges=(low, *inner, float(page.width)))


def _parting(
    left: tuple[float, float], right: tuple[float, float], inked: Sequence[tuple[float, float]]
) -> float:
    begin, end = sum(left) / 2, sum(right) / 2
    best, reach = (0.0, (left[1] + right[0]) / 2), begin
    for x0, x1 in [*inked, (end, end)]:
        if x1 < begin:
            continue
        x0 = min(x0, end)
        best = max(best, (x0 - reach, (x0 + reach) / 2))
        reach = max(reach, x1)
        if reach >= end:
            break
    return best[1]


def _grid(
    page: Any, body: Sequence[TextLine], number: int, columns: Columns, *, heading: Sequence[TextLine] | None
) -> tuple[Grid, Columns] | None:
    body = body if heading else _body(body)
    tops = _row_tops(page, body, columns)
    if not _each_has_one_number(tops, body, columns) or (heading is None and tops[0] - body[0].top > 1):
        return None  # what stands above the first number is no row: nothing carries on here
    ends = [*tops[1:], max(char["bottom"] for char in body[-1].chars) + 1]
    rows = [_row(heading, columns, number, 1)] if heading else []
    for top, end in zip(tops, ends, strict=True):
        lines = [line for line in body if top <= line.top < end]
        rows.append(_row(lines, columns, number, len(rows) + 1))
    top = min(char["top"] for char in (heading or body)[0].chars)
    box = (columns.edges[0], float(top), columns.edges[-1], float(ends[-1]))
    return Grid(rows=tuple(rows), columns=columns.edges[:-1], box=box), columns


def _row_tops(page: Any, body: Sequence[TextLine], columns: Columns) -> list[float]:
    """Return where rows begin: at rules, at numbers that stand on top, or so that numbers stand in the middle."""
    numbers = [line for line in body if _number_in(line, columns)]
    if not numbers:
        return []
    first, last = body[0].top, body[-1].top
    rules = _starts(
        edge["top"]
        for edge in page.edges
        if edge["orientation"] == "h" and edge["width"] > _RULE * page.width and first < edge["top"] < last
    )
    if rules:
        return [first, *rules]
    if numbers[0] is body[0]:
        return [line.top for line in numbers]
    tops = [first]
    for number in numbers[:-1]:
        size = float(number.chars[0]["size"])
        wanted = 2 * number.top - tops[-1] + size * _LEADING
        tops.append(
            min((line.top for line in body if line.top > number.top), key=lambda top: abs(top - wanted))
        )
    return tops


def _each_has_one_number(tops: Sequence[float], body: Sequence[TextLine], columns: Columns) -> bool:
    """Whether each row has its number: else which row a cell belongs to is not to be seen, and none is read."""
    numbers = [line.top for line in body if _number_in(line, columns)]
    ends = [*tops[1:], float("inf")]
    return bool(tops) and all(
        sum(top <= at < end for at in numbers) == 1 for top, end in zip(tops, ends, strict=True)
    )


def _starts(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SAME_RULE:
            found.append(value)
    return found


def _number_in(line: TextLine, columns: Columns) -> bool:
    first = [char for char in line.chars if char["text"].strip() and columns.of(char) == 0]
    return bool(first) and _NUMBER.fullmatch(fold(_text(first))) is not None


def _row(lines: Sequence[TextLine], columns: Columns, page: int, number: int) -> Row:
    cells = [
        [char for line in lines for char in line.chars if columns.of(char) == at] for at in _each(columns)
    ]
    return Row(
        page=page,
        number=number,
        cells=tuple(
            Cell(text=_cell_text(chars), box=_box(chars), confidence=_CONFIDENCE if chars else None)
            for chars in cells
        ),
    )


def _each(columns: Columns) -> range:
    return range(len(columns.edges) - 1)


def _cell_text(chars: Sequence[Char]) -> str:
    """Return the text of a cell; its widest line says how wide the cell is."""
    inked = [char for char in chars if char["text"].strip()]
    width = max((char["x1"] for char in inked), default=0) - min((char["x0"] for char in inked), default=0)
    return cell_text(chars, float(width))


def _box(chars: Sequence[Char]) -> Box | None:
    inked = [char for char in chars if char["text"].strip()]
    if not inked:
        return None
    return (
        round(float(min(char["x0"] for char in inked)), 2),
        round(float(min(char["top"] for char in inked)), 2),
        round(float(max(char["x1"] for char in inked)), 2),
        round(float(max(char["bottom"] for char in inked)), 2),
    )
