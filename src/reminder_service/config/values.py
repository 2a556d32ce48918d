"""What a text in a configuration may mean: durations, times, days, offsets, periods, addresses.

Each type takes the text as written in a file or a variable, or the finished value, and says what it expects.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    SecretStr,
    StringConstraints,
)

from ..domain.due_rules import EXPECTED, DueRule
from ..domain.errors import WrongUsage
from ..domain.periods import Period

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(?:\d{1,6}(?:\.\d{1,3})?[smhd])+")
_DURATION_PART = re.compile(r"([\d.]+)([smhd])")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_OFFSET = re.compile(r"D(?:([+-])(\d{1,3})W)?", re.IGNORECASE)
_HOURS = re.compile(r"\s*([0-9:]+)\s*[-–—~至]\s*([0-9:]+)\s*")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+\.[^\s@<>,;:\"()\[\]]+")


class Group(BaseModel):
    """A group of keys: frozen, and a key that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        found = value
    else:
        text = str(value or "").replace(" ", "").lower()
        if not _DURATION.fullmatch(text):
            raise ValueError("expected a duration such as 30s, 2m, 2h or 1d")
        parts = (timedelta(**{_UNITS[unit]: float(n)}) for n, unit in _DURATION_PART.findall(text))
        found = sum(parts, timedelta())
    if not timedelta() < found <= timedelta(days=3650):
        raise ValueError("expected a duration longer than nothing, such as 30s, 2m, 2h or 1d")
    return found


def time_of_day(value: Any) -> Any:
    """Return the time of day that a text names.

    :raises ValueError: with what was expected.
    """
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(str(value or "").strip())
    if not match:
        raise ValueError('expected a time of day such as "16:30"')
    return time(int(match[1]), int(match[2]))


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekTime:
    """A time in every week; ``weekday`` counts from Monday, 0."""

    weekday: int
    at: time


def week_time(value: Any) -> WeekTime | None:
    """Return the time of the week that a text names, such as ``fri 16:00``.

    :raises ValueError: with what was expected.
    """
    if value is None or isinstance(value, WeekTime):
        return value
    day, _, clock = str(value).strip().partition(" ")
    if day.casefold() not in _WEEKDAYS:
        raise ValueError('expected a day and a time such as "fri 16:00"')
    return WeekTime(weekday=_WEEKDAYS.index(day.casefold()), at=time_of_day(clock))


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("expected a date of the calendar such as 2024-05-23")


def _offset(value: Any) -> Any:
    if isinstance(value, int):
        return value
    match = _OFFSET.fullmatch(str(value or "").strip())
    if not match:
        raise ValueError("expected workdays from the due date such as D-10W, D or D+1W")
    return int(f"{match[1]}{match[2]}") if match[1] else 0


def office_hours(value: Any) -> tuple[time, time]:
    """Return the first and last time that a text such as ``08:30-17:30`` names.

    :raises ValueError: with what was expected.
    """
    if isinstance(value, tuple):
        return value
    match = _HOURS.fullmatch(value if isinstance(value, str) else "")
    try:
        found = (time_of_day(match[1]), time_of_day(match[2])) if match else None
    except ValueError:
        found = None
    if not found or found[0] >= found[1]:
        raise ValueError("expected two times of one day such as 08:30-17:30")
    return found


def _period(value: Any) -> Period:
    if isinstance(value, Period):
        return value
    try:
        return Period.parse(str(value or ""))
    except WrongUsage:
        raise ValueError(
            "expected a period such as 2024Q2, 2024M05, 2024M05T1, 2024H1, 2024 or 2024-05-23"
        ) from None


def _due_rule(value: Any) -> DueRule:
    if isinstance(value, DueRule):
        return value
    try:
        return DueRule.parse(str(value or "").strip())
    except ValueError:
        raise ValueError(f"expected {EXPECTED}") from None


def _zone(value: Any) -> Any:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value or ""))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected a time zone such as Asia/Shanghai") from None


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("expected one e-mail address such as office@example.cn")
    return value.casefold()


def _host(value: str) -> str:
    if not value or re.search(r"[\s/@]", value):
        raise ValueError("expected the name of a server alone, such as imap.example.cn")
    return value


def _ping(value: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+", value):
        # Never repeated in the message: the address of a monitor holds its key.
        raise ValueError("expected an address such as https://monitor.example.cn/ping/1234")
    return value


def _path(value: Any) -> Any:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("expected a path")
    return Path(value.strip())


def _password(value: Any) -> Any:
    # Made secret before pydantic strips it: blanks at the ends of a password count.
    return SecretStr(value) if isinstance(value, str) else value


def _url(value: str) -> str:
    # Secrets go there: an open line is good enough only inside this machine.
    if not re.fullmatch(r"https://[^\s/@]+(/\S*)?|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?", value):
        raise ValueError("expected an address that begins with https://")
    return value


def _selector(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){0,3}", value):
        raise ValueError("expected a DKIM selector alone, such as s1: what follows s= in DKIM-Signature")
    return value.lower()


def _mailbox_name(value: str) -> str:
    # It is part of the names of environment variables.
    if not re.fullmatch(r"[a-z][a-z0-9]{0,31}", value):
        raise ValueError("a mailbox is named by small letters and digits, such as minzheng")
    return value


Text = Annotated[str, StringConstraints(min_length=1)]
Password = Annotated[SecretStr, PlainValidator(_password)]
FilePath = Annotated[Path, BeforeValidator(_path)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
WeekTimeOf = Annotated[WeekTime, PlainValidator(week_time)]
TimeOfDay = Annotated[time, BeforeValidator(time_of_day)]
Day = Annotated[date, BeforeValidator(_day)]
Offset = Annotated[int, BeforeValidator(_offset)]
Hours = Annotated[tuple[time, time], PlainValidator(office_hours)]
PeriodName = Annotated[Period, PlainValidator(_period)]
DueRuleName = Annotated[DueRule, PlainValidator(_due_rule)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
PingUrl = Annotated[str, AfterValidator(_ping)]
Url = Annotated[str, AfterValidator(_url)]
Selector = Annotated[str, AfterValidator(_selector)]
MailboxName = Annotated[str, AfterValidator(_mailbox_name)]
Host = Annotated[str, AfterValidator(_host)]
