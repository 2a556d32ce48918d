"""The workdays of a year as a page shows them: by month and week, the office's own days marked."""

import calendar
from dataclasses import dataclass
from datetime import date

from ...domain.workdays import WorkCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day; ``own`` is whether the office set it, ``moved`` whether it differs from an ordinary week."""

    day: date
    work: bool
    own: bool
    moved: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """One month by weeks from Monday; None stands for days of its neighbours."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]


def year_of(days: WorkCalendar, year: int) -> tuple[Month, ...]:
    """Return the months of a year."""
    weeks = calendar.Calendar(firstweekday=0)
    return tuple(
        Month(
            number=month,
            weeks=tuple(
                tuple(_day(days, one) if one.month == month else None for one in week)
                for week in weeks.monthdatescalendar(year, month)
            ),
        )
        for month in range(1, 13)
    )


def _day(days: WorkCalendar, one: date) -> Day:
    work = days.is_workday(one)
    return Day(day=one, work=work, own=one in days.own_days, moved=work != (one.weekday() < 5))
