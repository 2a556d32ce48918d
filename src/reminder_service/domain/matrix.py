"""The matrix of a period: units × (电子版, 盖章版, 逐项内容), each cell in a tone and in words, never a tone alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .campaign import Campaign, Version
from .seals import SealVerdict
from .state import DutyState, PeriodState, ReceivedVersion, Status, UnitState, WaitsFor
from .summary import GROUP_TITLES, Groups, grouped


class Tone(StrEnum):
    """How a cell is coloured; the words beside it say the same."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNSURE = "unsure"
    CALM = "calm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell: a word of few characters, and what there is to say besides."""

    tone: Tone
    word: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemCell:
    """One duty of a unit: the item's number and name with its cell."""

    number: int
    name: str
    cell: Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitRow:
    """One unit's line; ``group`` is one of the office's groups (``missing``, ``partial``…), ``words`` what to say of it."""

    unit: str
    code: str
    group: str
    state: Cell
    electronic: Cell
    stamped: Cell
    items: tuple[ItemCell, ...]
    words: str
    late: bool
    until: date

    @property
    def reported_items(self) -> int:
        """How many items are reported or waived."""
        return sum(one.cell.tone in (Tone.GOOD, Tone.CALM) for one in self.items)


GROUP_TONES = {
    "missing": Tone.BAD,
    "unknown": Tone.UNSURE,
    "maybe": Tone.UNSURE,
    "partial": Tone.WARN,
    "attention": Tone.UNSURE,
    "promised": Tone.CALM,
    "complete": Tone.GOOD,
}
_ORDER = ("attention", "maybe", "unknown", "missing", "partial", "promised", "complete")
"""What waits for the office stands first, then what waits for units, what is done last."""


def matrix(campaign: Campaign, state: PeriodState) -> tuple[UnitRow, ...]:
    """Return a line for every unit, what the office has to see first at the top, by code within."""
    groups = _by_unit(grouped(campaign, state))
    codes = {unit.name: unit.code for unit in campaign.units}
    items = {item.number: item.name for item in campaign.items}
    rows = [_row(campaign, unit, state, groups[unit.unit], codes[unit.unit], items) for unit in state.units]
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.group), row.code)))


def _by_unit(groups: Groups) -> dict[str, tuple[str, str]]:
    return {line.unit: (name, line.words) for name in GROUP_TONES for line in getattr(groups, name)}


def _row(
    campaign: Campaign,
    unit: UnitState,
    state: PeriodState,
    group: tuple[str, str],
    code: str,
    items: dict[int, str],
) -> UnitRow:
    name, words = group
    waived = bool(unit.duties) and all(duty.waived is not None for duty in unit.duties)
    unclear = unit.status is Status.UNKNOWN
    late = "（迟报）" if unit.late else ""
    return UnitRow(
        unit=unit.unit,
        code=code,
        group=name,
        state=Cell(tone=GROUP_TONES[name], word=f"{GROUP_TITLES[name]}{late}", detail=words),
        electronic=_version(campaign, Version.ELECTRONIC, unit.electronic, waived=waived, unclear=unclear),
        stamped=_version(campaign, Version.STAMPED, unit.stamped, waived=waived, unclear=unclear),
        items=tuple(
            ItemCell(number=duty.item, name=items[duty.item], cell=_duty(unit, duty)) for duty in unit.duties
        ),
        words=words,
        late=unit.late,
        until=unit.extended.until if unit.extended else unit.due,
    )


def _version(
    campaign: Campaign, version: Version, received: ReceivedVersion | None, *, waived: bool, unclear: bool
) -> Cell:
    if received is None:
        if waived or version not in campaign.versions:
            return Cell(tone=Tone.CALM, word="免报" if waived else "不要求")
        return Cell(tone=Tone.UNSURE, word="不明") if unclear else Cell(tone=Tone.BAD, word="未收")
    if received.pending:
        return Cell(tone=Tone.UNSURE, word="待核", detail=received.filename)
    if version is Version.STAMPED:
        return _sealed(received)
    return Cell(tone=Tone.GOOD, word="已收", detail=received.filename)


def _sealed(received: ReceivedVersion) -> Cell:
    verdict = received.seal.verdict if received.seal else SealVerdict.CANNOT_TELL
    tone, word = {
        SealVerdict.SEEN: (Tone.GOOD, "已收，见公章"),
        SealVerdict.NOT_SEEN: (Tone.WARN, "已收，未见章"),
        SealVerdict.CANNOT_TELL: (Tone.GOOD, "已收"),
    }[verdict]
    return Cell(tone=tone, word=word, detail=received.filename)


def _duty(unit: UnitState, duty: DutyState) -> Cell:
    if duty.waived is not None:
        return Cell(tone=Tone.CALM, word="已销号" if duty.finished else "免报", detail=duty.waived)
    findings = [
        one for one in unit.findings if one.item == duty.item and one.waits_for is not WaitsFor.NOBODY
    ]
    if findings:
        office = any(one.waits_for is WaitsFor.OFFICE for one in findings)
        detail = "；".join(dict.fromkeys(one.detail for one in findings))
        return Cell(
            tone=Tone.UNSURE if office else Tone.WARN, word="待核" if office else "待补", detail=detail
        )
    if duty.measures is not None:
        return Cell(
            tone=Tone.UNSURE if duty.pending else Tone.GOOD,
            word="待核" if duty.pending else "已报",
            detail=duty.measures[:120],
        )
    unclear = unit.status is Status.UNKNOWN
    return Cell(tone=Tone.UNSURE, word="不明") if unclear else Cell(tone=Tone.BAD, word="未报")
