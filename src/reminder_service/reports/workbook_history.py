"""The sheets that look back: 变更记录, what changed between frozen versions; 历次对比, each text over the periods."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

from reminder_service.domain.state import Status
from reminder_service.domain.versions import Change, Revision

from .texts import moment_words
from .workbook_lists import Heading, Line, Link, Originals, write_list
from .workbook_words import STATUS_WORDS, decided_words, place_words_of

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
            Link(text=change.filename, document=change.document) if change.document else "",
            place_words_of(change.page, change.row) if change.page else "",
            decided_words(change.decisions),
        )


def _said(change: Change, text: str) -> str:
    if change.about != "status":
        return text or "（无）"
    status, _, late = text.partition("+")
    return (STATUS_WORDS[Status(status)] if status else "（无）") + ("（迟报）" if late else "")
