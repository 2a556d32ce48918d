"""What a person at the office settled; it outlives every new reading of the originals."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from .state import Extension


class DecisionKind(StrEnum):
    """The kinds of decision."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    DISMISS = "dismiss"
    WAIVE = "waive"
    EXTEND = "extend"
    PROMISE = "promise"
    FREEZE = "freeze"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision about a document, a unit or a duty.

    ``document`` is a SHA-256, ``until`` the day of an extension or promise, ``period`` and ``unit`` what an
    assignment says or what the decision is about.
    """

    kind: DecisionKind
    period: str | None = None
    unit: str | None = None
    item: int | None = None
    document: str | None = None
    until: date | None = None
    reason: str = ""
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """The decisions in force, looked up by what they are about; the latest of a kind wins."""

    assigned: dict[str, Decision] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()
    waived: dict[tuple[str, str, int], str] = field(default_factory=dict)
    extended: dict[tuple[str, str], Extension] = field(default_factory=dict)
    promised: dict[tuple[str, str], date] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Self:
        """Sort decisions, oldest first, by what they are about."""
        assigned: dict[str, Decision] = {}
        accepted: set[str] = set()
        dismissed: set[str] = set()
        waived: dict[tuple[str, str, int], str] = {}
        extended: dict[tuple[str, str], Extension] = {}
        promised: dict[tuple[str, str], date] = {}
        for decision in decisions:
            about = (decision.unit or "", decision.period or "")
            match decision:
                case Decision(kind=DecisionKind.ASSIGN, document=str(document)):
                    assigned[document] = decision
                case Decision(kind=DecisionKind.ACCEPT, document=str(document)):
                    accepted.add(document)
                case Decision(kind=DecisionKind.DISMISS, document=str(document)):
                    dismissed.add(document)
                case Decision(kind=DecisionKind.WAIVE, item=int(item)):
                    waived[(*about, item)] = decision.reason
                case Decision(kind=DecisionKind.EXTEND, until=date() as until):
                    extended[about] = Extension(until=until, reason=decision.reason)
                case Decision(kind=DecisionKind.PROMISE, until=date() as until):
                    promised[about] = until
        return cls(
            assigned=assigned,
            accepted=frozenset(accepted),
            dismissed=frozenset(dismissed),
            waived=waived,
            extended=extended,
            promised=promised,
        )
