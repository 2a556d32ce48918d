"""What the office prints in place of a unit's own words; the words themselves stay as they came."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from .state import DutyState, PeriodState, UnitState

LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintEdit:
    """A text for print; ``original`` is what the unit's report said when it was written.

    Once the unit reports something else the edit no longer holds: nothing new is ever hidden behind an old edit.
    """

    text: str
    original: str
    reason: str = ""
    author: str = ""
    at: datetime | None = None


PrintEdits = Mapping[tuple[str, str, int], PrintEdit]
"""By unit, period and item, the latest edit of each."""


def holds(edit: PrintEdit | None, duty: DutyState) -> bool:
    """Whether an edit was written for what the unit reports now."""
    return edit is not None and duty.measures is not None and edit.original == duty.measures.strip("\n")


def with_print_edits(state: PeriodState, edits: PrintEdits) -> PeriodState:
    """Return the state with what is printed in place of reported texts."""
    if not any(period == str(state.period) for _, period, _ in edits):
        return state
    return replace(state, units=tuple(_unit(unit, str(state.period), edits) for unit in state.units))


def _unit(unit: UnitState, period: str, edits: PrintEdits) -> UnitState:
    duties = tuple(_duty(duty, edits.get((unit.unit, period, duty.item))) for duty in unit.duties)
    return unit if duties == unit.duties else replace(unit, duties=duties)


def _duty(duty: DutyState, edit: PrintEdit | None) -> DutyState:
    return replace(duty, printed=edit.text) if edit is not None and holds(edit, duty) else duty
