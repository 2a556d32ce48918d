"""The work ledger (工作台账) as a workbook and as a Word file."""

from collections.abc import Sequence
from datetime import UTC, datetime

from docx.shared import Cm
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from reminder_service.domain.campaign import Campaign, Column, ColumnKey
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.ledger import LedgerLine, LedgerStatus

from . import docx_style as style
from . import form_docx as form
from .docx_package import describe, set_custom_property, to_bytes
from .docx_style import landscape_form
from .form_table import FormLine, Line, add_table, cell_lines
from .texts import moment_words, safe_text
from .workbook import saved
from .workbook_lists import Heading, write_list
from .workbook_print import measure_by_arial
from .workbook_words import target_words

_XLSX = (
    Heading(text="序号", width=6, centred=True),
    Heading(text="实事名称", width=18),
    Heading(text="工作内容", width=34),
    Heading(text="责任单位", width=18, centred=True),
    Heading(text="责任科室", width=12, centred=True),
    Heading(text="责任人", width=14, centred=True),
    Heading(text="目标", width=20),
    Heading(text="进度", width=46),
    Heading(text="完成时限", width=14, centred=True),
    Heading(text="状态", width=10, centred=True),
)
_DOCX = (
    # In hundredths of the page: eleven figures of a telephone stand in one line, and so does a short unit's name.
    Column(key=ColumnKey.NUMBER, heading="序号", width=5),
    Column(key=ColumnKey.NAME, heading="实事名称及工作内容", width=17),
    Column(key=ColumnKey.UNITS, heading="责任单位", width=8),
    Column(key=ColumnKey.EXTRA_1, heading="责任科室", width=6.5),
    Column(key=ColumnKey.EXTRA_2, heading="责任人", width=12),
    Column(key=ColumnKey.EXTRA_3, heading="目标", width=10),
    Column(key=ColumnKey.MEASURES, heading="进度", width=28.5),
    Column(key=ColumnKey.DEADLINE, heading="完成时限", width=7.5),
    Column(key=ColumnKey.EXTRA_4, heading="状态", width=5.5),
)
STATUS_WORDS = {
    LedgerStatus.REPORTED: "已报",
    LedgerStatus.PENDING: "待核",
    LedgerStatus.WAIVED: "免报",
    LedgerStatus.FINISHED: "已销号",
    LedgerStatus.MISSING: "未报",
    LedgerStatus.UNKNOWN: "情况不明",
}
"""Where a duty stands, in words."""

OVERDUE = "（逾期：时限已过，未见完成）"


def ledger_title(campaign: Campaign, year: str) -> str:
    """Say whose ledger it is: ``妇儿实事工作台账（2024年）``."""
    return f"{campaign.short_name}工作台账（{year}年）"


def ledger_xlsx(campaign: Campaign, lines: Sequence[LedgerLine], *, year: str, at: datetime) -> bytes:
    """Return the ledger as xlsx, a row for each duty; the same arguments give the same bytes."""
    book = Workbook(write_only=True)
    measure_by_arial(book)
    write_list(
        book.create_sheet("工作台账"),
        _XLSX,
        (
            (
                line.item.number,
                line.item.name,
                line.item.text,
                line.unit,
                _departments(line),
                _people(line),
                _targets(line),
                _progress(line),
                deadline_words(line),
                STATUS_WORDS[line.status],
            )
            for line in lines
        ),
        None,
    )
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    book.properties.creator = safe_text(campaign.issuer)
    book.properties.title = safe_text(ledger_title(campaign, year))
    book.custom_doc_props.append(StringProperty(name=REPORT_PROPERTY, value=f"{campaign.id}:{year}"))
    return saved(book)


def ledger_docx(campaign: Campaign, lines: Sequence[LedgerLine], *, year: str, at: datetime) -> bytes:
    """Return the ledger as docx, a row for each duty; the same arguments give the same bytes."""
    title = ledger_title(campaign, year)
    document = landscape_form(style.LIST_SIZE)
    form.add_title(document, title)
    basis = f"依据：{campaign.document_number}" if campaign.document_number else ""
    form.add_line(document, basis, f"截至：{moment_words(at, at.tzinfo)}")
    rows = [_form_line(line) for line in lines]
    add_table(document, _DOCX, rows, least_height=Cm(1), tallest_whole=style.TALLEST_WHOLE_IN_LIST)
    form.add_footer(document, title)
    set_custom_property(document, REPORT_PROPERTY, f"{campaign.id}:{year}")
    describe(document, title=title, author=campaign.issuer, keywords=campaign.short_name, at=at)
    return to_bytes(document)


def _form_line(line: LedgerLine) -> FormLine:
    # What an item asks for stands once, at its first unit: else it fills the page at every unit.
    name = [Line(text=safe_text(line.item.name), strong=True)]
    if line.unit == line.item.units[0] and line.item.text != line.item.name:
        name += cell_lines(line.item.text)
    return FormLine(
        cells={
            ColumnKey.NUMBER: cell_lines(str(line.item.number)),
            ColumnKey.NAME: name,
            ColumnKey.UNITS: cell_lines(line.unit),
            ColumnKey.EXTRA_1: cell_lines(_departments(line)),
            ColumnKey.EXTRA_2: cell_lines(_people(line)),
            ColumnKey.EXTRA_3: cell_lines(_targets(line)),
            ColumnKey.MEASURES: cell_lines(_progress(line)),
            ColumnKey.DEADLINE: cell_lines(deadline_words(line)),
            ColumnKey.EXTRA_4: cell_lines(STATUS_WORDS[line.status]),
        }
    )


def _departments(line: LedgerLine) -> str:
    return "\n".join(dict.fromkeys(one.department for one in line.contacts if one.department))


def _people(line: LedgerLine) -> str:
    return "\n".join("\n".join(filter(None, (one.name, one.phone))) for one in line.contacts if one.name)


def _targets(line: LedgerLine) -> str:
    return "\n".join(f"{target.text}{target_words(target)}" for target in line.targets)


def _progress(line: LedgerLine) -> str:
    said = [one for one in line.progress if one.text]
    if len(line.progress) == 1:
        return "".join(one.text for one in said)
    return "\n".join(f"【{one.period.title}】{one.text}" for one in said)


def deadline_words(line: LedgerLine) -> str:
    """Say by when a duty is to be done, the deadline before if it was put off, and that it passed."""
    before = f"（原为{line.slipped}）" if line.slipped else ""
    return "\n".join(filter(None, (line.deadline, before, OVERDUE if line.overdue else "")))
