"""Charts: SVG for pages, native ones in the workbook."""

import io
from datetime import date
from xml.etree import ElementTree

from openpyxl import Workbook, load_workbook

from reminder_service.domain.charts import DayCount, OnTime, Reached
from reminder_service.reports.charts_svg import completion_svg, on_time_svg, reached_svg
from reminder_service.reports.workbook_charts import Block, write_charts

SVG = "{http://www.w3.org/2000/svg}"
DAYS = [DayCount(day=date(2024, 6, 24 + index), complete=index) for index in range(5)]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def said(root: ElementTree.Element) -> str:
    return root.findtext(f"{SVG}desc") or ""


def test_completion_is_a_line_with_its_due_date_and_is_readable_aloud() -> None:
    root = parsed(completion_svg("报齐情况", DAYS, total=7, due="2024-06-28"))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "报齐情况"
    assert "6月28日4家" in said(root)
    (line,) = root.iter(f"{SVG}polyline")
    assert len((line.get("points") or "").split()) == len(DAYS)
    assert "截止日" in [text.text for text in root.iter(f"{SVG}text")]


def test_without_a_report_there_is_still_a_picture_that_says_so() -> None:
    assert "尚无单位报齐" in said(parsed(completion_svg("报齐情况", [], total=7)))


def test_bars_are_as_long_as_their_part_and_never_longer_than_the_whole() -> None:
    targets = [
        Reached(item=1, target="培训", unit="县妇联", done="30", rate=1.5, confirmed=True),
        Reached(item=1, target="联谊", unit="团县委", done="1", rate=0.5, confirmed=False),
        Reached(item=2, target="筛查率", unit="", done="", rate=None, confirmed=False),
    ]
    root = parsed(reached_svg("指标", targets))
    whole, *_ = (
        float(one.get("width") or 0) for one in root.iter(f"{SVG}rect") if one.get("class") == "whole"
    )
    bars = [float(one.get("width") or 0) for one in root.iter(f"{SVG}rect") if one.get("class") != "whole"]
    assert bars == [whole, whole / 2]
    assert said(root) == "培训（县妇联）：150.0%；联谊（团县委）：50.0% 待确认；筛查率：未见数字"


def test_names_are_text_whatever_they_hold() -> None:
    hostile = '<script>"&\x00\ud800' + "长" * 60
    root = parsed(on_time_svg(hostile, [OnTime(unit=hostile, on_time=1, periods=2)]))
    assert not list(root.iter(f"{SVG}script"))
    assert "<script>" in said(root)


def test_the_workbook_has_a_native_chart_for_each_block_and_its_numbers() -> None:
    book = Workbook(write_only=True)
    blocks = [
        Block(
            title="报齐单位数",
            headings=("日期", "报齐单位"),
            lines=(("6月24日", 1), ("6月25日", 3)),
            bars=False,
        ),
        Block(title="按时率", headings=("单位", "按时率"), lines=(("=1+1", 0.5),), bars=True),
    ]
    write_charts(book.create_sheet("图表"), blocks)
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = load_workbook(buffer)["图表"]
    assert len(sheet._charts) == 2
    assert [cell.value for cell in sheet[2]][:5] == ["6月24日", 1, None, "=1+1", 0.5]
    assert sheet["D2"].data_type == "s"
    assert sheet["E2"].number_format == "0.0%"
