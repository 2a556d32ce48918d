"""邮件: what lies in the outbox, what came, and what will go, as the clerk reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from ...domain.error_words import error_words
from ...domain.messages import MessageKind
from ...domain.reminders import PlannedMail
from ...store import OutboxMail, Store, StoredMessage
from ..outgoing.letters import Letters
from ..outgoing.mail_text import MailText, text_of_raw
from ..outgoing.remind import letter_for, planned
from ..state.situation import Situation
from .board import KIND_WORDS

OUT_GROUPS = {
    "all": "全部",
    "draft": "草稿",
    "queued": "待发",
    "sending": "发送中",
    "unknown": "情况不明",
    "failed": "未发出",
    "bounced": "被退回",
    "sent": "已发出",
    "dropped": "已作废",
}
OUT_TONES = {
    "draft": "unsure",
    "queued": "calm",
    "sending": "calm",
    "unknown": "unsure",
    "failed": "bad",
    "bounced": "bad",
    "sent": "good",
    "dropped": "calm",
}
IN_WORDS = {
    MessageKind.SUBMISSION: "报送",
    MessageKind.REPLY: "回复",
    MessageKind.AUTO_REPLY: "自动回复",
    MessageKind.BOUNCE: "退信",
    MessageKind.UNRELATED: "无关来信",
    MessageKind.OWN_COPY: "本办副本",
}
_FAILED = "处理时出错，程序会再试；仍不成时列入待处理，请下载原信查看"
_OTHER_KINDS = {
    "receipt": "回执",
    "digest": "日报",
    "weekly": "周报",
    "correction": "退回更正",
    "thanks": "致谢",
    "alarm": "邮箱告警",
    "escalation": "催办函",
    "trial": "试发",
    "request": "商请",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OutLine:
    """A mail of the outbox; ``group`` is one of :data:`OUT_GROUPS`, ``may`` what a person can do with it.

    ``words`` say why it stands so, ``technical`` is what a server said.
    """

    mail: OutboxMail
    kind: str
    group: str
    at: datetime
    words: str
    technical: str
    may: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class InLine:
    """A mail that came; ``kind`` in words, ``trouble`` what went wrong with it, if anything."""

    message: StoredMessage
    kind: str
    trouble: str
    at: datetime
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DayPlan:
    """The mails that will go on one day."""

    day: date
    mails: tuple[PlannedMail, ...]


def kind_words(kind: str) -> str:
    """Say what a mail of ours is."""
    known: Mapping[str, str] = {**{str(one): words for one, words in KIND_WORDS.items()}, **_OTHER_KINDS}
    return known.get(kind, kind)


def out_mails(mails: Sequence[OutboxMail], *, group: str = "all", search: str = "") -> list[OutboxMail]:
    """Return the mails of a group that hold what is searched for, the newest first."""
    wanted = search.strip().casefold()
    return [
        mail
        for mail in reversed(mails)
        if group in ("all", _group(mail)) and (not wanted or wanted in _searched(mail).casefold())
    ]


def out_counts(mails: Sequence[OutboxMail]) -> dict[str, int]:
    """Return how many mails each group has."""
    counts = dict.fromkeys(OUT_GROUPS, 0) | {"all": len(mails)}
    for mail in mails:
        counts[_group(mail)] += 1
    return counts


def out_line(mail: OutboxMail) -> OutLine:
    """Return a mail of the outbox as it is shown."""
    group = _group(mail)
    words = {
        "bounced": f"对方邮箱退回：{_bounced(mail.bounce_detail or '')}",
        "failed": error_words(mail.error) if mail.error else "",
        "dropped": _why_dropped(mail),
        "unknown": "发送中断，无法确定对方是否收到；请先核实，再标记已发或重新发送",
        "queued": f"曾被暂时拒收{mail.tries}次：{error_words(mail.error or '')}" if mail.tries else "",
    }.get(group, "")
    return OutLine(
        mail=mail,
        kind=kind_words(mail.kind),
        group=group,
        at=mail.sent_at or mail.failed_at or mail.created_at,
        words=words,
        technical=_technical(mail, group),
        may=_may(mail, group),
    )


def _technical(mail: OutboxMail, group: str) -> str:
    """Return what a server said, for whoever mends it."""
    said = mail.bounce_detail if group == "bounced" else mail.error if group in ("failed", "queued") else ""
    return said or ""


def _bounced(detail: str) -> str:
    return error_words(detail, detail or "原因不明")


def _why_dropped(mail: OutboxMail) -> str:
    reason = (mail.error or "").removeprefix("dropped: ")
    return error_words(reason, reason)


def in_lines(messages: Sequence[StoredMessage], units: Mapping[int, str], search: str = "") -> list[InLine]:
    """Return the mails that came and hold what is searched for, the newest first."""
    wanted = search.strip().casefold()
    found = []
    for one in messages:
        kind = {"new": "处理中", "failed": "未能处理"}.get(one.state) or IN_WORDS.get(
            MessageKind(one.kind or "unrelated"), "来信"
        )
        line = InLine(
            message=one,
            kind=kind,
            trouble=error_words(one.error, _FAILED) if one.error else "",
            at=one.received_at or one.collected_at,
            unit=units.get(one.id, ""),
        )
        told = " ".join((one.from_address or "", one.from_name or "", one.subject or "", kind, line.unit))
        if not wanted or wanted in told.casefold():
            found.append(line)
    return sorted(found, key=lambda one: one.at, reverse=True)


def mail_text(store: Store, mail: OutboxMail) -> MailText | None:
    """Return a mail of the outbox in full, None where its text was removed by a purge.

    :raises OutsideError: when its original cannot be read.
    """
    return text_of_raw(store.originals.read(mail.raw_sha256)) if mail.raw_sha256 else None


def plan_by_day(here: Situation, *, until: datetime) -> tuple[list[DayPlan], tuple[tuple[str, str], ...]]:
    """Return what will go from now on, day by day, and the units that cannot be written to with the reason."""
    plan = planned(here, start=here.now, end=until)
    zone = here.around.zone

    def day_of(mail: PlannedMail) -> date:
        return mail.time.astimezone(zone).date()

    mails = sorted(plan.mails, key=lambda one: one.time)
    days = [DayPlan(day=day, mails=tuple(those)) for day, those in groupby(mails, key=day_of)]
    return days, tuple((one.unit, one.reason) for one in plan.held)


def planned_text(
    here: Situation, letters: Letters, key: str, *, until: datetime
) -> tuple[PlannedMail, str, MailText] | None:
    """Return a planned mail with its subject and full text, None where none has that key."""
    for mail in planned(here, start=here.now, end=until).mails:
        if str(mail.key) == key:
            letter = letter_for(here, mail, letters, here.state(mail.period))
            return mail, letter.subject, text_of_raw(letter.raw)
    return None


def _group(mail: OutboxMail) -> str:
    if mail.bounced_at:
        return "bounced"
    return "dropped" if mail.state == "failed" and mail.failed_at is None else mail.state


def _may(mail: OutboxMail, group: str) -> frozenset[str]:
    acts = {
        "draft": ("release", "drop"),
        "queued": ("mark-sent", "drop"),
        "unknown": ("mark-sent", "send-again"),
        "failed": ("send-again",),
    }.get(group, ())
    return frozenset(one for one in acts if one != "send-again" or mail.raw_sha256)


def _searched(mail: OutboxMail) -> str:
    return " ".join((mail.unit or "", mail.to, mail.subject, kind_words(mail.kind), mail.period))
