"""Whom the clerk calls, and what she copies: never a unit that may have reported, never another unit's matter."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest

from builders import Q2, address, at, campaign, contacts, document, form, message, scan, state
from reminder_service.domain.call_sheet import CallSheet, call_sheet
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.outgoing import MailKey, OutgoingMail
from reminder_service.domain.state import Contact, PeriodState
from reminder_service.reports.call_sheet import call_sheet_text, call_sheet_xlsx, message_to_copy

EDU, WOMEN, CIVIL, DISABLED = "县教育和体育局", "县妇联", "县民政局", "县残联"
OFFICE = "县妇儿工委办公室"


def sheet(
    of: PeriodState, *, known: Sequence[Contact] | None = None, history: Sequence[OutgoingMail] = ()
) -> CallSheet:
    return call_sheet(
        campaign(),
        of,
        contacts=contacts() if known is None else known,
        history=history,
        attributions=(),
    )


def called(one: CallSheet) -> list[str]:
    return [call.unit for call in one.calls]


def text(one: CallSheet, *, chat: bool = False) -> str:
    return call_sheet_text(one, office=OFFICE, chat=chat)


def mail(
    unit: str, when: str, *, kind: str = "reminder", condition: str = "sent", back: bool = False
) -> OutgoingMail:
    key = MailKey(campaign="gaoqing", period="2024Q2", unit=unit, kind=kind, about=when)
    return OutgoingMail(
        key=key, message_id=f"<{when}>", to=address(unit), state=condition, at=at(when), bounced=back
    )


def edu_reports() -> PeriodState:
    filled = document(filled=form({1: "已维修5所"}))
    return state(message(address(EDU), filled, scan()))


def test_a_unit_that_reported_is_not_called_and_the_others_are_in_the_notices_order() -> None:
    one = sheet(edu_reports())
    assert EDU not in called(one)
    assert called(one) == [unit.name for unit in campaign().units if unit.name != EDU]


def test_a_unit_whose_report_may_lie_in_the_tray_is_not_called_but_named() -> None:
    filled = document(filled=form({1: "已维修5所"}, unit="高青县教育和体育局"))
    one = sheet(
        state(message("stranger@example.com", filled), message("other@example.com", scan("县残联.pdf"), id=2))
    )
    assert not {EDU, DISABLED} & set(called(one))
    assert [line.unit for line in one.checking] == [EDU]
    assert [line.unit for line in one.maybe] == [DISABLED]
    assert "请先核对来信" in text(one)
    assert "待我办核对" in text(one)


def test_a_promise_or_an_extension_that_runs_spares_the_unit_until_it_is_over() -> None:
    promise = Decision(kind=DecisionKind.PROMISE, period="2024Q2", unit=EDU, until=date(2024, 7, 1))
    later = Decision(
        kind=DecisionKind.EXTEND, period="2024Q2", unit=CIVIL, until=date(2024, 7, 5), reason="汛期"
    )
    runs = sheet(state(decisions=(promise, later), now="2024-07-01 09:00"))
    assert not {EDU, CIVIL} & set(called(runs))
    over = sheet(state(decisions=(promise, later), now="2024-07-08 09:00"))
    assert {EDU, CIVIL} <= set(called(over))
    (call,) = [call for call in over.calls if call.unit == EDU]
    assert call.notes == ("曾承诺7月1日前报送",)


def test_while_the_mailbox_is_blind_nobody_is_called_a_debtor() -> None:
    one = sheet(state(blind=True))
    assert called(one) == []
    assert len(one.unknown) == len(campaign().units)
    assert "情况不明" in text(one)
    assert "没有需要" not in text(one)


def test_the_last_contact_is_the_latest_mail_that_was_not_in_vain() -> None:
    history = [
        mail(EDU, "2024-06-14 09:00", kind="first_notice"),
        mail(EDU, "2024-06-25 09:00"),
        mail(EDU, "2024-06-26 09:00", back=True),
        mail(EDU, "2024-06-27 09:00", condition="queued"),
        mail(CIVIL, "2024-06-27 10:00"),
    ]
    (call,) = [call for call in sheet(state(), history=history).calls if call.unit == EDU]
    assert call.last is not None
    assert (call.last.at, call.last.what) == (at("2024-06-25 09:00"), "发催报邮件")


def test_an_address_that_came_back_in_an_earlier_period_is_named() -> None:
    gone = Contact(unit=EDU, name="王一", address="gone@example.cn", bounced=True)
    (call,) = [call for call in sheet(state(), known=[gone]).calls if call.unit == EDU]
    assert call.notes == ("邮箱gone@example.cn此前被退回，催报邮件发不到",)
    second = Contact(unit=EDU, name="王二", address="here@example.cn", order=1)
    (call,) = [call for call in sheet(state(), known=[gone, second]).calls if call.unit == EDU]
    assert call.notes == ("邮箱gone@example.cn此前被退回",)


def test_people_stand_in_order_and_what_keeps_mail_away_is_noted() -> None:
    known = [
        Contact(unit=EDU, name="王小明", phone="0533-6000001", order=1),
        Contact(unit=EDU, name="李小红", department="办公室", phone="0533-6000002", order=0),
    ]
    one = sheet(state(undeliverable={EDU: ("发往 a@example.cn 的邮件被退回",)}), known=known)
    (call,) = [call for call in one.calls if call.unit == EDU]
    assert [person.name for person in call.people] == ["李小红", "王小明"]
    assert call.notes == ("名录中没有邮箱，催报邮件发不到", "发往 a@example.cn 的邮件被退回")
    assert "李小红（办公室） 0533-6000002；王小明 0533-6000001" in text(one)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2024-06-27 08:00", "截止日为6月28日（星期五）"),
        ("2024-06-28 08:00", "今天（6月28日（星期五））截止"),
        ("2024-07-01 08:00", "现已逾期"),
    ],
)
def test_the_text_to_copy_says_what_is_true_on_its_day(now: str, words: str) -> None:
    one = sheet(state(now=now))
    assert words in message_to_copy(one, one.calls[0], office=OFFICE, chat=False)


def test_for_chat_only_the_count_is_said() -> None:
    one = sheet(state(message(address(WOMEN), document(filled=form({2: "已办"}, blank=(3, 4))), scan())))
    (call,) = [call for call in one.calls if call.unit == WOMEN]
    full, short = (message_to_copy(one, call, office=OFFICE, chat=chat) for chat in (False, True))
    assert "实施新型婚育文化培育行动" in full
    assert "实施" not in short
    assert f"尚缺{len(call.lacking)}项" in short


def test_a_text_to_copy_names_no_other_unit() -> None:
    one = sheet(state())
    for call in one.calls:
        copied = message_to_copy(one, call, office=OFFICE, chat=False)
        assert "\n" not in copied
        assert [unit.name for unit in campaign().units if unit.name in copied] == [call.unit]


def test_the_workbook_holds_text_as_text_room_for_notes_and_never_counts_as_a_report() -> None:
    known = [Contact(unit=EDU, name="=HYPERLINK(1)", phone="+8613800000000")]
    content = call_sheet_xlsx(sheet(state(), known=known), office=OFFICE, chat=False)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    assert "电话催报单" in page["A1"].value
    headings = [cell.value for cell in page[2]]
    assert headings == [
        "单位",
        "联系人",
        "电话",
        "尚缺内容",
        "最近联系",
        "备注",
        "可复制的催报文字",
        "通话记录",
    ]
    first = [cell.value for cell in page[3]]
    assert first[:3] == [EDU, "=HYPERLINK(1)", "+8613800000000"]
    assert [page["B3"].data_type, page["C3"].data_type] == ["s", "s"]
    assert page.max_row == 2 + len(campaign().units)
    assert book.custom_doc_props[REPORT_PROPERTY].value == f"gaoqing:{Q2}"


def test_the_same_state_gives_the_same_bytes() -> None:
    once, again = (call_sheet_xlsx(sheet(state()), office=OFFICE, chat=True) for _ in range(2))
    assert once == again


def test_with_nobody_to_call_it_says_so() -> None:
    reports = [
        message(
            address(unit.name),
            document(
                f"{unit.code}.docx",
                filled=form({item.number: "已完成" for item in campaign().items_of(unit.name)}),
            ),
            scan(f"{unit.code}.pdf"),
            id=int(unit.code),
        )
        for unit in campaign().units
    ]
    one = sheet(state(*reports))
    assert called(one) == []
    assert "没有需要电话催报的单位" in text(one)
