"""The table of an official form in Word: its rows, and where a page may end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Length, Pt
from docx.table import Table, _Cell, _Row

from reminder_service.domain.campaign import Column, ColumnKey

from . import docx_style as style
from .texts import few_lines, lines_of, safe_text

_HEADING_HEIGHT = Cm(0.95)
_MARGIN = 70  # of a cell at either side, in twentieths of a point
_NARROWEST = Cm(1.3)
_LONGEST_DATE = "2024年12月31日"
_AT_MOST_WIDER = 1.4
_LONGEST = 32_767
_LONGEST_CENTRED = 40
_GREY, _SMALL = "8C8C8C", 18  # half points


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a cell; ``strong`` lines head what follows, such as a unit's name over its text.

    A ``hint`` is grey and gives way to the first letter that is typed into it; it may hold line breaks.
    """

    text: str
    strong: bool = False
    hint: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FormLine:
    """A row of the form, cells by what their column holds."""

    cells: Mapping[ColumnKey, Sequence[Line]]


def cell_lines(text: str) -> tuple[Line, ...]:
    """Return outside text as the lines of a cell, made safe, cut with a mark where it is far too long."""
    lines = few_lines(safe_text(text, _LONGEST).strip("\n")).split("\n")
    return tuple(Line(text=line) for line in lines)


def add_table(
    document: Document,
    columns: Sequence[Column],
    rows: Sequence[FormLine],
    *,
    least_height: Length,
    tallest_whole: int | None = None,
    widths: Sequence[Length] | None = None,
) -> Table:
    """Add the form's table and return it; its heading row comes again on every page.

    A row of up to half a page is not torn by a page's end; a taller one is, since else it would leave the
    page before it half empty. Several units' texts that together are taller than a third of a page stand in
    rows of their own, beside merged cells, so that a page may end between two units.

    :param least_height: of each row, so that there is room to write.
    :param tallest_whole: what is taller may be torn (default: half a page); less in a list that nobody signs.
    :param widths: of the columns (default: by :func:`column_widths`).
    """
    table: Table = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_margins(table)
    size, page = style.size_of(document), style.page_height(document)
    grid = _Grid(
        table=table,
        columns=columns,
        widths=widths or column_widths(columns, rows, style.text_width(document), size),
        page=page,
        least_height=least_height,
        tallest_whole=tallest_whole or page // 2,
        size=size,
        # python-docx looks through all styles at each paragraph: of a long table that is most of the time.
        looks={name: document.styles[name].style_id for name in (style.HEADING, style.TEXT, style.CENTRED)},
    )
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = width
    _heading_row(grid)
    for row in rows:
        _row(grid, row)
    return table


@dataclass(frozen=True, kw_only=True, slots=True)
class _Grid:
    """A table being filled: its columns, the height of a page, the size of its text in points, and the ids of the
    styles by their names.
    """

    table: Table
    page: int
    columns: Sequence[Column]
    widths: Sequence[Length]
    least_height: Length
    tallest_whole: int
    size: float
    looks: Mapping[str, str]


def _heading_row(grid: _Grid) -> None:
    row: _Row = grid.table.add_row()  # type: ignore[no-untyped-call]
    row.height, row.height_rule = _HEADING_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark(row, "w:cantSplit")
    _mark(row, "w:tblHeader")
    for cell, column, width in zip(row.cells, grid.columns, grid.widths, strict=True):
        _fill(cell, cell_lines(column.heading), grid.looks[style.HEADING], width)


def _row(grid: _Grid, line: FormLine) -> None:
    parts = _parts(line) if _tallest(grid, line) > grid.page // 3 else [line]
    rows = [_part(grid, part) for part in parts]
    if len(rows) > 1:
        _merge(grid.columns, rows)


def _parts(line: FormLine) -> list[FormLine]:
    """Return a row for each unit; what stands beside the measures stands in the first."""
    measures = line.cells.get(ColumnKey.MEASURES, ())
    starts = [index for index, one in enumerate(measures) if one.strong and index] if measures else []
    ends = [0, *starts, len(measures)]
    blocks = [measures[start:end] for start, end in pairwise(ends)]
    first = replace(line, cells={**line.cells, ColumnKey.MEASURES: blocks[0]})
    return [first, *(FormLine(cells={ColumnKey.MEASURES: block}) for block in blocks[1:])]


def _part(grid: _Grid, line: FormLine) -> Sequence[_Cell]:
    row: _Row = grid.table.add_row()  # type: ignore[no-untyped-call]
    row.height, row.height_rule = grid.least_height, WD_ROW_HEIGHT_RULE.AT_LEAST
    whole = _tallest(grid, line) <= grid.tallest_whole
    if whole:
        _mark(row, "w:cantSplit")
    cells = row.cells
    for cell, column, width in zip(cells, grid.columns, grid.widths, strict=True):
        lines = line.cells.get(column.key, ())
        long = column.key is ColumnKey.MEASURES or any(
            one.strong or len(one.text) > _LONGEST_CENTRED for one in lines
        )
        _fill(cell, lines, grid.looks[style.TEXT if long else style.CENTRED], width)
        if not whole:
            _set_on_top(cell)
    return cells


