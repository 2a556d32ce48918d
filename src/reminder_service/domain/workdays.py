"""Statutory workdays of mainland China, 调休 included.

Source: the yearly announcements of 国务院办公厅 as kept by ``chinesecalendar``, overlaid by the office's own file.
"""

import functools
import itertools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from .due_rules import (
    DayOfMonth,
    DayOfYear,
    DaysAfterEnd,
    DaysOfMonth,
    DueRule,
    EndOfPeriod,
    Move,
    WorkdaysAfterEnd,
    day_in_month,
)
from .periods import Cadence, Period

_DAY = timedelta(days=1)


class WorkCalendar:
    """Knows workdays; where a year is not announced yet, weekends count as free and nothing else.

    :param overlay: days on which the office knows better, True for a workday.
    :param complete: years of which the overlay holds the whole announcement.
    """

    def __init__(
        self, overlay: Mapping[date, bool] = MappingProxyType({}), complete: Iterable[int] = ()
    ) -> None:
        self._overlay = dict(overlay)
        self._complete = frozenset(complete)

    @property
    def own_days(self) -> Mapping[date, bool]:
        """The days on which the office knows better, True for a workday."""
        return MappingProxyType(self._overlay)

    @property
    def complete(self) -> frozenset[int]:
        """The years of which the office's own days are the whole announcement."""
        return self._complete

    def knows(self, year: int) -> bool:
        """Whether the year's holidays and 调休 are known."""
        if year in self._complete:
            return True
        return _statutory(date(year, 1, 1)) is not None

    def is_workday(self, day: date) -> bool:
        """Whether offices are open on this day."""
        known = self._overlay.get(day)
        if known is not None:
            return known
        statutory = _statutory(day)
        return day.weekday() < 5 if statutory is None else statutory

    def shift(self, day: date, workdays: int) -> date:
        """Return the workday that lies so many workdays after the day (before it, if negative).

        With 0 the day itself is returned, workday or not.
        """
        step = _DAY if workdays > 0 else -_DAY
        for _ in range(abs(workdays)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def on_or_before(self, day: date) -> date:
        """Return the last workday that is not after the day."""
        while not self.is_workday(day):
            day -= _DAY
        return day

    def on_or_after(self, day: date) -> date:
        """Return the first workday that is not before the day."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def between(self, first: date, last: date) -> int:
        """Count the workdays after ``first`` up to and including ``last``; negative if ``last`` lies before."""
        if last < first:
            return -self.between(last, first)
        days = (first + _DAY * n for n in range(1, (last - first).days + 1))
        return sum(self.is_workday(day) for day in days)

    def within(self, first: date, last: date, workdays: int) -> bool:
        """Whether :meth:`between` is so many at most; years are not counted to their end for that."""
        if last < first:
            return self.between(first, last) <= workdays
        days = (first + _DAY * n for n in range(1, (last - first).days + 1))
        over = itertools.islice((day for day in days if self.is_workday(day)), max(workdays, 0), None)
        return workdays >= 0 and next(over, None) is None


def due_date(period: Period, rule: DueRule, calendar: WorkCalendar) -> date:
    """Return the day by whose end the reports of a period are due."""
    day = _due_day(period, rule, calendar)
    match rule.move:
        case Move.BACK:
            return calendar.on_or_before(day)
        case Move.FORWARD:
            return calendar.on_or_after(day)
        case Move.STAY:
            return day


def _due_day(period: Period, rule: DueRule, calendar: WorkCalendar) -> date:
    end = period.end
    match rule.day:
        case EndOfPeriod():
            return end
        case DayOfMonth(day=day, following=following):
            month = end + _DAY if following and (end + _DAY).day == 1 else end
            return day_in_month(month.year, month.month, day)
        case DaysOfMonth(days=days_of_month):
            return day_in_month(end.year, end.month, days_of_month[period.number_in_month - 1])
        case DayOfYear(month=month_number, day=day, following=following):
            return day_in_month(end.year + following, month_number, day)
        case DaysAfterEnd(days=days):
            return end + _DAY * days
        case WorkdaysAfterEnd(workdays=workdays):
            return calendar.shift(end, workdays)


def first_period(notice_date: date, cadence: Cadence, rule: DueRule, calendar: WorkCalendar) -> Period:
    """Return the first period whose due date is not before the notice's date."""
    period = Period.containing(notice_date, cadence)
    while due_date(period, rule, calendar) < notice_date:
        following = period.next()
        if following is None:
            return period
        period = following
    # Where reports are due after a period's end, an earlier period may still be open.
    while (before := period.previous()) is not None and due_date(before, rule, calendar) >= notice_date:
        period = before
    return period


@functools.lru_cache(maxsize=4096)
def _statutory(day: date) -> bool | None:
    """Return what was announced for a day, None where nothing was (yet)."""
    import chinese_calendar  # here, since it costs 40 ms that ``--help`` need not pay

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
