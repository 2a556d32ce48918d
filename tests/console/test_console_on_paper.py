"""总览, 单位 and 汇总 as they are printed: A4, nothing to click on, headings on every page, nothing over the edge."""

import io
import logging
import unicodedata
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pytest

from busy_office import HERE, REPORTED, make_busy
from fixtures_browser import Served
from offices import campaign
from reminder_service.domain.access import Role

LONG, SHORT = 842, 595
"""A4 in points."""
EDGE = 30
"""Points that stay white, at least; the rules say 12 millimetres."""
ONLY_ON_SCREENS = (
    "退出",
    "名录与任务",
    "登记来件",
    "转到",
    "下载",
    "修改责任人",
    "立即催报",
    "定稿",
    "跳到正文",
)
WHERE = f"campaign={HERE['campaign']}&period={HERE['period']}"
CODE = campaign().unit(REPORTED).code


@pytest.fixture
def page(served: Served) -> Any:
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    make_busy(served)
    return served.page(Role.CLERK)


def sheets(page: Any, address: str) -> Iterator[Any]:
    """Print a page and return its sheets."""
    page.goto(address)
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        yield from paper.pages


def text(sheet: Any) -> str:
    """The letters of a sheet; Chromium writes some as radicals."""
    return unicodedata.normalize("NFKC", "".join(letter["text"] for letter in sheet.chars))


@pytest.mark.long
def test_pages_are_fit_for_paper(served: Served, page: Any) -> None:
    wanted = (
        (f"/?{WHERE}", "2024年第二季度", "电子版", (LONG, SHORT)),
        (f"/?{WHERE}&group=missing", "未报", "电子版", (LONG, SHORT)),
        (f"/results?{WHERE}", "进展情况报表", "责任单位", (LONG, SHORT)),
        (f"/units/{CODE}?{WHERE}", REPORTED, "", (SHORT, LONG)),
        (f"/units?{WHERE}", "单位", "责任人", (LONG, SHORT)),
    )
    for path, heading, repeated, size in wanted:
        found = list(sheets(page, served.url + path))
        assert heading in text(found[0]), path
        for sheet in found:
            assert (round(sheet.width), round(sheet.height)) == pytest.approx(size, abs=2), path
            assert repeated in text(sheet), f"{path}: sheet {sheet.page_number} begins without headings"
            assert not [word for word in ONLY_ON_SCREENS if word in text(sheet)], path
            letters = [letter for letter in sheet.chars if letter["text"].strip()]
            assert letters, f"{path}: sheet {sheet.page_number} is empty"
            assert min(letter["x0"] for letter in letters) > EDGE, path
            assert max(letter["x1"] for letter in letters) < sheet.width - EDGE, path
            assert max(letter["bottom"] for letter in letters) < sheet.height - EDGE, path
    told = "".join(map(text, sheets(page, f"{served.url}/units/{CODE}?{WHERE}")))
    assert "往来记录" in told and "通知原文" not in told, (
        "a unit's letters are printed, what is folded is not"
    )
