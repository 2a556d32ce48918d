"""From tables to the form: which table is the report, what its columns mean, what its rows say."""

from dataclasses import dataclass

from .documents import Box


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRow:
    """One row of a filled form, all as text, with its source in the document.

    ``units`` is the text of the 责任单位 cell, names parted by line breaks; ``page`` and ``row`` count from 1.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form found in a document: its title line, the unit that it names (as written), the period its text names."""

    title: str
    unit: str | None
    period: str | None
    rows: tuple[FormRow, ...]
