"""What the charts show, as numbers: completion over the days of a period, who is on time, targets reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from .progress import TargetProgress, number_words
from .state import PeriodState, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """How many units had everything in at the end of a day."""

    day: date
    complete: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OnTime:
    """In how many of the periods that are over a unit had everything in by its due date."""

    unit: str
    on_time: int
    periods: int

    @property
    def rate(self) -> float:
        """The part of all periods, 0..1."""
        return self.on_time / self.periods if self.periods else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """How far a target is reached by one unit; ``rate`` is None where no exact figure is known."""

    item: int
    target: str
    unit: str
    done: str
    rate: float | None
    confirmed: bool


def completion_by_day(state: PeriodState, zone: tzinfo) -> tuple[DayCount, ...]:
    """Return a count for each day from the first report to the day of the state or the due date, the later first cut.

    A unit that was let off everything has no day and is counted from the beginning; days after the state's own
    day are not told.
    """
    complete = [unit for unit in state.units if unit.status is Status.COMPLETE]
    days = sorted(unit.in_at.astimezone(zone).date() for unit in complete if unit.in_at)
    start = sum(unit.in_at is None for unit in complete)
    if not days:
        return ()
    last = max(days[-1], min(state.due, state.as_of.astimezone(zone).date()))
    counts = []
    for ordinal in range(days[0].toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        counts.append(DayCount(day=day, complete=start + sum(one <= day for one in days)))
    return tuple(counts)


def on_time_rates(states: Sequence[PeriodState], zone: tzinfo) -> tuple[OnTime, ...]:
    """Return each unit's punctuality over periods whose due date is past, the least punctual first.

    A period in which a unit's state is not known, or which the office has still to judge, counts neither way.
    """
    over = [state for state in states if state.due < state.as_of.astimezone(zone).date()]
    counts: dict[str, list[bool]] = {}
    for state in over:
        for unit in state.units:
            due = unit.extended.until if unit.extended else unit.due
            if (
                unit.status in (Status.UNKNOWN, Status.ATTENTION)
                or due >= state.as_of.astimezone(zone).date()
            ):
                continue
            on_time = unit.status is Status.COMPLETE and not unit.late
            counts.setdefault(unit.unit, []).append(on_time)
    found = [OnTime(unit=unit, on_time=sum(told), periods=len(told)) for unit, told in counts.items()]
    return tuple(sorted(found, key=lambda one: one.rate))


def reached(targets: Sequence[TargetProgress]) -> tuple[Reached, ...]:
    """Return how far each target is reached, a line for each unit that reported; one without figures has one line."""
    return tuple(line for target in targets for line in _reached(target))


def _reached(target: TargetProgress) -> list[Reached]:
    told = [unit for unit in target.units if unit.figures]
    lines = [
        Reached(
            item=target.item,
            target=target.target.text,
            unit=unit.unit,
            done=number_words(unit.done) if unit.done is not None else "",
            rate=_rate(target.rate(unit.done)),
            confirmed=unit.confirmed,
        )
        for unit in told
    ]
    silent = Reached(
        item=target.item, target=target.target.text, unit="", done="", rate=None, confirmed=False
    )
    return lines or [silent]


def _rate(rate: Decimal | None) -> float | None:
    return float(rate) if rate is not None else None
