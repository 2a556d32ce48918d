"""What stands in an official form in Word beside its table: title, lines, notes, code picture."""

import io
from collections.abc import Iterable
from typing import IO, Any

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph

from . import docx_style as style
from .texts import safe_text

_CODE_SIDE = Cm(2.2)

BESIDE_CODE = 2 * (_CODE_SIDE + Cm(0.3))
"""What the code takes of the title's line, so that the title stands in the middle."""

_CODE_TOP = Cm(0.7)
_BELOW_CODE = Cm(0.15)


def add_title(document: Document, text: str) -> None:
    """Add the title in the largest size that fits one line."""
    room = style.text_width(document)
    title = safe_text(text)
    sizes = style.TITLE_SIZES
    size = next((size for size in sizes if style.printed_width(title, size) <= room), sizes[-1])
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
    section = document.sections[0]
    feet = [section.footer]
    if section.different_first_page_header_footer:
        feet.append(section.first_page_footer)
    for foot in feet:
        _foot(foot.paragraphs[0], safe_text(text))


def put_code(document: Document, text: str) -> None:
    """Put a QR code at the top right of every page, where neither text nor seal stands.

    On the first page it stands beside the title. The pages after it begin with the table: there the header is
    as high as the code, so that the table cannot print over it. Where all pages have one header, it is so on all.
    """
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(picture, kind="png", scale=8, border=4)
    section = document.sections[0]
    others = section.header.paragraphs[0]
    first = [section.first_page_header.paragraphs[0]] if section.different_first_page_header_footer else []
    right = (section.page_width or style.PAGE_WIDTH) - (section.right_margin or style.SIDE)
    for paragraph in (*first, others):
        picture.seek(0)
        _put_picture(paragraph, picture, text, left=right - _CODE_SIDE)
    above = section.header_distance or style.HEADER_DISTANCE
    others.paragraph_format.line_spacing = Emu(max(_CODE_TOP + _CODE_SIDE + _BELOW_CODE - above, Pt(1)))


def _foot(paragraph: Paragraph, text: str) -> None:
    paragraph.style = style.NOTE
    paragraph.paragraph_format.tab_stops.add_tab_stop(style.TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{text}\t第")
    _field(paragraph, "PAGE")
    paragraph.add_run("页　共")
    _field(paragraph, "NUMPAGES")
    paragraph.add_run("页")


def _put_picture(paragraph: Paragraph, picture: IO[bytes], text: str, *, left: int) -> None:
    run = paragraph.add_run()
    inline = run.add_picture(picture, width=_CODE_SIDE, height=_CODE_SIDE)._inline
    inline.docPr.set("name", "二维码")
    inline.docPr.set("descr", text)
    frame = inline.getparent()
    assert frame is not None
    frame.replace(inline, _floating(inline, left))


def _floating(inline: Any, left: int) -> Any:
    """Return the picture's frame fixed to a place of the page: in the line it would push the form down."""
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp")} distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        ' relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
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
