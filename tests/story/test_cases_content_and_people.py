"""Cases 13 to 18, 23 and 24 of an office's quarter: what the rows say, and whom the reminders spare."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from story_desk import ChildReader, Desk, desk_at

from builders import Q2, address, at, document, form, message, state
from offices import address as shipped_address
from offices import stamped_scan, word_form
from reminder_service.documents.reader import Reader
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Kind
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.state import Status
from reminder_service.reports.workbook import write_workbook

EDU, WOMEN, COURT, CIVIL, LABOUR = "县教育和体育局", "县妇联", "县法院", "县民政局", "县人力资源社会保障局"
SENDER = shipped_address(EDU)


def letter(text: str) -> bytes:
    """A Word file without any form."""
    paper = Document()
    paper.add_paragraph(text)
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with desk_at(tmp_path, reader) as one:
        # The units of these stories alone: every further letter costs a form.
        one.write_only_to(EDU, WOMEN, COURT, CIVIL, LABOUR)
        one.store.periods.open(one.campaign.id, str(Q2), at("2024-06-14 09:00"))
        yield one


def test_case_13_blank_rows_are_asked_for_and_no_progress_is_an_answer(desk: Desk) -> None:
    files = {"报表.docx": word_form({1: "本季度无进展", 4: "", 8: ""}), "章.pdf": stamped_scan()}
    desk.sends(SENDER, files, "2024-06-20 10:00")
    unit = desk.unit(EDU, "2024-06-21 09:00")
    assert [(finding.code, finding.item) for finding in unit.findings] == [
        ("blank_measures", 4),
        ("blank_measures", 8),
    ]
    (receipt,) = desk.answers("2024-06-20 10:30")
    text = desk.text(receipt)
    assert "已收到" in text and "第4项" in text and "第8项" in text
    (mail,) = (one for one in desk.reminds("2024-06-25 09:00") if one.unit == EDU)
    assert "第4项" in desk.text(mail) and "第1项" not in desk.text(mail)


def test_case_14_the_same_as_above_is_expanded_and_what_points_elsewhere_is_asked_for(desk: Desk) -> None:
    files = {"报表.docx": word_form({1: "已维修5所", 4: "同上", 8: "同上季度"}), "章.pdf": stamped_scan()}
    desk.sends(SENDER, files, "2024-06-20 10:00")
    unit = desk.unit(EDU, "2024-06-21 09:00")
    assert [duty.measures for duty in unit.duties][:2] == ["已维修5所", "已维修5所"]
    assert [(finding.code, finding.item) for finding in unit.findings] == [("refers_elsewhere", 8)]


def test_case_14_see_attachment_needs_the_attachment(desk: Desk) -> None:
    texts = {1: "已维修5所", 4: "见附件", 8: "已完成"}
    desk.sends(SENDER, {"报表.docx": word_form(texts)}, "2024-06-20 10:00")
    assert "refers_elsewhere" in desk.codes(EDU, "2024-06-21 09:00")
    files = {"报表.docx": word_form(texts), "附件1 活动情况.docx": letter("全年活动情况如下。")}
    desk.sends(SENDER, files, "2024-06-20 11:00")
    assert "refers_elsewhere" not in desk.codes(EDU, "2024-06-21 09:00")


def test_case_15_two_units_of_a_joint_item_stand_under_their_names_and_nothing_is_added_up(
    desk: Desk,
) -> None:
    for unit, text in ((LABOUR, "家政培训12场次"), (WOMEN, "家政培训8场次")):
        desk.sends(shipped_address(unit), {"报表.docx": word_form({2: text})}, "2024-06-20 10:00")
    here = desk.now("2024-06-21 09:00")
    book = openpyxl.load_workbook(
        io.BytesIO(write_workbook(here.campaign, here.state(Q2), here.contacts)), read_only=False
    )
    texts = [str(cell.value) for row in book["汇总表"].iter_rows() for cell in row if cell.value]
    joint = " ".join(text for text in texts if "家政培训" in text)
    assert LABOUR in joint and "12场次" in joint and WOMEN in joint and "8场次" in joint
    assert "20场次" not in joint


def test_case_16_a_report_for_another_unit_is_shown_and_that_unit_is_asked_to_confirm(desk: Desk) -> None:
    # 县科协 and 县文化和旅游局 owe item 9, 县教育和体育局 does not owe item 1 together with anybody.
    desk.sends(
        shipped_address(COURT), {"报表.docx": word_form({1: "已维修5所", 8: "普法5场"})}, "2024-06-20 10:00"
    )
    unit = desk.unit(EDU, "2024-06-21 09:00")
    assert [finding.code for finding in unit.findings if finding.code == "reported_by_another"]
    assert [duty.measures for duty in unit.duties] == [None, None, None], "it counts for nobody yet"
    assert unit.status is Status.ATTENTION


def test_case_17_the_newest_row_wins_row_by_row_and_a_whole_form_replaces_all(desk: Desk) -> None:
    desk.sends(SENDER, {"报表.docx": word_form({1: "一稿", 4: "一稿", 8: "一稿"})}, "2024-06-20 10:00")
    desk.sends(SENDER, {"更正.docx": word_form({4: "二稿"})}, "2024-06-20 11:00")
    assert [duty.measures for duty in desk.unit(EDU, "2024-06-21 09:00").duties] == ["一稿", "二稿", "一稿"]
    whole = {"终稿.docx": word_form({1: "三稿", 4: "三稿"})}
    desk.sends(SENDER, whole, "2024-06-20 12:00", text="前几稿作废，以此为准。")
    unit = desk.unit(EDU, "2024-06-21 09:00")
    assert [duty.measures for duty in unit.duties] == ["三稿", "三稿", None]
    kept = {one.document.filename for one in desk.now("2024-06-21 09:00").attributions if one.document}
    assert kept == {"报表.docx", "更正.docx", "终稿.docx"}, "every version is kept"


def stamped(name: str, texts: dict[int, str]) -> IncomingDocument:
    """A stamped copy whose table can be read."""
    return document(name, kind=Kind.PDF, filled=form(texts), pictures=1)


def test_case_18_a_stamped_copy_of_an_older_version_is_named_with_the_rows_that_differ() -> None:
    sender = address(CIVIL)
    first = message(
        sender, document("一稿.docx", filled=form({4: "走访50人"})), when="2024-06-20 10:00", id=1
    )
    second = message(
        sender,
        document("二稿.docx", filled=form({4: "走访60人"})),
        stamped("盖章.pdf", {4: "走访50人"}),
        when="2024-06-21 10:00",
        id=2,
    )
    unit = state(first, second).unit(CIVIL)
    (older,) = (finding for finding in unit.findings if finding.code == "stamped_older")
    assert "第4项" in older.detail
    assert unit.status is Status.ATTENTION

    other = message(sender, stamped("盖章2.pdf", {4: "走访55人"}), when="2024-06-22 10:00", id=3)
    differing = [one for one in state(first, second, other).unit(CIVIL).findings if one.code == "mismatch"]
    assert [one.item for one in differing] == [4]


def test_case_23_a_promise_by_phone_pauses_the_reminders_which_resume_by_themselves(desk: Desk) -> None:
    desk.decide(
        DecisionKind.PROMISE,
        "2024-06-24 10:00",
        unit=CIVIL,
        until=date(2024, 6, 27),
        reason="电话",
        period=Q2,
    )
    for when in ("2024-06-25 09:00", "2024-06-27 09:00"):
        assert CIVIL not in [one.unit for one in desk.reminds(when)]
    assert any(CIVIL in line and "承诺" in line for line in desk.digest("2024-06-25 16:30").splitlines())
    assert CIVIL in [one.unit for one in desk.reminds("2024-06-28 09:00")]


def test_case_24_a_report_that_lands_minutes_before_the_reminder_stops_it(desk: Desk) -> None:
    files = {"报表.docx": word_form({10: "走访60人"}), "盖章.pdf": stamped_scan()}
    desk.sends(shipped_address(CIVIL), files, "2024-06-25 08:57")
    written = [one.unit for one in desk.reminds("2024-06-25 09:00")]
    assert CIVIL not in written and EDU in written


def test_case_24_a_reminder_that_waits_in_the_outbox_is_given_up_when_the_report_comes(desk: Desk) -> None:
    (waiting,) = (one for one in desk.reminds("2024-06-25 09:00") if one.unit == CIVIL)
    files = {"报表.docx": word_form({10: "走访60人"}), "盖章.pdf": stamped_scan()}
    desk.sends(shipped_address(CIVIL), files, "2024-06-25 09:02")
    desk.reminds("2024-06-25 09:05")
    assert desk.store.outbox.by_key(waiting.key).state == "failed"  # type: ignore[union-attr]
