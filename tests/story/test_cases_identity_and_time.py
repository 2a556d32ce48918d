"""Cases 7 to 12 of an office's quarter: whose report, which quarter, which day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from story_desk import Q2, Q3, SHIPPED, ChildReader, Desk, desk_at

from offices import address, stamped_scan, word_form
from reminder_service.documents.reader import Reader
from reminder_service.domain.campaign import DatedName, Predecessor
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.state import Contact, Status
from reminder_service.jobs.decisions.decide import close_period
from reminder_service.jobs.digest.call_sheet import call_sheet_as_text

EDU, SCIENCE, CULTURE, COURT, CIVIL = "县教育和体育局", "县科协", "县文化和旅游局", "县法院", "县民政局"
TEXTS = {1: "已维修5所", 4: "已开展12场", 8: "已完成"}


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with desk_at(tmp_path, reader) as one:
        # The units of these stories alone: every further letter costs a form.
        one.write_only_to(EDU, CIVIL)
        yield one


def test_case_7_last_quarters_file_is_never_this_quarters_and_a_closed_quarter_stays_as_it_is(
    desk: Desk,
) -> None:
    desk.reminds("2024-06-14 09:00")
    files = {"报表.docx": word_form(TEXTS), "盖章.pdf": stamped_scan()}
    desk.sends(address(EDU), files, "2024-06-20 10:00")
    assert desk.unit(EDU, "2024-06-21 09:00").status is Status.COMPLETE
    close_period(desk.store, desk.now("2024-07-05 09:00"), Q2, author="李")
    assert desk.unit(EDU, "2024-07-05 10:00").status is Status.COMPLETE, "closing puts nothing in doubt"
    desk.reminds("2024-09-14 09:00")

    desk.sends(address(EDU), {"报表.docx": files["报表.docx"]}, "2024-09-20 10:00")
    unit = desk.unit(EDU, "2024-09-25 09:00", Q3)
    assert "ambiguous_period" in [finding.code for finding in unit.findings]
    assert unit.status is Status.ATTENTION
    assert EDU not in [one.unit for one in desk.reminds("2024-09-25 09:00")], (
        "nobody chases what lies in the tray"
    )
    assert [duty.measures for duty in desk.unit(EDU, "2024-09-25 09:00", Q2).duties] == list(TEXTS.values())

    other = word_form({1: "又维修3所"}, title="2024年第二季度进展情况报表")
    desk.sends(address(EDU), {"更正.docx": other}, "2024-09-21 10:00")
    assert desk.unit(EDU, "2024-09-25 09:00", Q2).duties[0].measures == "已维修5所"
    reasons = {
        entry.reason for period in (Q2, Q3) for entry in desk.now("2024-09-25 09:00").state(period).tray
    }
    assert reasons <= {"ambiguous_period", "closed_period"}


def test_case_8_a_renamed_unit_reports_under_its_old_name_and_a_merged_ones_contact_is_the_successors(
    desk: Desk,
) -> None:
    desk.store.contacts.replace_all([Contact(unit="县少儿馆", name="李丽", address="old@example.cn")])
    changes = {
        CULTURE: {"successor_of": (Predecessor(name="县少儿馆", since=date(2024, 6, 1), code="99"),)},
        SCIENCE: {"names": (DatedName(name="高青县科普协会", until=date(2024, 5, 31)),)},
    }
    units = tuple(replace(unit, **changes.get(unit.name, {})) for unit in SHIPPED.units)
    desk.campaign = replace(SHIPPED, units=units)
    form = word_form({9: "办了2场"}, unit="县少儿馆")
    desk.sends(
        "old@example.cn", {"报表.docx": form, "章.pdf": stamped_scan(seal="高青县少儿馆")}, "2024-06-20 10:00"
    )
    assert desk.unit(CULTURE, "2024-06-21 09:00").status is Status.COMPLETE
    assert [one.unit for one in desk.reminds("2024-06-25 09:00") if one.to == "old@example.cn"] == []

    old = word_form({9: "办了4场"}, unit="高青县科普协会")
    desk.sends("new@example.cn", {"报表.docx": old}, "2024-06-20 11:00")
    (entry,) = desk.now("2024-06-21 09:00").state(Q2).tray
    assert (entry.reason, entry.suggested_unit) == ("unknown_sender", SCIENCE)


def test_case_9_a_bounce_moves_the_unit_to_the_next_contact_and_then_to_the_call_sheet(desk: Desk) -> None:
    desk.store.contacts.replace_all(
        [
            Contact(unit=COURT, name="张走", address="gone@example.cn", phone="5550001", order=0),
            Contact(unit=COURT, name="李来", address="next@example.cn", phone="5550002", order=1),
        ]
    )
    for attempt, (when, to) in enumerate(
        (("2024-06-14 09:00", "gone@example.cn"), ("2024-06-25 09:00", "next@example.cn"))
    ):
        (sent,) = desk.reminds(when)
        assert sent.to == to
        desk.arrives(bounce(to, sent.message_id), when.replace("09:00", f"09:3{attempt}"))
    here = desk.now("2024-06-27 09:00")
    assert desk.reminds("2024-06-27 09:00") == []
    assert [one.code for one in here.state(Q2).unit(COURT).findings] == ["undeliverable", "undeliverable"]
    assert "送达失败" in desk.digest("2024-06-27 16:30")
    sheet = call_sheet_as_text(here, Q2, office="县妇儿工委办公室", chat=False)
    assert COURT in sheet and "5550001" in sheet


def bounce(address: str, message_id: str) -> bytes:
    """The report of a mail system that an address is not there any more."""
    lines = (
        "From: MAILER-DAEMON@example.cn",
        "To: office@example.cn",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <bounce-{address}>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        *("", "--b", "Content-Type: text/plain", "", "The mail could not be delivered."),
        *("--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.cn", ""),
        *(f"Final-Recipient: rfc822; {address}", "Action: failed", "Status: 5.1.1", ""),
        *("--b", "Content-Type: message/rfc822", "", f"Message-ID: {message_id}", "", "x", "--b--", ""),
    )
    return "\r\n".join(lines).encode()


def test_case_10_one_person_of_two_units_sends_one_mail_that_is_two_reports(desk: Desk) -> None:
    both = "both@example.cn"
    desk.store.contacts.replace_all(
        [Contact(unit=unit, name="周全", address=both) for unit in (SCIENCE, COURT)]
    )
    files = {
        "县科协报表.docx": word_form({9: "科普8场"}, unit="县科学技术协会"),
        "县法院报表.docx": word_form({8: "普法5场"}, unit="高青县人民法院"),
    }
    desk.sends(both, files, "2024-06-20 10:00")
    assert [duty.measures for duty in desk.unit(SCIENCE, "2024-06-21 09:00").duties] == ["科普8场"]
    assert [duty.measures for duty in desk.unit(COURT, "2024-06-21 09:00").duties] == ["普法5场"]
    receipts = desk.answers("2024-06-20 10:30")
    assert {one.unit for one in receipts} == {SCIENCE, COURT}
    assert "普法5场" not in desk.text(next(one for one in receipts if one.unit == SCIENCE))


def test_case_11_nothing_is_sent_from_1_to_7_october_and_the_working_sunday_is_a_workday(desk: Desk) -> None:
    close_later = desk.plan("2024-09-27 00:00", "2024-10-14 23:59")
    days = {(day, kind) for day, kind, unit in close_later if unit == CIVIL}
    assert ("2024-09-29 09:00", "reminder") in days, "a working Sunday, one workday before the due date"
    assert ("2024-09-30 09:00", "due_today") in days
    assert ("2024-10-08 09:00", "overdue") in days, "the first workday after the holiday"
    assert not [day for day, _, _ in close_later if "2024-10-01" <= day < "2024-10-08"]


def test_case_12_an_extension_for_one_unit_is_shown_as_such_and_nobody_calls_it_late(desk: Desk) -> None:
    desk.reminds("2024-06-14 09:00")
    desk.decide(
        DecisionKind.EXTEND,
        "2024-06-20 09:00",
        unit=CIVIL,
        until=date(2024, 7, 5),
        reason="负责人住院",
        period=Q2,
    )
    written = [one.unit for one in desk.reminds("2024-07-01 09:00")]
    assert CIVIL not in written and EDU in written
    lines = desk.digest("2024-07-01 16:30").splitlines()
    assert any(CIVIL in line and "延期" in line and "7月5日" in line for line in lines)
    assert not any(CIVIL in line and "未报" in line.partition(CIVIL)[0].rpartition("；")[2] for line in lines)
    files = {"报表.docx": word_form({10: "走访60人"}), "盖章.pdf": stamped_scan()}
    desk.sends(address(CIVIL), files, "2024-07-04 10:00")
    desk.sends(
        address(EDU), {"报表.docx": word_form(TEXTS), "盖章.pdf": stamped_scan("b")}, "2024-07-04 11:00"
    )
    assert not desk.unit(CIVIL, "2024-07-05 09:00").late
    assert desk.unit(EDU, "2024-07-05 09:00").late


# --- the dates of the calendar --------------------------------------------------------------------------------


def test_30_june_2024_is_a_sunday_and_the_report_is_due_on_friday_28(desk: Desk) -> None:
    assert desk.now("2024-06-20 09:00").due(Q2) == date(2024, 6, 28)
    desk.reminds("2024-06-14 09:00")
    mails = {
        (day, kind) for day, kind, unit in desk.plan("2024-06-28 00:00", "2024-07-01 23:59") if unit == CIVIL
    }
    assert mails == {("2024-06-28 09:00", "due_today"), ("2024-07-01 09:00", "overdue")}
    desk.sends(
        address(CIVIL), {"报表.docx": word_form({10: "走访"}), "章.pdf": stamped_scan()}, "2024-06-29 08:00"
    )
    assert desk.unit(CIVIL, "2024-06-30 09:00").late, "Saturday is after the due day"


@pytest.mark.parametrize(
    ("year", "overdue", "known"),
    [
        pytest.param(2025, "2026-01-04", True, id="2025-12-31: New Year's holiday, then a working Sunday"),
        pytest.param(2026, "2027-01-01", False, id="2026-12-31: nobody knows the holidays of 2027"),
    ],
)
def test_the_last_day_of_the_year_is_the_due_day_and_the_ladder_goes_on_in_the_next(
    desk: Desk, year: int, overdue: str, known: bool
) -> None:
    desk.reminds(f"{year}-12-17 09:00")
    here = desk.now(f"{year}-12-18 09:00")
    assert str(here.current_period) == f"{year}Q4"
    assert str(here.due(here.current_period)) == f"{year}-12-31"
    plan = desk.plan(f"{year}-12-31 00:00", f"{year + 1}-01-04 23:59")
    mails = [(when, kind) for when, kind, unit in plan if unit == CIVIL]
    assert mails == [(f"{year}-12-31 09:00", "due_today"), (f"{overdue} 09:00", "overdue")]
    digest = desk.digest(f"{year + 1}-01-04 16:30")
    assert (f"{year + 1}年放假调休安排尚未录入，暂按周末休息推算工作日" in digest) is not known
