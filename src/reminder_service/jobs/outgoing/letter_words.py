"""What the letters say, as plain words for the templates: dates, gaps with their cures, files, groups.

Only a unit's own things are put into words for it: a file or finding that waits for the office may be another
unit's, so a unit only learns that something is being looked at.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo

from reminder_service.domain.campaign import Campaign, Version
from reminder_service.domain.documents import Kind
from reminder_service.domain.escalation import Escalation
from reminder_service.domain.incoming import Attribution, IncomingDocument
from reminder_service.domain.periods import Period
from reminder_service.domain.reminders import Gaps
from reminder_service.domain.state import ReceivedVersion, Returned, UnitState, WaitsFor
from reminder_service.domain.submissions import is_supporting, version_of
from reminder_service.domain.summary import UnitLine, gap_words
from reminder_service.domain.wording import item_words

_WEEKDAYS = "一二三四五六日"
_LONGEST = 300
_LONGEST_NAME = 80
_VERSIONS = {
    Version.ELECTRONIC: "电子版报表（Word文档）",
    Version.STAMPED: "盖章PDF版（打印、加盖公章后扫描）",
}
_ROWS = frozenset({"blank_measures", "row_missing", "refers_elsewhere"})
_RETURNED = "returned"


def plain(text: str, longest: int = _LONGEST) -> str:
    """Return outside text on one line, without characters that hide or turn round what is written."""
    line = " ".join("".join(" " if char.isspace() else char for char in text if _shows(char)).split())
    return line if len(line) <= longest else f"{line[: longest // 2]}…{line[-(longest // 2) :]}"


def _shows(char: str) -> bool:
    return char.isspace() or not unicodedata.category(char).startswith("C")


def day_words(day: date) -> str:
    """Say a day: ``6月28日``."""
    return f"{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """Say the day of the week: ``星期五``."""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def weekday_words(day: date) -> str:
    """Say a day with its weekday: ``6月28日（星期五）``."""
    return f"{day_words(day)}（{weekday(day)}）"


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """Say a moment in office time: ``6月20日 10:12``."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def version_lines(campaign: Campaign) -> list[str]:
    """Say what is to be handed in, a line for each version."""
    return [_VERSIONS[version] for version in campaign.versions]


def item_lines(campaign: Campaign, state: UnitState) -> list[dict[str, object]]:
    """Give the items that a unit has to report on: ``number`` and ``name``, without those it was let off."""
    waived = {duty.item for duty in state.duties if duty.waived is not None}
    return [
        {"number": item.number, "name": item.name}
        for item in campaign.items_of(state.unit)
        if item.number not in waived
    ]


def received_words(state: UnitState, zone: tzinfo) -> list[str]:
    """Say which versions of a unit are in, without what still waits for the office."""

    def line(what: str, version: ReceivedVersion) -> str:
        came = moment_words(version.received_at, zone)
        return f"{what}：{plain(version.filename, _LONGEST_NAME)}（{came}收到）"

    electronic, stamped = (
        version if version and not version.pending and not _waits(state, version.document) else None
        for version in (state.electronic, state.stamped)
    )
    if electronic and stamped and electronic.document == stamped.document:
        return [line("电子版和盖章版", electronic)]
    both = (("电子版报表", electronic), ("盖章版", stamped))
    return [line(what, version) for what, version in both if version]


def gap_lines(campaign: Campaign, gaps: Gaps, *, told: str = "") -> list[str]:
    """Say what a unit lacks, a line each.

    :param told: a reason that the mail gives already and that no line repeats.
    """
    findings = tuple(
        replace(one, detail=one.detail.removesuffix(f"：{told}")) if told and one.code == _RETURNED else one
        for one in gaps.findings
    )
    return [plain(words) for words in gap_words(campaign, replace(gaps, findings=findings))]


def cures(campaign: Campaign, gaps: Gaps, period: Period, *, form_attached: bool) -> list[str]:
    """Say how to mend what lacks, each way once."""
    codes = {finding.code for finding in gaps.findings}
    lines = []
    if gaps.electronic:
        form = "填写附件中的报表" if form_attached else "填写报表"
        lines.append(f"电子版：{form}，以Word（或Excel）文件发送，不要转成图片。")
    if gaps.stamped:
        lines.append("盖章PDF版：将填好的报表打印、加盖公章，扫描为PDF发送，各页齐全。")
    back = [finding.versions for finding in gaps.findings if finding.code == _RETURNED]
    if back:
        lines.append(f"退回的材料：{_mended(back)}")
    if codes & _ROWS:
        again = "电子版和盖章版" if Version.STAMPED in campaign.versions else "电子版"
        lines.append(
            f"内容不全的事项：补充填写后重新发送{again}；{period.this}无进展的，请注明“{period.this}无进展”。"
        )
    if "unreadable" in codes:
        lines.append("无法打开的文件：请去除密码或重新导出后发送。")
    if "link_only" in codes:
        lines.append("附件链接：请改用普通附件发送，不用“超大附件”或网盘链接。")
    return lines


