"""Periods: ``2024Q2``, ``2024M05``, ``2024M05T1`` (上旬), ``2024M05H1`` (上半月), ``2024H1``, ``2024``, ``2024-05-23``."""

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

from .errors import WrongUsage


class Cadence(StrEnum):
    """How often a notice asks for reports."""

    ONCE = "once"
    TEN_DAYS = "ten_days"
    HALF_MONTH = "half_month"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_FORMS = (
    (Cadence.QUARTER, re.compile(r"(\d{4})Q([1-4])")),
    (Cadence.TEN_DAYS, re.compile(r"(\d{4})M(0[1-9]|1[0-2])T([1-3])")),
    (Cadence.HALF_MONTH, re.compile(r"(\d{4})M(0[1-9]|1[0-2])H([12])")),
    (Cadence.MONTH, re.compile(r"(\d{4})M(0[1-9]|1[0-2])")),
    (Cadence.HALF_YEAR, re.compile(r"(\d{4})H([12])")),
    (Cadence.YEAR, re.compile(r"(\d{4})")),
    (Cadence.ONCE, re.compile(r"(\d{4})-(\d\d)-(\d\d)")),
)
_REMEMBERED = 4096
_HALF = 15
"""The last day of the first half of a month."""

_ORDINALS = "一二三四"


@lru_cache(maxsize=_REMEMBERED)
def _named(text: str) -> tuple[Cadence, tuple[int, ...]] | None:
    for cadence, pattern in _FORMS:
        if match := pattern.fullmatch(text):
            return cadence, tuple(map(int, match.groups()))
    return None


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Period:
    """One stretch of time to report on, first and last day included."""

    start: date
    end: date
    cadence: Cadence

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a period name as the contract writes it.

        :raises WrongUsage: when the text names no period.
        """
        if named := _named(text.strip()):
            with suppress(ValueError):
                return cls._of(named[0], list(named[1]))
        raise WrongUsage(
            f"{text!r} names no period; write 2024Q2, 2024M05, 2024M05T1, 2024M05H1, 2024H1, 2024 or 2024-05-23"
        )

    @classmethod
    def containing(cls, day: date, cadence: Cadence) -> Self:
        """Return the period of this cadence that holds the day."""
        match cadence:
            case Cadence.ONCE:
                return cls._of(cadence, [day.year, day.month, day.day])
            case Cadence.TEN_DAYS:
                return cls._of(cadence, [day.year, day.month, min((day.day - 1) // 10, 2) + 1])
            case Cadence.HALF_MONTH:
                return cls._of(cadence, [day.year, day.month, 1 if day.day <= _HALF else 2])
            case Cadence.MONTH:
                return cls._of(cadence, [day.year, day.month])
            case Cadence.QUARTER:
                return cls._of(cadence, [day.year, (day.month - 1) // 3 + 1])
            case Cadence.HALF_YEAR:
                return cls._of(cadence, [day.year, 1 if day.month <= 6 else 2])
            case Cadence.YEAR:
                return cls._of(cadence, [day.year])

    @classmethod
    def _of(cls, cadence: Cadence, numbers: list[int]) -> Self:
        year = numbers[0]
        match cadence:
            case Cadence.ONCE:
                day = date(*numbers)
                return cls(start=day, end=day, cadence=cadence)
            case Cadence.TEN_DAYS:
                month, third = numbers[1:]
                first = 1 + 10 * (third - 1)
                last = 10 * third if third < 3 else calendar.monthrange(year, month)[1]
                return cls(start=date(year, month, first), end=date(year, month, last), cadence=cadence)
            case Cadence.HALF_MONTH:
                month, half = numbers[1:]
                first, last = (1, _HALF) if half == 1 else (_HALF + 1, calendar.monthrange(year, month)[1])
                return cls(start=date(year, month, first), end=date(year, month, last), cadence=cadence)
            case Cadence.MONTH:
                first_month, months = numbers[1], 1
            case Cadence.QUARTER:
                first_month, months = 3 * numbers[1] - 2, 3
            case Cadence.HALF_YEAR:
                first_month, months = 6 * numbers[1] - 5, 6
            case Cadence.YEAR:
                first_month, months = 1, 12
        last_month = first_month + months - 1
        end = date(year, last_month, calendar.monthrange(year, last_month)[1])
        return cls(start=date(year, first_month, 1), end=end, cadence=cadence)

    def next(self) -> Self | None:
        """Return the following period, or None where the notice asks only once."""
        if self.cadence is Cadence.ONCE:
            return None
        return self.containing(self.end + timedelta(days=1), self.cadence)

    def previous(self) -> Self | None:
        """Return the period before, or None where the notice asks only once."""
        if self.cadence is Cadence.ONCE:
            return None
        return self.containing(self.start - timedelta(days=1), self.cadence)

    @property
    def number_in_month(self) -> int:
        """Which part of its month the period is, counted from 1; 1 for a whole month and more."""
        days = {Cadence.TEN_DAYS: 10, Cadence.HALF_MONTH: _HALF}.get(self.cadence)
        return (self.start.day - 1) // days + 1 if days else 1

    @property
    def title(self) -> str:
        """The period in official Chinese, e.g. ``2024年第二季度``."""
        year, month = self.start.year, self.start.month
        match self.cadence:
            case Cadence.ONCE:
                return f"{year}年{month}月{self.start.day}日"
            case Cadence.TEN_DAYS:
                return f"{year}年{month}月{'上中下'[self.number_in_month - 1]}旬"
            case Cadence.HALF_MONTH:
                return f"{year}年{month}月{'上下'[self.number_in_month - 1]}半月"
            case Cadence.MONTH:
                return f"{year}年{month}月"
            case Cadence.QUARTER:
                return f"{year}年第{_ORDINALS[(month - 1) // 3]}季度"
            case Cadence.HALF_YEAR:
                return f"{year}年{'上' if month == 1 else '下'}半年"
            case Cadence.YEAR:
                return f"{year}年"

    @property
    def this(self) -> str:
        """How a form of this period calls it: ``本季度``, ``本月``."""
        return {
            Cadence.ONCE: "本次",
            Cadence.TEN_DAYS: "本旬",
            Cadence.HALF_MONTH: "本半月",
            Cadence.MONTH: "本月",
            Cadence.QUARTER: "本季度",
            Cadence.HALF_YEAR: "本半年",
            Cadence.YEAR: "本年度",
        }[self.cadence]

    def __str__(self) -> str:
        year, month = self.start.year, self.start.month
        match self.cadence:
            case Cadence.ONCE:
                return self.start.isoformat()
            case Cadence.TEN_DAYS:
                return f"{year}M{month:02}T{self.number_in_month}"
            case Cadence.HALF_MONTH:
                return f"{year}M{month:02}H{self.number_in_month}"
            case Cadence.MONTH:
                return f"{year}M{month:02}"
            case Cadence.QUARTER:
                return f"{year}Q{(month - 1) // 3 + 1}"
            case Cadence.HALF_YEAR:
                return f"{year}H{1 if month == 1 else 2}"
            case Cadence.YEAR:
                return f"{year}"
