"""总览: what the clerk sees of a period."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from fixtures_console import Console
from offices import campaign, word_form
from reminder_service.domain.access import Role
from reminder_service.domain.campaign import Unit
from reminder_service.jobs.incoming.intake import Handover

UNIT = "县教育和体育局"


@pytest.fixture
def reported(console: Console, tmp_path: Path) -> Console:
    """A console whose mailbox was read well, after one unit handed its electronic version in."""
    console.app.store.health.note_reading("office", "INBOX", console.now)
    items = {item.number: f"已开展{item.name}。" for item in campaign().items_of(UNIT)}
    file = tmp_path / "报表.docx"
    file.write_bytes(word_form(items, unit=UNIT))
    console.app.intake([file], Handover(unit=UNIT, channel="微信"))
    return console


def lines(page: str) -> dict[str, list[str]]:
    """The words of each unit's line."""
    found = {}
    for row in re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.S):
        words = [word.strip() for word in re.sub(r"<[^>]*>", "\n", unescape(row)).split("\n")]
        code, unit, *rest = [word for word in words if word]
        found[unit] = rest
    return found


def test_each_unit_has_a_line_that_says_what_came(reported: Console) -> None:
    page = reported.browser(Role.LEADER).get("/").text
    found = lines(page)
    assert len(found) == len(campaign().units)
    assert found[UNIT][:4] == ["缺件", "未收到盖章PDF版", "已收", "未收"]
    assert found["县司法局"][:3] == ["未报", "未收", "未收"]
    assert "距截止还有6个工作日" in page and "18家单位中0家已报齐" in page
    assert f"{UNIT}：《报表.docx》" in page, "what came today"


def test_with_a_blind_mailbox_nobody_is_called_missing(console: Console) -> None:
    page = console.browser().get("/").text
    assert "邮箱情况不明" in page
    assert {words[0] for words in lines(page).values()} == {"情况不明"}


def test_lines_are_chosen_by_group_and_by_search(reported: Console) -> None:
    browser = reported.browser()
    assert list(lines(browser.get("/?group=partial").text)) == [UNIT]
    assert list(lines(browser.get("/?q=司法").text)) == ["县司法局"]
    assert "没有符合条件的单位" in browser.get("/?q=不存在").text


def test_htmx_gets_the_part_that_changes_only(reported: Console) -> None:
    part = reported.browser().get("/", headers={"HX-Request": "true", "HX-Target": "board"}).text
    assert "<html" not in part and UNIT in part


@pytest.mark.parametrize("query", ["period=2024Q9", "period=2024M05", "campaign=none", "period=<script>"])
def test_a_period_or_campaign_that_is_not_there_is_told(console: Console, query: str) -> None:
    page = console.browser().get(f"/?{query}")
    assert page.status_code == 404 and "<script>" not in page.text.replace("<script src", "")


def test_what_goes_out_next_is_shown(reported: Console) -> None:
    page = reported.browser().get("/").text
    assert re.search(r"<b>2024-06-\d\d \d\d:\d\d</b> (催报|通知)，\d+家", page)


def test_a_change_in_the_store_is_seen_by_the_next_look(reported: Console) -> None:
    browser = reported.browser()
    desk = reported.web.state.parts.desk
    before = desk.here(campaign())
    assert desk.here(campaign()) is before, "computed once for everybody"
    reported.app.store.journal.write(reported.now, "x", "y", "z")
    desk.refresh()
    assert desk.here(campaign()) is not before
    assert browser.get("/").status_code == 200


def test_a_situation_is_never_shown_for_longer_than_a_minute(reported: Console) -> None:
    desk = reported.web.state.parts.desk
    clock = 1000.0
    desk.tick = lambda: clock
    before = desk.here(campaign())
    clock += 59
    assert desk.here(campaign()) is before
    clock += 2
    assert desk.here(campaign()) is not before


def test_while_others_change_the_store_a_recent_situation_will_do_but_not_after_ones_own_change(
    reported: Console,
) -> None:
    desk = reported.web.state.parts.desk
    clock = 1000.0

    def slow() -> float:
        nonlocal clock
        clock += 1
        return clock

    desk.tick = slow
    before = desk.here(campaign())
    reported.app.store.journal.write(reported.now, "x", "y", "z")
    assert desk.here(campaign()) is before
    desk.changed()
    assert desk.here(campaign()) is not before


def test_a_deadline_that_passed_is_told(reported: Console) -> None:
    reported.now += timedelta(days=9)
    reported.app.store.health.note_reading("office", "INBOX", reported.now)
    assert "已过截止日" in reported.browser().get("/").text


def test_pages_are_compressed_for_whoever_takes_that(reported: Console) -> None:
    browser = reported.browser(Role.LEADER)
    small = browser.get("/", headers={"Accept-Encoding": "gzip"})
    plain = browser.get("/", headers={"Accept-Encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert small.text == plain.text and small.headers["vary"] == "Accept-Encoding"
    assert int(small.headers["content-length"]) < len(plain.content) * 0.6


def test_a_page_that_shows_the_newest_already_gets_nothing_anew(reported: Console) -> None:
    browser = reported.browser()
    asked = {"HX-Request": "true", "HX-Target": "board"}
    part = browser.get("/", headers=asked).text
    mark = re.findall(r'name="have" value="(\w+)"', part)[0]
    assert browser.get(f"/?have={mark}", headers=asked).status_code == 204
    assert browser.get(f"/?have={mark}&group=missing", headers=asked).status_code == 200
    reported.now += timedelta(minutes=5)
    reported.app.store.health.note_reading("office", "INBOX", reported.now)
    reported.web.state.parts.desk.changed()
    assert browser.get(f"/?have={mark}", headers=asked).status_code == 200


def test_a_hundred_units_stand_on_one_page_and_thousands_on_many(console: Console) -> None:
    """Filter and search look over all of them, and all can be shown at once for print."""
    names = [f"第{number}号镇街道办事处" for number in range(450)]
    one = campaign()
    large = replace(
        one,
        units=tuple(
            Unit(name=name, code=f"{number:04}", full_name=name) for number, name in enumerate(names)
        ),
        items=(replace(one.items[0], units=tuple(names)),),
    )
    console.app.campaigns = {one.id: large}
    console.app.configuration = replace(console.app.configuration, campaigns=console.app.campaigns)
    console.web.state.parts.desk.changed()
    browser = console.browser()
    first, last = browser.get("/").text, browser.get("/?page=3").text
    assert (len(lines(first)), len(lines(last))) == (200, 50)
    assert "第1页，共3页、450家" in first and "page=2" in first and "page=4" not in last
    assert not set(lines(first)) & set(lines(last))
    assert list(lines(browser.get("/?q=第449号").text)) == ["第449号镇街道办事处"]
    everything = browser.get("/?page=all").text
    assert len(lines(everything)) == 450 and "分页显示" in everything
    assert len(lines(browser.get("/?page=99").text)) == 50
    assert len(lines(browser.get("/?page=nonsense").text)) == 200
