"""``calendar.yaml``: days on which the office knows better than the library of statutory workdays."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ..domain.errors import ConfigurationError
from ..domain.workdays import WorkCalendar
from .explain import validated
from .problems import sentences
from .values import Day, Group
from .yaml_file import check_schema, read_yaml


def _days(value: object) -> object:
    return {} if value is None else value


def _years(value: object) -> object:
    return () if value is None else value


Year = Annotated[int, Field(ge=2000, le=2100)]


class CalendarEntry(Group):
    """Everything in ``calendar.yaml`` but ``schema``."""

    days: Annotated[Mapping[Day, Literal["work", "free"]], BeforeValidator(_days)] = Field(
        default={}, examples=["{2024-09-29: work}"]
    )
    complete: Annotated[tuple[Year, ...], BeforeValidator(_years)] = Field(default=(), examples=["[2027]"])


def load_calendar(path: Path) -> WorkCalendar:
    """Return the calendar of statutory workdays with the office's own days over it; the file may be missing.

    :raises ConfigurationError: with every mistake of the file.
    """
    if not path.exists():
        return WorkCalendar()
    source = read_yaml(path)
    check_schema(source)
    entry = validated(CalendarEntry, source)
    problems = list(source.problems)
    if isinstance(entry, list):
        problems += entry
    if problems or isinstance(entry, list):
        raise ConfigurationError(sentences(problems))
    overlay: dict[date, bool] = {day: kind == "work" for day, kind in entry.days.items()}
    return WorkCalendar(overlay, entry.complete)
