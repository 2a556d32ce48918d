"""The sheets that look back, and the whole workbook with very many units and very hostile texts."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from word_files import CAMPAIGN, Q2, TEXT, duty, period_state, unit_state

from reminder_service.domain.periods import Period
from reminder_service.domain.state import PeriodState, Status
from reminder_service.reports.workbook import write_workbook
from reminder_service.reports.workbook_history import compared

SCHOOL = "县教育和体育局"


@pytest.mark.parametrize(
    ("before", "now", "words", "tone"),
    [
        pytest.param("", "培训3场", "上期未报，本期新报", "new", id="new"),
        pytest.param("培训3场", "", "本期尚无内容", "missing", id="gone"),
        pytest.param("培训3场。", "培训3场", "与上期完全相同，请核实", "same", id="handed-in-again"),
        pytest.param("培训3场", "已开展培训3场", "文字有变，数据未变", "wording", id="other-words"),
        pytest.param("培训3场、20人", "培训5场、20人", "数据有变：3场 → 5场", "changed", id="other-figures"),
        pytest.param("已启动", "培训5场", "数据有变：无 → 5场", "changed", id="first-figures"),
    ],
)
def test_a_text_is_compared_with_the_period_before(before: str, now: str, words: str, tone: str) -> None:
    assert compared(before, now) == (words, tone)


def test_each_duty_shows_its_texts_over_the_periods_with_the_difference_coloured() -> None:
    q2 = period_state(unit_state(SCHOOL, duty(SCHOOL, 1)))
    third = unit_state(SCHOOL, duty(SCHOOL, 1, TEXT.replace("312人", "400人")))
    q3 = replace(period_state(third), period=Period.parse("2024Q3"))
    book = load_workbook(io.BytesIO(write_workbook(CAMPAIGN, q3, [], earlier=[q2])))
    sheet = book["历次对比"]
    headings = [cell.value for cell in sheet[1]]
    assert headings == ["序号", "实事名称", "责任单位", "2024年第二季度", "2024年第三季度", "与上期相比"]
    first = sheet[2]
    assert [cell.value for cell in first[3:]] == [
        TEXT,
        TEXT.replace("312人", "400人"),
        "数据有变：312人 → 400人",
    ]
    assert first[4].fill.fgColor.rgb == "FFDDEBF7"
    assert sheet.max_row == 29


def test_a_unit_that_may_have_reported_is_not_called_missing_there() -> None:
    doubtful = replace(unit_state(SCHOOL, status=Status.MISSING), maybe_reported=True)
    now = replace(period_state(doubtful), period=Period.parse("2024Q3"))
    book = load_workbook(io.BytesIO(write_workbook(CAMPAIGN, now, [], earlier=[period_state()])))
    assert book["历次对比"]["E2"].value == "可能已报（待确认）"
    assert "未报" not in str(book["历次对比"]["F2"].value)


def test_at_most_a_years_quarters_stand_side_by_side() -> None:
    periods = [Q2]
    for _ in range(5):
        following = periods[-1].next()
        assert following is not None
        periods.append(following)
    states: list[PeriodState] = [replace(period_state(), period=period) for period in periods]
    book = load_workbook(io.BytesIO(write_workbook(CAMPAIGN, states[-1], [], earlier=states[:-1])))
    assert [cell.value for cell in book["历次对比"][1]][3:-1] == [state.period.title for state in states[-4:]]


def test_the_first_period_has_nothing_to_look_back_on() -> None:
    book = load_workbook(io.BytesIO(write_workbook(CAMPAIGN, period_state(), [])))
    assert book.sheetnames == ["汇总表", "报送情况", "明细", "问题清单", "指标进度", "图表"]
