"""When a notice wants its reports: the words about days as a due rule, and the rule as words of a proposal."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ..due_rules import (
    DayOfMonth,
    DayOfYear,
    DaysAfterEnd,
    DaysOfMonth,
    DueDay,
    DueRule,
    EndOfPeriod,
    Move,
    WorkdaysAfterEnd,
)
from ..periods import Cadence

PERIODS = {
    Cadence.TEN_DAYS: "每旬",
    Cadence.HALF_MONTH: "每半月",
    Cadence.MONTH: "每月",
    Cadence.QUARTER: "每季度",
    Cadence.HALF_YEAR: "每半年",
    Cadence.YEAR: "每年",
}
_POSTPONED = re.compile(r"(?:节假日|休息日|双休日|假期|周末)[^，。；]{0,6}顺延")
_AFTER_END = re.compile(
    r"(?:结束后?|终了后?|过后)(?:的)?(?P<days>\d{1,2})个?(?P<what>工作日|日|天)|(?:次月|下月)(?:的)?前?(?P<workdays>\d{1,2})个工作日"
)
_SEVERAL = re.compile(
    r"每个?月(?:的)?(?P<first>\d{1,2})[日号]?前?[、，和及与](?:(?P<second>\d{1,2})[日号]?前?[、，和及与])?"
    r"(?:每?月?(?P<last>\d{1,2})[日号]|(?:每?月|当月)[底末])"
)
_DAY_OF_MONTH = re.compile(
    r"(?P<when>次月|下个?月|次季度?首月|首月|第一个月|当月|每个?月|季末月|末月|最后一?个?月)(?:的)?(?P<day>\d{1,2})[日号]"
)
_DATES = re.compile(r"(?P<year>次年|翌年|下一?年)?(?:的)?(\d{1,2})月(\d{1,2})[日号]")
_LAST_MONTH = re.compile(r"上个?月|上期|前一个?月")
_THIS_MONTH = re.compile(r"本月|当月")
_LAST_YEAR = re.compile(r"上一?年")
_LEFT_OUT = re.compile(
    r"(?:第?(?P<quarter>[一二三四1-4])季度|(?P<month>\d{1,2})月份?|(?P<half>[上下])半年)(?:的|情况)?"
    r"(?:除外|免报|可?不(?:再)?(?:单独)?报|无需(?:单独)?报|不需要?(?:单独)?报)"
)
_LAST_DAY = 31
_EARLY_IN_A_MONTH = 10
"""Whoever asks for reports of a month by its tenth day means the month before."""

_LAST_MONTHS = {Cadence.QUARTER: {3, 6, 9, 12}, Cadence.HALF_YEAR: {6, 12}, Cadence.YEAR: {12}}
_DAYS_OF_MONTHS = {3: 31, 6: 30, 9: 30, 12: 31}


def days_of_each_month(text: str) -> tuple[Cadence, DueDay] | None:
    """Return what several days of every month are: 每月5日、15日、25日 ten-day reports, 每月15日和月底 half-monthly ones.

    Where they begin early, the first is about the month before.
    """
    match = _SEVERAL.search(text)
    if match is None:
        return None
    days = [int(found) for found in (match["first"], match["second"]) if found]
    days.append(int(match["last"] or _LAST_DAY))
    cadence, part = (Cadence.TEN_DAYS, 10) if len(days) == 3 else (Cadence.HALF_MONTH, 15)
    if not all(1 <= before < after <= _LAST_DAY for before, after in pairwise(days)):
        return None
    if days[:-1] == [part * number for number in range(1, len(days))] and days[-1] >= 30:
        return cadence, EndOfPeriod()
    if days[0] < 10 and days == [days[0] + part * number for number in range(len(days))]:
        return cadence, DaysAfterEnd(days=days[0])
    return cadence, DaysOfMonth(days=tuple(days))


def move_of(sentences: Sequence[str]) -> Move:
    """Return which way a due date moves that is no workday: back, unless the notice says 顺延."""
    return Move.FORWARD if any(_POSTPONED.search(text) for text in sentences) else Move.BACK


def due_day(text: str, cadence: Cadence) -> DueDay | None:
    """Return the day that a sentence names for the reports of a cadence, None where it names none."""
    if (several := days_of_each_month(text)) and several[0] is cadence:
        return several[1]
    if match := _AFTER_END.search(text):
        if match["workdays"] or match["what"] == "工作日":
            return WorkdaysAfterEnd(workdays=int(match["workdays"] or match["days"]))
        return DaysAfterEnd(days=int(match["days"]))
    return _of_month(text, cadence) or _of_dates(text, cadence)


def _of_month(text: str, cadence: Cadence) -> DueDay | None:
    match = _DAY_OF_MONTH.search(text)
    if match is None or not 1 <= int(match["day"]) <= 31 or cadence not in (Cadence.MONTH, *_LAST_MONTHS):
        return None
    day, when = int(match["day"]), match["when"]
    following = when[0] in "次下首第"
    if cadence is Cadence.MONTH and when[0] == "每":
        early = day <= _EARLY_IN_A_MONTH and not _THIS_MONTH.search(text)
        following = early or _LAST_MONTH.search(text) is not None
    elif when[0] == "每":
        return None  # 每月 beside 每季度 is about something else
    return DayOfMonth(day=day, following=following)


def _of_dates(text: str, cadence: Cadence) -> DueDay | None:
    """Read dates of the year: 每年6月25日、12月25日前, 每年12月20日前, 次年1月15日前."""
    dates = [(int(month), int(day), bool(year)) for year, month, day in _DATES.findall(text)]
    if not dates or cadence not in _LAST_MONTHS:
        return None
    months = {month for month, _, _ in dates}
    days = {day for _, day, _ in dates}
    ends = _LAST_MONTHS[cadence]
    if months <= ends and all(_DAYS_OF_MONTHS[month] == day for month, day, _ in dates):
        return EndOfPeriod()
    if cadence is Cadence.YEAR:
        month, number, later = dates[0]
        return _of_year(month, number, later or _LAST_YEAR.search(text) is not None)
    if len(days) == 1 and months in (ends, {month % 12 + 1 for month in ends}):
        return DayOfMonth(day=days.pop(), following=months != ends)
    return None


def _of_year(month: int, day: int, following: bool) -> DueDay | None:
    try:
        rule = DueRule.parse(f"month_{month}_day_{day}{'_of_next_year' if following else ''}")
    except ValueError:
        return None
    return rule.day


def left_out(sentences: Sequence[str], cadence: Cadence) -> tuple[str, ...]:
    """Return the periods that the notice wants no report on: 第一季度不报."""
    names: list[str] = []
    for match in (found for text in sentences for found in _LEFT_OUT.finditer(text)):
        if cadence is Cadence.QUARTER and match["quarter"]:
            names.append(f"Q{'一二三四'.find(match['quarter']) + 1 or match['quarter']}")
        elif cadence is Cadence.MONTH and match["month"] and 1 <= int(match["month"]) <= 12:
            names.append(f"M{int(match['month']):02}")
        elif cadence is Cadence.HALF_YEAR and match["half"]:
            names.append("H1" if match["half"] == "上" else "H2")
    return tuple(dict.fromkeys(names))


def due_words(rule: DueRule, cadence: Cadence) -> str:
    """Say a due rule: 每月25日前；遇休息日顺延到此后第一个法定工作日."""
    match rule.day, rule.move:
        case EndOfPeriod(), Move.BACK:
            return f"{PERIODS[cadence]}最后一个法定工作日（当天下班前）"
        case EndOfPeriod(), _:
            return f"{PERIODS[cadence]}最后一天{_move_words(rule.move)}"
        case WorkdaysAfterEnd(workdays=workdays), _:
            return f"{PERIODS[cadence]}结束后{workdays}个法定工作日内"
        case _:
            return f"{_day_words(rule.day, cadence)}（含当日）{_move_words(rule.move)}"


def _day_words(day: DueDay, cadence: Cadence) -> str:
    match day:
        case DayOfMonth(day=number, following=following):
            return _month_words(number, cadence, following=following)
        case DayOfYear(month=month, day=number, following=following):
            return f"{'次年' if following else '每年'}{month}月{number}日前"
        case DaysAfterEnd(days=days) if cadence is Cadence.TEN_DAYS and days < 10:
            return f"每月{days}日前报上月下旬、{days + 10}日前报上旬、{days + 20}日前报中旬"
        case DaysAfterEnd(days=days) if cadence is Cadence.HALF_MONTH and days < 10:
            return f"每月{days}日前报上月下半月、{days + 15}日前报上半月"
        case DaysOfMonth(days=several):
            parts = ("上半月", "下半月") if cadence is Cadence.HALF_MONTH else ("上旬", "中旬", "下旬")
            pairs = zip(several, parts, strict=True)
            return "每月" + "、".join(
                f"{'月底' if day >= _LAST_DAY else f'{day}日'}前报{part}" for day, part in pairs
            )
        case DaysAfterEnd(days=days):
            return f"{PERIODS[cadence]}结束后{days}日内"
        case _:
            return ""


def _month_words(day: int, cadence: Cadence, *, following: bool) -> str:
    match cadence:
        case Cadence.MONTH:
            return f"次月{day}日前报上月情况" if following else f"每月{day}日前报当月情况"
        case Cadence.QUARTER:
            return f"次季度首月{day}日前" if following else f"每季度末月{day}日前"
        case Cadence.HALF_YEAR:
            return f"每年7月{day}日前、次年1月{day}日前" if following else f"每年6月{day}日前、12月{day}日前"
        case _:
            return f"次年1月{day}日前" if following else f"每年12月{day}日前"


def _move_words(move: Move) -> str:
    return {
        Move.BACK: "；遇休息日提前到此前最后一个法定工作日",
        Move.FORWARD: "；遇休息日顺延到此后第一个法定工作日",
        Move.STAY: "；遇休息日不变",
    }[move]
