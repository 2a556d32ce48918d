"""What stands in an official form in Word: title, lines, table, notes, code picture."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Length, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from reminder_service.domain.campaign import Column, ColumnKey

from . import docx_style as style
from .texts import lines_of, safe_text, width_of

_CODE_SIDE = Cm(2.2)
_CODE_LEFT = Emu(style.PAGE_WIDTH - style.SIDE - _CODE_SIDE)
_CODE_TOP = Cm(0.7)
_HEADING_HEIGHT = Cm(0.95)
_MARGIN = 70  # of a cell at either side, in twentieths of a point
_NARROWEST = Cm(1.3)
_LONGEST_DATE = "2024年12月31日"
_AT_MOST_WIDER = 1.4
_LONGEST = 32_767
_MOST_LINES = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a cell; ``strong`` lines head what follows, such as a unit's name over its text."""

    text: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FormLine:
    """A row of the form, cells by what their column holds."""

    cells: Mapping[ColumnKey, Sequence[Line]]


def cell_lines(text: str) -> tuple[Line, ...]:
    """Return outside text as the lines of a cell, made safe, cut with a mark where it is far too long."""
    lines = safe_text(text, _LONGEST).strip("\n").split("\n")
    if len(lines) > _MOST_LINES:  # a text of line breaks alone must not take minutes to write
        lines = [*lines[: _MOST_LINES - 1], " ".join(filter(None, lines[_MOST_LINES - 1 :]))]
    return tuple(Line(text=line) for line in lines)


def add_title(document: Document, text: str, *, beside_code: bool = False) -> None:
    """Add the title in the largest size that fits one line; ``beside_code`` leaves room for the code."""
    room = style.TEXT_WIDTH - (2 * (_CODE_SIDE + Cm(0.3)) if beside_code else 0)
    title = safe_text(text)
    sizes = style.TITLE_SIZES
    size = next((size for size in sizes if _printed(title, size) <= room), sizes[-1])
    document.add_paragraph(style=style.TITLE).add_run(title).font.size = Pt(size)


