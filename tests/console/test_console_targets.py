"""指标: figures found in reports, drawn against the targets, confirmed or corrected."""

import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fixtures_console import Console
from offices import campaign, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.incoming.intake import Handover
from reminder_service.reports.charts_svg import Column, columns_svg

ITEM = next(item for item in campaign().items if any(target.text == "家政培训" for target in item.targets))
TARGET = next(number for number, target in enumerate(ITEM.targets, 1) if target.text == "家政培训")
UNIT = campaign().unit(ITEM.units[0])
PATH = f"/targets/{UNIT.code}/{ITEM.number}/{TARGET}"
HERE = {"campaign": campaign().id, "period": "2024Q2", "about": "2024Q2"}


@pytest.fixture
def reported(console: Console, tmp_path: Path) -> Console:
    """A console after one unit told of a figure."""
    file = tmp_path / "报表.docx"
    file.write_bytes(
        word_form({ITEM.number: "<i>已</i>开展家政培训累计12场次，其他工作有序推进。"}, unit=UNIT.name)
    )
    console.app.intake([file], Handover(unit=UNIT.name, period="2024Q2"))
    return console


def charts(page: str) -> list[ElementTree.Element]:
    """The charts of a page."""
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", page, re.S)]


def test_a_figure_stands_with_its_words_and_a_chart_that_can_be_read_aloud(reported: Console) -> None:
    page = reported.browser(Role.LEADER).get("/targets?period=2024Q2").text
    assert "12场次" in page and "完成60.0%" in page and "累计12场次" in page and "待确认" in page
    assert "&lt;i&gt;" in page and "<i>" not in page
    chart = charts(page)[1]  # the first shows every target
    told = {child.tag.split("}")[1]: child.text for child in chart if child.text}
    assert told["title"] == f"{UNIT.name}：家政培训各期进度"
    assert told["desc"] == "目标20场次；第二季度12场次（待确认）。"
    assert "更正" not in page, "a leader only reads"


def test_a_figure_is_confirmed_corrected_and_taken_back(reported: Console) -> None:
    browser = reported.browser()
    confirmed = browser.said(browser.submit(PATH, what="confirm", basis="cumulative", **HERE))
    assert "已确认" in confirmed and "王小明" in confirmed
    corrected = browser.said(
        browser.submit(PATH, what="correct", value="13", basis="cumulative", reason="<b>电话核实</b>", **HERE)
    )
    assert "13场次" in corrected and "完成65.0%" in corrected and "<b>电话" not in corrected
    number = reported.app.store.decisions.active(campaign().id)[-1].id
    back = browser.said(browser.submit(f"/undo/{number}", back="/targets?period=2024Q2"))
    assert "<b>12场次</b>" in back
    assert {one.author for one in reported.app.store.journal.entries() if one.action == "figure"} == {
        "王小明"
    }


def test_a_figure_that_no_report_tells_can_be_added(console: Console) -> None:
    browser = console.browser()
    page = browser.said(
        browser.submit(PATH, what="correct", value="8", basis="period", reason="纸质材料", **HERE)
    )
    assert "<b>8场次</b>" in page and "纸质材料" in page


def test_what_is_no_number_is_refused(console: Console) -> None:
    browser = console.browser()
    for value in ("", "x", "-1", "NaN", "Infinity", "1e99"):
        assert "请填写数字" in browser.said(browser.submit(PATH, what="correct", value=value, **HERE))
    assert not console.app.store.decisions.active(campaign().id)


def test_nothing_clear_to_confirm_is_told(console: Console) -> None:
    browser = console.browser()
    assert browser.submit(PATH, what="confirm", **HERE).status_code == 400
    assert "请选择" in browser.said(browser.submit(PATH, what="x", **HERE))


def test_a_target_that_is_not_there_is_refused(console: Console) -> None:
    browser = console.browser()
    for path in ["/targets/99/1/1", f"/targets/{UNIT.code}/9999/1", f"/targets/{UNIT.code}/{ITEM.number}/99"]:
        assert browser.submit(path, what="correct", value="1", **HERE).status_code in (400, 404)


def test_a_leader_and_a_forged_form_settle_nothing(console: Console) -> None:
    assert console.browser(Role.LEADER).submit(PATH, what="correct", value="1", **HERE).status_code == 403
    assert (
        console.browser().post(PATH, data={"csrf": "x", "what": "correct", "value": "1"}).status_code == 403
    )
    assert not console.app.store.decisions.active(campaign().id)


def test_a_chart_tells_every_bar_in_words_and_escapes_what_it_is_given() -> None:
    drawn = [
        Column(word="第一季度", value=Decimal(0), confirmed=True),
        Column(word="<b>", value=None, confirmed=False),
        Column(word="第三季度", value=Decimal("46.2"), confirmed=False),
    ]
    chart = ElementTree.fromstring(columns_svg('"><script>', drawn, Decimal(20), "%"))
    texts = [part.text for part in chart.iter() if part.text]
    assert "目标20%；第一季度0%，<b>无数字，第三季度46.2%（待确认）。" in texts
    rects = [part for part in chart.iter() if part.tag.endswith("rect")]
    assert [rect.get("class") for rect in rects] == ["sure", "open"]
    assert all(float(rect.get("y") or 0) >= 0 for rect in rects)


def test_a_target_of_nothing_can_be_drawn() -> None:
    assert "目标0" in columns_svg("x", [Column(word="a", value=Decimal(0), confirmed=True)], Decimal(0), "件")
