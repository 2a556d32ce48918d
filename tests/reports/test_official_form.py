"""The whole form of a period as a Word file: what a clerk prints and hands on."""

import io
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.oxml.ns import qn
from word_files import CAMPAIGN, TEXT, converted, duty, page_texts, period_state, read_back, unit_state

from reminder_service.domain.state import PeriodState, Status
from reminder_service.reports.official_form import write_official_form


def cells(state: PeriodState) -> dict[int, list[str]]:
    """The cells of the form by item number."""
    table = docx.Document(io.BytesIO(write_official_form(CAMPAIGN, state))).tables[0]
    return {int(row.cells[0].text): [cell.text for cell in row.cells] for row in table.rows[1:]}


def test_every_item_has_a_row_in_the_notices_order() -> None:
    rows = cells(period_state())

    assert list(rows) == [item.number for item in CAMPAIGN.items]
    assert [row[1] for row in rows.values()] == [item.name for item in CAMPAIGN.items]
    assert rows[6][2] == "县妇联\n县交通运输局\n芦湖街道\n各儿童友好实践基地"


def test_a_joint_items_text_stands_under_each_units_name() -> None:
    women = unit_state("县妇联", duty("县妇联", 2))

    rows = cells(period_state(women))

    assert rows[2][3] == f"县人力资源社会保障局：\n未报\n县妇联：\n{TEXT}"
    assert rows[2][4] == "2024年12月底"


def test_a_single_units_text_stands_alone() -> None:
    school = unit_state("县教育和体育局", duty("县教育和体育局", 1))

    assert cells(period_state(school))[1][3] == TEXT


def test_doubt_and_waiver_are_said_in_place_of_the_text() -> None:
    school = unit_state("县教育和体育局", duty("县教育和体育局", 1, pending=True))
    women = unit_state("县妇联", duty("县妇联", 2, None, waived="上级未下达任务"))
    blind = unit_state("县残联", status=Status.UNKNOWN)

    rows = cells(period_state(school, women, blind))

    assert rows[1][3].endswith("（待核）")
    assert "县妇联：\n免报：上级未下达任务" in rows[2][3]
    assert "县残联：\n情况不明（邮箱未读取）" in rows[10][3]


def test_the_form_filled_in_never_counts_as_a_report() -> None:
    reading, form = read_back(write_official_form(CAMPAIGN, period_state()))

    assert reading.own
    assert reading.code is None
    assert form.title == "2024年为全县妇女儿童办实事工作进展情况报表（2024年第二季度）"


def test_the_foot_says_as_of_when_and_how_many_are_in() -> None:
    complete = unit_state("县教育和体育局", status=Status.COMPLETE)

    document = docx.Document(io.BytesIO(write_official_form(CAMPAIGN, period_state(complete))))

    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "2024-07-03 09:00" in text
    assert "应报单位18家" in text
    assert "已报齐1家" in text
    assert "高政办字〔2024〕9号" in text


def test_the_file_is_dated_by_the_state_and_not_by_the_clock() -> None:
    core = docx.Document(io.BytesIO(write_official_form(CAMPAIGN, period_state()))).core_properties

    assert core.created == datetime(2024, 7, 3, 1, tzinfo=UTC)  # 09:00 in the office


def test_the_same_state_has_the_same_bytes() -> None:
    assert write_official_form(CAMPAIGN, period_state()) == write_official_form(CAMPAIGN, period_state())


def test_the_filled_form_prints_landscape_with_its_heading_on_every_page(tmp_path: Path) -> None:
    units = [
        unit_state(unit.name, *(duty(unit.name, item.number) for item in CAMPAIGN.items_of(unit.name)))
        for unit in CAMPAIGN.units
    ]
    data = write_official_form(CAMPAIGN, period_state(*units))
    heading = docx.Document(io.BytesIO(data)).tables[0].rows[0]

    pages = page_texts(converted(data, tmp_path, "pdf"), tmp_path)

    assert heading._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(pages) > 1
    assert all("序号" in page and "具体措施及任务进度情况" in page for page in pages)
    everything = "".join(pages)
    assert all(unit.name in everything for unit in CAMPAIGN.units)
    assert everything.count("下一步，确保全年完成20场次目标") == len(CAMPAIGN.duties)


def test_units_whose_texts_are_tall_together_stand_in_rows_of_their_own_and_none_is_torn(
    tmp_path: Path,
) -> None:
    texts = {name: f"起点{name}。{TEXT * 3}终点{name}。" for name in CAMPAIGN.item(6).units}
    units = [unit_state(name, duty(name, 6, text)) for name, text in texts.items()]
    data = write_official_form(CAMPAIGN, period_state(*units))

    rows = [row for row in docx.Document(io.BytesIO(data)).tables[0].rows if row.cells[0].text == "6"]
    assert [row.cells[3].text for row in rows] == [f"{name}：\n{text}" for name, text in texts.items()]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert {row.cells[1].text for row in rows} == {CAMPAIGN.item(6).name}
    pages = page_texts(converted(data, tmp_path, "pdf"), tmp_path)
    assert all(any(f"起点{name}" in page and f"终点{name}" in page for page in pages) for name in texts)
