"""The one table of every kind of mail: each as a job would have it written about a unit that it fits."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import office_year as office

from builders import CALENDAR, ZONE, address, at, message
from letterbox import COMPOSER, EDU, Office, answered, report
from reminder_service.domain.campaign import StepKind
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.reminders import Held, PlannedMail, gaps_of
from reminder_service.domain.state import MailboxHealth, Return, Returned
from reminder_service.jobs.outgoing.alarm_letter import OutageWords, alarm_letter
from reminder_service.jobs.outgoing.letters import Letter, Letters


def writer() -> Letters:
    """Who writes the mails."""
    return Letters(
        campaign=replace(office.CAMPAIGN, attach_form=False),
        office=Office(),
        composer=COMPOSER,
        calendar=CALENDAR,
        zone=ZONE,
        secret=b"s" * 32,
    )


def to_unit(kind: StepKind, unit: str, now: str, *, draft: bool = False) -> Letter:
    """A mail to a unit as it stands in the last quarter."""
    state = office.quarter(office.Q4).unit(unit)
    back = Return(document="0" * 64, items=(state.duties[0].item,), reason="数据有误，请核对", at=at(now))
    returned = Returned(back=back, filename="报表.docx", received_at=at("2024-12-20 10:00"), message_id=None)
    mail = PlannedMail(
        time=at(now),
        kind=kind,
        unit=unit,
        period=office.Q4,
        to="u01@example.cn",
        key=_key(unit, str(kind)),
        gaps=gaps_of(office.CAMPAIGN, state),
        due=date(2024, 12, 31),
        returned=returned if kind is StepKind.CORRECTION else None,
        draft=draft,
    )
    return writer().to_unit(mail, state, at=at(now), contact_name="王小明", thread=None)


def digest(*, blind: bool = False) -> Letter:
    """The daily overview."""
    state = office.quarter(office.Q4)
    if blind:
        state = replace(
            state, mailbox=MailboxHealth(read_at=at("2025-01-02 08:00"), blind=True, reason="登录被拒绝")
        )
    return writer().digest(
        state,
        key=_key("-", "digest"),
        to="office@example.cn",
        at=state.as_of,
        came=["县妇联：《县妇联进展情况报表.docx》", "县司法局：《扫描件.pdf》"],
        held=[Held(unit="县公安局", period=office.Q4, reason="名录中没有邮箱")],
        workbook=b"PK\x03\x04",
        warnings=["2026年放假调休安排尚未录入，暂按周末休息推算工作日，请核对"],
        accounts=["office：收信正常"],
    )


def weekly() -> Letter:
    """The summary of a week."""
    state = office.quarter(office.Q4)
    return writer().weekly(
        state,
        key=_key("-", "weekly"),
        to="office@example.cn",
        at=state.as_of,
        week="12月30日至1月3日",
        came=["县妇联：《县妇联进展情况报表.docx》"],
        went=["催报3封", "回执6封"],
        ahead=["1月6日逾期催报2封"],
    )


def alarm(*, over: bool = False) -> Letter:
    """The mailbox cannot be read, or can be read again."""
    accounts = ["office：INBOX收信正常" if over else "office：INBOX无法读取，登录被拒绝"]
    return alarm_letter(
        OutageWords(over=over, since=at("2025-01-02 08:00"), lasted="3小时", accounts=accounts),
        key=_key("-", "alarm"),
        to="office@example.cn",
        at=at("2025-01-02 11:00"),
        office=Office(),
        composer=COMPOSER,
        zone=ZONE,
        secret=writer().secret,
    )


def _key(unit: str, kind: str) -> MailKey:
    return MailKey(campaign=office.CAMPAIGN.id, period="2024Q4", unit=unit, kind=kind, about="D")


MAILS: Mapping[str, Callable[[], Letter]] = {
    "first-notice": lambda: to_unit(StepKind.FIRST_NOTICE, "县公安局", "2024-12-17 09:00"),
    "reminder": lambda: to_unit(StepKind.REMINDER, "团县委", "2024-12-27 09:00"),
    "due-today": lambda: to_unit(StepKind.DUE_TODAY, "团县委", "2024-12-31 09:00"),
    "overdue": lambda: to_unit(StepKind.OVERDUE, "县公安局", "2025-01-02 09:00"),
    "request": lambda: to_unit(StepKind.REMINDER, "县法院", "2024-12-27 09:00", draft=True),
    "correction": lambda: to_unit(StepKind.CORRECTION, "县妇联", "2024-12-27 09:00"),
    "thanks": lambda: to_unit(StepKind.THANKS, "县妇联", "2024-12-27 09:00"),
    "letter-to-leader": lambda: writer().escalation(office.letter_to_leader(), at=at("2025-01-08 09:00")),
    "receipt": lambda: answered(message(address(EDU), report(EDU, 1)), EDU),
    "receipt-unlisted": lambda: answered(message("x@qq.example", report(EDU, 1)), None),
    "digest": digest,
    "digest-blind": lambda: digest(blind=True),
    "weekly": weekly,
    "alarm": alarm,
    "alarm-over": lambda: alarm(over=True),
}
