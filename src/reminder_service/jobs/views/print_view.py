"""The consolidated table as it will be printed, with what the office prints in place of a unit's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ...domain.campaign import ColumnKey, Item
from ...domain.decisions import DecisionKind
from ...domain.periods import Period
from ...domain.print_edits import PrintEdit
from ...domain.state import DutyState, PeriodState, Source
from ...reports.official_form import basis_words, form_title
from ...reports.workbook_words import (
    deadline_of_item,
    duty_of,
    extra_of_item,
    measures_words,
    note_words,
    place_words,
    printed_words,
)
from ...store import Store
from ..state.situation import Situation


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintPart:
    """What one unit has in an item's cell.

    ``text`` is printed, ``original`` what the unit reported. ``edit`` is the latest edit, ``decision`` its number;
    it ``holds`` unless the unit has reported something else since. ``reported`` says whether there is anything to
    edit.
    """

    unit: str
    text: str
    original: str
    pending: bool
    reported: bool
    source: Source | None
    place: str
    edit: PrintEdit | None = None
    decision: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the edit is what is printed."""
        return self.edit is not None and self.text == self.edit.text


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintRow:
    """An item as it is printed; ``texts`` are the other columns' by their key."""

    number: int
    name: str
    parts: tuple[PrintPart, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintTable:
    """The whole table: ``columns`` are (key, heading)."""

    title: str
    basis: str
    as_of: datetime
    note: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[PrintRow, ...]

    def part(self, item: int, unit: str) -> PrintPart | None:
        """Return what a unit has in an item's cell, None where it owes nothing there."""
        found = (one for row in self.rows if row.number == item for one in row.parts if one.unit == unit)
        return next(found, None)


def print_table(store: Store, here: Situation, period: Period) -> PrintTable:
    """Return the table of a period as it stands."""
    state = here.state(period)
    numbers = {
        (one.unit or "", one.item or 0): one.id
        for one in store.decisions.active(here.campaign.id)
        if one.kind == DecisionKind.EDIT and one.period == str(period)
    }
    campaign = here.campaign
    return PrintTable(
        title=form_title(campaign, state),
        basis=basis_words(campaign),
        as_of=state.as_of,
        note=note_words(state),
        columns=tuple((str(one.key), one.heading) for one in campaign.form.columns),
        rows=tuple(_row(here, state, item, numbers) for item in campaign.items),
    )


def _row(here: Situation, state: PeriodState, item: Item, numbers: Mapping[tuple[str, int], int]) -> PrintRow:
    others = {key for key in (one.key for one in here.campaign.form.columns) if key not in _OWN}
    texts = {
        ColumnKey.NUMBER: str(item.number),
        ColumnKey.NAME: item.name,
        ColumnKey.UNITS: "\n".join(item.units),
        ColumnKey.DEADLINE: deadline_of_item(state, item),
        **{key: extra_of_item(state, item, key) for key in others},
    }
    parts = tuple(
        _part(here, state, duty_of(state, unit, item.number), numbers.get((unit, item.number)))
        for unit in item.units
    )
    return PrintRow(
        number=item.number, name=item.name, parts=parts, texts={str(key): text for key, text in texts.items()}
    )


_OWN = (ColumnKey.NUMBER, ColumnKey.NAME, ColumnKey.UNITS, ColumnKey.MEASURES, ColumnKey.DEADLINE)


def _part(here: Situation, state: PeriodState, duty: DutyState, decision: int | None) -> PrintPart:
    unit = state.unit(duty.unit)
    return PrintPart(
        unit=duty.unit,
        text=printed_words(unit, duty),
        original=measures_words(unit, duty),
        pending=duty.pending,
        reported=duty.measures is not None,
        source=duty.source,
        place=place_words(duty.source),
        edit=here.decisions.printed.get((duty.unit, str(state.period), duty.item)),
        decision=decision,
    )
