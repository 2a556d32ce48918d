"""谁没报 on one page for a leader: as text to copy, as a picture and as a Word file."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor

from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.errors import ConfigurationError

from .docx_package import describe, set_custom_property, to_bytes
from .docx_style import BODY_FONT, HEADING_FONT, TITLE_FONT, set_font
from .pdf_fonts import pdf_fonts
from .texts import safe_text

_MOST_NAMES = 80
_DOTS_PER_INCH = 144.0
_COLOURS = {"bad": "#b3261e", "warn": "#9a5b00", "unsure": "#5b469c", "calm": "#1d4f91", "good": "#2a7d41"}


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoGroup:
    """Units that stand alike; ``tone`` is one of bad, warn, unsure, calm and good."""

    title: str
    tone: str
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """The names in one line; of very many the first only, so that it stays one page."""
        shown = "、".join(self.names[:_MOST_NAMES])
        return f"{shown}等{len(self.names)}家" if len(self.names) > _MOST_NAMES else shown


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoPage:
    """What stands on the page; ``lines`` say when it was so and when the reports are due, ``warning`` what to mind."""

    campaign: str
    period: str
    title: str
    lines: tuple[str, ...]
    warning: str
    groups: tuple[WhoGroup, ...]
    office: str
    at: datetime

    @property
    def foot(self) -> str:
        """Who says so, and on which day."""
        return f"{self.office}　{self.at.year}年{self.at.month}月{self.at.day}日"


def who_text(page: WhoPage) -> str:
    """Return the page as text to be copied into a chat or a mail."""
    groups = [f"{group.title}（{len(group.names)}）：{group.words}" for group in page.groups]
    warning = [f"【注意】{page.warning}"] if page.warning else []
    lines = [f"【{page.title}】", *page.lines, *warning, *groups, page.foot]
    # One line each: no name may look like a group of its own.
    return "\n".join(" ".join(safe_text(line).split("\n")) for line in lines) + "\n"


def who_png(page: WhoPage, template: Path) -> bytes:
    """Return the page as a picture, as high as it needs to be.

    :param template: the typst file that sets it; what it shows reaches it as data, never as markup.
    :raises OutsideError: where no Chinese font is installed.
    :raises ConfigurationError: when the template is wrong.
    """
    import typst

    fonts = pdf_fonts()
    data = {
        "fonts": {"title": fonts.title, "heading": fonts.heading, "body": fonts.body},
        "title": safe_text(page.title),
        "lines": [safe_text(line) for line in page.lines],
        "warning": safe_text(page.warning),
        "groups": [
            {
                "title": group.title,
                "count": len(group.names),
                "words": safe_text(group.words),
                "colour": _COLOURS[group.tone],
            }
            for group in page.groups
        ],
        "foot": safe_text(page.foot),
    }
    try:
        return bytes(
            typst.compile(
                template.read_bytes(),
                format="png",
                ppi=_DOTS_PER_INCH,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                timestamp=int(page.at.astimezone(UTC).timestamp()),
            )
        )
    except typst.TypstError as error:
        said = str(error).splitlines()[0]
        raise ConfigurationError(
            [f"{template}: {said}; correct the template, or delete it to use the program's own"]
        ) from error


def who_docx(page: WhoPage) -> bytes:
    """Return the page as docx; it never counts as a report. The same arguments give the same bytes."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    _line(document, page.title, TITLE_FONT, 22, align=WD_ALIGN_PARAGRAPH.CENTER)
    for text in page.lines:
        _line(document, text, size=12)
    if page.warning:
        _line(document, f"注意：{page.warning}", HEADING_FONT, 12, colour=_COLOURS["bad"])
    for group in page.groups:
        _line(
            document, f"{group.title}（{len(group.names)}家）", HEADING_FONT, 16, colour=_COLOURS[group.tone]
        )
        _line(document, group.words, size=14)
    _line(document, page.foot, size=12, align=WD_ALIGN_PARAGRAPH.RIGHT)
    set_custom_property(document, REPORT_PROPERTY, f"{page.campaign}:{page.period}")
    describe(document, title=page.title, author=page.office, keywords=page.period, at=page.at)
    return to_bytes(document)


def _line(
    document: "docx.document.Document",
    text: str,
    font: str = BODY_FONT,
    size: float = 16,
    *,
    colour: str = "",
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> None:
    paragraph = document.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(6)
    run = paragraph.add_run(safe_text(text))
    run.font.size = Pt(size)
    set_font(run._element.get_or_add_rPr(), font)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())
