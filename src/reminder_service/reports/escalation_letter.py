"""The letter to a leader about silent units as a Word file, to be corrected and signed."""

import io
from datetime import date

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from reminder_service.domain.escalation import Escalation
from reminder_service.domain.summary import UnitLine

from .docx_style import BODY_FONT, HEADING_FONT, TITLE_FONT, set_font
from .texts import safe_text, width_of

_TITLE_SIZE, _BODY_SIZE = 22, 16
_LINE = Pt(28)
# GB/T 9704: the edges of an official document, and how far a signature stands from the right one.
_TOP, _BOTTOM, _LEFT, _RIGHT = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)
_SIGNED = Pt(4 * _BODY_SIZE)


def write_escalation(letter: Escalation, *, notice: str, office: str, today: date) -> bytes:
    """Return the letter as docx, in the fonts of an official document."""
    document = docx.Document()
    _page(document)
    _line(document, f"关于{letter.period.title}报送情况的催办函", TITLE_FONT, _TITLE_SIZE, centred=True)
    _line(document, f"{letter.addressee}：")
    due = f"{letter.due.year}年{letter.due.month}月{letter.due.day}日"
    as_of = f"{today.year}年{today.month}月{today.day}日"
    _line(
        document,
        f"《{notice}》要求报送的{letter.period.title}工作进展情况，截止日为{due}。截至{as_of}，经多次提醒，"
        "以下单位仍未报齐，现将情况报告如下，请予协调督促。",
        indent=True,
    )
    _group(document, "未报送的单位", letter.missing)
    _group(document, "尚缺材料的单位", letter.partial)
    _signature(document, office, as_of)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: "docx.document.Document") -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = _TOP, _BOTTOM
    section.left_margin, section.right_margin = _LEFT, _RIGHT


def _signature(document: "docx.document.Document", office: str, day: str) -> None:
    """Set who signs and when, the shorter centred to the longer, together on one page."""
    _line(document, "")
    widths = [width_of(text) * Pt(_BODY_SIZE) // 2 for text in (office, day)]
    for text, width in zip((office, day), widths, strict=True):
        paragraph = _line(document, text, right=True)
        paragraph.paragraph_format.right_indent = _SIGNED + (max(widths) - width) // 2
        paragraph.paragraph_format.keep_with_next = text is office


def _group(document: "docx.document.Document", title: str, lines: tuple[UnitLine, ...]) -> None:
    if not lines:
        return
    heading = _line(document, f"{title}（{len(lines)}个）", HEADING_FONT, indent=True)
    heading.paragraph_format.keep_with_next = True
    for one in lines:
        _line(document, f"{one.unit}：{one.words}" if one.words else one.unit, indent=True)


def _line(
    document: "docx.document.Document",
    text: str,
    font: str = BODY_FONT,
    size: int = _BODY_SIZE,
    *,
    indent: bool = False,
    centred: bool = False,
    right: bool = False,
) -> Paragraph:
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    layout.space_before, layout.space_after = Pt(0), Pt(28 if centred else 0)
    run = paragraph.add_run(safe_text(text))
    run.font.size = Pt(size)
    set_font(run._element.get_or_add_rPr(), font)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph
