"""The sheets that look back: 变更记录, what changed between frozen versions; 历次对比, each text over the periods."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

from reminder_service.domain.campaign import Campaign
from reminder_service.domain.compare import figures
from reminder_service.domain.state import PeriodState, Status
from reminder_service.domain.texts import bare
from reminder_service.domain.versions import Change, Revision

from .texts import moment_words
from .workbook_lists import FileName, Heading, Line, Link, Marked, Originals, Value, write_list
from .workbook_words import STATUS_WORDS, decided_words, duty_of, marked_measures, place_words_of

_CHANGES = (
    Heading(text="版本", width=13, centred=True),
    Heading(text="单位", width=20),
    Heading(text="序号", width=6, centred=True),
    Heading(text="事项", width=11, centred=True),
    Heading(text="原内容", width=42),
    Heading(text="现内容", width=42),
    Heading(text="来源文件", width=20),
    Heading(text="来源位置", width=14.5, centred=True),
    Heading(text="人工认定", width=11, centred=True),
)
_ABOUT = {"measures": "措施及进度", "deadline": "完成时限", "status": "报送状态"}
_MOST_PERIODS = 4
_TEXTS_WIDTH = 110.0
_TONES = {
    "missing": "FFFFC7CE",
    "new": "FFE2EFDA",
    "same": "FFFFEB9C",
    "wording": None,
    "changed": "FFDDEBF7",
}
NOT_FROZEN = "未定稿"


def write_changes(
    sheet: Any, revisions: Sequence[Revision], zone: tzinfo | None, originals: Originals | None
) -> None:
    """Write 变更记录: a row per difference, the newest version first."""
    lines = (line for one in reversed(revisions) for line in _change_lines(one, zone))
    write_list(sheet, _CHANGES, lines, originals)


def _change_lines(revision: Revision, zone: tzinfo | None) -> Iterator[Line]:
    name = NOT_FROZEN if revision.version is None else f"第{revision.version}版"
    version = f"{name}\n{moment_words(revision.at, zone)}"
    for change in revision.changes:
        yield (
            version,
            change.unit,
            change.item if change.item is not None else "",
            _ABOUT[change.about],
            _said(change, change.old),
            _said(change, change.new),
            FileName(text=change.filename, document=change.document) if change.document else "",
            _place(change),
            decided_words(change.decisions),
        )


def _place(change: Change) -> Value:
    if not change.page:
        return Link(text="原件", document=change.document) if change.document else ""
    return Link(text=place_words_of(change.page, change.row), document=change.document)


def _said(change: Change, text: str) -> str:
    if change.about != "status":
        return text or "（无）"
    status, _, late = text.partition("+")
    return (STATUS_WORDS[Status(status)] if status else "（无）") + ("（迟报）" if late else "")


def write_history(sheet: Any, campaign: Campaign, states: Sequence[PeriodState]) -> None:
    """Write 历次对比: a row per duty, its text in each period, and how the newest differs from the one before.

    :param states: the periods, oldest first; the last is the workbook's own.
    """
    shown = states[-_MOST_PERIODS:]
    text = _TEXTS_WIDTH / len(shown)
    headings = (
        Heading(text="序号", width=6, centred=True),
        Heading(text="实事名称", width=20),
        Heading(text="责任单位", width=20),
        *(Heading(text=state.period.title, width=text) for state in shown),
        Heading(text="与上期相比", width=26),
    )
    write_list(sheet, headings, _history_lines(campaign, shown), None)


def _history_lines(campaign: Campaign, states: Sequence[PeriodState]) -> Iterator[Line]:
    for item in campaign.items:
        for unit in item.units:
            duties = [duty_of(state, unit, item.number) for state in states]
            texts = [duty.measures.strip() if duty.measures else "" for duty in duties]
            words, tone = compared(texts[-2], texts[-1])
            yield (
                item.number,
                item.name,
                unit,
                *(text or "—" for text in texts[:-1]),
                Marked(text=marked_measures(states[-1].unit(unit), duties[-1]), fill=_TONES[tone]),
                Marked(text=words, fill=_TONES[tone]),
            )


def compared(before: str, now: str) -> tuple[str, str]:
    """Say how a text differs from the one of the period before, and in which tone: ``same``, ``changed`` and others.

    A text that was only handed in again is the one to look at: the quarter's work may not be in it.
    """
    if not now:
        return ("本期尚无内容" if before else "两期均无内容", "missing")
    if not before:
        return ("上期未报，本期新报", "new")
    if bare(before) == bare(now):
        return ("与上期完全相同，请核实", "same")
    old, new = Counter(figures(before)), Counter(figures(now))
    if old == new:
        return ("文字有变，数据未变", "wording")
    gone, came = ("、".join((left - right).elements()) or "无" for left, right in ((old, new), (new, old)))
    return (f"数据有变：{gone} → {came}", "changed")
