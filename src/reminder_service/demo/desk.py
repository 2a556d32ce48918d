"""A unit's desk: what the unit got from the office, and what it makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage

from ..domain.campaign import Campaign
from . import papers, people, printed, scans
from .papers import Paper, Row
from .post import PostOffice
from .texts import DEADLINE, REPORTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Somebody of ``unit`` at work at a moment."""

    campaign: Campaign
    post: PostOffice
    unit: str
    now: datetime

    @property
    def texts(self) -> Mapping[int, str]:
        """What the unit has to report, by item number."""
        return REPORTED.get(self.unit, {})

    def newest(self) -> EmailMessage:
        """Return the newest mail that the unit got from the office and that carries its form."""
        return self._with_form(self.unit)[-1]

    def form_of(self, unit: str) -> bytes:
        """Return the form that came with the office's first mail to a unit."""
        return _attachment(self._with_form(unit)[0])

    def _with_form(self, unit: str) -> list[EmailMessage]:
        mails = [mail for address in people.addresses(unit) for mail in self.post.got(address)]
        code = f"-{self.campaign.unit(unit).code}]"
        return [mail for mail in mails if code in str(mail["Subject"]) and any(mail.iter_attachments())]


GROUP_MEMBER = "高青县图书馆儿童友好实践基地"
"""The body that reports for the group among the units."""

Sheet = Callable[[Desk], Paper]
"""Makes a file at a desk."""


def form(
    *, without: tuple[int, ...] = (), of: str | None = None, more: tuple[Row, ...] = (), name: str = ""
) -> Sheet:
    """The office's own form, filled in.

    :param without: items that are left blank.
    :param of: take another unit's form by mistake.
    """

    def made(desk: Desk) -> Paper:
        texts = {item: text for item, text in desk.texts.items() if item not in without}
        content = papers.filled_form(desk.form_of(of or desk.unit), texts, more)
        return Paper(filename=name or f"{desk.unit}二季度报表.docx", content=content)

    return made


def typed(writer: str, *, name: str) -> Sheet:
    """The table of the notice typed anew by a body that goes by another name."""

    def made(desk: Desk) -> Paper:
        rows = papers.rows_of(desk.campaign, desk.unit, desk.texts)
        return Paper(
            filename=name, content=papers.own_form(desk.campaign, desk.campaign.form.title, writer, rows)
        )

    return made


def sheet(*, name: str) -> Sheet:
    """The table in Excel."""

    def made(desk: Desk) -> Paper:
        rows = papers.rows_of(desk.campaign, desk.unit, desk.texts)
        title = f"{desk.campaign.form.title}（2024年第二季度）"
        return Paper(filename=name, content=papers.own_sheet(desk.campaign, title, desk.unit, rows))

    return made


def scan(*, name: str = "扫描件.pdf") -> Sheet:
    """The form printed, stamped and scanned."""
    return lambda desk: Paper(filename=name, content=scans.scanned_pdf(*_drawn(desk)))


def cover(*, name: str) -> Sheet:
    """Only a stamped cover page, scanned: no table on it."""

    def made(desk: Desk) -> Paper:
        title, _, _, seal, day = _drawn(desk)
        return Paper(filename=name, content=scans.scanned_pdf(title, (), (), seal, day))

    return made


def photo(*, name: str) -> Sheet:
    """The form printed, stamped and photographed."""
    return lambda desk: Paper(filename=name, content=scans.photograph(*_drawn(desk)))


def unstamped(*, name: str) -> Sheet:
    """The form printed to a PDF, without any stamp."""

    def made(desk: Desk) -> Paper:
        title, headings, rows, _, _ = _drawn(desk)
        return Paper(filename=name, content=printed.printed_pdf(title, headings, desk.unit, rows))

    return made


def archive(*inside: Sheet, name: str) -> Sheet:
    """Several files in a zip with names in GBK."""
    return lambda desk: Paper(filename=name, content=papers.gbk_zip([one(desk) for one in inside]))


def damaged(inner: Sheet) -> Sheet:
    """A file that was torn on its way."""

    def made(desk: Desk) -> Paper:
        whole = inner(desk)
        return Paper(filename=whole.filename, content=papers.torn(whole.content))

    return made


def ledger(*, name: str) -> Sheet:
    """The unit's own list of activities, with other columns than the form's."""
    rows = (
        ("序号", "活动日期", "活动名称", "责任单位", "参加人数"),
        ("1", "2024年4月18日", "儿童议事会", "芦湖街道", "46"),
        ("2", "2024年5月11日", "亲子阅读", "芦湖街道", "80"),
        ("3", "2024年6月1日", "“六一”游园", "芦湖街道", "210"),
    )
    content = papers.word_table("芦湖街道儿童友好活动台账", "统计时间：2024年6月", rows)
    return lambda desk: Paper(filename=name, content=content)


def row_for(campaign_item: int, name: str, unit: str) -> Row:
    """A row that is another unit's to report."""
    return (str(campaign_item), name, unit, REPORTED[unit][campaign_item], DEADLINE)


def _drawn(desk: Desk) -> tuple[str, list[str], list[Row], str, date]:
    campaign = desk.campaign
    headings = [column.heading for column in campaign.form.columns]
    rows = papers.rows_of(campaign, desk.unit, desk.texts)
    seal = GROUP_MEMBER if campaign.unit(desk.unit).group else campaign.unit(desk.unit).full_name
    return campaign.form.title, headings, rows, seal, desk.now.date()


def _attachment(mail: EmailMessage) -> bytes:
    part = next(part for part in mail.iter_attachments() if str(part.get_filename()).endswith(".docx"))
    content = part.get_content()
    assert isinstance(content, bytes)
    return content
