"""Text files: tables by tabs, or by commas as in csv; UTF-8, UTF-16 or GB18030."""

import codecs
import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from reminder_service.domain.documents import Cell, Kind, Page, Reading, Row, Table

from .limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT
from .refusals import TOO_LARGE, without_reader
from .texts import clean

_LINES_NEAR = 12
_FEWEST_ROWS = 2
_FEWEST_COLUMNS = 3
"""Prose has a tab or a comma here and there; a form has five columns."""


def read_text(data: bytes, filename: str) -> Reading:
    """Read a text file; all of it is page 1, ``Row.number`` counts within the table.

    A text without any table waits for a person.
    """
    reading = Reading(document="", filename=filename, kind=Kind.TEXT)
    text = decoded(data)
    table = _table(text)
    if table is None:
        return replace(reading, text=clean(text)[:MAX_TEXT], problem=without_reader(Kind.TEXT))
    if len(table.rows) > MAX_ROWS:
        return replace(reading, problem=TOO_LARGE)
    page = Page(number=1, width=0.0, height=0.0, has_text=True)
    around = "\n".join(filter(None, (table.above, table.below)))
    return replace(reading, pages=(page,), tables=(table,), text=around[:MAX_TEXT])


def decoded(data: bytes) -> str:
    """Return the text of a file: by its mark, else as UTF-8 if it is that, else as GB18030."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _table(text: str) -> Table | None:
    """Return the lines from the first to the last with several fields as a table, the rest as what is around it."""
    for delimiter in ("\t", ",", ";"):
        records = list(islice(_records(text, delimiter), MAX_ROWS + _LINES_NEAR))
        wide = [place for place, fields in enumerate(records) if len(fields) >= _FEWEST_COLUMNS]
        if len(wide) >= _FEWEST_ROWS:
            inside = records[wide[0] : wide[-1] + 1]
            return Table(
                page=1,
                rows=_rows(fields for fields in inside if any(fields)),
                above=_lines(records[: wide[0]][-_LINES_NEAR:]),
                below=_lines(records[wide[-1] + 1 :][:_LINES_NEAR]),
            )
    return None


def _records(text: str, delimiter: str) -> Iterable[list[str]]:
    # Longer than the usual limit of a field: a quote that is never closed takes the rest of the file.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = io.StringIO(text.replace("\x00", ""), newline="")
    for fields in csv.reader(lines, delimiter=delimiter):
        yield [clean(field).strip() for field in fields[:MAX_COLUMNS]]


def _rows(records: Iterable[list[str]]) -> tuple[Row, ...]:
    kept = list(records)
    width = max(map(len, kept))
    return tuple(
        Row(
            page=1,
            number=number,
            cells=tuple(Cell(text=field) for field in fields + [""] * (width - len(fields))),
        )
        for number, fields in enumerate(kept, start=1)
    )


def _lines(records: list[list[str]]) -> str:
    return "\n".join(line for fields in records if (line := " ".join(filter(None, fields))))
