"""The sheets with a heading row and a row for each thing: 报送情况, 明细, 问题清单."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from reminder_service.domain.campaign import Campaign, Version
from reminder_service.domain.state import (
    Contact,
    DutyState,
    Finding,
    PeriodState,
    Status,
    UnitState,
    WaitsFor,
)
from reminder_service.domain.versions import Decided
from reminder_service.domain.wording import FINDING_TITLES

from .workbook_cells import HEADING, Look, cell_text, row_height, solid
from .workbook_pen import Pen, Written
from .workbook_print import landscape, set_widths
from .workbook_words import (
    EDITED,
    MAYBE,
    STATUS_WORDS,
    WAITS_FOR_WORDS,
    decided_words,
    duty_of,
    lacking_words,
    marked_measures,
    other_tray_entries,
    place_words,
    received_words,
    status_words,
    tray_words,
    version_words,
)

Originals = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileName:
    """A file's name; its number stands below it where no link leads to the original, and then what else is told."""

    text: str
    document: str | None
    below: str = ""

    @property
    def whole(self) -> str:
        """The name and what stands below it."""
        return "\n".join(filter(None, (self.text, self.below)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A few words that lead to the original of a SHA-256: a link stands in one line, which LibreOffice never wraps."""

    text: str
    document: str | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, 1 being all of it."""

    value: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A text on a colour (ARGB), or on none."""

    text: str
    fill: str | None


Value = str | int | FileName | Link | Ratio | Marked
Line = tuple[Value, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A column of a list."""

    text: str
    width: float
    centred: bool = False


# In all about 175 wide: printed on A4, text of 11 points is still 9.
_UNITS = (
    Heading(text="单位", width=23),
    Heading(text="状态", width=11, centred=True),
    Heading(text="电子版", width=26),
    Heading(text="盖章版", width=26),
    Heading(text="收到时间", width=13, centred=True),
    Heading(text="是否迟报", width=10.6, centred=True),
    Heading(text="缺少内容", width=31),
    Heading(text="责任人", width=19),
    Heading(text="电话", width=15),
)
_DUTIES = (
    Heading(text="序号", width=6, centred=True),
    Heading(text="实事名称", width=22),
    Heading(text="责任单位", width=23),
    Heading(text="措施及进度", width=60),
    Heading(text="完成时限", width=15, centred=True),
    Heading(text="来源文件", width=24),
    Heading(text="来源位置", width=25, centred=True),
)
_FINDINGS = (
    Heading(text="单位", width=25),
    Heading(text="序号", width=6, centred=True),
    Heading(text="问题", width=42),
    Heading(text="等待谁处理", width=12, centred=True),
    Heading(text="说明", width=54),
    Heading(text="来源文件", width=36),
)
_COLOURS = {
    STATUS_WORDS[Status.COMPLETE]: "FFC6EFCE",
    STATUS_WORDS[Status.ATTENTION]: "FFFFEB9C",
    STATUS_WORDS[Status.PARTIAL]: "FFFCE4D6",
    STATUS_WORDS[Status.MISSING]: "FFFFC7CE",
    STATUS_WORDS[Status.UNKNOWN]: "FFD9D9D9",
    MAYBE: "FFDDEBF7",
}
_NUMBER_LENGTH = 12
_CORRECTED = "FFFFF2CC"
_ORDER = (WaitsFor.OFFICE, WaitsFor.UNIT, WaitsFor.NOBODY)


def write_units(sheet: Any, campaign: Campaign, state: PeriodState, contacts: Sequence[Contact]) -> None:
    """Write 报送情况: a row per unit, the state in colours that follow when somebody corrects it."""
    last = write_list(sheet, _UNITS, _unit_lines(campaign, state, contacts), None)
    if last == 1:
        return
    for words, colour in _COLOURS.items():
        fill = PatternFill("solid", bgColor=colour, fgColor=colour)
        rule = FormulaRule(formula=[f'$B2="{words}"'], fill=fill)
        sheet.conditional_formatting.add(f"B2:B{last}", rule)
    late = Font(color="FFC00000", bold=True)
    sheet.conditional_formatting.add(f"F2:F{last}", FormulaRule(formula=['$F2="是"'], font=late))


def write_duties(
    sheet: Any, campaign: Campaign, state: PeriodState, originals: Originals | None, decided: Decided
) -> None:
    """Write 明细: a row per duty, with the file its text comes from, the decisions, and the place as a link."""
    write_list(sheet, _DUTIES, _duty_lines(campaign, state, decided), originals)


def write_findings(sheet: Any, state: PeriodState, originals: Originals | None) -> None:
    """Write 问题清单: what waits for the office first, then for units, then what needs nothing."""
    write_list(sheet, _FINDINGS, _finding_lines(state), originals)


def _unit_lines(campaign: Campaign, state: PeriodState, contacts: Sequence[Contact]) -> Iterator[Line]:
    of_unit: dict[str, list[Contact]] = {}
    for contact in sorted(contacts, key=lambda one: one.order):
        of_unit.setdefault(contact.unit, []).append(contact)
    for unit in state.units:
        people = of_unit.get(unit.unit, [])
        yield (
            unit.unit,
            status_words(unit),
            version_words(campaign, state, unit, Version.ELECTRONIC),
            version_words(campaign, state, unit, Version.STAMPED),
            received_words(unit, state),
            "是" if unit.late else "否",
            lacking_words(campaign, state, unit),
            "\n".join(_person(one) for one in people),
            "\n".join(one.phone for one in people),
        )


def _person(contact: Contact) -> str:
    if contact.name and contact.department:
        return f"{contact.name}（{contact.department}）"
    return contact.name or contact.department


def _duty_lines(campaign: Campaign, state: PeriodState, decided: Decided) -> Iterator[Line]:
    for item, name in ((one, name) for one in campaign.items for name in one.units):
        unit, known = state.unit(name), duty_of(state, name, item.number)
        source = known.source
        yield (
            item.number,
            item.name,
            name,
            _measures(unit, known),
            known.deadline or "",
            _origin(known, decided.get((name, item.number), ())),
            Link(text=place_words(source), document=source.document) if source else "",
        )


def _origin(duty: DutyState, decisions: Sequence[int]) -> Value:
    """Return the file that a duty's text comes from, and below it what persons did with the text."""
    edited = EDITED if duty.printed is not None else ""
    below = "\n".join(filter(None, (decided_words(decisions), edited)))
    source = duty.source
    return FileName(text=source.filename, document=source.document, below=below) if source else below


def _measures(unit: UnitState, duty: DutyState) -> Value:
    """Return a duty's text; one that a person corrected is coloured and keeps below it what the file says."""
    text = marked_measures(unit, duty)
    if duty.original is None:
        return text
    return Marked(text=f"{text}\n（更正，原文：{duty.original.strip() or '空白'}）", fill=_CORRECTED)


def _finding_lines(state: PeriodState) -> Iterator[Line]:
    found = [(unit.unit, finding) for unit in state.units for finding in unit.findings]
    for waits_for in _ORDER:
        if waits_for is WaitsFor.OFFICE:
            yield from _tray_lines(state)
        yield from (_finding_line(unit, one) for unit, one in found if one.waits_for is waits_for)


def _finding_line(unit: str, finding: Finding) -> Line:
    return (
        unit,
        finding.item if finding.item is not None else "",
        Link(text=FINDING_TITLES.get(finding.code, finding.code), document=finding.document),
        WAITS_FOR_WORDS[finding.waits_for],
        finding.detail,
        FileName(text=finding.filename or "原件", document=finding.document) if finding.document else "",
    )


def _tray_lines(state: PeriodState) -> Iterator[Line]:
    for entry in other_tray_entries(state):
        yield (
            entry.suggested_unit or "（单位待确认）",
            "",
            Link(text=FINDING_TITLES.get(entry.reason, entry.reason), document=entry.document),
            WAITS_FOR_WORDS[WaitsFor.OFFICE],
            tray_words(entry, state),
            FileName(text=entry.filename or "原件", document=entry.document) if entry.document else "",
        )


def write_list(
    sheet: Any, headings: Sequence[Heading], lines: Iterable[Line], originals: Originals | None
) -> int:
    """Write a heading row and a row for each line, with filters, ready to print; return the last row's number."""
    widths = [heading.width for heading in headings]
    set_widths(sheet, widths)
    sheet.freeze_panes = "A2"
    landscape(sheet, headings="1:1")
    pen = Pen(sheet)
    pen.add([pen.text(heading.text, HEADING) for heading in headings], 28)
    for line in lines:
        if originals is None:
            line = tuple(map(_numbered, line))
        height, size = row_height([_shown(value) for value in line], widths)
        look, centred = _looks(size)
        cells = [
            _cell(pen, value, centred if heading.centred else look, originals)
            for heading, value in zip(headings, line, strict=True)
        ]
        pen.add(cells, height)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{pen.row}"
    return pen.row


@cache
def _looks(size: float) -> tuple[Look, Look]:
    return Look(size=size), Look(size=size, align="center")


def _cell(pen: Pen, value: Value, look: Look, originals: Originals | None) -> Written:
    match value:
        case str():
            return pen.text(value, look)
        case FileName(whole=text):
            return pen.text(text, look)
        case int():
            return pen.number(value, look)
        case Marked(text=text, fill=fill):
            return pen.text(text, replace(look, fill=solid(fill)) if fill else look)
        case Ratio(value=part):
            return pen.number(round(float(part), 4), replace(look, percent=True))
        case Link(text=text, document=document):
            return pen.link(text, originals(document) if originals and document else "", look)


def _numbered(value: Value) -> Value:
    """Return a file's name with the start of its SHA-256, by which the original is found, where no link leads to it."""
    if isinstance(value, FileName) and value.document:
        return replace(value, text=f"{value.text}\n（文件编号{value.document[:_NUMBER_LENGTH]}）")
    return value


def _shown(value: Value) -> str:
    if isinstance(value, Ratio):
        return f"{value.value * 100:.1f}%"
    if isinstance(value, FileName):
        return cell_text(value.whole)
    return cell_text(value.text if isinstance(value, Link | Marked) else str(value))
