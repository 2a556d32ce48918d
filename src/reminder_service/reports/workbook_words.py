"""What the workbook and the official form say about a duty, a unit, a finding, in official Chinese."""

from collections import Counter
from collections.abc import Sequence

from reminder_service.domain.campaign import Campaign, ColumnKey, Item, Target, Version
from reminder_service.domain.reminders import gaps_of
from reminder_service.domain.seals import SealFinding, SealVerdict
from reminder_service.domain.signatures import signature_words
from reminder_service.domain.state import (
    DutyState,
    Finding,
    PeriodState,
    Source,
    Status,
    TrayEntry,
    UnitState,
    WaitsFor,
)
from reminder_service.domain.summary import gap_words
from reminder_service.domain.wording import let_off_words

from .texts import moment_words

PENDING = "（待核）"
EDITED = "打印稿文字经办公室改写"
MAYBE = "可能已报"

STATUS_WORDS = {
    Status.COMPLETE: "已报齐",
    Status.ATTENTION: "待核",
    Status.PARTIAL: "缺件",
    Status.MISSING: "未报",
    Status.UNKNOWN: "邮箱未读取（情况不明）",
}
WAITS_FOR_WORDS = {WaitsFor.UNIT: "单位", WaitsFor.OFFICE: "办公室", WaitsFor.NOBODY: "无需处理"}

_SEAL_WORDS = {
    SealVerdict.SEEN: "已见公章",
    SealVerdict.NOT_SEEN: "未见公章，请人工核对",
    SealVerdict.CANNOT_TELL: "公章请人工核对",
}
_DUTY_WORDS = {
    "blank_measures": "未报（进展情况未填写）",
    "row_missing": "未报（报表中无此项）",
    "reported_by_another": "由其他单位代报（待确认）",
}


def measures_parts(state: PeriodState, item: Item) -> tuple[tuple[str, str], ...]:
    """Return each unit's name (``县妇联：``) with what is printed of it; an item of one unit has no name before it."""
    duties = [(state.unit(unit), duty_of(state, unit, item.number)) for unit in item.units]
    if len(duties) == 1:
        unit, duty = duties[0]
        return (("", printed_words(unit, duty) + (PENDING if duty.pending else "")),)
    return tuple(
        (f"{unit.unit}{PENDING if duty.pending else ''}：", printed_words(unit, duty))
        for unit, duty in duties
    )


def marked_measures(unit: UnitState, duty: DutyState) -> str:
    """Return the text of a duty, with a mark where its document waits for the office."""
    return measures_words(unit, duty) + (PENDING if duty.pending else "")


def deadline_of_item(state: PeriodState, item: Item) -> str:
    """Return the deadline of an item once if every unit that reported gave the same, else each under its name."""
    duties = [duty_of(state, unit, item.number) for unit in item.units]
    given = {duty.unit: (duty.deadline or "").strip() for duty in duties}
    said = {duty.unit: given[duty.unit] for duty in duties if duty.measures is not None or given[duty.unit]}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "")
    return "\n".join(f"{unit}：\n{deadline}" for unit, deadline in said.items() if deadline)


def extra_of_item(state: PeriodState, item: Item, key: ColumnKey) -> str:
    """Return what units wrote into an extra column, under their names where several report on the item."""
    said = {unit: dict(duty_of(state, unit, item.number).extras).get(key, "") for unit in item.units}
    if len(item.units) == 1:
        return next(iter(said.values()))
    return "\n".join(f"{unit}：\n{text}" for unit, text in said.items() if text)


def duty_of(state: PeriodState, unit: str, item: int) -> DutyState:
    """Return the state of one duty; one that the state does not list is not reported."""
    duties = state.unit(unit).duties
    return next((duty for duty in duties if duty.item == item), DutyState(item=item, unit=unit))


def measures_words(unit: UnitState, duty: DutyState) -> str:
    """Return the reported text of a duty, or why there is none."""
    if duty.measures is not None:
        return duty.measures.strip("\n")
    if duty.waived is not None:
        return let_off_words(duty)
    return _unreported(unit, duty)


def printed_words(unit: UnitState, duty: DutyState) -> str:
    """Return what the form prints of a duty: the office's edit where there is one, else what was reported."""
    return duty.printed if duty.printed is not None else measures_words(unit, duty)


def _unreported(unit: UnitState, duty: DutyState) -> str:
    """Say 未报 only where that is certain: what waits for the office may hold the text."""
    if unit.maybe_reported:
        return "可能已报（待确认）"
    if unit.status is Status.UNKNOWN:
        return "情况不明（邮箱未读取）"
    for finding in unit.findings:
        if finding.item == duty.item and finding.code in _DUTY_WORDS:
            return _DUTY_WORDS[finding.code]
    if unit.status is Status.ATTENTION:
        return "待核（已收材料，内容未确认）"
    if unit.stamped and not unit.electronic:
        return "未报电子版（已收盖章版）"
    return "未报"


def status_words(unit: UnitState) -> str:
    """Say where a unit stands; one for which the tray may hold the report is not called 未报."""
    return MAYBE if unit.maybe_reported else STATUS_WORDS[unit.status]


