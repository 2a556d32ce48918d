"""Charts on pages: each says in words what it shows, and stands where its numbers are looked for."""

import re
from datetime import timedelta

import pytest

from fixtures_console import Console
from offices import campaign
from reminder_service.domain.access import Role

EXCUSED = campaign().unit("县民政局")
SILENT = campaign().unit("县司法局")
HERE = {"campaign": campaign().id, "period": "2024Q2"}


@pytest.fixture
def over(console: Console) -> Console:
    """A console after the due date: one unit was let off everything, nobody else reported."""
    browser = console.browser()
    for item in campaign().items_of(EXCUSED.name):
        browser.submit(f"/units/{EXCUSED.code}/waive", item=item.number, reason="本年度不承担", **HERE)
    console.now += timedelta(days=20)
    console.app.store.health.note_reading("office", "INBOX", console.now)
    return console


def told(page: str) -> list[tuple[str, str]]:
    """Title and description of every chart of a page."""
    return re.findall(r'<svg class="chart".*?<title>(.*?)</title><desc>(.*?)</desc>', page)


def test_the_overview_shows_how_completion_came_about(over: Console) -> None:
    page = over.browser(Role.LEADER).get("/?period=2024Q2").text
    assert told(page) == [("2024年第二季度逐日报齐单位数", "尚无单位报齐")]


def test_who_is_on_time_is_shown_with_the_least_punctual_first(over: Console) -> None:
    reader = over.browser(Role.LEADER)
    assert "/units/punctuality" in reader.get("/units").text
    [(title, words)] = told(reader.get("/units/punctuality?period=2024Q2").text)
    assert title == "各单位按时报送率"
    assert f"{SILENT.name}：0/1期按时" in words and words.endswith(f"{EXCUSED.name}：1/1期按时")


def test_a_unit_says_how_often_it_was_on_time(over: Console) -> None:
    reader = over.browser(Role.LEADER)
    assert "已到期的1期中，按时报齐1期" in reader.get(f"/units/{EXCUSED.code}?period=2024Q2").text
    assert "已到期的1期中，按时报齐0期" in reader.get(f"/units/{SILENT.code}?period=2024Q2").text


def test_a_period_that_is_not_over_says_nothing_of_anybody(console: Console) -> None:
    page = console.browser().get("/units/punctuality").text
    assert "还没有截止日已过的报送期" in page and not told(page)
    assert "按时报齐" not in console.browser().get(f"/units/{SILENT.code}").text


def test_targets_are_shown_together_only_where_something_was_reported(console: Console) -> None:
    assert not told(console.browser().get("/targets").text)
