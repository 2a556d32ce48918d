"""The letter to a leader about silent units as a Word file, to be corrected and signed."""

import io
from datetime import date

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from reminder_service.domain.escalation import Escalation
from reminder_service.domain.summary import UnitLine

from .docx_style import BODY_FONT, HEADING_FONT, TITLE_FONT, set_font
from .texts import safe_text

_TITLE_SIZE, _BODY_SIZE = 22, 16


def write_escalation(letter: Escalation, *, notice: str, office: str, today: date) -> bytes:
    """Return the letter as docx, in the fonts of an official document."""
    document = docx.Document()
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
    for text in (office, as_of):
        _line(document, text, right=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _group(document: "docx.document.Document", title: str, lines: tuple[UnitLine, ...]) -> None:
    if not lines:
        return
    _line(document, f"{title}（{len(lines)}个）", HEADING_FONT, indent=True)
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
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(safe_text(text))
    run.font.size = Pt(size)
    set_font(run._element.get_or_add_rPr(), font)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
