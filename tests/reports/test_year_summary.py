"""The year's end: each item with its periods side by side, targets reached, deadlines that slipped."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from word_files import CAMPAIGN, converted, duty, page_texts, period_state, unit_state

from reminder_service.documents.read import read_bytes
from reminder_service.domain.ledger import ledger_lines
from reminder_service.domain.periods import Period
from reminder_service.domain.progress import progress
from reminder_service.domain.state import PeriodState, Status
from reminder_service.reports.year_summary import summary_docx, summary_xlsx

WOMEN = "县妇联"


def year(*names: str) -> list[PeriodState]:
    """Periods that each say something of their own; after the first the deadline slipped."""
    return [_period(index, name) for index, name in enumerate(names, 1)]


def _period(index: int, name: str) -> PeriodState:
    deadline = "2025年3月" if index > 1 else "2024年12月"
    unit = unit_state(
        WOMEN,
        duty(WOMEN, 2, f"截至目前累计开展家政培训{5 * index}场次。", deadline=deadline),
        duty(WOMEN, 3, None, waived="已验收", finished=True),
        status=Status.COMPLETE,
    )
    return replace(period_state(replace(unit, late=index == 1)), period=Period.parse(name))


QUARTERS = year("2024Q2", "2024Q3", "2024Q4")


def made(states: list[PeriodState], ending: str) -> bytes:
    write = summary_xlsx if ending == "xlsx" else summary_docx
    lines = ledger_lines(CAMPAIGN, states, [])
    targets = progress(CAMPAIGN, states, {})
    return write(CAMPAIGN, states, lines, targets, year="2024", at=states[-1].as_of)


def table(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(data)).tables[0].rows]


def test_the_word_file_has_a_row_for_each_item_and_a_column_for_each_quarter() -> None:
    headings, *rows = table(made(QUARTERS, "docx"))
    assert headings[2:5] == ["2024年第二季度", "2024年第三季度", "2024年第四季度"]
    row = next(row for row in rows if row[0] == "2")
    assert [
        f"累计开展家政培训{count}场次" in cell for count, cell in zip((5, 10, 15), row[2:5], strict=True)
    ] == [True] * 3
    assert "目标20场次" in row[5]
    assert "15场次（累计，待确认）" in row[5]
    assert "75.0%" in row[5]
    assert "2025年3月\n（原为2024年12月）" in row[6]
    assert "已销号：已验收" in next(row for row in rows if row[0] == "3")[2]


def test_the_workbook_has_a_row_for_each_duty_and_says_how_each_period_was_reported_on() -> None:
    book = load_workbook(io.BytesIO(made(QUARTERS, "xlsx")))
    duties = list(book["年度完成情况"].iter_rows(values_only=True))
    assert len(duties) == 1 + 28
    women = next(row for row in duties if row[0] == 2 and row[2] == WOMEN)
    assert women[3:6] == tuple(f"截至目前累计开展家政培训{5 * index}场次。" for index in (1, 2, 3))
    assert next(row for row in duties if row[0] == 3 and row[2] == WOMEN)[-1] == "已销号"
    periods = list(book["各期报送情况"].iter_rows(values_only=True))
    assert periods[1] == ("2024年第二季度", len(QUARTERS[0].units), 1, 1)
    assert periods[2][3] == 0


def test_months_stand_together_by_quarter() -> None:
    months = year(*(f"2024M{month:02}" for month in range(1, 13)))
    headings, *rows = table(made(months, "docx"))
    assert headings[2:6] == ["第一季度", "第二季度", "第三季度", "第四季度"]
    assert "【2024年3月】" in rows[1][2]


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_it_is_the_same_bytes_each_time_and_never_a_report(ending: str) -> None:
    data = made(QUARTERS, ending)
    assert data == made(QUARTERS, ending)
    assert read_bytes(data, f"年度.{ending}").own


def test_it_prints_within_its_pages_with_the_heading_on_each(tmp_path: Path) -> None:
    pages = page_texts(converted(made(QUARTERS, "docx"), tmp_path, "pdf"), tmp_path)
    assert all("实事名称" in page and "第四季度" in page.replace("\n", "") for page in pages[:-1])
    assert "报送情况：" in pages[-1]
