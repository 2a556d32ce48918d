"""Which row of a table is the heading row of the form, and which column holds what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .campaign import Column, ColumnKey
from .documents import Row, Table
from .texts import fold

_SPARE = 14
"""A heading that contains a known word is longer than it by so many characters at most."""

_LOOK_FOR_HEADER = 400
_SHORTEST_PART = 2
_REMEMBERED = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """Heading rows ``first`` to ``last`` (indices in the table) and the column index of each key found."""

    first: int
    last: int
    columns: dict[ColumnKey, int]

    @property
    def is_form(self) -> bool:
        """Whether enough of the form is there: name, measures, and number or units."""
        keys = self.columns.keys()
        return {ColumnKey.NAME, ColumnKey.MEASURES} <= keys and bool(
            {ColumnKey.NUMBER, ColumnKey.UNITS} & keys
        )


def header_of(table: Table, columns: Sequence[Column]) -> Header | None:
    """Return the best heading row of a table, complete or not; None where nothing looks like one."""
    best: Header | None = None
    words = headings(tuple(columns))
    for index in range(min(len(table.rows), _LOOK_FOR_HEADER)):
        for header in headers_at(table, index, words):
            if header.is_form:
                return header
            if best is None or len(header.columns) > len(best.columns):
                best = header
    return best


class Headings:
    """The words that name the columns of a form; what a text is worth as a heading is remembered."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._words = [(column.key, (fold(column.heading), *map(fold, column.also))) for column in columns]
        self._longest = max((len(word) for _, words in self._words for word in words), default=0)
        self._known: dict[str, tuple[tuple[int, ColumnKey], ...]] = {}

    def scores(self, text: str) -> tuple[tuple[int, ColumnKey], ...]:
        """Return how well a folded text names each column that it may name at all."""
        if not text or len(text) > self._longest + _SPARE:
            return ()
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            scored = ((_score(text, words), key) for key, words in self._words)
            known = self._known[text] = tuple(pair for pair in scored if pair[0])
        return known


@lru_cache(maxsize=64)
def headings(columns: tuple[Column, ...]) -> Headings:
    """Return the words of these columns, the same object each time."""
    return Headings(columns)


def headers_at(table: Table, index: int, words: Headings) -> Iterator[Header]:
    """Yield how a row reads as heading row: with the merged row below it first, then alone."""
    rows = table.rows
    texts = [fold(cell.text) for cell in rows[index].cells]
    below = rows[index + 1] if index + 1 < len(rows) else None
    if below and any(texts[column] for column in below.merged if column < len(texts)):
        joined = _match(_two_level(texts, below), words)
        alone = _match(texts, words)
        if len(joined) > len(alone):
            yield Header(first=index, last=index + 1, columns=joined)
            return
    found = _match(texts, words)
    if found and _looks_like_heading(texts, found):
        yield Header(first=index, last=index, columns=found)


def _two_level(texts: list[str], below: Row) -> list[str]:
    lower = [fold(cell.text) for cell in below.cells]
    return [low or texts[column] if column < len(texts) else low for column, low in enumerate(lower)]


def _looks_like_heading(texts: list[str], found: dict[ColumnKey, int]) -> bool:
    """One word alone is a heading only in a row of several cells: a title names words of the form as well."""
    return len(found) > 1 or sum(map(bool, texts)) > 2


def _match(texts: list[str], words: Headings) -> dict[ColumnKey, int]:
    """Give each key the cell that names it best; equal names before contained ones, longer words first."""
    scored = [(score, -index, key) for index, text in enumerate(texts) for score, key in words.scores(text)]
    found: dict[ColumnKey, int] = {}
    for _, index, key in sorted(scored, reverse=True):
        if key not in found and -index not in found.values():
            found[key] = -index
    return found


def _score(text: str, words: tuple[str, ...]) -> int:
    if text in words:
        return 1000
    contained = (len(word) for word in words if len(word) >= _SHORTEST_PART and _holds(text, word))
    return max(contained, default=0)


def _holds(text: str, word: str) -> bool:
    return word in text and len(text) <= len(word) + _SPARE
