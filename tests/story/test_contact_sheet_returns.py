"""The first mail asks a unit for its people; what comes back is taken over, or waits for a person."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from story_desk import SHIPPED, ChildReader, Desk, desk_at

from builders import Q2, at
from offices import address, stamped_scan, word_form
from reminder_service.documents.reader import Reader
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.state import Contact, Status
from reminder_service.jobs.views.tray import waiting
from reminder_service.store.outbox import OutboxMail

EDU, WOMEN, COURT = "县教育和体育局", "县妇联", "县法院"
FIRST = "2024-06-14 09:00"
STRANGER = "somebody@elsewhere.cn"

Line = tuple[str, str, str, str, str]
WANG: Line = (EDU, "基础教育科", "王小明", "wang@edu.example.cn", "05336967001")
LI: Line = (EDU, "办公室", "李雷", "li@edu.example.cn", "")


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with desk_at(tmp_path, reader) as one:
        one.campaign = replace(SHIPPED, ask_contacts=True)
        one.write_only_to(EDU, WOMEN)
        yield one


def notice_to(desk: Desk, unit: str) -> OutboxMail:
    return next(one for one in desk.reminds(FIRST) if one.unit == unit)


def sheet_in(desk: Desk, mail: OutboxMail) -> bytes:
    sheets = [data for sha in mail.attachments if _is_workbook(data := desk.store.originals.read(sha))]
    assert len(sheets) == 1
    return sheets[0]


def _is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK") and b"xl/workbook.xml" in data


def filled(sheet: bytes, *lines: Sequence[str]) -> bytes:
    """The sheet with these rows in place of those under the headings."""
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    page = book.worksheets[0]
    page.delete_rows(4, page.max_row)
    for line in lines:
        page.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def people(desk: Desk, unit: str = EDU) -> list[tuple[str, str | None]]:
    return [(one.name, one.address) for one in desk.store.contacts.all() if one.unit == unit]


def answer(desk: Desk, mail: OutboxMail, files: dict[str, bytes], sender: str = address(EDU)) -> None:
    desk.sends(sender, files, "2024-06-17 10:00", answers=mail.message_id)


def test_the_first_mail_to_a_unit_carries_its_own_sheet_and_later_ones_none(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    book = openpyxl.load_workbook(io.BytesIO(sheet_in(desk, first)))
    rows = [tuple(cell.value or "" for cell in row) for row in book.worksheets[0].iter_rows(min_row=3)]
    assert rows[:3] == [
        ("单位", "责任科室", "责任人", "邮箱", "电话"),
        (EDU, "", "王小明", address(EDU), ""),
        (EDU, "", "", "", ""),
    ]
    assert "请核对并补全附件联系人表" in desk.text(first)
    (later,) = (one for one in desk.reminds("2024-06-25 09:00") if one.unit == EDU)
    assert not [sha for sha in later.attachments if _is_workbook(desk.store.originals.read(sha))]
    assert desk.plan("2024-09-10 00:00", "2024-09-20 00:00")
    assert not [
        one
        for one in desk.reminds("2024-09-14 09:00")
        if [sha for sha in one.attachments if _is_workbook(desk.store.originals.read(sha))]
    ]


def test_a_sheet_from_a_known_sender_gives_the_unit_its_people_and_is_no_report(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    answer(desk, first, {"联系人表.xlsx": filled(sheet_in(desk, first), WANG, LI)})
    assert people(desk) == [("王小明", "wang@edu.example.cn"), ("李雷", "li@edu.example.cn")]
    assert desk.unit(EDU, "2024-06-17 11:00").status is Status.MISSING
    assert desk.now("2024-06-17 11:00").state(Q2).tray == ()
    assert "县教育和体育局交回联系人表，已登记2人" in desk.digest("2024-06-17 16:30")
    (entry,) = desk.store.journal.since("contact_sheet_taken", at(FIRST))
    assert (entry.author, entry.detail["contacts"]) == (EDU, 2)
    (later,) = (one for one in desk.reminds("2024-06-25 09:00") if one.unit == EDU)
    assert later.to == "wang@edu.example.cn"


def test_an_answer_to_our_own_mail_is_believed_from_whatever_address(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    answer(desk, first, {"表.xlsx": filled(sheet_in(desk, first), WANG)}, sender="new@edu.example.cn")
    assert people(desk) == [("王小明", "wang@edu.example.cn")]


def test_a_sheet_changes_no_other_unit_and_odd_rows_are_told(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    other = (WOMEN, "", "赵六", "zhao@example.cn", "")
    odd = (EDU, "", "钱七", "qian#edu", "")
    answer(desk, first, {"表.xlsx": filled(sheet_in(desk, first), WANG, other, odd)})
    assert people(desk, WOMEN) == [("王小明", address(WOMEN))]
    assert people(desk) == [("王小明", "wang@edu.example.cn"), ("钱七", None)]
    digest = desk.digest("2024-06-17 16:30")
    assert "“qian#edu”不是可用的邮箱地址" in digest
    assert "本表只登记县教育和体育局的联系人，县妇联的未登记" in digest


def test_a_sheet_without_a_usable_address_leaves_the_unit_reachable(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    answer(desk, first, {"表.xlsx": filled(sheet_in(desk, first), (EDU, "", "孙八", "", "05336967002"))})
    assert people(desk) == [("王小明", address(EDU))]
    assert "没有可用的邮箱，原有联系人未改动" in desk.digest("2024-06-17 16:30")


def test_a_strangers_sheet_waits_in_the_tray_until_it_is_accepted(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    desk.sends(STRANGER, {"表.xlsx": filled(sheet_in(desk, first), WANG)}, "2024-06-17 10:00")
    assert people(desk) == [("王小明", address(EDU))]
    state = desk.now("2024-06-17 11:00").state(Q2)
    (entry,) = state.tray
    assert (entry.reason, entry.sender, entry.suggested_unit) == ("unknown_sender", STRANGER, None)
    (case,) = waiting(desk.now("2024-06-17 11:00"))
    assert (case.document, case.unit, case.report) == (entry.document, EDU, False)
    assert EDU in entry.notes[0]
    assert not state.unit(EDU).maybe_reported
    desk.decide(DecisionKind.ACCEPT, "2024-06-17 12:00", document=entry.document)
    assert ("王小明", "wang@edu.example.cn") in people(desk)
    assert desk.now("2024-06-17 13:00").state(Q2).tray == ()


def test_a_strangers_sheet_can_be_dismissed(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    desk.sends(STRANGER, {"表.xlsx": filled(sheet_in(desk, first), WANG)}, "2024-06-17 10:00")
    (entry,) = desk.now("2024-06-17 11:00").state(Q2).tray
    desk.decide(DecisionKind.DISMISS, "2024-06-17 12:00", document=entry.document)
    assert desk.now("2024-06-17 13:00").state(Q2).tray == ()
    assert people(desk) == [("王小明", address(EDU))]


def test_a_sheet_that_nobody_wrote_into_is_ignored(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    sheet = sheet_in(desk, first)
    # Opened and saved again it has other bytes and the same rows.
    saved = filled(sheet, (EDU, "", "王小明", address(EDU), ""), (EDU, "", "", "", ""))
    desk.store.contacts.replace_units([EDU], [Contact(unit=EDU, name="吴九", address="wu@example.cn")])
    desk.sends(STRANGER, {"表.xlsx": saved}, "2024-06-17 09:00")
    answer(desk, first, {"表.xlsx": sheet, "另存.xlsx": saved})
    assert people(desk) == [("吴九", "wu@example.cn")]
    assert desk.now("2024-06-17 11:00").state(Q2).tray == ()


def test_a_mail_with_report_and_sheet_does_both(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    files = {
        "报表.docx": word_form({1: "完成3所", 4: "培训20人", 8: "宣传2场"}, unit=EDU),
        "盖章.pdf": stamped_scan(seal="高青县教育和体育局"),
        "联系人.xlsx": filled(sheet_in(desk, first), WANG),
    }
    answer(desk, first, files)
    assert people(desk) == [("王小明", "wang@edu.example.cn")]
    unit = desk.unit(EDU, "2024-06-17 11:00")
    assert unit.electronic
    assert unit.electronic.filename == "报表.docx"
    assert not [one for one in unit.findings if one.code in ("not_a_form", "other_columns")]


def test_a_sheet_that_comes_a_second_time_never_brings_old_people_back(desk: Desk) -> None:
    first = notice_to(desk, EDU)
    sheet = filled(sheet_in(desk, first), WANG)
    answer(desk, first, {"表.xlsx": sheet})
    desk.store.contacts.replace_units([EDU], [Contact(unit=EDU, name="吴九", address="wu@example.cn")])
    desk.sends("wu@example.cn", {"表.xlsx": sheet}, "2024-06-18 10:00")
    assert people(desk) == [("吴九", "wu@example.cn")]
    assert desk.now("2024-06-18 11:00").state(Q2).tray == ()