def version_words(campaign: Campaign, state: PeriodState, unit: UnitState, which: Version) -> str:
    """Say when a version came, its file name, and what is special about it; or why there is none."""
    version = unit.electronic if which is Version.ELECTRONIC else unit.stamped
    if version is None:
        return _no_version(campaign, unit, which)
    marks = (
        version.channel if version.channel != "邮件" else "",
        _seal_words(version.seal) if which is Version.STAMPED else "",
        signature_words(version.signatures),
        *version.notes,
        "待核" if version.pending else "",
    )
    about = "；".join(filter(None, marks))
    received = moment_words(version.received_at, state.as_of.tzinfo)
    return "\n".join(filter(None, (received, version.filename, f"（{about}）" if about else "")))


def _no_version(campaign: Campaign, unit: UnitState, which: Version) -> str:
    if which not in campaign.versions:
        return "无须报送"
    if unit.duties and all(duty.waived is not None for duty in unit.duties):
        return "免报"
    if unit.maybe_reported:
        return "待确认"
    return "情况不明" if unit.status is Status.UNKNOWN else "未收"


def _seal_words(seal: SealFinding | None) -> str:
    if seal is None:
        return ""
    return "，".join(filter(None, (_SEAL_WORDS.get(seal.verdict, ""), seal.note)))


def received_words(unit: UnitState, state: PeriodState) -> str:
    """Say when the last version in force came, or nothing."""
    moments = [version.received_at for version in (unit.electronic, unit.stamped) if version]
    return moment_words(max(moments), state.as_of.tzinfo) if moments else ""


def lacking_words(campaign: Campaign, state: PeriodState, unit: UnitState) -> str:
    """Say what is lacking, a line each, after what excuses or explains it."""
    lines = []
    if unit.extended:
        reason = f"（{unit.extended.reason}）" if unit.extended.reason else ""
        lines.append(f"延期至{unit.extended.until:%Y-%m-%d}{reason}")
    if unit.promised_until:
        lines.append(f"承诺{unit.promised_until:%Y-%m-%d}前报送")
    if unit.status is Status.COMPLETE:
        return "\n".join(lines)
    if unit.maybe_reported:
        return "\n".join([*lines, "可能已报：收到未列入名录的来信，请确认"])
    if unit.status is Status.UNKNOWN:
        return "\n".join([*lines, "邮箱未读取，是否报送情况不明"])
    lines += gap_words(campaign, gaps_of(campaign, unit))
    waiting = sum(finding.waits_for is WaitsFor.OFFICE for finding in unit.findings)
    if waiting:
        lines.append(f"有{waiting}个问题待办公室核实，见“问题清单”")
    return "\n".join(dict.fromkeys(lines))


def place_words(source: Source | None) -> str:
    """Say where a text stands: ``第2页第3行``."""
    if source is None:
        return ""
    return place_words_of(source.page, source.row) + ("（文字识别）" if source.recognised else "")


def place_words_of(page: int, row: int) -> str:
    """Say a place by its numbers."""
    return f"第{page}页第{row}行"


def decided_words(numbers: Sequence[int]) -> str:
    """Say which decisions of the office a text rests on: ``认定第3、5号``; nothing where there is none."""
    return f"认定第{'、'.join(map(str, numbers))}号" if numbers else ""


def target_words(target: Target) -> str:
    """Say what the notice sets: ``≥85%``, ``20场次``."""
    sign = "≥" if target.comparator == ">=" else ""
    return f"{sign}{target.value.normalize():f}{target.measure}"


def tray_words(entry: TrayEntry, state: PeriodState) -> str:
    """Say what lies in the tray: sender, subject, time."""
    received = moment_words(entry.received_at, state.as_of.tzinfo) if entry.received_at else ""
    parts = (
        f"发件人：{entry.sender}" if entry.sender else "",
        f"主题：{entry.subject}" if entry.subject else "",
        f"收到时间：{received}" if received else "",
    )
    return "；".join(filter(None, parts))


def other_tray_entries(state: PeriodState) -> Sequence[TrayEntry]:
    """Return the tray without what already stands among the findings of a unit."""
    known = {_about(unit.unit, finding) for unit in state.units for finding in unit.findings}
    anywhere = {(code, document) for _, code, document in known if document}
    return [
        entry
        for entry in state.tray
        if (entry.reason, entry.document) not in anywhere
        and (entry.suggested_unit or "", entry.reason, entry.document) not in known
    ]


def _about(unit: str, finding: Finding) -> tuple[str, str, str | None]:
    return (unit, finding.code, finding.document)


def note_words(state: PeriodState) -> str:
    """Say under the form which period it is, as of when, how many units are in, and whether that is sure."""
    counted = Counter(status_words(unit) for unit in state.units)
    order = dict.fromkeys((*STATUS_WORDS.values(), MAYBE))
    always = (STATUS_WORDS[Status.COMPLETE], STATUS_WORDS[Status.MISSING])
    counts = [f"{words}{counted[words]}家" for words in order if counted[words] or words in always]
    sure = (
        f"报送邮箱未能正常读取（{state.mailbox.reason or '原因不明'}），以上情况可能不全。"
        if state.mailbox.blind
        else ""
    )
    return (
        f"注：报送期为{state.period.title}，截止日期{state.due:%Y-%m-%d}；"
        f"统计截至{moment_words(state.as_of, state.as_of.tzinfo)}，"
        f"应报单位{len(state.units)}家，其中{'、'.join(counts)}。{sure}"
    )
