"""What a person at the office settled; it outlives every new reading of the originals."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from .cell_corrections import CellCorrection
from .periods import Period
from .print_edits import PrintEdit
from .progress import FigureRef, FigureRuling
from .state import Extension, Note, Return


class DecisionKind(StrEnum):
    """The kinds of decision."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    DISMISS = "dismiss"
    WAIVE = "waive"
    EXTEND = "extend"
    PROMISE = "promise"
    FREEZE = "freeze"
    RETURN = "return"
    CORRECT = "correct"
    CONFIRM = "confirm"
    NOTE = "note"
    FIGURE = "figure"
    FINISH = "finish"
    EDIT = "edit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision about a document, a unit or a duty.

    ``document`` is a SHA-256, ``until`` the day of an extension or promise, ``period`` and ``unit`` what an
    assignment says or what the decision is about; ``items`` the rows that a return is about (none: the whole
    file), ``cell`` the text that a correction puts in place of another, ``figure`` what a figure
    towards a target is held to be, ``edit`` what is printed in place of a reported text.
    """

    kind: DecisionKind
    period: str | None = None
    unit: str | None = None
    item: int | None = None
    document: str | None = None
    until: date | None = None
    items: tuple[int, ...] = ()
    cell: CellCorrection | None = None
    figure: tuple[FigureRef, FigureRuling] | None = None
    edit: PrintEdit | None = None
    reason: str = ""
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """An item that is done for one unit (销号): from the period ``since`` on it is not asked for."""

    since: Period
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """The decisions in force, looked up by what they are about; the latest of a kind wins.

    ``finished`` is by (unit, item). ``confirmed`` are rows, (document, item), whose text a person has held
    against the original.
    """

    assigned: dict[str, Decision] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()
    waived: dict[tuple[str, str, int], str] = field(default_factory=dict)
    finished: dict[tuple[str, int], Finished] = field(default_factory=dict)
    extended: dict[tuple[str, str], Extension] = field(default_factory=dict)
    promised: dict[tuple[str, str], date] = field(default_factory=dict)
    returned: dict[str, tuple[Return, ...]] = field(default_factory=dict)
    corrected: dict[str, tuple[CellCorrection, ...]] = field(default_factory=dict)
    confirmed: frozenset[tuple[str, int]] = frozenset()
    notes: dict[tuple[str, str], tuple[Note, ...]] = field(default_factory=dict)
    figures: dict[FigureRef, FigureRuling] = field(default_factory=dict)
    printed: dict[tuple[str, str, int], PrintEdit] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Self:
        """Sort decisions, oldest first, by what they are about."""
        found = _Sorted()
        for decision in decisions:
            found.take(decision)
        return cls(
            assigned=found.assigned,
            accepted=frozenset(found.accepted),
            dismissed=frozenset(found.dismissed),
            waived=found.waived,
            finished=found.finished,
            extended=found.extended,
            promised=found.promised,
            returned=found.returned,
            corrected=found.corrected,
            confirmed=frozenset(found.confirmed),
            notes=found.notes,
            figures=found.figures,
            printed=found.printed,
        )

    def settled(self, document: str) -> bool:
        """Whether a person has said that a document is the report that it is held for, good or to be mended."""
        return document in self.accepted or document in self.returned

    def finished_before(self, unit: str, item: int, period: Period) -> Finished | None:
        """Return the decision by which an item is done for a unit in a period, if there is one."""
        found = self.finished.get((unit, item))
        return found if found and found.since <= period else None


@dataclass(kw_only=True, slots=True)
class _Sorted:
    """Decisions as they are being sorted."""

    assigned: dict[str, Decision] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    dismissed: set[str] = field(default_factory=set)
    waived: dict[tuple[str, str, int], str] = field(default_factory=dict)
    finished: dict[tuple[str, int], Finished] = field(default_factory=dict)
    extended: dict[tuple[str, str], Extension] = field(default_factory=dict)
    promised: dict[tuple[str, str], date] = field(default_factory=dict)
    returned: dict[str, tuple[Return, ...]] = field(default_factory=dict)
    corrected: dict[str, tuple[CellCorrection, ...]] = field(default_factory=dict)
    confirmed: set[tuple[str, int]] = field(default_factory=set)
    notes: dict[tuple[str, str], tuple[Note, ...]] = field(default_factory=dict)
    figures: dict[FigureRef, FigureRuling] = field(default_factory=dict)
    printed: dict[tuple[str, str, int], PrintEdit] = field(default_factory=dict)

    def take(self, decision: Decision) -> None:
        """Put one decision in its place."""
        if decision.document is not None:
            self._about_document(decision, decision.document)
        else:
            self._about_unit(decision, (decision.unit or "", decision.period or ""))

    def _about_document(self, decision: Decision, document: str) -> None:
        match decision:
            case Decision(kind=DecisionKind.ASSIGN):
                self.assigned[document] = decision
            case Decision(kind=DecisionKind.ACCEPT):
                self.accepted.add(document)
                self.returned.pop(document, None)  # the later word counts
            case Decision(kind=DecisionKind.DISMISS):
                self.dismissed.add(document)
            case Decision(kind=DecisionKind.RETURN):
                back = Return(document=document, items=decision.items, reason=decision.reason, at=decision.at)
                self.returned[document] = (*self.returned.get(document, ()), back)
                if not back.items:
                    self.accepted.discard(document)
            case Decision(kind=DecisionKind.CORRECT, cell=CellCorrection() as cell):
                self.corrected[document] = (*self.corrected.get(document, ()), cell)
            case Decision(kind=DecisionKind.CONFIRM, item=int(item)):
                self.confirmed.add((document, item))

    def _about_unit(self, decision: Decision, about: tuple[str, str]) -> None:
        match decision:
            case Decision(kind=DecisionKind.WAIVE, item=int(item)):
                self.waived[(*about, item)] = decision.reason
            case Decision(kind=DecisionKind.FINISH, item=int(item)):
                since = Period.parse(decision.period or "")
                self.finished[(decision.unit or "", item)] = Finished(since=since, reason=decision.reason)
            case Decision(kind=DecisionKind.EXTEND, until=date() as until):
                self.extended[about] = Extension(until=until, reason=decision.reason)
            case Decision(kind=DecisionKind.PROMISE, until=date() as until):
                self.promised[about] = until
            case Decision(kind=DecisionKind.FIGURE, figure=(ref, ruling)):
                self.figures[ref] = ruling
            case Decision(kind=DecisionKind.EDIT, item=int(item), edit=PrintEdit() as edit):
                self.printed[(*about, item)] = edit
            case Decision(kind=DecisionKind.NOTE, at=datetime() as at):
                note = Note(at=at, text=decision.reason, author=decision.author)
                self.notes[about] = (*self.notes.get(about, ()), note)
