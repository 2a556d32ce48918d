import hashlib
from dataclasses import replace
from datetime import date, datetime

import pytest

from builders import CALENDAR, Q2, ZONE, address, at, campaign, contacts, document, form, message, scan, state
from reminder_service.domain.campaign import Campaign
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import Kind, Problem
from reminder_service.domain.incoming import IncomingMessage
from reminder_service.domain.outgoing import MailKey, OutgoingMail
from reminder_service.domain.periods import Period
from reminder_service.domain.reminders import Plan, Planner, gaps_of
from reminder_service.domain.state import Contact

EDU = "县教育和体育局"
ONE_UNIT = (EDU,)


def one_unit() -> Campaign:
    whole = campaign()
    return replace(whole, items=whole.items[:1], units=whole.units[:1])


def sent(kind: str, step: str, when: str, *, attempt: int = 1, **more: object) -> OutgoingMail:
    key = MailKey(campaign="gaoqing", period="2024Q2", unit=EDU, kind=kind, about=step, attempt=attempt)
    values: dict[str, object] = {"to": address(EDU), "state": "sent"}
    return OutgoingMail(key=key, message_id="<x>", at=at(when), **(values | more))  # type: ignore[arg-type]


def plan(
    start: str,
    end: str | None = None,
    *messages: IncomingMessage,
    history: list[OutgoingMail] | None = None,
    known: list[Contact] | None = None,
    decisions: list[Decision] | None = None,
    of: Campaign | None = None,
) -> Plan:
    one = of or one_unit()
    planner = Planner(
        campaign=one,
        calendar=CALENDAR,
        zone=ZONE,
        contacts=contacts(EDU) if known is None else known,
        history=history or [],
    )

    def state_of(period: Period):  # type: ignore[no-untyped-def]
        return state(*messages, of=one, period=period, decisions=decisions or [], now=start, known=contacts())

    return planner.plan(state_of, start=at(start), end=at(end or start))


def said(of: Plan) -> list[tuple[datetime, str, str]]:
    return [(mail.time, str(mail.kind), mail.key.about) for mail in of.mails]


def test_a_silent_unit_gets_the_whole_ladder_and_no_more() -> None:
    steps = said(plan("2024-06-01 00:00", "2024-08-31 23:59"))
    assert steps == [
        (at("2024-06-14 09:00"), "first_notice", "D-10W"),
        (at("2024-06-25 09:00"), "reminder", "D-3W"),
        (at("2024-06-27 09:00"), "reminder", "D-1W"),
        (at("2024-06-28 09:00"), "due_today", "D"),
        (at("2024-07-01 09:00"), "overdue", "D+1W"),
        (at("2024-07-04 09:00"), "overdue", "D+4W"),
        (at("2024-07-09 09:00"), "overdue", "D+7W"),
        (at("2024-07-12 09:00"), "overdue", "D+10W"),
        (at("2024-07-17 09:00"), "overdue", "D+13W"),
    ]


def test_nothing_goes_in_the_october_holiday_and_the_working_sunday_counts() -> None:
    times = [mail.time.date() for mail in plan("2024-09-01 00:00", "2024-10-20 00:00").mails]
    assert date(2024, 9, 29) in times
    assert not [day for day in times if date(2024, 10, 1) <= day <= date(2024, 10, 7)]
    assert date(2024, 10, 8) in times


def test_what_is_planned_for_a_moment_is_what_goes_at_that_moment() -> None:
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00")]
    later = plan("2024-06-20 12:00", "2024-06-25 09:00", history=history)
    then = plan("2024-06-25 09:00", history=history)
    assert said(later) == said(then) == [(at("2024-06-25 09:00"), "reminder", "D-3W")]


def test_running_again_after_a_mail_went_out_plans_nothing() -> None:
    history = [
        sent("first_notice", "D-10W", "2024-06-14 09:00"),
        sent("reminder", "D-3W", "2024-06-25 09:00"),
    ]
    assert plan("2024-06-25 09:00", history=history).mails == ()
    assert plan("2024-06-26 15:00", history=history).mails == ()


def test_a_unit_that_reported_is_never_reminded() -> None:
    whole = message(address(EDU), document(filled=form({1: "已维修5所"})), scan())
    assert plan("2024-06-20 00:00", "2024-08-01 00:00", whole).mails == ()


