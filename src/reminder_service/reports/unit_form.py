"""A unit's own form as a Word file: it goes with a reminder, and what comes back says whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from docx.shared import Cm, Length

from reminder_service.domain.campaign import Campaign, ColumnKey, Item, Unit, Version
from reminder_service.domain.documents import FORM_PROPERTY, FormCode
from reminder_service.domain.periods import Period
from reminder_service.domain.reference import reference_of
from reminder_service.domain.state import DutyState, UnitState
from reminder_service.resources import template as packaged

from . import docx_style as style
from . import form_docx as form
from .docx_package import describe, set_custom_property, to_bytes
from .form_table import FormLine, Line, cell_lines
from .form_template import UNIT_NAMES, filled
from .texts import safe_text

_ROOM_FOR_ROWS = 10.0
"""Centimetres of a page that title, headings and notes leave to the rows."""

_LOWEST, _TALLEST = 1.6, 5.0


def write_unit_form(
    campaign: Campaign,
    state: UnitState,
    period: Period,
    last: UnitState | None = None,
    *,
    template: Path | None = None,
) -> bytes:
    """Return the docx form of one unit: its own rows only, filled in as far as its reports are accepted.

    The custom property ``FORM_PROPERTY``, the keywords and a QR code hold the form code. Items that the
    office waived are named below the table and have no row, so that nothing can be mistaken for a report.
    What the unit reported last stands in grey where nothing is filled in, for it to look at; it never counts
    as a report. The same arguments give the same bytes.

    :param last: the unit's state in the period before.
    :param template: the Word file that is filled in (default: the program's own).
    :raises ConfigurationError: when the template is wrong.
    """
    page = unit_page(campaign, state, period, last)
    made = filled(template or packaged((), "forms/unit.docx"), UNIT_NAMES, page.texts)
    document = made.document
    made.fit_title(safe_text(page.title), style.text_width(document) - form.BESIDE_CODE)
    made.put_table(campaign.form.columns, page.rows, least_height=_height(len(page.rows)))
    form.put_code(document, page.code)
    set_custom_property(document, FORM_PROPERTY, page.code)
    written = datetime.combine(campaign.date, time(), UTC)
    describe(document, title=page.title, author=campaign.issuer, keywords=page.code, at=written)
    return to_bytes(document)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitPage:
    """What stands in the form of one unit, whatever it is written as.

    :ivar code: the form code, which the QR code holds.
    :ivar texts: what stands around the table, by the names that a template calls it.
    """

    code: str
    texts: Mapping[str, str]
    rows: Sequence[FormLine]

    @property
    def title(self) -> str:
        """The title with its period."""
        return self.texts["title"]


def unit_page(campaign: Campaign, state: UnitState, period: Period, last: UnitState | None) -> UnitPage:
    """Return what stands in the form of one unit; see :func:`write_unit_form`."""
    unit = campaign.unit(state.unit)
    duties = {duty.item: duty for duty in state.duties if duty.unit == unit.name}
    waived = [duty for duty in duties.values() if duty.waived is not None]
    items = [item for item in campaign.items_of(unit.name) if not _is_waived(duties.get(item.number))]

    before = {duty.item: duty for duty in last.duties if not duty.pending} if last else {}
    rows = [_row(item, unit, duties.get(item.number), before.get(item.number)) for item in items]
    hinted = any(line.hint for row in rows for line in row.cells[ColumnKey.MEASURES])
    texts = _texts(campaign, state, period) | {
        "title": f"{campaign.form.title}（{period.title}）",
        "note": _note(campaign, state, waived, hinted=hinted),
    }
    code = str(FormCode(campaign=campaign.id, period=str(period), unit_code=unit.code))
    return UnitPage(code=code, texts=texts, rows=rows)


def _texts(campaign: Campaign, state: UnitState, period: Period) -> dict[str, str]:
    unit = campaign.unit(state.unit)
    sealed = "（盖章）" if Version.STAMPED in campaign.versions else ""
    return {
        "reporter": f"填报单位{sealed}：{unit.full_name or unit.name}",
        "unit": unit.name,
        "full_name": unit.full_name or unit.name,
        "due": _day(_until(state)),
        "phone": campaign.contact_phone,
        "reference": f"{period}-{unit.code}",
        "period": period.title,
        "issuer": campaign.issuer,
        "short_name": campaign.short_name,
    }


def _is_waived(duty: DutyState | None) -> bool:
    return duty is not None and duty.waived is not None


def _row(item: Item, unit: Unit, duty: DutyState | None, before: DutyState | None) -> FormLine:
    # What waits for the office may be another unit's text: it must not go out under this unit's name.
    known = duty if duty and not duty.pending else None
    return FormLine(
        cells={
            ColumnKey.NUMBER: cell_lines(str(item.number)),
            ColumnKey.NAME: cell_lines(item.name),
            ColumnKey.UNITS: cell_lines(unit.name),
            ColumnKey.MEASURES: _measures(known, before),
            ColumnKey.DEADLINE: cell_lines((known and known.deadline) or ""),
            **{key: cell_lines(text) for key, text in (known.extras if known else ())},
        }
    )


def _measures(known: DutyState | None, before: DutyState | None) -> Sequence[Line]:
    if known and known.measures is not None:
        return cell_lines(known.measures)
    if before and before.measures and before.measures.strip():
        return (Line(text=safe_text(reference_of(before.measures)), hint=True),)
    return cell_lines("")


def _height(rows: int) -> Length:
    """Return the least height of a row: together the rows fill the page, yet one alone does not gape."""
    return Cm(min(_TALLEST, max(_LOWEST, _ROOM_FOR_ROWS / max(rows, 1))))


def _note(campaign: Campaign, state: UnitState, waived: list[DutyState], *, hinted: bool) -> str:
    asking = f"，咨询电话{campaign.contact_phone}" if campaign.contact_phone else ""
    notes = [
        f"请逐项填写{_filled(campaign)}，勿改动其他栏目和行次。",
        f"请于{_day(_until(state))}前报送{_versions(campaign)}{asking}。",
        "右上角二维码用于识别报表，盖章、扫描时请勿遮挡。",
        "请勿填写涉密信息。",
    ]
    if waived:
        finished = [duty for duty in waived if duty.finished]
        only_now = [duty for duty in waived if not duty.finished]
        words = [(only_now, "项本期免报，表中不列。"), (finished, "项已销号，表中不列。")]
        notes[1:1] = [f"第{_numbers(duties)}{said}" for duties, said in words if duties]
    if hinted:
        notes.insert(1, "灰色文字为上期填报内容，仅供参考，请直接改写为本期内容；未改写的视为未填。")
    return "填表说明：" + "".join(f"{index}.{note}" for index, note in enumerate(notes, 1))


def _until(state: UnitState) -> date:
    return state.extended.until if state.extended else state.due


def _numbers(duties: list[DutyState]) -> str:
    return "、".join(str(duty.item) for duty in duties)


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
