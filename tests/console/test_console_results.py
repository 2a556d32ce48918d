"""汇总: the table as printed, edits for print, frozen versions, downloads."""

import io
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from docx import Document
from httpx import Response

from fixtures_console import Browser, Console
from offices import campaign, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.incoming.intake import Handover

UNIT, OTHER = "县教育和体育局", "县妇联"
HOSTILE = "<script>alert(1)</script>=1+1"


def report(console: Console, folder: Path, unit: str, text: str, name: str = "报表") -> None:
    """Hand a unit's form in; every item says ``text``."""
    file = folder / f"{name}.docx"
    file.write_bytes(word_form({item.number: text for item in campaign().items_of(unit)}, unit=unit))
    console.app.intake([file], Handover(unit=unit, channel="微信"))
    console.web.state.parts.desk.changed()


@pytest.fixture
def reported(console: Console, tmp_path: Path) -> Console:
    """A console whose mailbox was read well, after one unit reported."""
    console.app.store.health.note_reading("office", "INBOX", console.now)
    report(console, tmp_path, UNIT, "已建成安全教育基地2处。")
    return console


def item_of(unit: str = UNIT) -> int:
    """The first item that a unit owes."""
    return campaign().items_of(unit)[0].number


def edit(browser: Browser, text: str, *, seen: str = "已建成安全教育基地2处。", **fields: object) -> Response:
    values = {"item": item_of(), "unit": UNIT, "text": text, "seen": seen, "reason": "统一表述"} | fields
    return browser.submit("/results/edit", **values)


def sheets(content: bytes) -> dict[str, str]:
    """All the words of each sheet of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
        for sheet in book
    }


def test_the_table_stands_as_it_will_be_printed(reported: Console) -> None:
    page = reported.browser(Role.LEADER).get("/results").text
    assert "2024年第二季度" in page and "已建成安全教育基地2处。" in page
    assert all(item.name in page for item in campaign().items)
    assert "未报" in page
    assert "/results/edit" not in page, "a leader only looks"


def test_an_edit_is_printed_and_the_units_own_words_stay_in_the_details(reported: Console) -> None:
    browser = reported.browser()
    words = browser.said(edit(browser, "建成安全教育基地2处"))
    assert "打印文字已改" in words and "已改写" in words
    found = sheets(browser.get("/results/download/xlsx").content)
    assert "建成安全教育基地2处\n" in found["汇总表"] + "\n"
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/results/download/xlsx").content))
    links = [cell.hyperlink.target for row in book["明细"].iter_rows() for cell in row if cell.hyperlink]
    assert links and all(one.startswith("http://127.0.0.1:8080/originals/documents/") for one in links)
    assert browser.get(links[0]).status_code == 200
    assert "打印稿文字经办公室改写" in found["明细"] and "认定第1号" in found["明细"]
    form = Document(io.BytesIO(browser.get("/results/download/docx").content))
    cells = [cell.text for row in form.tables[0].rows for cell in row.cells]
    assert any("建成安全教育基地2处" in text and "已建成" not in text for text in cells)
    state = reported.web.state.parts.desk.here(campaign()).state(campaign().first_period)
    duty = next(one for one in state.unit(UNIT).duties if one.item == item_of())
    assert duty.measures == "已建成安全教育基地2处。"
    assert reported.app.store.journal.entries()[0].author == "王小明"


def test_an_edit_is_taken_back(reported: Console) -> None:
    browser = reported.browser()
    edit(browser, "改后的文字")
    number = reported.app.store.decisions.active(campaign().id)[-1].id
    words = browser.said(browser.submit(f"/undo/{number}", back="/results"))
    assert "已恢复单位原文" in words and "改后的文字" not in words


def test_a_newer_report_is_never_hidden_behind_an_old_edit(reported: Console, tmp_path: Path) -> None:
    browser = reported.browser()
    edit(browser, "改后的文字")
    report(reported, tmp_path, UNIT, "更正：已建成3处。", "更正")
    page = browser.get("/results").text
    assert "更正：已建成3处。" in page and "改写已失效" in page and "改后的文字" not in page
    state = reported.web.state.parts.desk.here(campaign()).state(campaign().first_period)
    assert all(duty.printed is None for duty in state.unit(UNIT).duties)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "  "}, "不能为空"),
        ({"reason": " "}, "修改理由"),
        ({"seen": "别的文字"}, "文字有变化"),
        ({"text": "已建成安全教育基地2处。"}, "没有变化"),
        ({"text": "长" * 10_001}, "过长"),
        ({"unit": "县司法局", "item": 9}, ""),
    ],
)
def test_an_edit_that_cannot_be_kept_is_refused_in_words(
    reported: Console, changes: dict[str, object], words: str
) -> None:
    browser = reported.browser()
    answer = edit(browser, **({"text": "新文字"} | changes))  # type: ignore[arg-type]
    assert answer.status_code in (400, 404) and words in answer.text
    assert reported.app.store.decisions.active(campaign().id) == []


@pytest.mark.parametrize("path", ["/results/edit", "/results/freeze", "/undo/1"])
def test_a_leader_changes_nothing(reported: Console, path: str) -> None:
    answer = reported.browser(Role.LEADER).submit(path, item=1, unit=UNIT, text="x", reason="y", number=1)
    assert answer.status_code == 403


def test_a_frozen_version_is_handed_out_unchanged_and_changes_since_are_listed(
    reported: Console, tmp_path: Path
) -> None:
    browser = reported.browser()
    assert "已定稿第1版" in browser.said(browser.submit("/results/freeze", reason="报市妇儿工委"))
    first = browser.get("/results/download/docx?version=1")
    assert unquote(first.headers["content-disposition"]).endswith("进展情况报表_2024Q2_第1版.docx")
    report(reported, tmp_path, UNIT, "更正：已建成3处。", "更正")
    page = browser.get("/results").text
    assert "定稿后的变化" in page and "更正：已建成3处。" in page and "报市妇儿工委" in page
    assert browser.get("/results/download/docx?version=1").content == first.content
    assert "已定稿第2版" in browser.said(browser.submit("/results/freeze"))
    assert "没有变化" in browser.said(browser.submit("/results/freeze"))


@pytest.mark.parametrize(
    "path", ["exe", "docx?version=7", "..%2f..%2fetc%2fpasswd", "docx?period=2024M05", "docx?campaign=x"]
)
def test_what_is_not_there_is_not_sent(reported: Console, path: str) -> None:
    assert reported.browser().get(f"/results/download/{path}").status_code == 404


def test_hostile_words_are_shown_and_printed_as_words(console: Console, tmp_path: Path) -> None:
    report(console, tmp_path, UNIT, HOSTILE)
    browser = console.browser()
    page = browser.get("/results").text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    edit(browser, "=HYPERLINK(1)", seen=HOSTILE)
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/results/download/xlsx").content))
    cells = [cell for row in book["汇总表"].iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells and all(cell.data_type != "f" for cell in cells)


def test_units_that_report_different_figures_for_a_joint_target_stand_side_by_side(
    console: Console, tmp_path: Path
) -> None:
    joint = next(item for item in campaign().items if len(item.units) > 1 and item.targets)
    target = joint.targets[0]
    for number, unit in enumerate(joint.units[:2], 3):
        report(console, tmp_path, unit, f"{target.quote.replace(f'{target.value}', f'{number}')}", unit)
    page = console.browser().get("/results").text
    assert "联合事项数字不一致" in page
    assert f"<b>3{target.measure}</b>" in page and f"<b>4{target.measure}</b>" in page
