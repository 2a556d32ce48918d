"""The look of the official form as a Word file: page, title, table, lines around it, code picture."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from docx import Document as new_document
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Length, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from reminder_service.domain.campaign import Column, ColumnKey

from .texts import safe_text

TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
_LATIN_FONT = "Times New Roman"

_PAGE = (Cm(29.7), Cm(21.0))
_SIDE = Cm(2.0)
_TOP, _BOTTOM = Cm(2.0), Cm(1.7)
_WIDTH = Emu(_PAGE[0] - 2 * _SIDE)
_NARROWEST = Cm(1.3)
CODE_SIDE = Cm(2.2)
_CODE_LEFT = Emu(_PAGE[0] - _SIDE - CODE_SIDE)
_CODE_TOP = Cm(0.7)
_TITLE_SIZES = (22, 20, 18, 16, 15, 14)
_BODY_SIZE = 12
_LONGEST = 32_767
_MOST_LINES = 1000

_CELL_MARGINS = (
    f'<w:tblCellMar {nsdecls("w")}><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
)

_TITLE, _HEADING, _TEXT, _CENTRED, _LINE, _NOTE = (
    "Form Title",
    "Form Heading",
    "Form Text",
    "Form Centred",
    "Form Line",
    "Form Note",
)


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
        lines = [*lines[: _MOST_LINES - 1], " ".join(line for line in lines[_MOST_LINES - 1 :] if line)]
    return tuple(Line(text=line) for line in lines)


def landscape_form() -> Document:
    """Return an empty A4 landscape document with the fonts of an official form."""
    document = new_document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = _SIDE
    section.top_margin, section.bottom_margin = _TOP, _BOTTOM
    section.header_distance, section.footer_distance = Cm(0.8), Cm(0.8)
    _font(document.styles["Normal"], BODY_FONT, _BODY_SIZE)
    centre, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
    _style(document, _TITLE, TITLE_FONT, _TITLE_SIZES[0], centre, after=8)
    _style(document, _HEADING, HEADING_FONT, _BODY_SIZE, centre)
    _style(document, _TEXT, BODY_FONT, _BODY_SIZE, left)
    _style(document, _CENTRED, BODY_FONT, _BODY_SIZE, centre)
    _style(document, _LINE, BODY_FONT, _BODY_SIZE, left, before=4, after=4)
    _style(document, _NOTE, BODY_FONT, 10.5, left)
    return document


def add_title(document: Document, text: str, *, beside_code: bool = False) -> None:
    """Add the title in the largest size that fits one line; ``beside_code`` leaves room for the code."""
    room = _WIDTH - (2 * (CODE_SIDE + Cm(0.3)) if beside_code else 0)
    clean = safe_text(text)
    size = next((size for size in _TITLE_SIZES if Pt(size * _ems(clean)) <= room), _TITLE_SIZES[-1])
    paragraph = document.add_paragraph(style=_TITLE)
    paragraph.add_run(clean).font.size = Pt(size)


def add_line(document: Document, left: str, right: str = "") -> None:
    """Add a line with a text at either edge, such as 填报单位 and 填报日期."""
    paragraph = document.add_paragraph(style=_LINE)
    paragraph.paragraph_format.tab_stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(safe_text(left))
    if right:
        paragraph.add_run(f"\t{safe_text(right)}")


def add_blanks(document: Document, labels: Iterable[str]) -> None:
    """Add a line of labels, each with a ruled space to write on."""
    paragraph = document.add_paragraph(style=_LINE)
    for label in labels:
        paragraph.add_run(f"{label}：")
        paragraph.add_run("　" * 9).underline = True
        paragraph.add_run("　　")


def add_note(document: Document, text: str) -> None:
    """Add a small line below the form."""
    document.add_paragraph(safe_text(text), style=_NOTE)


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
    table._tblPr.append(parse_xml(_CELL_MARGINS))
    widths = _widths(columns)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _heading_row(table, columns, widths)
    for row in rows:
        _row(table, columns, widths, row, least_height)


def add_footer(document: Document, text: str) -> None:
    """Put a text and the number of the page at the foot of every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles[_NOTE]
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
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
    paragraph = document.sections[0].header.paragraphs[0]
    inline = paragraph.add_run().add_picture(picture, width=CODE_SIDE, height=CODE_SIDE)._inline
    inline.docPr.set("name", "二维码")
    inline.docPr.set("descr", text)
    inline.getparent().replace(inline, _floating(inline))


