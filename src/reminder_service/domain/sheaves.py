"""Pages of one form that came as several files of one mail: put in order and read as one form.

A form photographed page by page has its title on the first page alone, often its headings too, and a row may be
torn between two photos. Such pages are read together, and each file keeps the rows that stand on it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .campaign import Column
from .documents import Kind, Reading, Row, Table
from .form_columns import header_of
from .forms import Form, FormRow, find_form
from .incoming import IncomingDocument, Sheaf
from .printed_pages import page_marks
from .texts import fold

_PAGED = frozenset({Kind.PDF, Kind.IMAGE, Kind.OFD})
_FEWEST_COLUMNS = 3
_SAME_EDGE = 0.06
"""Share of the table's width by which a column may begin elsewhere on another photo of the same form."""

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Leaf:
    """A file with pages: where it stands in the mail, and its first table where that goes on with one before."""

    index: int
    document: IncomingDocument
    begins: bool

    @property
    def reading(self) -> Reading:
        return self.document.reading


def bound(
    documents: Sequence[IncomingDocument], columns: Sequence[Column], units: Collection[str] = ()
) -> tuple[IncomingDocument, ...]:
    """Return a mail's documents in their order; those that are pages of one form know it by their ``sheaf``.

    1. A file whose form has a title begins a form; one without, with a table of the same columns and neither another
       unit's name nor another code, goes on with it. The unit often stands below the table, on the last page.
    2. Where several begin, each page goes on with the one before it in the mail.
    3. Pages are put in order by the number printed on them, else by their first serial number, else by file name.
    """
    leaves = list(_leaves(documents))
    result = list(documents)
    for begun in _gathered(leaves):
        for leaf, document in _read_together(begun, columns, units):
            result[leaf.index] = document
    return tuple(result)


def with_whole_sheaves(documents: Sequence[IncomingDocument]) -> tuple[IncomingDocument, ...]:
    """Return documents whose rows were changed since they were bound, each sheaf with the rows of its files again."""
    rows = {one.document: one.form.rows for one in documents if one.form}
    return tuple(
        replace(one, sheaf=replace(one.sheaf, form=replace(one.sheaf.form, rows=_rows_of(one.sheaf, rows))))
        if one.sheaf
        else one
        for one in documents
    )


def _rows_of(sheaf: Sheaf, rows: Mapping[str, Sequence[FormRow]]) -> tuple[FormRow, ...]:
    return tuple(row for document in sheaf.documents for row in rows.get(document, ()))


def _leaves(documents: Sequence[IncomingDocument]) -> Iterator[_Leaf]:
    for index, document in enumerate(documents):
        reading, form = document.reading, document.form
        if reading.kind in _PAGED and reading.problem is None and reading.tables:
            yield _Leaf(index=index, document=document, begins=form is not None and bool(form.title))


def _gathered(leaves: Sequence[_Leaf]) -> list[list[_Leaf]]:
    """Return the files that belong together, each group begun by the one with the form's head."""
    groups = [[leaf] for leaf in leaves if leaf.begins]
    if not groups:
        # No title was legible: whichever page has the headings begins the form.
        groups = [[leaf] for leaf in leaves if leaf.document.form][:1]
    first = {group[0].index for group in groups}
    for leaf in leaves:
        if leaf.index in first:
            continue
        before = [group for group in groups if group[0].index < leaf.index] or groups[:1]
        if before and _goes_on(leaf.document, before[-1][0].document):
            before[-1].append(leaf)
    return [group for group in groups if len(group) > 1]


def _goes_on(document: IncomingDocument, begun: IncomingDocument) -> bool:
    """Whether a file's first table has the columns of the last table of another, and it names no other unit."""
    codes = {one.reading.code for one in (document, begun)} - {None}
    units = {fold(one.form.unit) for one in (document, begun) if one.form and one.form.unit}
    if len(codes) > 1 or len(units) > 1:
        return False
    here, there = _edges(document.reading.tables[0]), _edges(begun.reading.tables[-1])
    return len(here) == len(there) >= _FEWEST_COLUMNS and all(
        a is None or b is None or abs(a - b) < _SAME_EDGE for a, b in zip(here, there, strict=True)
    )