def _mended(back: Sequence[tuple[Version, ...]]) -> str:
    """Say how to mend files that were given back: what was both versions in one is sent again as it was."""
    if all(len(versions) > 1 for versions in back):
        return "按退回原因更正后重新加盖公章发送，两个版本内容保持一致。"
    what = "盖章PDF版" if set(back) == {(Version.STAMPED,)} else "报表"
    return f"按退回原因更正{what}后重新发送；与之对应的另一版本如有同样问题，请一并更正。"


def escalation_words(letter: Escalation) -> dict[str, object]:
    """Say who is silent and who lacks what, a line each."""

    def line(one: UnitLine) -> str:
        return plain(f"{one.unit}：{one.words}" if one.words else one.unit)

    return {
        "period": letter.period.title,
        "due": weekday_words(letter.due),
        "addressee": plain(letter.addressee),
        "missing": [line(one) for one in letter.missing],
        "partial": [line(one) for one in letter.partial],
    }


def returned_words(campaign: Campaign, returned: Returned | None, zone: tzinfo) -> dict[str, object] | None:
    """Say what was given back: ``file``, when it ``came``, the ``items`` (none: all of it) and the ``reason``."""
    if returned is None:
        return None
    return {
        "file": plain(returned.filename, _LONGEST_NAME),
        "came": moment_words(returned.received_at, zone),
        "items": [item_words(campaign, item) for item in returned.back.items],
        "reason": plain(returned.back.reason),
    }


def is_checking(state: UnitState) -> bool:
    """Whether something about the unit waits for the office."""
    return any(finding.waits_for is WaitsFor.OFFICE for finding in state.findings)


def file_lines(attributions: Sequence[Attribution], state: UnitState) -> list[dict[str, str]]:
    """Say of each file of a mail as what it was taken: ``name`` and ``taken``."""
    return [{"name": _name(one.document), "taken": _taken(one, attributions, state)} for one in attributions]


def _name(document: IncomingDocument | None) -> str:
    return plain(document.filename, _LONGEST_NAME) if document else "附件链接"


def _taken(one: Attribution, beside: Sequence[Attribution], state: UnitState) -> str:
    document = one.document
    if document is None:
        return "链接会过期，文件未收到"
    problem = document.reading.problem
    if problem:
        return "无法打开（加密或损坏）" if problem.code == "unreadable" else "已收到，待我办查看"
    waits = one.doubt is not None or _waits(state, document.document)
    if waits and version_of(document) is None:
        return "待我办核对"
    what = _kind_words(document, one, beside)
    return f"{what}，待我办核对" if waits else what


def _kind_words(document: IncomingDocument, one: Attribution, beside: Sequence[Attribution]) -> str:
    version = version_of(document)
    if version is Version.ELECTRONIC:
        return "电子版报表，兼作盖章版" if document.reading.red_picture else "电子版报表"
    if version is None or (document.form is None and is_supporting(one, beside)):
        return "附带材料"
    return "盖章版（图片）" if document.reading.kind is Kind.IMAGE else "盖章版"


def accepted_lines(campaign: Campaign, attributions: Sequence[Attribution], state: UnitState) -> list[str]:
    """Name the items whose text was taken from these files and waits for nobody."""
    files = {one.document.document for one in attributions if one.document and not one.doubt}
    lacking = {finding.item for finding in state.findings if finding.waits_for is WaitsFor.UNIT}
    return [
        item_words(campaign, duty.item)
        for duty in state.duties
        if duty.source
        and duty.source.document in files
        and duty.item not in lacking
        and not duty.pending
        and not _waits(state, duty.source.document)
    ]


def _waits(state: UnitState, document: str) -> bool:
    return any(
        finding.document == document and finding.waits_for is WaitsFor.OFFICE for finding in state.findings
    )


def join(names: Iterable[str]) -> str:
    """Join names as Chinese does."""
    return "、".join(names)
