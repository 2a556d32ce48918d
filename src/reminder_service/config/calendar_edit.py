"""Writing days into ``calendar.yaml``: what people wrote beside them stays."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from .calendar_file import load_calendar
from .put_in_place import put_in_place
from .template import calendar_yaml
from .yaml_file import read_text

_NO_DAYS: Mapping[date, bool | None] = MappingProxyType({})
_NO_YEARS: Mapping[int, bool] = MappingProxyType({})
_WORDS = {True: "work", False: "free"}


def change_calendar(
    path: Path, days: Mapping[date, bool | None] = _NO_DAYS, years: Mapping[int, bool] = _NO_YEARS
) -> None:
    """Set days of the office's own calendar; the file is made where there is none.

    :param days: True for a workday, False for a free one, None for as announced.
    :param years: whether the file holds a year's whole announcement.
    :raises ConfigurationError: when the file has mistakes already.
    :raises WrongUsage: when the file's layout is such that it must be changed by hand.
    :raises OutsideError: when the file cannot be written; it is then as it was.
    """
    known = load_calendar(path)
    expected = {**known.own_days, **{day: work for day, work in days.items() if work is not None}}
    for day in (day for day, work in days.items() if work is None):
        expected.pop(day, None)
    complete = (known.complete | {one for one, on in years.items() if on}) - {
        one for one, on in years.items() if not on
    }
    text = read_text(path) if path.exists() else calendar_yaml()

    def fits(draft: Path) -> bool:
        read = load_calendar(draft)
        return dict(read.own_days) == expected and read.complete == complete

    put_in_place(path, _changed(text, expected, sorted(complete)), fits=fits, what="the change")


def _changed(text: str, days: Mapping[date, bool], complete: list[int]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    content = yaml.load(text)
    entries = content.get("days")
    if not isinstance(entries, CommentedMap):
        entries = content["days"] = CommentedMap()
    entries.fa.set_block_style()
    for day in [day for day in entries if day not in days]:
        del entries[day]
    for day in sorted(days):
        if entries.get(day) != _WORDS[days[day]]:
            entries[day] = _WORDS[days[day]]
    years = content.get("complete")
    if not isinstance(years, CommentedSeq):
        years = content["complete"] = CommentedSeq()
        years.fa.set_flow_style()
    if list(years) != complete:
        years[:] = complete
    written = io.StringIO()
    yaml.dump(content, written)
    return written.getvalue()
