"""Days written into calendar.yaml: everything that people wrote there stays."""

from datetime import date
from pathlib import Path

import pytest

from reminder_service.config import change_calendar, load_calendar
from reminder_service.domain.errors import ConfigurationError

HOLIDAY, MOVED = date(2027, 1, 1), date(2027, 1, 3)
WRITTEN = """# 本单位的日历
schema: 1
days:
  2024-10-01: free   # 国庆节
  2024-09-29: work
complete: [2026]   # 已核对
"""


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    change_calendar(path, {HOLIDAY: False, MOVED: True}, {2027: True})
    read = load_calendar(path)
    assert dict(read.own_days) == {HOLIDAY: False, MOVED: True} and read.complete == {2027}
    assert "工作日历的补充" in path.read_text(encoding="utf-8")


def test_comments_and_other_days_stay(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(WRITTEN, encoding="utf-8")
    path.chmod(0o640)
    change_calendar(path, {HOLIDAY: False})
    text = path.read_text(encoding="utf-8")
    assert "# 本单位的日历" in text and "2024-10-01: free   # 国庆节" in text and "# 已核对" in text
    assert "  2027-01-01: free\n" in text
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_day_is_changed_and_left_to_the_announcement_again(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(WRITTEN, encoding="utf-8")
    change_calendar(path, {date(2024, 9, 29): False})
    assert load_calendar(path).own_days[date(2024, 9, 29)] is False
    change_calendar(path, {date(2024, 9, 29): None, date(2024, 10, 1): None}, {2026: False})
    assert not load_calendar(path).own_days and not load_calendar(path).complete
    change_calendar(path, {HOLIDAY: False}, {2027: True})
    assert dict(load_calendar(path).own_days) == {HOLIDAY: False}


def test_a_file_with_mistakes_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text("schema: 1\ndays: {2024-10-01: never}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        change_calendar(path, {HOLIDAY: False})
    assert "never" in path.read_text(encoding="utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["calendar.yaml"]
