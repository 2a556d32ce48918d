"""What happened with one unit in one period, in order of time: mails, what came, calls, decisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ...domain.campaign import StepKind
from ...domain.periods import Period
from ...store import OutboxMail, Store
from ...store.decisions import Decision
from ..state.situation import Situation
from .journal_view import ACTION_WORDS

MAIL_WORDS = {
    StepKind.FIRST_NOTICE: "通知",
    StepKind.REMINDER: "催报",
    StepKind.DUE_TODAY: "当日提醒",
    StepKind.OVERDUE: "逾期催报",
    StepKind.CORRECTION: "退回更正",
    StepKind.THANKS: "致谢",
    "receipt": "回执",
    "escalation": "升级催办",
}
STATE_WORDS = {
    "draft": "草稿，待签发",
    "queued": "排队待发",
    "sending": "正在发送",
    "sent": "已发出",
    "failed": "未发出",
    "unknown": "是否发出不明",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened; ``decision`` is the number by which it can be taken back."""

    at: datetime
    what: str
    words: str
    who: str = ""
    decision: int | None = None


def events_of(store: Store, here: Situation, unit: str, period: Period) -> tuple[Event, ...]:
    """Return what happened, the latest first."""
    found = [
        *(_mail(mail) for mail in store.outbox.all() if _about(mail, here, unit, period)),
        *_came(here, unit, period),
        *(
            _decision(one)
            for one in store.decisions.active(here.campaign.id)
            if one.unit and here.campaign.current_unit(one.unit) == unit and one.period == str(period)
        ),
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _about(mail: OutboxMail, here: Situation, unit: str, period: Period) -> bool:
    return mail.campaign == here.campaign.id and mail.unit == unit and mail.period == str(period)


def _mail(mail: OutboxMail) -> Event:
    state = "被退回" if mail.bounced_at else STATE_WORDS.get(mail.state, mail.state)
    if mail.state == "failed" and mail.failed_at is None:
        state = "未发出，已不需要"
    return Event(
        at=mail.sent_at or mail.created_at,
        what=MAIL_WORDS.get(mail.kind, "去信"),
        words=f"{mail.subject}（发往{mail.to}，{state}）",
    )


def _came(here: Situation, unit: str, period: Period) -> Iterator[Event]:
    files: dict[int, list[str]] = {}
    mails = {}
    for one in here.attributions:
        if one.unit == unit and one.period == period:
            mails[one.message.id] = one.message
            files.setdefault(one.message.id, []).append(
                f"《{one.document.filename}》" if one.document else "仅有附件链接"
            )
    for number, mail in mails.items():
        subject = f"{mail.subject}：" if mail.subject else ""
        yield Event(
            at=mail.received_at,
            what=f"来件（{mail.channel}）",
            words=f"{subject}{''.join(dict.fromkeys(files[number]))}",
            who=mail.sender,
        )


def _decision(one: Decision) -> Event:
    parts = []
    if one.item is not None:
        parts.append(f"第{one.item}项")
    if items := one.payload.get("items"):
        parts.append(f"第{'、'.join(map(str, items))}项")
    if until := one.payload.get("until"):
        parts.append(f"至{until}")
    if (value := one.payload.get("value")) is not None:
        parts.append(f"数字为{value}")
    if (text := one.payload.get("text")) is not None:
        parts.append(f"更正为：{text}")
    if one.reason:
        parts.append(one.reason)
    return Event(
        at=one.at,
        what=ACTION_WORDS.get(one.kind, one.kind),
        words="，".join(parts),
        who=one.author,
        decision=one.id,
    )
