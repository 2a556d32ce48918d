"""谁没报: the units of a period sorted into the groups that the office asks for."""

from dataclasses import dataclass

from .campaign import Campaign
from .reminders import Gaps, gaps_of
from .state import Finding, PeriodState, Status, UnitState, WaitsFor

GROUP_TITLES = {
    "missing": "未报",
    "unknown": "情况不明",
    "maybe": "可能已报",
    "partial": "缺件",
    "attention": "已收待核",
    "promised": "承诺延期",
    "undeliverable": "送达失败",
    "complete": "已报齐",
}
"""The groups in the order in which the office asks, as they are called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitLine:
    """A unit with what there is to say about it in a few words (Chinese)."""

    unit: str
    words: str
    late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups:
    """Units by what the office has to know: each unit stands in exactly one group, ``undeliverable`` besides."""

    missing: tuple[UnitLine, ...] = ()
    maybe: tuple[UnitLine, ...] = ()
    unknown: tuple[UnitLine, ...] = ()
    partial: tuple[UnitLine, ...] = ()
    attention: tuple[UnitLine, ...] = ()
    promised: tuple[UnitLine, ...] = ()
    complete: tuple[UnitLine, ...] = ()
    undeliverable: tuple[UnitLine, ...] = ()


def grouped(campaign: Campaign, state: PeriodState) -> Groups:
    """Sort the units of a period into groups.

    A promise or an extension that still runs comes before 未报 and 缺件; a unit for which the tray holds a mail
    of an unlisted sender is 可能已报; with a blind mailbox nobody is 未报.
    """
    groups: dict[str, list[UnitLine]] = {}
    for unit in state.units:
        groups.setdefault(_group(unit, state), []).append(
            UnitLine(unit=unit.unit, words=_words(campaign, unit, state), late=unit.late)
        )
        bounced = [finding.detail for finding in unit.findings if finding.code == "undeliverable"]
        if bounced:
            groups.setdefault("undeliverable", []).append(UnitLine(unit=unit.unit, words="；".join(bounced)))
    return Groups(**{name: tuple(lines) for name, lines in groups.items()})


def gap_words(campaign: Campaign, gaps: Gaps) -> list[str]:
    """Say what is lacking, a line each: 未收到电子版, 第3项“……”进展情况为空."""
    words = []
    if gaps.electronic:
        words.append("未收到电子版报表")
    if gaps.stamped:
        words.append("未收到盖章PDF版")
    return words + [finding_words(finding) for finding in gaps.findings]


def finding_words(finding: Finding) -> str:
    """Say a finding with the file it is about."""
    about = f"《{finding.filename}》" if finding.filename and finding.item is None else ""
    return f"{about}{finding.detail}"


def _group(unit: UnitState, state: PeriodState) -> str:
    if unit.status is Status.COMPLETE:
        return "complete"
    if unit.status is Status.ATTENTION:
        return "attention"
    if _runs(unit, state):
        return "promised"
    if unit.maybe_reported:
        return "maybe"
    return {Status.PARTIAL: "partial", Status.UNKNOWN: "unknown"}.get(unit.status, "missing")


def _runs(unit: UnitState, state: PeriodState) -> bool:
    today = state.as_of.date()
    promised = unit.promised_until is not None and unit.promised_until >= today
    return promised or (unit.extended is not None and unit.extended.until >= today)


def _words(campaign: Campaign, unit: UnitState, state: PeriodState) -> str:
    parts = []
    if unit.extended:
        parts.append(f"延期至{_day(unit.extended.until)}（{unit.extended.reason or '未注明原因'}）")
    if unit.promised_until:
        parts.append(f"电话承诺{_day(unit.promised_until)}前报送")
    if unit.maybe_reported:
        senders = {entry.sender for entry in state.tray if entry.suggested_unit == unit.unit}
        parts.append(f"收到未列入名录的来信（{'、'.join(sorted(filter(None, senders)))}），请确认")
    if unit.status is Status.ATTENTION:
        waiting = [finding for finding in unit.findings if finding.waits_for is WaitsFor.OFFICE]
        parts += dict.fromkeys(finding_words(finding) for finding in waiting)
    if unit.status in (Status.PARTIAL, Status.ATTENTION):
        parts += gap_words(campaign, gaps_of(campaign, unit))
    return "；".join(parts)


def _day(day: object) -> str:
    return f"{day:%m月%d日}".lstrip("0").replace("月0", "月")
