"""A unit's own form as a Word file: it goes with a reminder, and what comes back says whose it is."""

from datetime import UTC, date, datetime, time

from docx.shared import Cm, Length

from reminder_service.domain.campaign import Campaign, ColumnKey, Item, Unit, Version
from reminder_service.domain.documents import FORM_PROPERTY, FormCode
from reminder_service.domain.periods import Period
from reminder_service.domain.state import DutyState, UnitState

from . import form_docx as form
from .docx_package import describe, set_custom_property, to_bytes
from .docx_style import landscape_form
from .form_table import FormLine, add_table, cell_lines

_ROOM_FOR_ROWS = 10.0
"""Centimetres of a page that title, headings and notes leave to the rows."""

_LOWEST, _TALLEST = 1.6, 5.0


def write_unit_form(campaign: Campaign, state: UnitState, period: Period) -> bytes:
    """Return the docx form of one unit: its own rows only, filled in as far as its reports are accepted.

    The custom property ``FORM_PROPERTY``, the keywords and a QR code hold the form code. Items that the
    office waived are named below the table and have no row, so that nothing can be mistaken for a report.
    The same arguments give the same bytes.
    """
    unit = campaign.unit(state.unit)
    code = str(FormCode(campaign=campaign.id, period=str(period), unit_code=unit.code))
    title = f"{campaign.form.title}（{period.title}）"
    duties = {duty.item: duty for duty in state.duties if duty.unit == unit.name}
    waived = [duty for duty in duties.values() if duty.waived is not None]
    items = [item for item in campaign.items_of(unit.name) if not _is_waived(duties.get(item.number))]

    document = landscape_form()
    form.put_code(document, code)
    form.add_title(document, title, beside_code=True)
    sealed = "（盖章）" if Version.STAMPED in campaign.versions else ""
    reporter = f"填报单位{sealed}：{unit.full_name or unit.name}"
    form.add_line(document, reporter, "填报日期：　　　　年　　月　　日")
    rows = [_row(item, unit, duties.get(item.number)) for item in items]
    add_table(document, campaign.form.columns, rows, least_height=_height(len(rows)))
    form.add_blanks(document, ("责任科室", "责任人", "联系电话"))
    form.add_note(document, _note(campaign, state, waived))
    form.add_footer(document, f"{campaign.short_name} {period}-{unit.code}")
    set_custom_property(document, FORM_PROPERTY, code)
    written = datetime.combine(campaign.date, time(), UTC)
    describe(document, title=title, author=campaign.issuer, keywords=code, at=written)
    return to_bytes(document)


def _is_waived(duty: DutyState | None) -> bool:
    return duty is not None and duty.waived is not None


def _row(item: Item, unit: Unit, duty: DutyState | None) -> FormLine:
    # What waits for the office may be another unit's text: it must not go out under this unit's name.
    known = duty if duty and not duty.pending else None
    return FormLine(
        cells={
            ColumnKey.NUMBER: cell_lines(str(item.number)),
            ColumnKey.NAME: cell_lines(item.name),
            ColumnKey.UNITS: cell_lines(unit.name),
            ColumnKey.MEASURES: cell_lines((known and known.measures) or ""),
            ColumnKey.DEADLINE: cell_lines((known and known.deadline) or ""),
            **{key: cell_lines(text) for key, text in (known.extras if known else ())},
        }
    )


def _height(rows: int) -> Length:
    """Return the least height of a row: together the rows fill the page, yet one alone does not gape."""
    return Cm(min(_TALLEST, max(_LOWEST, _ROOM_FOR_ROWS / max(rows, 1))))


def _note(campaign: Campaign, state: UnitState, waived: list[DutyState]) -> str:
    until = state.extended.until if state.extended else state.due
    asking = f"，咨询电话{campaign.contact_phone}" if campaign.contact_phone else ""
    notes = [
        f"请逐项填写{_filled(campaign)}，勿改动其他栏目和行次。",
        f"请于{_day(until)}前报送{_versions(campaign)}{asking}。",
        "右上角二维码用于识别报表，盖章、扫描时请勿遮挡。",
        "请勿填写涉密信息。",
    ]
    if waived:
        numbers = "、".join(str(duty.item) for duty in waived)
        notes.insert(1, f"第{numbers}项本期免报，表中不列。")
    return "填表说明：" + "".join(f"{index}.{note}" for index, note in enumerate(notes, 1))


def _filled(campaign: Campaign) -> str:
    """Name the columns that a unit fills in: “……”和“完成时限”两栏."""
    given = (ColumnKey.NUMBER, ColumnKey.NAME, ColumnKey.UNITS)
    headings = [f"“{column.heading}”" for column in campaign.form.columns if column.key not in given]
    words = f"{'、'.join(headings[:-1])}和{headings[-1]}" if len(headings) > 1 else "".join(headings)
    return f"{words}{'一两三四五六'[len(headings) - 1]}栏"


def _versions(campaign: Campaign) -> str:
    words = {Version.ELECTRONIC: "电子版（Word）", Version.STAMPED: "加盖公章的PDF版"}
    return "及".join(words[version] for version in campaign.versions)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
