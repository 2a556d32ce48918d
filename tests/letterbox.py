"""Letters for tests: each kind as the jobs would have it written, and both sides to read."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from builders import (
    CALENDAR,
    Q2,
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
from reminder_service.domain.campaign import StepKind
from reminder_service.domain.decisions import Decision, DecisionKind, Decisions
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.incoming import Attribution, IncomingDocument, IncomingMessage
from reminder_service.domain.names import UnitNames
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.receipts import PlannedReceipt
from reminder_service.domain.reminders import Held, PlannedMail, gaps_of
from reminder_service.domain.state import PeriodState, UnitState
from reminder_service.jobs.outgoing.letters import Letter, Letters
from reminder_service.mail.compose import Composer
from reminder_service.resources import packaged_templates

EDU, WOMEN, YOUTH, CIVIL, DISABLED = "县教育和体育局", "县妇联", "团县委", "县民政局", "县残联"
FIRST = "<first@example.cn>"


@dataclass(frozen=True, kw_only=True)
class Office:
    name: str = "县妇儿工委办公室"
    phone: str = "6967116"
    address: str = "office@example.cn"


PLAIN = campaign(attach_form=False)
COMPOSER = Composer([packaged_templates()])


def letters(**changes: object) -> Letters:
    return Letters(
        campaign=campaign(**({"attach_form": False} | changes)),
        office=Office(),
        composer=COMPOSER,
        calendar=CALENDAR,
        zone=ZONE,
        secret=b"s" * 32,
    )


def sides(letter: Letter) -> tuple[str, str]:
    """The text and the HTML of a letter."""
    mail = email.message_from_bytes(letter.raw, policy=email.policy.default)
    text, html = (part.get_content() for kind in ("plain", "html") if (part := mail.get_body((kind,))))
    return text, html


def both(letter: Letter) -> str:
    """Subject, text and HTML: everything a reader may see."""
    return "\n".join((letter.subject, *sides(letter)))


def written(
    unit: str,
    kind: StepKind,
    *,
    of: UnitState,
    now: str,
    writer: Letters | None = None,
    thread: str | None = FIRST,
    due: date = date(2024, 6, 28),
) -> Letter:
    writer = writer or letters()
    mail = PlannedMail(
        time=at(now),
        kind=kind,
        unit=unit,
        period=Q2,
        to=address(unit),
        key=MailKey(campaign="gaoqing", period="2024Q2", unit=unit, kind=str(kind), about="D"),
        gaps=gaps_of(writer.campaign, of),
        due=due,
    )
    letter = writer.to_unit(mail, of, at=at(now), contact_name="张三", thread=thread)
    assert writer.unit_subject(mail, of, at=at(now)) == letter.subject
    return letter


def answered(
    incoming: IncomingMessage,
    unit: str | None,
    *,
    now: str = "2024-06-26 10:05",
    others: Sequence[IncomingMessage] = (),
) -> Letter:
    """The receipt for a message, with the state that all messages together make."""
    known = contacts()
    book = PeriodBook(opened=((Q2, at("2024-06-14 09:00")),), fallback=Q2)
    identifier = Identifier(
        campaign=PLAIN, names=UnitNames(PLAIN), contacts=known, periods=book, decisions=Decisions.of(())
    )
    mine: list[Attribution] = [
        one
        for one in identifier.identify([*others, incoming])
        if one.message.id == incoming.id and one.unit == unit
    ]
    receipt = PlannedReceipt(
        message=incoming,
        unit=unit,
        period=Q2,
        to=incoming.sender,
        key=MailKey(
            campaign="gaoqing", period="2024Q2", unit=unit or "-", kind="receipt", about=str(incoming.id)
        ),
    )
    whole = state(*others, incoming, of=PLAIN, now=now)
    return letters().receipt(receipt, mine, whole.unit(unit) if unit else None, at=at(now), thread=FIRST)


def report(unit: str, *numbers: int, blank: Sequence[int] = (), name: str = "") -> IncomingDocument:
    texts = {number: f"第{number}项已开展活动3场" for number in numbers}
    return document(name or f"{unit}报表.docx", filled=form(texts, blank=blank))


def half_done() -> UnitState:
    """县妇联 sent the electronic version with item 3 blank and item 4 left out."""
    return state(message(address(WOMEN), report(WOMEN, 2, blank=[3])), of=PLAIN).unit(WOMEN)


def whole(now: str = "2024-06-25 16:30", *, blind: bool = False, **more: object) -> PeriodState:
    """A period in which each unit stands elsewhere."""
    promise = Decision(kind=DecisionKind.PROMISE, unit=YOUTH, period="2024Q2", until=date(2024, 6, 27))
    found = state(
        message(address(EDU), report(EDU, 1), scan("盖章.pdf"), id=1, when="2024-06-20 10:00"),
        message(address(WOMEN), report(WOMEN, 2, blank=[3]), id=2, when="2024-06-21 10:00"),
        message(address(CIVIL), document("情况说明.docx"), id=3, when="2024-06-21 11:00"),
        message("x@qq.example", scan("扫描件.pdf"), id=4, when="2024-06-25 09:00", subject="县残联报表"),
        of=PLAIN,
        decisions=[promise],
        now=now,
        blind=blind,
        undeliverable={"县人力资源社会保障局": ("发往 u02@example.cn 的邮件被退回",)},
    )
    return replace(found, **more)  # type: ignore[arg-type]


def daily(
    of: PeriodState,
    *,
    came: Sequence[str] = (),
    held: Sequence[Held] = (),
    warnings: Sequence[str] = (),
) -> Letter:
    day = str(of.as_of.date())
    key = MailKey(campaign="gaoqing", period="2024Q2", unit="-", kind="digest", about=day)
    return letters().digest(
        of,
        key=key,
        to="office@example.cn",
        at=of.as_of,
        came=came,
        held=held,
        workbook=b"PK\x03\x04",
        warnings=warnings,
    )
