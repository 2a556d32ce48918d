"""The work ledger: duties, persons, targets and progress over a year's periods."""

import io
from dataclasses import replace

import docx
import pytest
from openpyxl import load_workbook
from word_files import CAMPAIGN, TEXT, duty, period_state, unit_state

from reminder_service.documents.read import read_bytes
from reminder_service.domain.ledger import LedgerStatus, ledger_lines
from reminder_service.domain.periods import Period
from reminder_service.domain.state import Contact, PeriodState, Status
from reminder_service.reports.ledger import ledger_docx, ledger_xlsx

WOMEN = "县妇联"
PEOPLE = [Contact(unit=WOMEN, name="王小明", department="权益部", phone="5550101")]


def year() -> list[PeriodState]:
    """Two quarters; in the second the deadline slipped."""
    second = unit_state(WOMEN, duty(WOMEN, 2))
    third = unit_state(WOMEN, duty(WOMEN, 2, "家政培训20场次。", deadline="2025年3月"))
    return [period_state(second), replace(period_state(third), period=Period.parse("2024Q3"))]


def written(states: list[PeriodState]) -> dict[tuple[int, str], dict[str, object]]:
    """The rows of the workbook by item and unit."""
    lines = ledger_lines(CAMPAIGN, states, PEOPLE)
    data = ledger_xlsx(CAMPAIGN, lines, year="2024", at=states[-1].as_of)
    headings, *rows = load_workbook(io.BytesIO(data))["工作台账"].iter_rows(values_only=True)
    records = [dict(zip(map(str, headings), row, strict=True)) for row in rows]
    return {(int(str(one["序号"])), str(one["责任单位"])): one for one in records}


def test_every_duty_has_a_line_with_persons_targets_and_each_periods_progress() -> None:
    rows = written(year())
    assert len(rows) == 28
    row = rows[2, WOMEN]
    assert (row["责任科室"], row["责任人"]) == ("权益部", "王小明\n5550101")
    assert row["目标"] == "家政培训20场次"
    assert row["进度"] == f"【2024年第二季度】{TEXT}\n【2024年第三季度】家政培训20场次。"
    assert row["状态"] == "已报"


def test_a_deadline_that_slipped_shows_what_it_was() -> None:
    assert written(year())[2, WOMEN]["完成时限"] == "2025年3月\n（原为2024年12月底）"


def test_a_deadline_that_passed_is_overdue_until_somebody_says_that_it_is_done() -> None:
    def shown(text: str, **changes: object) -> object:
        one = duty(WOMEN, 2, text, deadline="2024年6月底")
        return written([period_state(unit_state(WOMEN, replace(one, **changes)))])[2, WOMEN]["完成时限"]  # type: ignore[arg-type]

    assert shown("已举办3场。") == "2024年6月底\n（逾期：时限已过，未见完成）"
    assert shown("任务已完成。") == "2024年6月底"
    assert shown("已举办3场。", waived="已销号", finished=True) == "2024年6月底"


def test_a_year_of_one_period_names_no_period_before_the_text() -> None:
    assert written(year()[:1])[2, WOMEN]["进度"] == TEXT


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"status": Status.MISSING}, LedgerStatus.MISSING, id="nothing-came"),
        pytest.param({"status": Status.UNKNOWN}, LedgerStatus.UNKNOWN, id="blind-mailbox"),
        pytest.param({"maybe_reported": True}, LedgerStatus.PENDING, id="tray-suggests-it"),
    ],
)
def test_a_duty_is_called_missing_only_where_that_is_certain(
    changes: dict[str, object], status: LedgerStatus
) -> None:
    school = replace(unit_state("县教育和体育局", status=Status.MISSING), **changes)  # type: ignore[arg-type]
    [line, *_] = ledger_lines(CAMPAIGN, [period_state(school)], [])
    assert line.status is status


def test_the_word_ledger_has_the_same_lines_and_never_counts_as_a_report() -> None:
    states = year()
    lines = ledger_lines(CAMPAIGN, states, PEOPLE)
    data = ledger_docx(CAMPAIGN, lines, year="2024", at=states[-1].as_of)
    assert data == ledger_docx(CAMPAIGN, lines, year="2024", at=states[-1].as_of)
    assert read_bytes(data, "台账.docx").own
    document = docx.Document(io.BytesIO(data))
    assert document.paragraphs[0].text == "妇儿实事工作台账（2024年）"
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert len(rows) == 29
    women = next(row for row in rows if row[0] == "2" and row[2] == WOMEN)
    assert women[3:6] == ["权益部", "王小明\n5550101", "家政培训20场次"]
    assert women[8] == "已报"
