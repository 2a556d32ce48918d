"""The planned mails as pages for reading: one a mail, and an index; nothing is sent."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.message import EmailMessage
from html import escape
from pathlib import Path

from ...domain.reminders import PlannedMail
from ...store.private import make_folder
from ..results.export import write_whole
from ..state.situation import Situation
from .letters import Letter, Letters
from .remind import letter_for, planned

INDEX = "index.html"
_HEAD = (
    '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{font-family:sans-serif;margin:2em}}table{{border-collapse:collapse}}"
    "td,th{{border:1px solid #ccc;padding:4px 8px;text-align:left}}</style></head><body>\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A planned mail as it would be sent; ``time`` is office time."""

    time: datetime
    mail: PlannedMail
    unit_code: str
    letter: Letter

    @property
    def text(self) -> str:
        """The whole text alternative."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The whole HTML alternative."""
        return self._body("html")

    def _body(self, kind: str) -> str:
        read = email.message_from_bytes(self.letter.raw, policy=email.policy.default)
        part = read.get_body((kind,))
        return str(part.get_content()) if isinstance(part, EmailMessage) else ""

    @property
    def filename(self) -> str:
        """A name that every file system takes, in order of time."""
        name = f"{self.time:%Y%m%d-%H%M}-{self.mail.key.campaign}-{self.mail.period}"
        return f"{name}-{self.unit_code}-{self.mail.kind}.html"


def pages_of(here: Situation, letters: Letters, *, start: datetime, end: datetime) -> list[Page]:
    """Write every mail to units between two moments, in the order in which they would go."""
    zone: tzinfo = here.around.zone
    return [
        Page(
            time=mail.time.astimezone(zone),
            mail=mail,
            unit_code=here.campaign.unit(mail.unit).code,
            letter=letter_for(here, mail, letters, here.state(mail.period)),
        )
        for mail in planned(here, start=start, end=end).mails
    ]


def write_pages(folder: Path, pages: Sequence[Page]) -> None:
    """Write the pages and ``index.html`` into a folder, which is made for its owner alone where it is missing.

    :raises OutsideError: when it cannot be written.
    """
    make_folder(folder)
    for page in pages:
        write_whole(folder / page.filename, _page(page).encode())
    write_whole(folder / INDEX, _index(pages).encode())


def _page(page: Page) -> str:
    """The mail's own HTML with its headers above it."""
    attached = "、".join(one.filename for one in page.letter.attachments) or "无"
    lines = (
        ("时间", f"{page.time:%Y-%m-%d %H:%M}"),
        ("收件人", page.mail.to),
        ("主题", page.letter.subject),
        ("附件", attached),
    )
    rows = "".join(f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in lines)
    table = f'<table style="font:14px sans-serif;margin:12px;text-align:left">{rows}</table>\n'
    before, tag, rest = page.html.partition("<body")
    opening, bracket, body = rest.partition(">")
    if not tag:  # an office's own template may write a fragment
        return _HEAD.format(title=escape(page.letter.subject)) + table + page.html + "</body></html>\n"
    return f"{before}{tag}{opening}{bracket}{table}{body}"


def _index(pages: Sequence[Page]) -> str:
    rows = "\n".join(
        f"<tr><td>{page.time:%Y-%m-%d %H:%M}</td><td>{escape(page.mail.unit)}</td><td>{escape(page.mail.to)}</td>"
        f'<td><a href="{escape(page.filename)}">{escape(page.letter.subject)}</a></td></tr>'
        for page in pages
    )
    head = "<tr><th>时间</th><th>单位</th><th>收件人</th><th>主题</th></tr>\n"
    title = f"拟发邮件（{len(pages)}封，尚未发送）"
    return f"{_HEAD.format(title=title)}<h1>{title}</h1>\n<table>{head}{rows}\n</table></body></html>\n"