def test_after_downtime_only_the_latest_missed_step_goes_and_only_in_office_hours() -> None:
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00")]
    night = plan("2024-06-25 20:00", "2024-06-26 12:00", history=history)
    assert said(night) == [(at("2024-06-26 08:30"), "reminder", "D-3W")]
    weekend = plan("2024-06-28 20:00", "2024-07-01 09:00", history=history)
    assert said(weekend) == [(at("2024-07-01 09:00"), "overdue", "D+1W")]
    day = plan("2024-06-28 10:00", history=history)
    assert said(day) == [(at("2024-06-28 10:00"), "due_today", "D")]


def test_a_missed_step_gives_way_to_the_next_one_of_the_same_day() -> None:
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00")]
    overtaken = plan("2024-06-26 20:00", "2024-06-27 12:00", history=history)
    assert said(overtaken) == [(at("2024-06-27 09:00"), "reminder", "D-1W")]
    assert plan("2024-06-27 08:45", history=history).mails == ()


def test_an_old_period_that_nobody_chased_is_left_alone() -> None:
    assert plan("2024-08-20 10:00").mails == ()


def test_the_first_mail_to_a_unit_is_the_first_notice_even_if_it_is_late() -> None:
    assert said(plan("2024-06-25 09:00")) == [(at("2024-06-25 09:00"), "first_notice", "D-10W")]
    assert said(plan("2024-07-01 09:00")) == [(at("2024-07-01 09:00"), "overdue", "D+1W")]


def test_a_mail_names_the_gaps_and_only_those() -> None:
    only_electronic = message(address(EDU), document(filled=form({1: "已维修5所"})))
    mail = plan("2024-06-25 09:00", None, only_electronic).mails[0]
    assert mail.gaps.stamped
    assert not mail.gaps.electronic
    assert mail.gaps.findings == ()


def test_what_waits_for_the_office_is_not_asked_for_again() -> None:
    unread = document("报表.doc", kind=Kind.DOC, problem=Problem(code="not_read", detail="旧版 Word"))
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00")]
    assert plan("2024-06-25 09:00", None, message(address(EDU), unread), history=history).mails == ()


def test_a_gap_that_no_doubt_can_fill_is_still_named() -> None:
    stray = document(filled=form({1: "5所", 4: "谁的"}))
    now = state(message(address(EDU), stray))
    gaps = gaps_of(campaign(), now.unit(EDU))
    assert gaps.stamped
    assert gaps.findings == ()


def test_a_promise_pauses_and_the_reminders_resume_by_themselves() -> None:
    promise = Decision(kind=DecisionKind.PROMISE, unit=EDU, period="2024Q2", until=date(2024, 7, 2))
    history = [
        sent("reminder", "D-3W", "2024-06-25 09:00"),
        sent("first_notice", "D-10W", "2024-06-14 09:00"),
    ]
    mails = said(plan("2024-06-26 10:00", "2024-07-05 00:00", history=history, decisions=[promise]))
    assert mails == [
        (at("2024-07-03 09:00"), "overdue", "D+1W"),
        (at("2024-07-04 09:00"), "overdue", "D+4W"),
    ]


def test_an_extension_moves_the_ladder_of_that_unit() -> None:
    granted = Decision(
        kind=DecisionKind.EXTEND, unit=EDU, period="2024Q2", until=date(2024, 7, 5), reason="x"
    )
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00")]
    mails = plan("2024-06-25 09:00", "2024-07-05 10:00", history=history, decisions=[granted]).mails
    assert [(mail.time.date(), str(mail.kind)) for mail in mails] == [
        (date(2024, 7, 2), "reminder"),
        (date(2024, 7, 4), "reminder"),
        (date(2024, 7, 5), "due_today"),
    ]


def test_a_mail_in_the_tray_that_may_be_the_report_puts_a_reminder_off_by_one_workday() -> None:
    maybe = message("who@example.com", scan("教体局.pdf"), when="2024-06-25 08:00")
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00")]
    assert said(plan("2024-06-25 09:00", "2024-06-26 09:00", maybe, history=history)) == [
        (at("2024-06-26 09:00"), "reminder", "D-3W")
    ]


def test_after_a_bounce_the_next_contact_is_tried_and_counted() -> None:
    known = [
        Contact(unit=EDU, address=address(EDU), bounced=True),
        Contact(unit=EDU, address="second@example.cn", order=1),
    ]
    history = [sent("first_notice", "D-10W", "2024-06-14 09:00", bounced=True)]
    mail = plan("2024-06-14 10:00", history=history, known=known).mails[0]
    assert (mail.to, str(mail.key)) == (
        "second@example.cn",
        f"gaoqing/2024Q2/{EDU}/first_notice/D-10W/2",
    )


