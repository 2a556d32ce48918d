"""Frozen versions of a period: what was handed upward, and what has changed since, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from .state import DutyState, PeriodState, Status, UnitState
from .wording import let_off_words

Decided = Mapping[tuple[str, int], tuple[int, ...]]
"""By unit and item, the numbers of the decisions that a duty's cell rests on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What stood for one duty, and where it came from.

    ``text`` is None where nothing was reported; ``document`` a SHA-256, ``page`` and ``row`` count from 1 and are
    0 where there is no source; ``decisions`` are numbers of decisions.
    """

    unit: str
    item: int
    text: str | None = None
    deadline: str = ""
    pending: bool = False
    document: str | None = None
    filename: str = ""
    page: int = 0
    row: int = 0
    recognised: bool = False
    decisions: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A period as it stood at one moment: a cell for each duty, and where each unit stood."""

    campaign: str
    period: str
    as_of: datetime
    cells: tuple[Cell, ...]
    units: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One difference: ``about`` is ``measures``, ``deadline`` or ``status``; a status has no item.

    ``old`` and ``new`` are empty where nothing stood. The place is that of the new text.
    """

    about: str
    unit: str
    item: int | None
    old: str
    new: str
    document: str | None = None
    filename: str = ""
    page: int = 0
    row: int = 0
    decisions: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """The changes that made a version of the one before; ``version`` is None while they are not frozen yet."""

    version: int | None
    at: datetime
    author: str
    changes: tuple[Change, ...]


def take_snapshot(state: PeriodState, decided: Decided) -> Snapshot:
    """Return a period as it stands."""
    return Snapshot(
        campaign=state.campaign,
        period=str(state.period),
        as_of=state.as_of,
        cells=tuple(_cell(duty, decided) for unit in state.units for duty in unit.duties),
        units={unit.unit: _standing(unit) for unit in state.units},
    )


def changes_between(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """Return what differs, in the order of the newer snapshot; what is gone comes last.

    A blind mailbox changes nothing: a unit of which nothing came is the same to the reader either way.
    """
    before = {(cell.unit, cell.item): cell for cell in old.cells}
    after = {(cell.unit, cell.item): cell for cell in new.cells}
    gone = [Cell(unit=unit, item=item) for unit, item in before if (unit, item) not in after]
    found: list[Change] = []
    for cell in (*new.cells, *gone):
        found += _differences(before.get((cell.unit, cell.item), Cell(unit=cell.unit, item=cell.item)), cell)
    for unit, standing in new.units.items():
        was = old.units.get(unit, "")
        if was != standing:
            found.append(Change(about="status", unit=unit, item=None, old=was, new=standing))
    return tuple(found)


def snapshot_to_json(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as a JSON document."""
    return {
        "campaign": snapshot.campaign,
        "period": snapshot.period,
        "as_of": snapshot.as_of.isoformat(),
        "cells": [asdict(cell) for cell in snapshot.cells],
        "units": dict(snapshot.units),
    }


def snapshot_from_json(document: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that a JSON document holds."""
    return Snapshot(
        campaign=document["campaign"],
        period=document["period"],
        as_of=datetime.fromisoformat(document["as_of"]),
        cells=tuple(Cell(**(cell | {"decisions": tuple(cell["decisions"])})) for cell in document["cells"]),
        units=document["units"],
    )


def _cell(duty: DutyState, decided: Decided) -> Cell:
    source = duty.source
    return Cell(
        unit=duty.unit,
        item=duty.item,
        text=_text(duty),
        deadline=(duty.deadline or "").strip(),
        pending=duty.pending,
        document=source.document if source else None,
        filename=source.filename if source else "",
        page=source.page if source else 0,
        row=source.row if source else 0,
        recognised=bool(source and source.recognised),
        decisions=tuple(decided.get((duty.unit, duty.item), ())),
    )


def _text(duty: DutyState) -> str | None:
    if duty.printed is not None:
        return duty.printed
    if duty.measures is not None:
        return duty.measures.strip("\n")
    if duty.waived is not None:
        return let_off_words(duty)
    return None


def _standing(unit: UnitState) -> str:
    status = Status.MISSING if unit.status is Status.UNKNOWN else unit.status
    return f"{status}{'+late' if unit.late else ''}"


def _differences(old: Cell, new: Cell) -> Sequence[Change]:
    pairs = (("measures", _shown(old), _shown(new)), ("deadline", old.deadline, new.deadline))
    return [
        Change(
            about=about,
            unit=new.unit,
            item=new.item,
            old=was,
            new=now,
            document=new.document,
            filename=new.filename,
            page=new.page,
            row=new.row,
            decisions=new.decisions,
        )
        for about, was, now in pairs
        if was != now
    ]


def _shown(cell: Cell) -> str:
    return (cell.text or "") + ("（待核）" if cell.pending else "")
