"""What a spectator sees: the days passing, what goes out and comes in, and how it ends."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from rich import box
from rich.console import Console
from rich.table import Table

from ..domain.state import PeriodState, Status, UnitState
from ..store import OutboxMail
from .stories import Story

_WEEKDAYS = "一二三四五六日"
_KINDS = {
    "first_notice": "首次通知",
    "reminder": "催报",
    "due_today": "当日提醒",
    "overdue": "逾期催报",
    "receipt": "回执",
    "digest": "日报",
}
WORDS = {
    Status.COMPLETE: "已报齐",
    Status.ATTENTION: "待核",
    Status.PARTIAL: "缺件",
    Status.MISSING: "未报",
    Status.UNKNOWN: "情况不明",
}
_COLOURS = {Status.COMPLETE: "green", Status.MISSING: "red"}
_PAUSE = 0.7
_NAMED = 4


class Show:
    """Prints; pauses after each day unless ``fast``."""

    def __init__(self, *, fast: bool) -> None:
        made = Console(highlight=False)
        self.console = made if made.is_terminal else Console(highlight=False, width=150)
        self._fast = fast

    def opening(self) -> None:
        """Say what is going to happen."""
        self.console.print(
            "A sandbox: 18 units, real IMAP and SMTP servers on this machine, the second quarter of 2024 in fast motion.\n"
            "[green]→[/] the office sends   [cyan]←[/] arrives at the office   [red]✗[/] refused"
        )

    def day(self, day: date, step: str) -> None:
        """Begin a day."""
        title = f"{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}" + (f"　{step}" if step else "")
        self.console.rule(f"[bold]{title}[/]", align="left", characters="─")

    def arrived(self, at: datetime, unit: str, says: str) -> None:
        """Tell what came in."""
        self.console.print(f"{at:%H:%M} [cyan]←[/] {unit + '：' if unit else ''}{says}")

    def sent(self, at: datetime, mails: Sequence[OutboxMail]) -> None:
        """Tell what went out, mails of one kind together; the digest by its subject."""
        for mail in mails:
            if mail.failed_at is not None:
                self.console.print(f"{at:%H:%M} [red]✗[/] {mail.unit}：{mail.to} 被拒收")
        for kind, count in Counter(mail.kind for mail in mails if mail.state == "sent").items():
            same = [mail for mail in mails if mail.kind == kind and mail.state == "sent"]
            self.console.print(f"{at:%H:%M} [green]→[/] {_KINDS.get(kind, kind)} {_whom(kind, count, same)}")

    def errors(self, errors: Iterable[str]) -> None:
        """Tell what a job could not do."""
        for error in errors:
            self.console.print(f"      [yellow]{_plain(error)}[/]")

    def pause(self) -> None:
        """Let the spectator read."""
        if not self._fast:
            time.sleep(_PAUSE)

    def ending(self, state: PeriodState, stories: Sequence[Story]) -> None:
        """Show every unit's state beside the one its story calls for."""
        table = Table(title="", box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("", "单位", "它的季度", "应为", "实为", "说明"):
            table.add_column(heading, overflow="fold")
        for story in stories:
            unit = state.unit(story.unit)
            good = ends_well(story, unit)
            table.add_row(
                "[green]✓[/]" if good else "[red]✗[/]",
                story.unit,
                story.tells,
                _state_words(story.ends, late=story.late),
                _state_words(unit.status, late=unit.late),
                _plain("；".join(dict.fromkeys(finding.detail for finding in unit.findings))),
            )
        self.console.print(table)

    def result(self, path: str, what: str) -> None:
        """Name a file that was left."""
        self.console.print(f"  {path}  [dim]{what}[/]", soft_wrap=True)


def ends_well(story: Story, unit: UnitState) -> bool:
    """Whether a unit ended as its story calls for: state, lateness and the findings it names."""
    codes = {finding.code for finding in unit.findings}
    return unit.status is story.ends and unit.late == story.late and story.findings <= codes


def _whom(kind: str, count: int, mails: Sequence[OutboxMail]) -> str:
    if kind == "digest":
        return _plain(mails[0].subject)
    names = "、".join(mail.unit or mail.to for mail in mails[:_NAMED])
    return f"{count} 封：{names}{' 等' if count > _NAMED else ''}"


def _state_words(status: Status, *, late: bool) -> str:
    colour = _COLOURS.get(status, "yellow")
    return f"[{colour}]{WORDS[status]}[/]" + ("（迟报）" if late else "")


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
