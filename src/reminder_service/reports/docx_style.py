"""The page and the fonts of an official form in Word."""

from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Pt
from docx.styles.style import ParagraphStyle

from .texts import width_of

TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
_LATIN_FONT = "Times New Roman"

TITLE, HEADING, TEXT = "Form Title", "Form Heading", "Form Text"
CENTRED, LINE, NOTE = "Form Centred", "Form Line", "Form Note"

PAGE_WIDTH, PAGE_HEIGHT = Cm(29.7), Cm(21.0)
SIDE = Cm(2.0)
HEADER_DISTANCE = Cm(0.8)
TEXT_WIDTH = Emu(PAGE_WIDTH - 2 * SIDE)
TITLE_SIZES = (22, 20, 18, 16, 15, 14)
BODY_SIZE = 12
LIST_SIZE = 10.5
"""Of a long list: a third more stands on a page."""

TALLEST_WHOLE_IN_LIST = PAGE_HEIGHT // 4
"""A taller row of a long list may be torn by the end of a page, which it would leave empty else."""
_NOTE_SIZE = 10.5
_WORD_2013 = "15"


def landscape_form(size: float = BODY_SIZE) -> Document:
    """Return an empty A4 landscape document with the styles of an official form.

    :param size: of the table's text in points.
    """
    document = docx.Document()
    _lay_out(document)
    _font(document.styles["Normal"], BODY_FONT, BODY_SIZE)
    centre, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
    _style(document, TITLE, TITLE_FONT, TITLE_SIZES[0], centre, after=8)
    _style(document, HEADING, HEADING_FONT, size, centre)
    _style(document, TEXT, BODY_FONT, size, left)
    _style(document, CENTRED, BODY_FONT, size, centre)
    _style(document, LINE, BODY_FONT, BODY_SIZE, left, before=5, after=5)
    _style(document, NOTE, BODY_FONT, _NOTE_SIZE, left, before=2)
    _of_today(document)
    return document


def size_of(document: Document) -> float:
    """Return the size of a table's text in points."""
    found = document.styles[TEXT]
    assert isinstance(found, ParagraphStyle)
    return found.font.size.pt if found.font.size else BODY_SIZE


def set_font(properties: Any, name: str) -> None:
    """Set the Chinese font of a run or a style; letters and figures keep the Latin one.

    :param properties: the ``w:rPr`` element.
    """
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:hint"), "eastAsia")  # quotes and dots that both scripts share are the Chinese ones
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _LATIN_FONT)
    fonts.set(qn("w:eastAsia"), name)


def printed_width(text: str, size: float) -> int:
    """Return about how wide a line of a font size prints, in EMU."""
    return Pt(width_of(text) * size / 2)


def text_width(document: Document) -> int:
    """Return how wide the text of a document's pages is, in EMU."""
    section = document.sections[0]
    sides = (section.left_margin or 0) + (section.right_margin or 0) + (section.gutter or 0)
    return (section.page_width or PAGE_WIDTH) - sides


def page_height(document: Document) -> int:
    """Return how high a document's pages are, in EMU."""
    return document.sections[0].page_height or PAGE_HEIGHT


def _lay_out(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.left_margin = section.right_margin = SIDE
    section.top_margin, section.bottom_margin = Cm(2.0), Cm(1.7)
    section.header_distance = section.footer_distance = HEADER_DISTANCE


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
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _font(style, font, size)
    layout = style.paragraph_format
    layout.alignment = alignment
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
    layout.widow_control = True


def _font(style: Any, name: str, size: float) -> None:
    assert isinstance(style, ParagraphStyle)
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    set_font(properties, name)
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN"/>'))


def _of_today(document: Document) -> None:
    """Lift python-docx's template out of Word's compatibility mode, and out of Japanese."""
    settings = document.settings.element
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), _WORD_2013)
    for one in settings.iter(qn("w:themeFontLang")):
        one.set(qn("w:eastAsia"), "zh-CN")