def _edges(table: Table) -> list[float | None]:
    """Return where each column begins, as a share of the table's width; None where no cell tells."""
    count = max((len(row.cells) for row in table.rows), default=0)
    boxes = [cell.box for row in table.rows for cell in row.cells if cell.box]
    if not boxes:
        return [None] * count
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    begins: list[float | None] = []
    for column in range(count):
        here = [
            cell.box[0]
            for row in table.rows
            for cell in row.cells[column : column + 1]
            if cell.box and column not in row.merged
        ]
        begins.append((min(here) - left) / max(1.0, right - left) if here else None)
    return begins


def _read_together(
    group: Sequence[_Leaf], columns: Sequence[Column], units: Collection[str]
) -> Iterator[tuple[_Leaf, IncomingDocument]]:
    ordered = [group[0], *_in_order(group[1:], columns)]
    begins: list[int] = []
    pages = 0
    for leaf in ordered:
        begins.append(pages)
        pages += max([len(leaf.reading.pages), *(row.page for t in leaf.reading.tables for row in t.rows)])
    form = find_form(_joined(ordered, begins, columns), columns, units)
    if form is None:
        return
    codes = [leaf.reading.code for leaf in ordered if leaf.reading.code]
    sheaf = Sheaf(
        documents=tuple(leaf.document.document for leaf in ordered),
        form=form,
        code=codes[0] if codes else None,
    )
    for leaf, begin, end in zip(ordered, begins, [*begins[1:], pages], strict=True):
        yield (
            leaf,
            replace(leaf.document, form=_part(form, begin, end), problem=None, sheaf=sheaf),
        )


def _in_order(leaves: Sequence[_Leaf], columns: Sequence[Column]) -> list[_Leaf]:
    printed = {leaf.index: min(page_marks(leaf.reading.text).seen, default=None) for leaf in leaves}
    serials = {leaf.index: _first_serial(leaf.reading.tables[0], columns) for leaf in leaves}
    for told in (printed, serials):
        if all(told[leaf.index] is not None for leaf in leaves):
            return sorted(leaves, key=lambda leaf: (told[leaf.index] or 0, leaf.index))
    return sorted(leaves, key=lambda leaf: _natural(leaf.document.filename))


def _first_serial(table: Table, columns: Sequence[Column]) -> int | None:
    for row in _below_headings(table, columns):
        text = fold(row.cells[0].text).strip(".、") if row.cells else ""
        if text.isdecimal():
            return int(text)
    return None


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key by which IMG_2 comes before IMG_10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _DIGITS.split(name)]


def _below_headings(table: Table, columns: Sequence[Column]) -> tuple[Row, ...]:
    header = header_of(table, columns)
    return table.rows[header.last + 1 :] if header and header.is_form else table.rows


def _joined(ordered: Sequence[_Leaf], begins: Sequence[int], columns: Sequence[Column]) -> Reading:
    """Return one reading of all files: pages numbered through, the tables that go on with the last one in it."""
    first = ordered[0].reading
    *before, table = first.tables
    rows = list(table.rows)
    below, after = table.below, list[Table]()
    for leaf, begin in zip(ordered[1:], begins[1:], strict=True):
        going_on, *rest = leaf.reading.tables
        rows += _moved(_below_headings(going_on, columns), begin)
        below = going_on.below
        after += [replace(one, rows=tuple(_moved(one.rows, begin))) for one in rest]
    return replace(
        first,
        tables=(*before, replace(table, rows=tuple(rows), below=below), *after),
        text="\n".join(leaf.reading.text for leaf in ordered),
    )


def _moved(rows: Iterable[Row], by: int) -> list[Row]:
    return [replace(row, page=row.page + by) for row in rows]


def _part(form: Form, begin: int, end: int) -> Form:
    """Return the form with the rows that begin on these pages, which count from 1 in their own file again."""
    rows = (replace(row, page=row.page - begin) for row in form.rows if begin < row.page <= end)
    return replace(form, rows=tuple(rows))
