"""谁没报: what the daily digest says, as plain words for its template."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from reminder_service.domain.campaign import Campaign
from reminder_service.domain.reminders import Held
from reminder_service.domain.state import MailboxHealth, PeriodState, TrayEntry
from reminder_service.domain.summary import GROUP_TITLES, Groups, UnitLine, grouped
from reminder_service.domain.wording import FINDING_TITLES
from reminder_service.domain.workdays import WorkCalendar

from .letter_words import day_words, join, moment_words, plain, weekday_words

TONES = {
    "missing": "bad",
    "unknown": "unsure",
    "maybe": "unsure",
    "partial": "warn",
    "attention": "unsure",
    "promised": "calm",
    "undeliverable": "bad",
    "complete": "good",
}
"""The tone of each group of units; it chooses the colour."""

_GROUPS = tuple((key, title, TONES[key]) for key, title in GROUP_TITLES.items())
_SHORT = {"attention": "待核"}
_ALWAYS = frozenset({"missing", "partial", "attention", "complete"})
_LONGEST_TRAY = 30


def digest_context(
    campaign: Campaign,
    state: PeriodState,
    calendar: WorkCalendar,
    zone: tzinfo,
    *,
    came: Sequence[str],
    held: Sequence[Held],
    warnings: Sequence[str],
    accounts: Sequence[str] = (),
) -> dict[str, object]:
    """Return what the templates of the digest may say."""
    groups = _groups(campaign, state, held)
    now = state.as_of.astimezone(zone)
    tray = [_tray_entry(entry, zone) for entry in state.tray[:_LONGEST_TRAY]]
    return {
        "reference": f"[{campaign.short_name} {state.period}]",
        "period": state.period.title,
        "day": day_words(now.date()),
        "as_of": moment_words(now, zone),
        "due": weekday_words(state.due),
        "days": days_to_due(state.due, now.date(), calendar),
        "counts": _counts(groups, blind=state.mailbox.blind),
        "groups": [_shown(key, title, tone, groups[key]) for key, title, tone in _GROUPS if groups[key]],
        "sentence": _sentence(state, groups, now, zone),
        "blind": blind_words(state.mailbox, zone) if state.mailbox.blind else None,
        "mailbox_read": moment_words(state.mailbox.read_at, zone) if state.mailbox.read_at else "尚未读取过",
        "came": [plain(line) for line in came],
        "tray": tray,
        "tray_total": len(state.tray),
        "warnings": [plain(line) for line in warnings],
        "accounts": [plain(line) for line in accounts],
    }


def _groups(campaign: Campaign, state: PeriodState, held: Sequence[Held]) -> dict[str, tuple[UnitLine, ...]]:
    found: Groups = grouped(campaign, state)
    groups = {key: getattr(found, key) for key, _, _ in _GROUPS}
    known = {line.unit for line in found.undeliverable}
    unwritten = (one for one in held if one.period == state.period and one.unit not in known)
    groups["undeliverable"] += tuple(UnitLine(unit=one.unit, words=one.reason) for one in unwritten)
    return groups


def _shown(key: str, title: str, tone: str, lines: Sequence[UnitLine]) -> dict[str, object]:
    units = [
        {"unit": f"{line.unit}（迟报）" if line.late else line.unit, "words": plain(line.words)}
        for line in lines
    ]
    # Names without anything to say about them take one line together.
    plain_names = key == "complete" or not any(unit["words"] for unit in units)
    return {
        "title": title,
        "tone": tone,
        "count": len(lines),
        "names": join(unit["unit"] for unit in units) if plain_names else "",
        "units": [] if plain_names else units,
    }


def _counts(groups: dict[str, tuple[UnitLine, ...]], *, blind: bool) -> list[dict[str, object]]:
    """Count every unit once; 送达失败 stands besides the other groups and is not counted here."""
    always = _ALWAYS - {"missing"} | {"unknown"} if blind else _ALWAYS
    return [
        {"title": _SHORT.get(key, title), "count": len(groups[key]), "tone": tone}
        for key, title, tone in _GROUPS
        if key != "undeliverable" and (groups[key] or key in always)
    ]


def days_to_due(due: date, today: date, calendar: WorkCalendar) -> str:
    """Say how many workdays are left to a due date, or have passed since."""
    if today == due:
        return "今天截止"
    workdays = calendar.between(today, due)
    if today < due:
        return f"距截止还有{workdays}个工作日" if workdays else "截止前已无工作日"
    return f"已过截止日{-workdays}个工作日" if workdays else "已过截止日"


def _sentence(
    state: PeriodState, groups: dict[str, tuple[UnitLine, ...]], now: datetime, zone: tzinfo
) -> str:
    """Say in one sentence that can be handed on how things stand."""
    total, complete = len(state.units), len(groups["complete"])
    start = f"截至{now.year}年{day_words(now.date())}{now:%H}时{now:%M}分，{total}家单位中{complete}家已报齐"
    parts = [start]
    if state.mailbox.blind:
        if groups["unknown"]:
            since = f"自{moment_words(state.mailbox.read_at, zone)}后" if state.mailbox.read_at else ""
            parts.append(f"另有{len(groups['unknown'])}家因报送邮箱{since}未能读取，情况不明，暂不作未报统计")
    elif not groups["missing"]:
        parts.append("无未报单位")
    for key, title, _ in _GROUPS:
        if key in ("unknown", "undeliverable", "complete") or not groups[key]:
            continue
        parts.append(f"{title}{len(groups[key])}家：{join(line.unit for line in groups[key])}")
    return "；".join(parts) + "。"


def blind_words(mailbox: MailboxHealth, zone: tzinfo) -> dict[str, str]:
    """Say since when a mailbox cannot be read (``since``) and why (``reason``)."""
    if mailbox.read_at is None:
        since = "报送邮箱尚未成功读取过"
    else:
        since = f"报送邮箱自{moment_words(mailbox.read_at, zone)}以后未能正常读取"
    return {"since": since, "reason": plain(mailbox.reason)}


def _tray_entry(entry: TrayEntry, zone: tzinfo) -> dict[str, str]:
    about = [
        plain(entry.filename or "", 80),
        f"来自 {plain(entry.sender, 80)}" if entry.sender else "",
        f"主题：{plain(entry.subject, 60)}" if entry.subject else "",
        f"{moment_words(entry.received_at, zone)}收到" if entry.received_at else "",
        *(plain(note, 80) for note in entry.notes),
    ]
    return {
        "title": FINDING_TITLES.get(entry.reason, entry.reason),
        "unit": entry.suggested_unit or "",
        "about": "，".join(filter(None, about)),
    }
