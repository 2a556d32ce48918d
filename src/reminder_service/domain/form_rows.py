"""The rows under the headings: merged cells inherited, rows torn by a page break mended."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .campaign import EXTRA_COLUMNS, ColumnKey, Extras
from .documents import Box, Doubt, Row
from .form_columns import Header
from .reference import without_reference
from .texts import fold

_FOOT = re.compile(
    r"(填报|填表|制表|审核|复核|分管|主要|单位)?(人|负责人|领导)?(员|签字|签名)?[（(:：]|备注[:：]|说明[:：]|注[:：]|填报|填表|审核|联系|负责人"
)
_SENTENCE_END = "。！？；.;!?"
_SEPARATORS = re.compile(r"[、，,;；/|]+")
_NAMES_RUN_TOGETHER = re.compile(r"(?<=[局委会院联道])(?=县(?!委|政府)|团县委|各)")

Key = ColumnKey
_KEYS = tuple(Key)
_ALL_KEYS = frozenset(Key)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRow:
    """One row of a filled form, all as text, with its source in the document.

    ``units`` is the text of the 责任单位 cell, names parted by line breaks; ``page`` and ``row`` count
    from 1. A row torn by a page break is one row here and stands where it began. ``original`` is what stood in
    the measures where a person corrected them. ``confidence`` is that of the least sure letter of the row,
    ``figures_confidence`` that of the least sure digit in the measures, ``doubts`` are the letters to be looked at.
    """

    number: str
    name: str
    units: str
    measures: str
    deadline: str
    page: int
    row: int
    box: Box | None = None
    confidence: float | None = None
    extras: Extras = ()
    original: str | None = None
    figures_confidence: float | None = None
    doubts: tuple[Doubt, ...] = ()


def is_foot(row: Row) -> bool:
    """Whether a row below the form is no row of it: 填报人, 审核人, 备注, （盖章）."""
    cells = [cell.text for cell in row.cells if cell.text.strip()]
    first = fold(cells[0]) if cells else ""
    if not first or first.isdecimal():
        return False
    alone = len(cells) == 1 and not row.merged
    return _FOOT.match(first) is not None or (alone and first.endswith(("(盖章)", "(公章)")))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """The key cells of one table row; ``own`` are the keys whose cell goes on with none above."""

    row: Row
    texts: dict[Key, str]
    own: frozenset[Key]
    box: Box | None
    confidence: float | None
    figures_confidence: float | None
    doubts: tuple[Doubt, ...]

    def says(self, *keys: Key) -> bool:
        return any(self.texts[key] for key in keys)


def rows_under(header: Header, rows: Sequence[Row], units: frozenset[str]) -> list[FormRow]:
    """Return the rows of the form from the table rows under its headings, mended, merged cells filled in.

    :param units: folded names of known units.
    """
    lines = [_line(row, header.columns) for row in rows if not is_foot(row)]
    sub_rows = any(Key.NUMBER not in line.own or Key.NAME not in line.own for line in lines)
    result: list[FormRow] = []
    page = 0
    for line in lines:
        if not line.says(*_KEYS):
            page = page or line.row.page
            continue
        turned, page = bool(page) and line.row.page != page, line.row.page
        if result and turned and _is_torn(line, result[-1], units, sub_rows):
            result[-1] = _mended(result[-1], line)
        elif result and _is_more_text(line):
            result[-1] = _continued(result[-1], line)
        else:
            result.append(_form_row(line, result[-1] if result else None))
    return [
        replace(row, units=_unit_lines(row.units, units), measures=without_reference(row.measures))
        for row in result
    ]


def _line(row: Row, columns: dict[Key, int]) -> _Line:
    cells = {key: row.cells[index] for key, index in columns.items() if index < len(row.cells)}
    sure = [cell.confidence for cell in cells.values() if cell.confidence is not None and cell.text.strip()]
    return _Line(
        row=row,
        texts={key: _clean(cells[key].text) if key in cells else "" for key in _KEYS},
        own=_ALL_KEYS - {key for key in cells if columns[key] in row.merged},
        box=_around(cell.box for cell in row.cells),
        confidence=min(sure, default=None),
        figures_confidence=cells[Key.MEASURES].figures_confidence if Key.MEASURES in cells else None,
        doubts=tuple(doubt for cell in cells.values() for doubt in cell.doubts),
    )


def _is_torn(line: _Line, before: FormRow, units: frozenset[str], sub_rows: bool) -> bool:
    """Whether the first row of a page is the rest of the row before it.

    Its 序号 is empty then. So it is in the row of a further unit of one item, but there the 责任单位 cell
    holds a name, and either this form gives each unit a row of its own elsewhere too, or the name is a known
    one that follows one other name and a finished sentence.
    """
    if line.texts[Key.NUMBER]:
        return False
    if line.texts[Key.NAME] and (not before.number or fold(line.texts[Key.NAME]) == fold(before.name)):
        return False
    written = line.texts[Key.UNITS]
    if not written or sub_rows:
        return not written
    known = all(fold(name) in units for name in written.splitlines())
    finished = before.measures[-1:] in _SENTENCE_END  # nothing written is finished, too
    return not (known and finished and "\n" not in before.units)


def _is_more_text(line: _Line) -> bool:
    """Whether a row without number, name and unit of its own only goes on with the text of the row above."""
    empty = not line.says(Key.NUMBER, Key.NAME, Key.UNITS, Key.DEADLINE)
    return empty and line.own == _ALL_KEYS


def _continued(row: FormRow, rest: _Line) -> FormRow:
    extras = dict(row.extras)
    return replace(
        row,
        measures=_clean(f"{row.measures}\n{rest.texts[Key.MEASURES]}"),
        figures_confidence=lower(row.figures_confidence, rest.figures_confidence),
        doubts=row.doubts + rest.doubts,
        extras=_extras({key: f"{extras.get(key, '')}\n{rest.texts[key]}" for key in EXTRA_COLUMNS}),
    )


def _mended(row: FormRow, rest: _Line) -> FormRow:
    def sewn(text: str, key: Key) -> str:
        more = rest.texts[key]
        if not text or not more:
            return text or more
        # Only a finished sentence ends a paragraph: elsewhere the break of the page is no break of the text.
        return f"{text}\n{more}" if key is Key.MEASURES and text[-1] in _SENTENCE_END else text + more

    units = (
        f"{row.units}\n{rest.texts[Key.UNITS]}"
        if rest.texts[Key.UNITS] and row.units
        else sewn(row.units, Key.UNITS)
    )
    extras = dict(row.extras)
    return replace(
        row,
        extras=_extras({key: sewn(extras.get(key, ""), key) for key in EXTRA_COLUMNS}),
        name=sewn(row.name, Key.NAME),
        units=units,
        measures=sewn(row.measures, Key.MEASURES),
        deadline=sewn(row.deadline, Key.DEADLINE),
        confidence=lower(row.confidence, rest.confidence),
        figures_confidence=lower(row.figures_confidence, rest.figures_confidence),
        doubts=row.doubts + rest.doubts,
    )


def lower(one: float | None, other: float | None) -> float | None:
    """Return the lower of two confidences; None stands for typed text, which lowers nothing."""
    return min((value for value in (one, other) if value is not None), default=None)


def _form_row(line: _Line, above: FormRow | None) -> FormRow:
    texts = dict(line.texts)
    if above:
        inherited = _ALL_KEYS - line.own
        if not line.says(Key.NUMBER, Key.NAME) and line.says(Key.UNITS, Key.MEASURES):
            # Left empty or cut by the page instead of merged: still a further unit of the same item.
            inherited |= {Key.NUMBER, Key.NAME} | (set() if line.row.merged else {Key.DEADLINE})
        before = {
            Key.NUMBER: above.number,
            Key.NAME: above.name,
            Key.UNITS: above.units,
            Key.MEASURES: above.measures,
            Key.DEADLINE: above.deadline,
            **dict.fromkeys(EXTRA_COLUMNS, ""),
            **dict(above.extras),
        }
        texts |= {key: before[key] for key in inherited if not texts[key]}
    return FormRow(
        number=texts[Key.NUMBER],
        name=texts[Key.NAME],
        units=texts[Key.UNITS],
        measures=texts[Key.MEASURES],
        deadline=texts[Key.DEADLINE],
        page=line.row.page,
        row=line.row.number,
        box=line.box,
        confidence=line.confidence,
        extras=_extras(texts),
        figures_confidence=line.figures_confidence,
        doubts=line.doubts,
    )


def _extras(texts: Mapping[Key, str]) -> Extras:
    """Return what stands in the extra columns."""
    return tuple((key, text) for key in EXTRA_COLUMNS if (text := _clean(texts[key])))


def _clean(text: str) -> str:
    """Return the text in NFC without blank lines around it; line breaks inside stay."""
    if not text:
        return text
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).splitlines()]
    return "\n".join(lines).strip()


def _around(boxes: Iterator[Box | None]) -> Box | None:
    seen = [box for box in boxes if box]
    if not seen:
        return None
    return (
        min(box[0] for box in seen),
        min(box[1] for box in seen),
        max(box[2] for box in seen),
        max(box[3] for box in seen),
    )


@lru_cache(maxsize=20_000)
def _unit_lines(text: str, units: frozenset[str]) -> str:
    """Return the names of a 责任单位 cell a line each: printed columns break names and run them together."""
    if not units:
        return "\n".join(_NAMES_RUN_TOGETHER.sub("\n", line) for line in text.splitlines())
    rest, names = _SEPARATORS.sub("", fold(text)), list[str]()
    while rest:
        name = next((rest[:length] for length in _lengths(units) if rest[:length] in units), "")
        if not name:
            return text
        names.append(name)
        rest = rest[len(name) :]
    return "\n".join(names)


@lru_cache(maxsize=16)
def _lengths(units: frozenset[str]) -> tuple[int, ...]:
    """Return how long names are, the longest first."""
    return tuple(sorted({len(unit) for unit in units if unit}, reverse=True))
