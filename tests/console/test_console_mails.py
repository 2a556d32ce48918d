"""邮件: outbox, what came, the plan, drafts and holding back."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from fixtures_console import Console
from offices import campaign, mail, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.incoming.intake import Handover
from reminder_service.jobs.outgoing.remind import remind
from reminder_service.store import OutboxMail

UNIT = "县司法局"
OTHER = "县民政局"


@pytest.fixture
def queued(console: Console) -> Console:
    """A console in whose outbox the first notices of two units wait; no other has a contact."""
    contacts = [one for one in console.app.store.contacts.all() if one.unit in (UNIT, OTHER)]
    console.app.store.contacts.replace_all(contacts)
    console.app.store.health.note_reading("office", "INBOX", console.now)
    one = campaign()
    remind(console.app.store, console.app.situation(one), console.app.letters(one))
    console.web.state.parts.desk.changed()
    return console


def first(console: Console, state: str = "queued", unit: str = UNIT) -> OutboxMail:
    return next(one for one in console.app.store.outbox.in_state(state) if one.unit == unit)


def to_state(console: Console, state: str) -> OutboxMail:
    """Bring the mail to a unit into a state as sending does."""
    outbox, one = console.app.store.outbox, first(console)
    if state == "draft":
        from dataclasses import replace

        assert outbox.drop(one.id, "dropped: for the test")
        key = one.key.replace("/1", "/2")
        new = replace(one, key=key, message_id=f"<2.{one.message_id[1:]}")
        outbox.enqueue(
            key=key, message_id=new.message_id, campaign=one.campaign, period=one.period, unit=one.unit,
            kind=one.kind, to=one.to, subject=one.subject, raw_sha256=one.raw_sha256, not_before=console.now,
            created_at=console.now, draft=True,
        )  # fmt: skip
        return next(mail for mail in outbox.in_state("draft"))
    if state in ("unknown", "sent"):
        assert outbox.claim(one.id, console.now)
        assert outbox.unknown(one.id, "gone") if state == "unknown" else outbox.sent(one.id, console.now)
    if state == "failed":
        assert outbox.failed(one.id, "550 no such <b>user</b>", console.now)
    found = outbox.by_id(one.id)
    assert found is not None
    return found


def test_the_outbox_shows_every_mail_with_its_state(queued: Console) -> None:
    one = to_state(queued, "failed")
    page = queued.browser(Role.LEADER).get("/mails").text
    assert "未发出 1" in page and "收件地址写法不对或不存在" in page and "550" not in page
    assert "550 no such &lt;b&gt;user" in queued.browser(Role.LEADER).get(f"/mails/out/{one.id}").text
    assert len(re.findall(r'href="/mails/out/\d+"', page)) == 2
    assert one.subject in queued.browser().get("/mails?group=failed").text
    assert "没有符合条件" in queued.browser().get("/mails?q=不存在的单位").text


def test_a_mail_is_read_in_full_and_as_words(queued: Console) -> None:
    page = queued.browser(Role.LEADER).get(f"/mails/out/{first(queued).id}").text
    assert "请勿通过本邮箱报送涉密信息。" in page and "进展情况报表-县司法局.docx" in page
    assert "<button" not in page.split("<main")[1].split("<dialog")[0], "a leader only looks"


@pytest.mark.parametrize(
    ("state", "act", "after"),
    [
        ("queued", "mark-sent", "sent"),
        ("unknown", "mark-sent", "sent"),
        ("unknown", "send-again", "queued"),
        ("failed", "send-again", "queued"),
        ("queued", "drop", "failed"),
        ("draft", "drop", "failed"),
    ],
)
def test_what_a_person_does_with_a_mail(queued: Console, state: str, act: str, after: str) -> None:
    one, browser = to_state(queued, state), queued.browser()
    assert f"/mails/out/{one.id}/{act}" in browser.get(f"/mails/out/{one.id}").text
    browser.said(browser.submit(f"/mails/out/{one.id}/{act}"))
    found = queued.app.store.outbox.by_id(one.id)
    assert found is not None and found.state == after
    entry = queued.app.store.journal.entries()[0]
    assert (entry.author, entry.action, entry.subject) == ("王小明", act, one.key)


@pytest.mark.parametrize(
    ("state", "act"),
    [("sent", "send-again"), ("sent", "drop"), ("sent", "mark-sent"), ("failed", "mark-sent")],
)
def test_a_mail_that_went_is_never_sent_again_by_a_stale_page(queued: Console, state: str, act: str) -> None:
    one, browser = to_state(queued, state), queued.browser()
    assert "状态已经变化" in browser.said(browser.submit(f"/mails/out/{one.id}/{act}"))
    found = queued.app.store.outbox.by_id(one.id)
    assert found is not None and found.state == state


def test_a_draft_goes_once_it_was_read_and_says_what_is_so_today(queued: Console, tmp_path: Path) -> None:
    one, browser = to_state(queued, "draft"), queued.browser()
    browser.said(browser.submit(f"/mails/out/{one.id}/release"))
    again = browser.said(browser.submit(f"/mails/out/{one.id}/release"))
    found = queued.app.store.outbox.by_id(one.id)
    assert found is not None and found.state == "queued", again


def test_a_draft_is_not_released_while_the_mailbox_is_blind(queued: Console) -> None:
    one, browser = to_state(queued, "draft"), queued.browser()
    queued.app.store.health.note_reading("office", "INBOX", queued.now, "no connection")
    assert "邮箱目前无法读取" in browser.said(browser.submit(f"/mails/out/{one.id}/release"))
    assert first(queued, "draft").id == one.id


def test_everything_is_held_back_and_let_go(queued: Console) -> None:
    browser = queued.browser()
    page = browser.said(browser.submit("/mails/pause", reason="上级<b>检查"))
    assert "发信已暂停" in page and "上级&lt;b&gt;检查" in page
    assert "已恢复发信" in browser.said(browser.submit("/mails/resume"))
    assert queued.app.store.pause.get() is None
    assert [one.action for one in queued.app.store.journal.entries()[:2]] == ["resume", "pause"]


def test_a_leader_changes_nothing(console: Console) -> None:
    browser = console.browser(Role.LEADER)
    for path in ("pause", "resume", "out/1/mark-sent", "out/1/drop", "out/1/release", "out/1/send-again"):
        assert browser.submit(f"/mails/{path}").status_code == 403


def test_a_mail_that_is_not_there_is_told(console: Console) -> None:
    browser = console.browser()
    for number in ("0", "-1", "99999", "99999999999999999999999", "x"):
        assert browser.get(f"/mails/out/{number}").status_code in (404, 422)


def test_what_came_is_listed_with_its_kind_and_hostile_words_stay_words(console: Console) -> None:
    file = Path(console.app.store.folder) / "x.eml"
    file.write_bytes(
        mail(
            "<b>坏</b> <u@example.cn>",
            {"报表.docx": word_form({9: "已办"}, unit=UNIT)},
            subject="<script>x</script>",
        )
    )
    console.app.intake([file], Handover())
    page = console.browser(Role.LEADER).get("/mails/in").text
    assert "&lt;script&gt;x" in page and "<script>x" not in page
    assert "报送" in page and "u@example.cn" in page
    assert "没有符合条件" in console.browser().get("/mails/in?q=不存在").text


def test_the_plan_stands_day_by_day_and_each_mail_is_read_in_full(console: Console) -> None:
    console.app.store.health.note_reading("office", "INBOX", console.now)
    browser = console.browser(Role.LEADER)
    page = browser.get("/mails/plan").text
    assert re.search(r"2024年6月\d+日（星期.）", page)
    link = unescape(next(re.finditer(r'href="(/mails/plan/mail\?[^"]+)"', page)).group(1))
    text = browser.get(link).text
    assert "尚未发出" in text and "请勿通过本邮箱报送涉密信息。" in text
    assert console.app.store.outbox.all() == [], "nothing is queued by looking"
    assert browser.get("/mails/plan/mail?key=none").status_code == 404


def test_the_plan_says_when_nothing_goes(console: Console) -> None:
    browser = console.browser()
    assert "邮箱目前情况不明" in browser.get("/mails/plan").text
    browser.submit("/mails/pause", reason="")
    console.now += timedelta(minutes=2)
    assert "发信已暂停" in browser.get("/mails/plan").text


def test_a_day_of_many_mails_is_listed_in_part_and_has_a_page_of_its_own(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminder_service.console.pages.mail_plan.MOST_OF_A_DAY", 5)
    browser = console.browser()
    page = browser.get("/mails/plan").text
    link = unescape(next(re.finditer(r'href="(/mails/plan\?[^"]+day=[^"]+)"', page)).group(1))
    number = int(re.findall(r"显示这一天的全部(\d+)封", page)[0])
    whole = browser.get(link).text
    assert whole.count("看全文</a>") == number > 5
    assert "显示所有日期" in whole and "<h2>" in whole
