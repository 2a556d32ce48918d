"""谁没报 on one page: the same facts as text, picture and Word file."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from PIL import Image
from word_files import converted, page_texts

from builders import at
from reminder_service.documents.docx import read_docx
from reminder_service.reports.who_page import WhoGroup, WhoPage, who_docx, who_png, who_text
from reminder_service.resources import template

TEMPLATE = template((), "forms/who.typ")
PAGE = WhoPage(
    campaign="gaoqing",
    period="2024Q2",
    title="妇儿实事2024年第二季度报送情况",
    lines=("统计截至：6月27日 09:00，应报18家", "截止日：6月28日（星期五）"),
    warning="报送邮箱未能读取。",
    groups=(
        WhoGroup(title="未报", tone="bad", names=("县民政局", "县残联")),
        WhoGroup(title="已报齐", tone="good", names=("县教育和体育局",)),
    ),
    office="县妇儿工委办公室",
    at=at("2024-06-27 09:00"),
)


def words_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def test_text_and_word_file_say_the_same() -> None:
    for words in (who_text(PAGE), words_of(who_docx(PAGE))):
        facts = (PAGE.title, *PAGE.lines, PAGE.warning, "县民政局、县残联", "县教育和体育局", PAGE.foot)
        assert all(fact in words for fact in facts)


def test_the_picture_is_one_and_grows_with_what_it_holds() -> None:
    small = Image.open(io.BytesIO(who_png(PAGE, TEMPLATE)))
    many = replace(PAGE.groups[0], names=tuple(f"县第{number}局" for number in range(60)))
    large = Image.open(io.BytesIO(who_png(replace(PAGE, groups=(many,)), TEMPLATE)))
    assert small.format == "PNG"
    assert small.width == large.width
    assert large.height > small.height


def test_very_many_names_stay_one_page() -> None:
    group = WhoGroup(title="未报", tone="bad", names=tuple(f"县第{number}局" for number in range(3000)))
    assert group.words.endswith("等3000家")
    assert len(group.words) < 1000


def test_a_name_is_text_whatever_it_holds() -> None:
    hostile = '#panic("x") $ * _ \x00 \ud800 =1+1'
    page = replace(PAGE, groups=(WhoGroup(title="未报", tone="bad", names=(hostile,)),))
    assert Image.open(io.BytesIO(who_png(page, TEMPLATE))).width > 0
    assert '#panic("x")' in words_of(who_docx(page))


def test_the_same_page_is_the_same_bytes_and_never_a_report() -> None:
    assert who_docx(PAGE) == who_docx(PAGE)
    assert who_png(PAGE, TEMPLATE) == who_png(PAGE, TEMPLATE)
    assert read_docx(who_docx(PAGE), "谁没报.docx").own


@pytest.mark.parametrize("count", [0, 2, 18, 60])
def test_it_prints_on_one_page_however_many_have_not_reported(tmp_path: Path, count: int) -> None:
    names = tuple(f"县第{number}街道办事处" for number in range(count))
    silent = (WhoGroup(title="未报", tone="bad", names=names),) if names else ()
    page = replace(PAGE, groups=(*silent, PAGE.groups[1]))
    (text,) = page_texts(converted(who_docx(page), tmp_path, "pdf"), tmp_path)
    assert all(name in text for name in names)
    assert page.foot.replace("　", "") in text
