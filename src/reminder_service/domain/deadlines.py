"""By when a unit says that a matter will be done (完成时限, as written), and whether that day has passed."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

# 每季度, 长期: again and again, so that no day ends it; 次年: another year, which one is not sure.
_NO_END = re.compile(r"每[年月周日季旬半]|长期|持续|常年|常态|按季|按月|次年|明年|下年|翌年|后年")
_NUMBER = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_FIGURES = re.compile(r"(20\d\d)[./-](1[0-2]|0?[1-9])(?!\d)(?:[./-](3[01]|[12]\d|0?[1-9])(?!\d))?")
_WHEN = re.compile(
    r"(?:(?P<year>20\d\d)年度?)?"
    r"(?:(?<!\d)(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
    r"(?:(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号|(?!\d))|(?P<part>[上中下])旬)?"
    r"|第?(?P<quarter>[1-4一二三四])季度"
    r"|(?P<half>[上下])半年"
    r"|(?P<whole>全年|年内|年底|年末|年终|(?<=年|度)[底末内]|(?<=20\d\d年)))"
)
_DONE = re.compile(
    r"(?:全部|全面|均已|圆满|如期|按期|任务已|工作已|项目已|已经?)(?:完成|办结|竣工)(?=[。；;！]|$)"
)
_UNDONE = re.compile(r"(?:未|没有|尚未|预计|计划|拟|将|力争|争取|确保)[^。；;！]{0,12}$")


def last_day(text: str, *, year: int) -> date | None:
    """Return the last day that a deadline leaves, the latest where it names several, or None where none is sure.

    A month leaves all its days, with 前 and 底 as well: a matter is never called overdue for how it was put.

    :param text: as written: ``2024年12月底``, ``全年``, ``第三季度``, ``6月30日前``.
    :param year: what a deadline without a year means.
    """
    plain = _folded(text)
    if _NO_END.search(plain):
        return None
    return max(_days(plain, year), default=None)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _days(text: str, year: int) -> Iterator[date]:
    for of, month, day in _FIGURES.findall(text):
        if (found := _of_month(int(of), int(month), day)) is not None:
            yield found
    for match in _WHEN.finditer(_FIGURES.sub("，", text)):
        if match["year"]:
            year = int(match["year"])
        if (found := _day(match, year)) is not None:
            yield found


def _day(found: re.Match[str], year: int) -> date | None:
    if quarter := found["quarter"]:
        return _month_end(year, 3 * _number(quarter))
    if half := found["half"]:
        return _month_end(year, 6 if half == "上" else 12)
    if not (month := found["month"]):
        return date(year, 12, 31)
    if found["part"] in ("上", "中"):
        return date(year, _number(month), 10 if found["part"] == "上" else 20)
    return _of_month(year, _number(month), found["day"])


def _of_month(year: int, month: int, day: str | None) -> date | None:
    end = _month_end(year, month)
    at = int(day) if day else end.day
    return end.replace(day=at) if at <= end.day else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBER[text]


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def says_done(measures: str) -> bool:
    """Tell whether a reported text says, at the end of a sentence, that the matter is done."""
    plain = _folded(measures)
    return any(not _UNDONE.search(plain[: found.start()]) for found in _DONE.finditer(plain))


def overdue(deadline: str, measures: str, *, today: date, year: int) -> bool:
    """Tell whether the last day of a deadline has passed and the text does not say that the matter is done."""
    day = last_day(deadline, year=year)
    return day is not None and day < today and not says_done(measures)