def _floating(inline: object) -> object:
    """Return the picture's frame fixed to a place of the page: in the line it would push the form down."""
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp")} distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        ' relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{_CODE_LEFT}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{_CODE_TOP}</wp:posOffset></wp:positionV>'
        "</wp:anchor>"
    )
    extent, *others = list(inline)  # type: ignore[call-overload]
    anchor.append(extent)
    anchor.append(parse_xml(f"<wp:wrapNone {nsdecls('wp')}/>"))
    for element in others:
        anchor.append(element)
    return anchor


def _heading_row(table: Table, columns: Sequence[Column], widths: Sequence[Length]) -> None:
    row = table.add_row()
    row.height, row.height_rule = Cm(0.95), WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark(row, "w:cantSplit")
    _mark(row, "w:tblHeader")
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        _fill(cell, (Line(text=safe_text(column.heading)),), _HEADING, width)


def _row(
    table: Table, columns: Sequence[Column], widths: Sequence[Length], line: FormLine, least_height: Length
) -> None:
    row = table.add_row()
    row.height, row.height_rule = least_height, WD_ROW_HEIGHT_RULE.AT_LEAST
    if _tallest(columns, widths, line) <= _PAGE[1] // 3:
        _mark(row, "w:cantSplit")
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        style = _TEXT if column.key is ColumnKey.MEASURES else _CENTRED
        _fill(cell, line.cells.get(column.key) or (Line(text=""),), style, width)


def _fill(cell: _Cell, lines: Sequence[Line], style: str, width: Length) -> None:
    cell.width = width
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for index, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.style = style
        run = paragraph.add_run(line.text)
        if line.strong:
            _set_font(run._r.get_or_add_rPr(), HEADING_FONT)
            paragraph.paragraph_format.keep_with_next = True


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<{name} {nsdecls('w')}/>"))


def _tallest(columns: Sequence[Column], widths: Sequence[Length], line: FormLine) -> int:
    """Return about how tall a row prints, in EMU."""
    heights = [
        sum(
            1 + int(Pt(_BODY_SIZE * _ems(one.text)) // max(width - Cm(0.4), 1))
            for one in line.cells.get(column.key, ())
        )
        for column, width in zip(columns, widths, strict=True)
    ]
    return max(heights, default=0) * Pt(_BODY_SIZE * 1.4)


def _widths(columns: Sequence[Column]) -> list[Length]:
    """Share the page among the columns by their widths; what the narrow ones lack, the widest one gives."""
    total = sum(column.width for column in columns) or 1.0
    widths = [max(int(_NARROWEST), int(_WIDTH * column.width / total)) for column in columns]
    widths[widths.index(max(widths))] -= sum(widths) - _WIDTH
    return [Emu(width) for width in widths]


def _ems(text: str) -> float:
    """Return how wide a text prints, in widths of a Chinese character."""
    return sum(1.0 if east_asian_width(char) in "WFA" else 0.55 for char in text)


def _style(
    document: Document,
    name: str,
    font: str,
    size: float,
    alignment: WD_ALIGN_PARAGRAPH,
    *,
    before: float = 0,
    after: float = 0,
) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    _font(style, font, size)
    form = style.paragraph_format
    form.alignment = alignment
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    form.widow_control = True


def _font(style: object, name: str, size: float) -> None:
    assert isinstance(style, ParagraphStyle)
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    _set_font(properties, name)
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN"/>'))


def _set_font(properties: object, name: str) -> None:
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for script, font in (
        ("ascii", _LATIN_FONT),
        ("hAnsi", _LATIN_FONT),
        ("cs", _LATIN_FONT),
        ("eastAsia", name),
    ):
        fonts.set(qn(f"w:{script}"), font)
    # Quotes and dots that Chinese and Latin share are printed in the Chinese font, full width.
    fonts.set(qn("w:hint"), "eastAsia")


def _field(paragraph: Paragraph, instruction: str) -> None:
    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