def _merge(columns: Sequence[Column], rows: Sequence[Sequence[_Cell]]) -> None:
    """Make one row to the reader of several rows: all but the measures merged, dots between those."""
    last = len(rows) - 1
    for index, cells in enumerate(rows):
        for cell, column in zip(cells, columns, strict=True):
            if column.key is not ColumnKey.MEASURES:
                cell._tc.vMerge = "continue" if index else "restart"
                _set_on_top(cell)
                continue
            _border(cell, top="dotted" if index else "single", bottom="dotted" if index < last else "single")


def _set_on_top(cell: _Cell) -> None:
    """Set a cell's text at its top: the middle may fall on the end of a page, and would be torn there."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.keep_together = True


def _fill(cell: _Cell, lines: Sequence[Line], look: str, width: Length) -> None:
    """Fill a cell with lines, made safe once more: names of items and units are from outside as well.

    :param look: the id of their style.
    """
    cell.width = width
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    first = cell.paragraphs[0]
    first._p.style = look  # an empty cell too: what is typed into it takes the form's font
    for index, line in enumerate(lines):
        paragraph = cell.add_paragraph() if index else first
        paragraph._p.style = look
        if line.hint:
            paragraph._p.append(_hint(safe_text(line.text)))
        elif line.text:
            run = paragraph.add_run(safe_text(line.text, _LONGEST))
            if line.strong:
                style.set_font(run._r.get_or_add_rPr(), style.HEADING_FONT)
        if line.strong:
            paragraph.paragraph_format.keep_with_next = True


def _hint(text: str) -> Any:
    """Return a field that shows a grey text until somebody types into it, and is plain text from then on."""
    field = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:temporary/><w:showingPlcHdr/></w:sdtPr>"
        f'<w:sdtContent><w:r><w:rPr><w:color w:val="{_GREY}"/><w:sz w:val="{_SMALL}"/></w:rPr></w:r></w:sdtContent></w:sdt>'
    )
    run = field.find(f".//{qn('w:r')}")
    assert run is not None, "just written"
    for index, line in enumerate(text.split("\n")):
        if index:
            run.append(parse_xml(f"<w:br {nsdecls('w')}/>"))
        words = parse_xml(f'<w:t {nsdecls("w")} xml:space="preserve"/>')
        words.text = line
        run.append(words)
    return field


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<{name} {nsdecls('w')}/>"))


def _border(cell: _Cell, **edges: str) -> None:
    """Give a cell's edges other lines than the table's."""
    lines = "".join(
        f'<w:{edge} w:val="{line}" w:sz="4" w:space="0" w:color="auto"/>' for edge, line in edges.items()
    )
    # Word refuses a file whose properties stand in another order than the schema's.
    place = cell._tc.get_or_add_tcPr().find(qn("w:vAlign"))
    assert place is not None, "a filled cell has its place"
    place.addprevious(parse_xml(f"<w:tcBorders {nsdecls('w')}>{lines}</w:tcBorders>"))


def _set_margins(table: Table) -> None:
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:top w:w="40" w:type="dxa"/>'
        f'<w:left w:w="{_MARGIN}" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
        f'<w:right w:w="{_MARGIN}" w:type="dxa"/></w:tblCellMar>'
    )
    # Word refuses a file whose properties stand in another order than the schema's.
    look = table._tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tblPr.append(margins)
    else:
        look.addprevious(margins)


def column_widths(
    columns: Sequence[Column], rows: Sequence[FormLine], room: int, size: float = style.BODY_SIZE
) -> list[Length]:
    """Share the room of a page among the columns by their widths.

    Names of units and dates get what they need to stay in one line; the widest column gives it, or all that are as wide.
    """
    total = sum(column.width for column in columns) or 1.0
    shares = [int(room * column.width / total) for column in columns]
    widths = [
        max(int(_NARROWEST), share, min(_needed(column.key, rows, size), int(share * _AT_MOST_WIDER)))
        for column, share in zip(columns, shares, strict=True)
    ]
    widest = [index for index, width in enumerate(widths) if width == max(widths)]
    over = sum(widths) - room
    for index in widest:  # columns that are alike stay alike
        widths[index] -= over // len(widest)
    widths[widest[0]] -= over % len(widest)
    return [Emu(width) for width in widths]


def _needed(key: ColumnKey, rows: Sequence[FormLine], size: float) -> int:
    match key:
        case ColumnKey.UNITS:
            texts = [line.text for row in rows for line in row.cells.get(key, ())]
        case ColumnKey.DEADLINE:  # units are named there too where they differ, but dates alone stay whole
            texts = [_LONGEST_DATE]
        case _:
            return 0
    return max((style.printed_width(text, size) for text in texts), default=0) + _around() + Cm(0.1)


def _tallest(grid: _Grid, line: FormLine) -> int:
    """Return about how tall a row prints, in EMU."""
    half = Pt(grid.size / 2)
    heights = [
        sum(lines_of(one.text, (width - _around()) // half) for one in line.cells.get(column.key, ()))
        for column, width in zip(grid.columns, grid.widths, strict=True)
    ]
    return max(heights, default=0) * Pt(grid.size * 1.35)


def _around() -> int:
    return Pt(2 * _MARGIN / 20)
