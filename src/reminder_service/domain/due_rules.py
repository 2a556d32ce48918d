"""How the due date follows from a period: a day, and which way it moves where that is no workday.

Each rule has a name that a file can hold, such as ``day_25_of_month_back``; :meth:`DueRule.parse` reads what
``str()`` writes.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, Self

from .periods import Cadence


class Move(StrEnum):
    """Which way a day that is no workday moves: to the workday before it, after it, or not at all."""

    BACK = "back"
    FORWARD = "forward"
    STAY = "stay"


@dataclass(frozen=True, kw_only=True, slots=True)
class EndOfPeriod:
    """The period's last day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOfMonth:
    """A day of the period's last month, or of the month after it (``following``); 31 is the last of every month."""

    day: int
    following: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DaysOfMonth:
    """Several days of every month, one for each part of it: two for half-months, three for periods of ten days."""

    days: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOfYear:
    """A day of the period's year, or of the year after it (``following``)."""

    month: int
    day: int
    following: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DaysAfterEnd:
    """So many days of the calendar after the period's last day.

    Several days a month that begin early are periods of ten days or half a month with this: the 5th, 15th and 25th,
    or the 5th and the 20th, are ``5_days_after_end``.
    """

    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkdaysAfterEnd:
    """So many workdays after the period's last day; it is always a workday and never moves."""

    workdays: int


DueDay = EndOfPeriod | DayOfMonth | DaysOfMonth | DayOfYear | DaysAfterEnd | WorkdaysAfterEnd

_NAME = re.compile(
    r"(?:days_(?P<several>\d{1,2}(?:_\d{1,2}){1,2})_of_month"
    r"|day_(?P<day>\d{1,2})_of_(?P<later>next_)?month"
    r"|month_(?P<month>\d{1,2})_day_(?P<of_year>\d{1,2})(?P<next>_of_next_year)?"
    r"|(?P<days>\d{1,3})_days_after_end)(?:_(?P<move>back|forward))?"
    r"|(?P<workdays>\d{1,3})_workdays_after_end"
)
_PARTS = {Cadence.HALF_MONTH: 2, Cadence.TEN_DAYS: 3}
"""Into how many parts a cadence divides a month."""

_SOME_YEAR = 2024  # a leap year: 29 February is a day of the year


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRule:
    """A day and which way it moves."""

    day: DueDay = EndOfPeriod()
    move: Move = Move.BACK

    LAST_WORKDAY_ON_OR_BEFORE_END: ClassVar["DueRule"]
    FIRST_WORKDAY_ON_OR_AFTER_END: ClassVar["DueRule"]
    END: ClassVar["DueRule"]

    @classmethod
    def parse(cls, text: str) -> "DueRule":
        """Read a rule as ``str()`` writes it.

        :raises ValueError: naming the rules that there are.
        """
        if named := _NAMED.get(text):
            return named
        match = _NAME.fullmatch(text)
        day = _day(match) if match else None
        if match is None or day is None:
            raise ValueError(f"expected {EXPECTED}")
        if isinstance(day, WorkdaysAfterEnd):
            return cls(day=day, move=Move.STAY)
        return cls(day=day, move=Move(match["move"] or "stay"))

    def moving(self, move: Move) -> Self:
        """Return the rule with the day moved another way; workdays never move."""
        return self if isinstance(self.day, WorkdaysAfterEnd) else type(self)(day=self.day, move=move)

    def fits(self, cadence: Cadence) -> bool:
        """Whether the rule gives every period of a cadence a due date of its own."""
        match self.day:
            case DayOfMonth():
                return cadence is not Cadence.ONCE and cadence not in _PARTS
            case DaysOfMonth(days=days):
                return _PARTS.get(cadence) == len(days)
            case DayOfYear():
                return cadence is Cadence.YEAR
            case _:
                return True

    def __str__(self) -> str:
        suffix = "" if self.move is Move.STAY else f"_{self.move}"
        match self.day:
            case EndOfPeriod():
                return next(name for name, rule in _NAMED.items() if rule == self)
            case DayOfMonth(day=day, following=following):
                return f"day_{day}_of_{'next_' if following else ''}month{suffix}"
            case DaysOfMonth(days=days):
                return f"days_{'_'.join(map(str, days))}_of_month{suffix}"
            case DayOfYear(month=month, day=day, following=following):
                return f"month_{month}_day_{day}{'_of_next_year' if following else ''}{suffix}"
            case DaysAfterEnd(days=days):
                return f"{days}_days_after_end{suffix}"
            case WorkdaysAfterEnd(workdays=workdays):
                return f"{workdays}_workdays_after_end"


DueRule.LAST_WORKDAY_ON_OR_BEFORE_END = DueRule()
DueRule.FIRST_WORKDAY_ON_OR_AFTER_END = DueRule(move=Move.FORWARD)
DueRule.END = DueRule(move=Move.STAY)

_NAMED: Mapping[str, DueRule] = {
    "last_workday_on_or_before_end": DueRule.LAST_WORKDAY_ON_OR_BEFORE_END,
    "first_workday_on_or_after_end": DueRule.FIRST_WORKDAY_ON_OR_AFTER_END,
    "end": DueRule.END,
}

EXPECTED = (
    "last_workday_on_or_before_end, first_workday_on_or_after_end, end, or a day such as day_25_of_month_back, "
    "day_5_of_next_month_forward, days_15_31_of_month_back, "
    "month_12_day_20_back, month_1_day_15_of_next_year_back, 10_days_after_end_back, "
    "5_workdays_after_end (_back: to the workday before, _forward: to the one after, neither: it stays)"
)
"""The rules that there are, for messages about one that is none."""


def day_in_month(year: int, month: int, day: int) -> date:
    """Return a day of a month, or the month's last where it has fewer days."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _day(match: re.Match[str]) -> DueDay | None:
    if several := match["several"]:
        return _days_of_month([int(text) for text in several.split("_")])
    numbers = {name: int(text) for name, text in match.groupdict().items() if text and text.isdecimal()}
    if not all(numbers.values()):
        return None
    if "workdays" in numbers:
        return WorkdaysAfterEnd(workdays=numbers["workdays"])
    if "days" in numbers:
        return DaysAfterEnd(days=numbers["days"])
    if "month" not in numbers:
        return (
            DayOfMonth(day=numbers["day"], following=bool(match["later"])) if numbers["day"] <= 31 else None
        )
    month, day = numbers["month"], numbers["of_year"]
    if month > 12 or day > calendar.monthrange(_SOME_YEAR, month)[1]:
        return None
    return DayOfYear(month=month, day=day, following=bool(match["next"]))


def _days_of_month(days: list[int]) -> DaysOfMonth | None:
    rising = all(first < second for first, second in pairwise(days))
    return DaysOfMonth(days=tuple(days)) if rising and days[0] >= 1 and days[-1] <= 31 else None
