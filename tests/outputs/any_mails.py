"""Mails about situations that nobody thought of, and whether a mail's text and its HTML say the same."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from random import Random

import office_year as office
from mail_table import writer
from paper import bare

from builders import at
from letterbox import sides
from reminder_service.domain.campaign import StepKind
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.reminders import Held, PlannedMail, gaps_of
from reminder_service.domain.state import (
    DutyState,
    Extension,
    Finding,
    MailboxHealth,
    PeriodState,
    Status,
    TrayEntry,
    UnitState,
    WaitsFor,
)
from reminder_service.domain.wording import FINDING_TITLES
from reminder_service.jobs.outgoing.letters import Letter

# Signs that either side sets its own way, and what the HTML leads in with.
_MARKS = re.compile(r"[■·\-.，。；：:（）()【】《》“”、！\d]|注意|提示")
_FILES = (
    "报表.docx",
    "盖章<b>&amp;.pdf",
    "扫描 件（1）.PDF",
    "=1+1.xlsx",
    '县妇联\'"2024".doc',
    "报" * 60 + ".docx",
)
_KINDS = (StepKind.FIRST_NOTICE, StepKind.REMINDER, StepKind.DUE_TODAY, StepKind.OVERDUE, StepKind.THANKS)


def unlike(letter: Letter) -> tuple[list[str], list[str]]:
    """What the HTML says and the text does not; what the text names and the HTML does not."""
    text, html = sides(letter)
    # The headline says what the subject says.
    body = re.sub(r'(?s)<td class="head".*?</td>', "", html[html.index("<body") :])
    shown = re.sub(r"(?s)<!--.*?-->|<[^>]*>", "\n", body)
    parts = [_MARKS.sub(" ", unescape(line)).split() for line in shown.splitlines()]
    known = bare(_MARKS.sub("", text))
    missing = [word for words in parts for word in words if word not in known]
    told = bare(unescape(re.sub(r"<[^>]*>", "", html)))
    named = re.findall(r"\d+月\d+日|第\d+项|《[^》]+》|[\w.]+@[\w.]+", text)
    return missing, [one for one in named if bare(one) not in told]


def letters_at_random(chance: Random) -> Iterator[tuple[str, Letter]]:
    """A digest, a weekly summary and mails to two units, in a situation where anything may be."""
    state = _situation(chance)
    yield (
        "digest",
        writer().digest(
            state,
            key=_key("-", "digest"),
            to="office@example.cn",
            at=state.as_of,
            came=_lines(chance),
            held=[Held(unit=one, period=office.Q4, reason="名录中没有邮箱") for one in _units(chance)],
            workbook=b"PK\x03\x04",
            warnings=_lines(chance),
            accounts=_lines(chance),
        ),
    )
    yield (
        "weekly",
        writer().weekly(
            state,
            key=_key("-", "weekly"),
            to="office@example.cn",
            at=state.as_of,
            week="12月30日至1月3日",
            came=_lines(chance),
            went=_lines(chance),
            ahead=_lines(chance),
        ),
    )
    for unit in chance.sample(state.units, 2):
        yield unit.unit, _to_unit(chance, unit)


def _to_unit(chance: Random, unit: UnitState) -> Letter:
    kind, now = chance.choice(_KINDS), at("2024-12-27 09:00")
    mail = PlannedMail(
        time=now,
        kind=kind,
        unit=unit.unit,
        period=office.Q4,
        to="u01@example.cn",
        key=_key(unit.unit, str(kind)),
        gaps=gaps_of(office.CAMPAIGN, unit),
        due=unit.extended.until if unit.extended else unit.due,
    )
    name = chance.choice(("王小明", "", "欧阳<小>&红"))
    return writer().to_unit(mail, unit, at=now, contact_name=name, thread=None)


def _situation(chance: Random) -> PeriodState:
    state = office.quarter(office.Q4)
    blind = chance.random() < 0.2
    return replace(
        state,
        units=tuple(_unit(chance, unit) for unit in state.units),
        tray=tuple(_tray_entry(chance, number) for number in range(chance.randrange(4))),
        mailbox=MailboxHealth(
            read_at=at("2025-01-02 08:00"), blind=blind, reason="登录被拒绝" if blind else ""
        ),
    )


def _unit(chance: Random, unit: UnitState) -> UnitState:
    reported = office.quarter(office.Q3).unit(unit.unit)
    if chance.random() < 0.3:
        unit = office.nothing_yet(reported)
    else:
        duties = tuple(_duty(chance, one) for one in reported.duties)
        unit = replace(
            reported,
            status=chance.choice((Status.COMPLETE, Status.PARTIAL, Status.ATTENTION)),
            late=chance.random() < 0.3,
            duties=duties,
            stamped=chance.choice((None, reported.stamped)),
            findings=tuple(_finding(chance, one) for one in duties if chance.random() < 0.3),
        )
    return replace(
        unit,
        due=office.quarter(office.Q4).due,
        extended=chance.choice(
            (None, None, Extension(until=date(2025, 1, 10), reason="分管<同志>外出&培训"))
        ),
        promised_until=chance.choice((None, None, date(2025, 1, 8))),
        maybe_reported=unit.status is Status.MISSING and chance.random() < 0.3,
    )


def _duty(chance: Random, duty: DutyState) -> DutyState:
    return chance.choice(
        (
            duty,
            replace(duty, measures=None, source=None),
            replace(duty, measures=None, source=None, waived="无此任务"),
            replace(duty, pending=True),
        )
    )


def _finding(chance: Random, duty: DutyState) -> Finding:
    return Finding(
        code=chance.choice(sorted(FINDING_TITLES)),
        waits_for=chance.choice(list(WaitsFor)),
        item=chance.choice((None, duty.item)),
        detail=f"第{duty.item}项写的是“<16>所 & 2个”，请核对",
        filename=chance.choice(_FILES),
    )


def _tray_entry(chance: Random, number: int) -> TrayEntry:
    return TrayEntry(
        message_id=f"<{number}@x>",
        document=f"{number:064x}",
        reason=chance.choice(sorted(FINDING_TITLES)),
        suggested_unit=chance.choice((None, *_units(chance))),
        filename=chance.choice(_FILES),
        sender="jidi2024@qq.example",
        subject="报送<儿童>友好&实践基地情况",
        received_at=at("2025-01-02 08:12"),
    )


def _units(chance: Random) -> list[str]:
    names = [unit.name for unit in office.CAMPAIGN.units]
    return chance.sample(names, chance.randrange(3))


def _lines(chance: Random) -> list[str]:
    return [f"{unit}：《{chance.choice(_FILES)}》" for unit in _units(chance)]


def _key(unit: str, kind: str) -> MailKey:
    return MailKey(campaign=office.CAMPAIGN.id, period="2024Q4", unit=unit, kind=kind, about="D")
