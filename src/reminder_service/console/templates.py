"""Pages from templates; an office's own file takes the place of the program's file of that name."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..domain.access import ROLE_WORDS
from ..domain.state import Status
from ..reports.workbook_words import STATUS_WORDS

STATIC = Path(__file__).parent / "static"
_WEEKDAYS = "一二三四五六日"


class Pages:
    """Writes pages; everything that stands in a template's braces is escaped.

    :param folders: folders of templates with ``console/`` inside, the office's own first.
    :param zone: the zone of every time that is shown.
    """

    def __init__(self, folders: Sequence[Path], zone: tzinfo) -> None:
        self._zone = zone
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([folder / "console" for folder in folders], encoding="utf-8-sig"),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            day=day_words, moment=self._moment, time=self._time, standing=standing_words
        )
        self._environment.globals.update(static=static_path, role_words=ROLE_WORDS)

    def render(self, template: str, /, **context: Any) -> str:
        """Return a page."""
        return self._environment.get_template(template).render(context)

    def _moment(self, at: datetime | None) -> str:
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M") if at else "—"

    def _time(self, at: datetime | None) -> str:
        return at.astimezone(self._zone).strftime("%H:%M") if at else "—"


def day_words(day: date | None) -> str:
    """Say a day: ``2024年6月28日（星期五）``."""
    if day is None:
        return "—"
    return f"{day.year}年{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"


def standing_words(standing: str) -> str:
    """Say where a unit stood by the word that a frozen version keeps: ``partial+late`` is 缺件，迟报."""
    status, _, late = standing.partition("+")
    words = STATUS_WORDS[Status(status)] if status in set(Status) else "（无）"
    return f"{words}，迟报" if late else words


def static_path(name: str) -> str:
    """Return the path of a file under ``static/`` that changes whenever the file does.

    :raises FileNotFoundError: when there is none.
    """
    if name not in _STATIC_PATHS:
        digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
        _STATIC_PATHS[name] = f"/static/{name}?v={digest}"
    return _STATIC_PATHS[name]


_STATIC_PATHS: dict[str, str] = {}
