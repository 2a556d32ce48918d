"""The work ledger (工作台账): what each unit has to do, who does it, how far it is, over the periods of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .campaign import Campaign, Item, Target
from .deadlines import overdue
from .periods import Period
from .state import Contact, DutyState, PeriodState, Status


class LedgerStatus(StrEnum):
    """Where a duty stands in its newest period."""

    REPORTED = "reported"
    PENDING = "pending"
    WAIVED = "waived"
    FINISHED = "finished"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """What was reported for one period; ``text`` is empty where nothing was."""

    period: Period
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerLine:
    """One duty over the year; ``deadline`` is the newest that was given, ``slipped`` the one before if it was another.

    ``overdue``: the deadline has passed, nobody at the office confirmed the duty as done, and its newest text does not
    say so either.
    """

    item: Item
    unit: str
    contacts: tuple[Contact, ...]
    targets: tuple[Target, ...]
    progress: tuple[Progress, ...]
    deadline: str
    slipped: str
    status: LedgerStatus
    overdue: bool = False


def ledger_lines(
    campaign: Campaign, states: Sequence[PeriodState], contacts: Sequence[Contact]
) -> tuple[LedgerLine, ...]:
    """Return a line for each duty, in the notice's order.

    :param states: the periods of the year, oldest first; at least one.
    """
    people: dict[str, list[Contact]] = {}
    for contact in sorted(contacts, key=lambda one: one.order):
        people.setdefault(contact.unit, []).append(contact)
    return tuple(
        _line(item, unit, states, tuple(people.get(unit, ())))
        for item in campaign.items
        for unit in item.units
    )


def _line(item: Item, unit: str, states: Sequence[PeriodState], contacts: tuple[Contact, ...]) -> LedgerLine:
    duties = [_duty(state, unit, item.number) for state in states]
    given = list(
        dict.fromkeys(duty.deadline.strip() for duty in duties if duty.deadline and duty.deadline.strip())
    )
    return LedgerLine(
        item=item,
        unit=unit,
        contacts=contacts,
        targets=item.targets,
        progress=tuple(
            Progress(period=state.period, text=(duty.measures or "").strip("\n"))
            for state, duty in zip(states, duties, strict=True)
        ),
        deadline=given[-1] if given else "",
        slipped=given[-2] if len(given) > 1 else "",
        status=_status(states[-1], duties[-1]),
        overdue=bool(given) and _overdue(states, duties, given[-1]),
    )


def _overdue(states: Sequence[PeriodState], duties: Sequence[DutyState], deadline: str) -> bool:
    if duties[-1].waived is not None:
        return False
    # The year that a deadline was written in: 年底 of a text that is a year old has passed.
    written = next(
        state
        for state, duty in zip(reversed(states), reversed(duties), strict=True)
        if (duty.deadline or "").strip() == deadline
    )
    newest = next((duty.measures for duty in reversed(duties) if duty.measures), "")
    return overdue(deadline, newest, today=states[-1].as_of.date(), year=written.period.start.year)


def _duty(state: PeriodState, unit: str, item: int) -> DutyState:
    found = (duty for duty in state.unit(unit).duties if duty.item == item)
    return next(found, DutyState(item=item, unit=unit))


def _status(state: PeriodState, duty: DutyState) -> LedgerStatus:
    unit = state.unit(duty.unit)
    if duty.measures is not None:
        return LedgerStatus.PENDING if duty.pending else LedgerStatus.REPORTED
    if duty.waived is not None:
        return LedgerStatus.FINISHED if duty.finished else LedgerStatus.WAIVED
    if unit.maybe_reported or unit.status is Status.ATTENTION:
        return LedgerStatus.PENDING
    return LedgerStatus.UNKNOWN if unit.status is Status.UNKNOWN else LedgerStatus.MISSING
