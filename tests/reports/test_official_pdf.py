"""The whole form as PDF: what stands in it, its fonts, and text from outside that must stay text."""

import io
from pathlib import Path

import pdfplumber
import pytest
from word_files import CAMPAIGN, TEXT, duty, page_texts, period_state, unit_state

from reminder_service.domain.errors import ConfigurationError, OutsideError
from reminder_service.domain.state import PeriodState
from reminder_service.reports.official_pdf import write_official_pdf
from reminder_service.reports.pdf_fonts import pdf_fonts
from reminder_service.resources import template

TEMPLATE = template((), "forms/official.typ")


def pdf(state: PeriodState) -> bytes:
    return write_official_pdf(CAMPAIGN, state, TEMPLATE)


def test_every_item_and_every_units_text_stand_in_it_under_headings_on_every_page(tmp_path: Path) -> None:
    women = unit_state("县妇联", *(duty("县妇联", item.number) for item in CAMPAIGN.items_of("县妇联")))
    pages = page_texts(pdf(period_state(women)), tmp_path)
    assert len(pages) > 1
    assert all("本季度具体措施及任务进度情况" in page for page in pages[:-1])
    assert all(item.name in "".join(pages) for item in CAMPAIGN.items if len(item.name) < 12)
    assert "".join(pages).count("达成就业意向312人") == len(CAMPAIGN.items_of("县妇联"))
    assert "高政办字〔2024〕9号" in pages[0]
    assert "第1页" in pages[0]


def test_the_same_state_gives_the_same_bytes_with_the_fonts_inside() -> None:
    data = pdf(period_state())
    assert data == pdf(period_state())
    with pdfplumber.open(io.BytesIO(data)) as opened:
        assert (opened.pages[0].width, opened.pages[0].height) == (
            pytest.approx(842, abs=1),
            pytest.approx(595, abs=1),
        )
        fonts = {char["fontname"] for page in opened.pages for char in page.chars}
    assert fonts
    assert all("+" in font for font in fonts), "a subset in the file is named PREFIX+Font"


def test_text_from_outside_is_never_markup(tmp_path: Path) -> None:
    hostile = '#panic("x") $a^2$ *粗* `raw` @ref <label> \\ ] #read("/etc/passwd") \ud800\x00\t=1+1'
    school = unit_state("县教育和体育局", duty("县教育和体育局", 1, hostile))
    text = "".join(page_texts(pdf(period_state(school)), tmp_path))
    assert '#panic("x")' in text
    assert "*粗*" in text
    assert "$a^2$" in text
    assert "<label>" in text
    assert "root:" not in text


def test_a_very_long_text_goes_over_pages_and_is_whole(tmp_path: Path) -> None:
    school = unit_state("县教育和体育局", duty("县教育和体育局", 1, TEXT * 60))
    pages = page_texts(pdf(period_state(school)), tmp_path)
    assert "".join(pages).count("达成就业意向312人") == 60
    assert len(pages) > 3


def test_a_machine_without_a_chinese_font_says_how_to_get_one() -> None:
    with pytest.raises(OutsideError, match="fonts-noto-cjk"):
        pdf_fonts(frozenset({"DejaVu Sans"}))


def test_the_official_fonts_are_taken_where_they_are() -> None:
    fonts = pdf_fonts(frozenset({"仿宋_GB2312", "黑体", "方正小标宋简体", "Noto Serif CJK SC"}))
    assert (fonts.title[0], fonts.heading[0], fonts.body[0]) == ("方正小标宋简体", "黑体", "仿宋_GB2312")


def test_a_broken_template_of_the_office_is_named(tmp_path: Path) -> None:
    mine = tmp_path / "official.typ"
    mine.write_text("#nonsense", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"official\.typ: .*nonsense.*or delete it"):
        write_official_pdf(CAMPAIGN, period_state(), mine)
