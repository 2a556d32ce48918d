"""Cells of a form whose text a person corrected; the file itself stays as it came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .campaign import ColumnKey
from .forms import Form, FormRow
from .texts import fold

CORRECTABLE = (
    ColumnKey.NUMBER,
    ColumnKey.NAME,
    ColumnKey.UNITS,
    ColumnKey.MEASURES,
    ColumnKey.DEADLINE,
)
"""The columns whose text can be corrected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CellCorrection:
    """The right text of one cell: ``original`` is what was read there, ``page`` and ``row`` count from 1."""

    document: str
    page: int
    row: int
    column: ColumnKey
    text: str
    original: str


def corrected(form: Form, corrections: Iterable[CellCorrection]) -> Form:
    """Return the form with the corrections in it, oldest first.

    A better reader may count rows otherwise: a correction follows the text that it was made for. Where that text
    is nowhere any more, the file was read better since, and what is read now stands.
    """
    made = list(corrections)
    if not made:
        return form
    rows = list(form.rows)
    for correction in made:
        if (place := _place(rows, correction)) is not None:
            rows[place] = _with_text(rows[place], correction)
    return replace(form, rows=tuple(rows))


def cell_of(row: FormRow, column: ColumnKey) -> str:
    """Return the text of a row's cell."""
    text = getattr(row, str(column))
    assert isinstance(text, str)
    return text


def _place(rows: Sequence[FormRow], correction: CellCorrection) -> int | None:
    same = [
        index
        for index, row in enumerate(rows)
        if fold(cell_of(row, correction.column)) == fold(correction.original)
    ]
    there = [
        index for index in same if (rows[index].page, rows[index].row) == (correction.page, correction.row)
    ]
    if there:
        return there[0]
    # An empty text is found everywhere: it says nothing about the row.
    return same[0] if len(same) == 1 and fold(correction.original) else None


def _with_text(row: FormRow, correction: CellCorrection) -> FormRow:
    texts: dict[str, Any] = {str(correction.column): correction.text}
    changed = replace(row, **texts)
    if correction.column is not ColumnKey.MEASURES:
        return changed
    # A person read it: how sure recognition was no longer matters.
    original = row.measures if row.original is None else row.original
    return replace(changed, confidence=None, figures_confidence=None, doubts=(), original=original)