def test_a_unit_without_an_address_holds_back_its_own_mail_only() -> None:
    outcome = plan("2024-06-14 09:00", of=campaign(), known=contacts(*[u.name for u in campaign().units[1:]]))
    assert len(outcome.mails) == 6
    assert [held.unit for held in outcome.held] == [EDU]


@pytest.mark.parametrize("closed", [True, False])
def test_a_closed_period_sends_nothing(closed: bool) -> None:
    one = one_unit()
    planner = Planner(
        campaign=one, calendar=CALENDAR, zone=ZONE, contacts=contacts(EDU), history=[],
        closed=frozenset({Q2} if closed else ()),
    )  # fmt: skip
    mails = planner.plan(
        lambda p: state(of=one, period=p), start=at("2024-06-28 09:00"), end=at("2024-06-28 09:00")
    )
    assert bool(mails.mails) is not closed


BACK = Decision(
    kind=DecisionKind.RETURN,
    document="一稿.docx",
    unit=EDU,
    period=str(Q2),
    reason="第1项数据有误",
    at=at("2024-06-25 15:00"),
)
CORRECTION = "R-" + hashlib.sha256("一稿.docx//第1项数据有误".encode()).hexdigest()[:12]


def _reported(name: str = "一稿.docx", when: str = "2024-06-20 10:00", id: int = 1) -> IncomingMessage:
    return message(
        address(EDU), document(name, filled=form({1: name})), scan(f"{name}.pdf"), when=when, id=id
    )


def test_what_was_given_back_is_told_at_once_and_reminded_of_later() -> None:
    steps = said(plan("2024-06-25 15:10", "2024-06-28 23:00", _reported(), decisions=[BACK]))
    assert steps == [
        (at("2024-06-25 15:10"), "correction", CORRECTION),
        (at("2024-06-27 09:00"), "reminder", "D-1W"),
        (at("2024-06-28 09:00"), "due_today", "D"),
    ]


def test_a_correction_mail_stands_for_the_ladders_mail_of_its_day() -> None:
    days = said(plan("2024-06-27 08:40", "2024-06-27 23:00", _reported(), decisions=[BACK]))
    assert [kind for _, kind, _ in days] == ["correction"]
    history = [sent("correction", CORRECTION, "2024-06-27 08:40")]
    later = plan("2024-06-27 08:50", "2024-06-28 23:00", _reported(), decisions=[BACK], history=history)
    assert said(later) == [(at("2024-06-28 09:00"), "due_today", "D")]


def test_a_correction_mail_waits_for_office_hours_and_goes_once() -> None:
    night = plan("2024-06-25 22:00", "2024-06-26 12:00", _reported(), decisions=[BACK])
    assert said(night) == [(at("2024-06-26 08:30"), "correction", CORRECTION)]
    history = [sent("correction", CORRECTION, "2024-06-26 08:30")]
    assert not plan("2024-06-26 09:00", None, _reported(), decisions=[BACK], history=history).mails


def test_a_correction_mail_that_was_dropped_when_the_return_was_undone_goes_when_it_is_made_again() -> None:
    history = [sent("correction", CORRECTION, "2024-06-25 15:10", state="failed", dropped=True)]
    (mail,) = plan("2024-06-26 09:00", None, _reported(), decisions=[BACK], history=history).mails
    assert (mail.key.about, mail.key.attempt, mail.to) == (CORRECTION, 2, address(EDU))


def test_nothing_is_told_of_a_return_that_the_unit_has_answered() -> None:
    mended = _reported("二稿.docx", "2024-06-25 16:00", id=2)
    assert not plan("2024-06-25 16:10", "2024-07-31 12:00", _reported(), mended, decisions=[BACK]).mails


def test_a_unit_is_thanked_once_and_only_where_the_campaign_wants_it() -> None:
    thanking = replace(one_unit(), ladder=replace(one_unit().ladder, thanks=True))
    begin, end = "2024-06-20 10:05", "2024-07-31 12:00"
    assert not plan(begin, end, _reported()).mails
    assert said(plan(begin, end, _reported(), of=thanking)) == [(at(begin), "thanks", "complete")]
    history = [sent("thanks", "complete", begin)]
    assert not plan("2024-06-20 10:10", end, _reported(), of=thanking, history=history).mails
    assert not plan("2024-07-30 10:00", end, _reported(), of=thanking).mails, "an old report"