def add_line(document: Document, left: str, right: str = "") -> None:
    """Add a line with a text at either edge, such as 填报单位 and 填报日期, that stays with the table."""
    paragraph = document.add_paragraph(style=style.LINE)
    paragraph.paragraph_format.tab_stops.add_tab_stop(style.TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(safe_text(left) + (f"\t{safe_text(right)}" if right else ""))


def add_blanks(document: Document, labels: Iterable[str]) -> None:
    """Add a line of labels, each with a ruled space to write on."""
    paragraph = document.add_paragraph(style=style.LINE)
    for label in labels:
        paragraph.add_run(f"{label}：")
        paragraph.add_run("　" * 9).underline = True
        paragraph.add_run("　　")


def add_note(document: Document, text: str) -> None:
    """Add a small line below the form."""
    document.add_paragraph(safe_text(text), style=style.NOTE)


def add_footer(document: Document, text: str) -> None:
    """Put a text and the number of the page at the foot of every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = style.NOTE
    paragraph.paragraph_format.tab_stops.add_tab_stop(style.TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{safe_text(text)}\t第")
    _field(paragraph, "PAGE")
    paragraph.add_run("页　共")
    _field(paragraph, "NUMPAGES")
    paragraph.add_run("页")


def put_code(document: Document, text: str) -> None:
    """Put a QR code at the top right of every page, where neither text nor seal stands."""
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(picture, kind="png", scale=8, border=4)
    picture.seek(0)
    run = document.sections[0].header.paragraphs[0].add_run()
    inline = run.add_picture(picture, width=_CODE_SIDE, height=_CODE_SIDE)._inline
    inline.docPr.set("name", "二维码")
    inline.docPr.set("descr", text)
    inline.getparent().replace(inline, _floating(inline))


def add_table(
    document: Document, columns: Sequence[Column], rows: Sequence[FormLine], *, least_height: Length
) -> None:
    """Add the form's table; its heading row comes again on every page.

    A row of ordinary length is never torn by a page's end; a longer one is, since else it would leave the
    page before it half empty.

    :param least_height: of each row, so that there is room to write.
    """
    table = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_margins(table)
    widths = _widths(columns, rows)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _heading_row(table, columns, widths)
    for row in rows:
        _row(table, columns, widths, row, least_height)


def _heading_row(table: Table, columns: Sequence[Column], widths: Sequence[Length]) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row.height, row.height_rule = _HEADING_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark(row, "w:cantSplit")
    _mark(row, "w:tblHeader")
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        _fill(cell, cell_lines(column.heading), style.HEADING, width)


def _row(
    table: Table, columns: Sequence[Column], widths: Sequence[Length], line: FormLine, least_height: Length
) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row.height, row.height_rule = least_height, WD_ROW_HEIGHT_RULE.AT_LEAST
    if _tallest(columns, widths, line) <= style.PAGE_HEIGHT // 3:
        _mark(row, "w:cantSplit")
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        look = style.TEXT if column.key is ColumnKey.MEASURES else style.CENTRED
        _fill(cell, line.cells.get(column.key, ()), look, width)


def _fill(cell: _Cell, lines: Sequence[Line], look: str, width: Length) -> None:
    cell.width = width
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    first = cell.paragraphs[0]
    first.style = look  # an empty cell too: what is typed into it takes the form's font
    for index, line in enumerate(lines):
        paragraph = cell.add_paragraph(style=look) if index else first
        if line.text:
            run = paragraph.add_run(line.text)
            if line.strong:
                style.set_font(run._r.get_or_add_rPr(), style.HEADING_FONT)
        paragraph.paragraph_format.keep_with_next = True if line.strong else None


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<{name} {nsdecls('w')}/>"))


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


def _widths(columns: Sequence[Column], rows: Sequence[FormLine]) -> list[Length]:
    """Share the page among the columns by their widths.

    Names of units and dates get what they need to stay in one line; the widest column gives it.
    """
    total = sum(column.width for column in columns) or 1.0
    shares = [int(style.TEXT_WIDTH * column.width / total) for column in columns]
    widths = [
        max(int(_NARROWEST), share, min(_needed(column.key, rows), int(share * _AT_MOST_WIDER)))
        for column, share in zip(columns, shares, strict=True)
    ]
    widths[widths.index(max(widths))] -= sum(widths) - style.TEXT_WIDTH
    return [Emu(width) for width in widths]


def _needed(key: ColumnKey, rows: Sequence[FormLine]) -> int:
    match key:
        case ColumnKey.UNITS:
            texts = [line.text for row in rows for line in row.cells.get(key, ())]
        case ColumnKey.DEADLINE:  # units are named there too where they differ, but dates alone stay whole
            texts = [_LONGEST_DATE]
        case _:
            return 0
    return max((_printed(text, style.BODY_SIZE) for text in texts), default=0) + _around() + Cm(0.1)


def _tallest(columns: Sequence[Column], widths: Sequence[Length], line: FormLine) -> int:
    """Return about how tall a row prints, in EMU."""
    half = Pt(style.BODY_SIZE / 2)
    heights = [
        sum(lines_of(one.text, (width - _around()) // half) for one in line.cells.get(column.key, ()))
        for column, width in zip(columns, widths, strict=True)
    ]
    return max(heights, default=0) * Pt(style.BODY_SIZE * 1.35)


def _printed(text: str, size: float) -> int:
    """Return about how wide a line prints, in EMU."""
    return Pt(width_of(text) * size / 2)


def _around() -> int:
    return Pt(2 * _MARGIN / 20)


def _floating(inline: Any) -> Any:
    """Return the picture's frame fixed to a place of the page: in the line it would push the form down."""
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp")} distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        ' relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{_CODE_LEFT}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{_CODE_TOP}</wp:posOffset></wp:positionV>'
        "</wp:anchor>"
    )
    extent, *others = list(inline)
    for element in (extent, parse_xml(f"<wp:wrapNone {nsdecls('wp')}/>"), *others):
        anchor.append(element)
    return anchor


def _field(paragraph: Paragraph, instruction: str) -> None:
    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
