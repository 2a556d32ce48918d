"""The year's end: each item with its periods side by side, the targets reached, deadlines that slipped; xlsx and docx."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from docx.shared import Cm
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from reminder_service.domain.campaign import EXTRA_COLUMNS, Campaign, Column, ColumnKey, Item
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.ledger import LedgerLine
from reminder_service.domain.progress import TargetProgress
from reminder_service.domain.state import PeriodState, Status

from . import docx_style as style
from . import form_docx as form
from .docx_package import describe, set_custom_property, to_bytes
from .docx_style import landscape_form
from .form_table import FormLine, Line, add_table, cell_lines
from .ledger import STATUS_WORDS, deadline_words
from .texts import moment_words, safe_text
from .workbook import saved
from .workbook_lists import Heading, write_list
from .workbook_lists import Line as ListLine
from .workbook_print import measure_by_arial
from .workbook_targets import done_words, write_targets
from .workbook_words import duty_of, measures_words, target_words

_SIDE_BY_SIDE = len(EXTRA_COLUMNS)


def year_title(campaign: Campaign, year: str) -> str:
    """Say what the summary is: ``妇儿实事年度完成情况（2024年）``."""
    return f"{campaign.short_name}年度完成情况（{year}年）"


def summary_xlsx(
    campaign: Campaign,
    states: Sequence[PeriodState],
    lines: Sequence[LedgerLine],
    targets: Sequence[TargetProgress],
    *,
    year: str,
    at: datetime,
) -> bytes:
    """Return the summary as xlsx: a row for each duty, then the targets, then how each period was reported on.

    :param states: the periods of the year, oldest first.
    :param lines: the ledger of the same periods.
    """
    book = Workbook(write_only=True)
    measure_by_arial(book)
    headings = (
        Heading(text="序号", width=6, centred=True),
        Heading(text="实事名称", width=20),
        Heading(text="责任单位", width=18, centred=True),
        *(Heading(text=state.period.title, width=max(24, 104 / len(states))) for state in states),
        Heading(text="完成时限", width=15, centred=True),
        Heading(text="状态", width=10, centred=True),
    )
    rows: Iterator[ListLine] = (
        (
            line.item.number,
            line.item.name,
            line.unit,
            *(_said(state, line.unit, line.item) for state in states),
            deadline_words(line),
            STATUS_WORDS[line.status],
        )
        for line in lines
    )
    write_list(book.create_sheet("年度完成情况"), headings, rows, None)
    write_targets(book.create_sheet("指标完成情况"), targets)
    write_list(book.create_sheet("各期报送情况"), _PERIODS, map(_counted, states), None)
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    book.properties.creator = safe_text(campaign.issuer)
    book.properties.title = safe_text(year_title(campaign, year))
    book.custom_doc_props.append(StringProperty(name=REPORT_PROPERTY, value=f"{campaign.id}:{year}"))
    return saved(book)


def summary_docx(
    campaign: Campaign,
    states: Sequence[PeriodState],
    lines: Sequence[LedgerLine],
    targets: Sequence[TargetProgress],
    *,
    year: str,
    at: datetime,
) -> bytes:
    """Return the summary as docx: a row for each item, up to four periods side by side."""
    title = year_title(campaign, year)
    document = landscape_form(style.LIST_SIZE)
    form.add_title(document, title)
    basis = f"依据：{campaign.document_number}" if campaign.document_number else ""
    form.add_line(document, basis, f"截至：{moment_words(at, at.tzinfo)}")
    groups = _groups(states)
    rows = [_item(item, groups, lines, targets) for item in campaign.items]
    columns = _columns(groups)
    add_table(document, columns, rows, least_height=Cm(1), tallest_whole=style.TALLEST_WHOLE_IN_LIST)
    said = "；".join(
        f"{name}应报{due}家，报齐{done}家（其中迟报{late}家）"
        for name, due, done, late in map(_counted, states)
    )
    form.add_note(document, f"报送情况：{said}。指标后注“待确认”的，为从报送文字中取得、尚未核定的数字。")
    form.add_footer(document, title)
    set_custom_property(document, REPORT_PROPERTY, f"{campaign.id}:{year}")
    describe(document, title=title, author=campaign.issuer, keywords=campaign.short_name, at=at)
    return to_bytes(document)


_PERIODS = (
    Heading(text="报送期", width=24),
    Heading(text="应报单位", width=14, centred=True),
    Heading(text="已报齐", width=14, centred=True),
    Heading(text="其中迟报", width=14, centred=True),
)


def _counted(state: PeriodState) -> tuple[str, int, int, int]:
    complete = [unit for unit in state.units if unit.status is Status.COMPLETE]
    return (state.period.title, len(state.units), len(complete), sum(unit.late for unit in complete))


def _groups(states: Sequence[PeriodState]) -> list[tuple[str, list[PeriodState]]]:
    """Return what stands in each column: a period, or the periods of a quarter where they are many."""
    if len(states) <= _SIDE_BY_SIDE:
        return [(state.period.title, [state]) for state in states]
    quarters: dict[int, list[PeriodState]] = {}
    for state in states:
        quarters.setdefault((state.period.start.month + 2) // 3, []).append(state)
    return [(f"第{'一二三四'[quarter - 1]}季度", found) for quarter, found in sorted(quarters.items())]


def _columns(groups: Sequence[tuple[str, Sequence[PeriodState]]]) -> list[Column]:
    return [
        Column(key=ColumnKey.NUMBER, heading="序号", width=5),
        Column(key=ColumnKey.NAME, heading="实事名称", width=14),
        *(
            Column(key=key, heading=title, width=84 / len(groups))
            for key, (title, _) in zip(EXTRA_COLUMNS, groups, strict=False)
        ),
        Column(key=ColumnKey.MEASURES, heading="指标完成情况", width=26),
        Column(key=ColumnKey.DEADLINE, heading="完成时限", width=12),
    ]


def _item(
    item: Item,
    groups: Sequence[tuple[str, Sequence[PeriodState]]],
    lines: Sequence[LedgerLine],
    targets: Sequence[TargetProgress],
) -> FormLine:
    own = [line for line in lines if line.item.number == item.number]
    reached = [_reached(target) for target in targets if target.item == item.number]
    given = dict.fromkeys(words for line in own if (words := deadline_words(line)))
    return FormLine(
        cells={
            ColumnKey.NUMBER: cell_lines(str(item.number)),
            ColumnKey.NAME: cell_lines(item.name),
            **{key: _texts(item, found) for key, (_, found) in zip(EXTRA_COLUMNS, groups, strict=False)},
            ColumnKey.MEASURES: cell_lines("\n".join(reached)),
            ColumnKey.DEADLINE: cell_lines("\n".join(given)),
        }
    )


def _texts(item: Item, states: Sequence[PeriodState]) -> list[Line]:
    lines: list[Line] = []
    for state in states:
        if len(states) > 1:
            lines.append(Line(text=f"【{state.period.title}】", strong=True))
        for unit in item.units:
            if len(item.units) > 1:
                lines.append(Line(text=f"{unit}：", strong=True))
            lines += cell_lines(_said(state, unit, item))
    return lines


def _said(state: PeriodState, unit: str, item: Item) -> str:
    return measures_words(state.unit(unit), duty_of(state, unit, item.number))


def _reached(target: TargetProgress) -> str:
    """Say how far a target is reached, each unit's figure under its name."""
    done = done_words(target)
    rate = target.rate(target.done)
    part = f"，完成率{rate * 100:.1f}%" if rate is not None else ""
    return f"{target.target.text}（目标{target_words(target.target)}）：{done or '未见数字'}{part}"
