"""单位: everything about one unit, and what a person does for it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures_console import Console
from offices import address, campaign, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.incoming.intake import Handover
from servers.smtp import SmtpServer

UNIT = "县教育和体育局"
CODE = campaign().unit(UNIT).code
HERE = {"campaign": campaign().id, "period": "2024Q2"}
HOSTILE = "<script>alert(1)</script>\"'{{ 7*7 }}=cmd"


@pytest.fixture
def read(console: Console) -> Console:
    """A console whose mailbox was read well."""
    console.app.store.health.note_reading("office", "INBOX", console.now)
    return console


def hand_in(console: Console, folder: Path, words: str, name: str = "报表.docx") -> None:
    """Hand a form of the unit in whose every row says these words."""
    file = folder / name
    file.write_bytes(word_form({item.number: words for item in campaign().items_of(UNIT)}, unit=UNIT))
    console.app.intake([file], Handover(unit=UNIT, channel="微信"))


def test_the_list_names_every_unit_with_state_and_people(read: Console) -> None:
    page = read.browser(Role.LEADER).get("/units").text
    assert all(unit.name in page for unit in campaign().units)
    assert "未报" in page and "王小明" in page
    found = read.browser().get("/units?q=司法").text
    assert "县司法局" in found and UNIT not in found


def test_a_unit_shows_what_it_owes_and_what_changed_between_its_versions(
    read: Console, tmp_path: Path
) -> None:
    hand_in(read, tmp_path, "已举办讲座3场。")
    hand_in(read, tmp_path, "已举办讲座5场。", "更正.docx")
    page = read.browser(Role.LEADER).get(f"/units/{CODE}").text
    assert all(item.name in page for item in campaign().items_of(UNIT))
    assert "与《报表.docx》相比" in page
    assert re.search(r"已举办讲座<del>3\w*</del>", page) and re.search(r"已举办讲座<ins>5\w*</ins>", page)
    assert "来件（微信）" in page and "历期情况" in page


def test_a_call_a_promise_an_extension_and_a_waiver_are_kept_and_taken_back(read: Console) -> None:
    browser, path = read.browser(), f"/units/{CODE}"
    item = campaign().items_of(UNIT)[0].number
    assert "催了一次" in browser.said(browser.submit(f"{path}/call", text="催了一次", **HERE))
    promised = browser.said(browser.submit(f"{path}/call", text="下周报", until="2024-06-26", **HERE))
    assert "承诺2024年6月26日" in promised
    extended = browser.said(browser.submit(f"{path}/extend", until="2024-07-05", reason="系统故障", **HERE))
    assert "截止日 2024年7月5日" in extended and "系统故障" in extended
    waived = browser.said(browser.submit(f"{path}/waive", item=item, reason="不涉及", **HERE))
    assert "免报：不涉及" in waived
    number = read.app.store.decisions.active(campaign().id)[-1].id
    back = browser.said(browser.submit(f"/undo/{number}", back=path))
    assert "已撤销。" in back and "免报：不涉及" not in back
    authors = {
        entry.author
        for entry in read.app.store.journal.entries()
        if entry.action in ("waive", "undo", "extend")
    }
    assert authors == {"王小明"}


def test_an_item_that_is_done_is_not_asked_for_from_the_next_period_on(read: Console) -> None:
    browser, path = read.browser(), f"/units/{CODE}"
    item = campaign().items_of(UNIT)[0].number
    said = browser.said(browser.submit(f"{path}/finish", item=item, reason="已全部建成", **HERE))
    assert f"第{item}项自2024年第三季度起销号。" in said
    now = browser.get(path, params={**HERE}).text
    later = browser.get(path, params={**HERE, "period": "2024Q3"}).text
    assert "已销号：已全部建成" in later and "已销号：已全部建成" not in now


def test_a_reminder_is_shown_first_and_goes_once_a_day(read: Console) -> None:
    browser = read.browser()
    shown = browser.get(f"/units/{CODE}/reminder").text
    assert address(UNIT) in shown and "请勿通过本邮箱报送涉密信息" in shown
    assert not read.app.store.outbox.all(), "a preview keeps nothing"
    browser.submit(f"/units/{CODE}/remind", **HERE)
    mails = read.app.store.outbox.all()
    assert [(mail.unit, mail.to) for mail in mails] == [(UNIT, address(UNIT))]
    assert "每天最多一封" in browser.said(browser.submit(f"/units/{CODE}/remind", **HERE))
    assert len(read.app.store.outbox.all()) == 1


def test_a_reminder_reaches_the_unit_at_once(read: Console, smtp_server: SmtpServer) -> None:
    service = read.app.configuration.service
    server = service.smtp.model_copy(
        update={"host": "127.0.0.1", "port": smtp_server.port, "security": "none", "username": None}
    )
    read.app.configuration = replace(
        read.app.configuration, service=service.model_copy(update={"smtp": server})
    )
    browser = read.browser()
    assert "已发出。" in browser.said(browser.submit(f"/units/{CODE}/remind", **HERE))
    assert smtp_server.recipients == [address(UNIT)]
    assert "已发出）" in browser.get(f"/units/{CODE}").text, "the timeline tells"


def test_nobody_is_reminded_who_may_have_reported_or_while_the_mailbox_is_blind(console: Console) -> None:
    assert "不能断定该单位未报" in console.browser().get(f"/units/{CODE}/reminder").text


def test_nobody_is_reminded_at_night(read: Console) -> None:
    read.now = read.now.replace(hour=22)
    read.app.store.health.note_reading("office", "INBOX", read.now)
    assert "不是工作时间" in read.browser().get(f"/units/{CODE}/reminder").text


def test_what_a_form_lacks_is_told_and_nothing_is_kept(read: Console) -> None:
    browser = read.browser()
    for path, fields in (("call", {}), ("extend", {"until": "2024-07-05"}), ("waive", {"reason": "x"})):
        assert 'class="flash bad"' in browser.said(browser.submit(f"/units/{CODE}/{path}", **HERE, **fields))
    assert browser.submit(f"/units/{CODE}/extend", until="yesterday", reason="x", **HERE).status_code == 400
    assert not read.app.store.decisions.active(campaign().id)


def test_an_item_that_the_unit_does_not_owe_is_refused(read: Console) -> None:
    foreign = next(item for item in campaign().items if UNIT not in item.units)
    refused = read.browser().submit(f"/units/{CODE}/waive", item=foreign.number, reason="x", **HERE)
    assert refused.status_code == 400


def test_a_unit_that_is_not_there_is_told(console: Console) -> None:
    browser = console.browser()
    for code in ["99", "..%2f..%2fetc", "县司法局"]:
        assert browser.get(f"/units/{code}").status_code == 404


def test_a_leader_and_a_forged_form_change_nothing(read: Console) -> None:
    leader, clerk = read.browser(Role.LEADER), read.browser()
    for path in ("call", "extend", "waive", "remind"):
        fields = {"text": "x", "until": "2024-07-05", "reason": "x", "item": "1"}
        assert leader.submit(f"/units/{CODE}/{path}", **fields).status_code == 403
        forged = clerk.post(f"/units/{CODE}/{path}", data=fields | {"csrf": "x"}, follow_redirects=False)
        assert forged.status_code == 403
    assert not read.app.store.decisions.active(campaign().id) and not read.app.store.outbox.all()


def test_hostile_text_stays_text(read: Console, tmp_path: Path) -> None:
    browser = read.browser()
    hand_in(read, tmp_path, f"{HOSTILE}第1版", "a.docx")
    hand_in(read, tmp_path, f"{HOSTILE}第2版", "<b>b.docx")
    browser.submit(f"/units/{CODE}/call", text=HOSTILE, **HERE)
    page = browser.get(f"/units/{CODE}").text
    assert "<script>alert" not in page and "<b>b.docx" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3 and "{{ 7*7 }}" in page
    assert not re.search(r"\son\w+=|style=", page)
