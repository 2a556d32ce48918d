"""What waits for a person, the most urgent first."""

from builders import (
    CALENDAR,
    Q2,
    Q3,
    ZONE,
    address,
    at,
    campaign,
    contacts,
    document,
    form,
    message,
    scan,
    state,
)
from reminder_service.domain.decisions import Decisions
from reminder_service.domain.documents import Kind
from reminder_service.domain.due_dates import due_date
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.incoming import Attribution, IncomingMessage
from reminder_service.domain.names import UnitNames
from reminder_service.domain.periods import Period
from reminder_service.domain.review import Reviewer
from reminder_service.domain.situation import period_state
from reminder_service.domain.state import Extension, MailboxHealth, TrayEntry
from reminder_service.domain.tray import Case, Urgency, after, cases, contact_sheet_case

EDUCATION, PEOPLE = "县教育和体育局", "县残联"


def queue(
    *messages: IncomingMessage,
    extended: dict[tuple[str, str], Extension] | None = None,
    unprocessed: tuple[TrayEntry, ...] = (),
    closed: tuple[Period, ...] = (),
    periods: tuple[Period, ...] = (Q2,),
) -> list[Case]:
    one, names = campaign(), UnitNames(campaign())
    decisions = Decisions(extended=extended or {})
    found = Identifier(
        campaign=one,
        names=names,
        contacts=contacts(),
        periods=PeriodBook(opened=((Q2, at("2024-06-14 09:00")),), closed=frozenset(closed), fallback=Q2),
        decisions=decisions,
    ).identify(messages)
    states = [
        period_state(
            Reviewer(
                campaign=one,
                names=names,
                period=period,
                due=due_date(period, one.due_rule, CALENDAR),
                decisions=decisions,
                day_of=lambda moment: moment.astimezone(ZONE).date(),
            ),
            found,
            mailbox=MailboxHealth(read_at=at("2024-06-27 08:00"), blind=False),
            as_of=at("2024-06-27 08:00"),
            unprocessed=unprocessed,
        )
        for period in periods
    ]
    return cases(one, states, found)


def unsealed(name: str) -> object:
    return document(name, kind=Kind.PDF, has_text=False, pictures=1, sealed=False)


def test_what_may_hide_a_report_comes_before_what_only_has_to_be_looked_at() -> None:
    filled = form({1: "已开展。"}, unit=EDUCATION)
    found = queue(
        message(address(PEOPLE), unsealed("无章.pdf"), id=1, when="2024-06-20 10:00"),
        message("who@x.cn", document("表.docx", filled=filled), id=2, when="2024-06-26 10:00"),
    )
    assert [(one.filename, one.urgency) for one in found] == [
        ("表.docx", Urgency.HOLDS_BACK),
        ("无章.pdf", Urgency.CHECK),
    ]
    assert found[0].unit == EDUCATION and found[0].reasons[0].code == "unknown_sender"


def test_among_equals_the_earlier_due_date_comes_first_then_the_earlier_mail() -> None:
    later = {(PEOPLE, "2024Q2"): Extension(until=at("2024-07-10 00:00").date(), reason="外出")}
    mails = (
        message(address(PEOPLE), unsealed("甲.pdf"), id=1, when="2024-06-20 10:00"),
        message(address(EDUCATION), unsealed("乙.pdf"), id=2, when="2024-06-21 10:00"),
    )
    assert [one.filename for one in queue(*mails)] == ["甲.pdf", "乙.pdf"]
    assert [one.filename for one in queue(*mails, extended=later)] == ["乙.pdf", "甲.pdf"]


def test_everything_about_one_file_is_one_case() -> None:
    electronic = document("表.docx", filled=form({4: "惠及20人。"}, unit=PEOPLE))
    stamped = document(
        "章.pdf", kind=Kind.PDF, pictures=1, sealed=False, filled=form({4: "惠及30人。"}, unit=PEOPLE)
    )
    (case,) = queue(message(address(PEOPLE), electronic, stamped))
    assert case.filename == "章.pdf" and case.urgency is Urgency.CHECK
    assert {one.code for one in case.reasons} == {"stamp_not_found", "mismatch"}
    assert case.items == (4,)


def test_a_mail_from_a_stranger_that_points_to_nobody_is_less_urgent() -> None:
    (case,) = queue(message("who@x.cn", scan("图.pdf")))
    assert case.unit is None and case.urgency is Urgency.UNREAD


def test_a_mail_that_only_brought_a_link_is_a_case_without_a_file() -> None:
    (case,) = queue(message("who@x.cn", links=("https://x.cn/1",), subject=f"{EDUCATION}报送", id=7))
    assert case.what == "mail-7" and case.document is None and case.unit == EDUCATION


def test_what_could_not_be_worked_on_waits_once_and_first() -> None:
    dead = TrayEntry(
        message_id="<d@x>", document="a" * 64, reason="not_read", suggested_unit=None, subject="坏"
    )
    found = queue(message(address(PEOPLE), unsealed("无章.pdf")), unprocessed=(dead,), periods=(Q2, Q3))
    assert [(one.what, one.urgency) for one in found] == [
        ("a" * 64, Urgency.HOLDS_BACK),
        ("无章.pdf", Urgency.CHECK),
    ]


def test_what_came_for_a_closed_period_comes_last() -> None:
    (case,) = queue(
        message(address(EDUCATION), document("表.docx", filled=form({1: "已开展。"}, unit=EDUCATION))),
        closed=(Q2,),
    )
    assert case.urgency is Urgency.ASIDE


def test_nothing_waits_where_everything_is_clear() -> None:
    filled = form({1: "已开展。"}, unit=EDUCATION)
    assert queue(message(address(EDUCATION), document("表.docx", filled=filled), scan())) == []


def test_after_one_comes_the_next_that_is_left_then_what_was_passed_over() -> None:
    mails = [
        message(address(unit), unsealed(f"{number}.pdf"), id=number)
        for number, unit in enumerate((PEOPLE, EDUCATION, "县民政局"), start=1)
    ]
    first, second, third = found = queue(*mails)
    assert after(found, first.key, [second, third]) == second
    assert after(found, first.key, [third]) == third
    assert after(found, third.key, [first, second]) == first
    assert after(found, third.key, []) is None


def test_a_contact_sheet_of_a_stranger_hides_no_report() -> None:
    sheet = Attribution(
        message=message("who@x.cn"), document=document("联系人表.xlsx"), unit=EDUCATION, period=Q2
    )
    case = contact_sheet_case(campaign(), state(), sheet)
    assert case.urgency is Urgency.ASIDE and not case.report and EDUCATION in case.reasons[0].detail
