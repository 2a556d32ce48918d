"""系统, and what programs watch: health, numbers, journal, backup."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fixtures_console import Console
from offices import campaign
from reminder_service.domain.access import Role


def test_health_turns_to_503_once_reading_has_failed_for_longer_than_allowed(console: Console) -> None:
    stranger, store = console.stranger(), console.app.store
    assert stranger.get("/healthz").status_code == 503, "never read"
    store.health.note_reading("office@imap.example.cn", "INBOX", console.now)
    good = stranger.get("/healthz")
    assert good.status_code == 200
    assert good.json()["reading"][0]["good_at"] == "2024-06-20T10:00:00+08:00"
    console.now += timedelta(hours=1)
    store.health.note_reading("office@imap.example.cn", "INBOX", console.now, "the password is s3cret")
    failing = stranger.get("/healthz")
    assert failing.status_code == 200 and failing.json()["state"] == "failing"
    assert "s3cret" not in failing.text
    console.now += timedelta(hours=2)
    assert stranger.get("/healthz").status_code == 503


def watching(console: Console, **changes: object) -> None:
    """Serve the console with other settings."""
    from reminder_service.console import create_web

    service = console.app.configuration.service
    settings = service.console.model_copy(update=changes)
    console.app.configuration = replace(
        console.app.configuration, service=service.model_copy(update={"console": settings})
    )
    console.web = create_web(console.app)


def test_numbers_are_given_on_this_machine(console: Console) -> None:
    stranger = console.stranger(address="127.0.0.1")
    text = stranger.get("/metrics").text
    assert (
        'reminder_service_units{campaign="gaoqing-2024-women-children",period="2024Q2",status="unknown"} 18.0'
        in text
    )
    assert 'reminder_service_outbox_mails{state="queued"} 0.0' in text
    assert "reminder_service_reading_works 0.0" in text


def test_numbers_are_given_elsewhere_with_the_token_only(console: Console, tmp_path: Path) -> None:
    assert console.stranger(address="10.0.0.9").get("/metrics").status_code == 403
    file = tmp_path / "metrics.token"
    file.write_text("t0ken\n", encoding="utf-8")
    watching(console, metrics_token_file=file)
    stranger = console.stranger(address="10.0.0.9")
    answers = [
        stranger.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code
        for token in ("t0ken", "other", "")
    ]
    assert answers == [200, 403, 403]


def test_behind_a_proxy_nobody_counts_as_being_on_this_machine(console: Console) -> None:
    watching(console, proxies=("127.0.0.1",))
    assert console.stranger(address="127.0.0.1").get("/metrics").status_code == 403


@pytest.mark.parametrize("search", ["赵管理", "暂停", "检查", "PAUSE"])
def test_the_journal_is_searched_by_person_action_and_detail(console: Console, search: str) -> None:
    store = console.app.store
    store.journal.write(console.now, "赵管理", "pause", "outbox", {"reason": "上级检查"})
    store.journal.write(console.now, "他人", "resume", "outbox")
    page = console.browser().get("/system", params={"q": search}).text
    assert "暂停发信" in page and "理由：上级检查" in page
    assert "恢复发信" not in page


def test_the_journal_names_things_as_people_call_them(console: Console) -> None:
    store, number, browser = console.app.store, campaign().id, console.browser()
    for action, subject, words in (
        ("remind_now", f"{number}/2024Q2/县民政局/reminder/all/2", "县民政局：2024年第二季度催报（第2次）"),
        ("freeze", f"{number}/2024Q2", "2024年第二季度"),
        ("campaign_started", number, campaign().short_name),
        ("undo", "12", "第12号认定"),
        ("intake", "3,4", "第3、4号来信"),
        ("template", "reminder.subject.txt", "主题"),
        ("pause", "outbox", "发件箱"),
        ("close", "gone-2020/2020Q1", "2020年第一季度"),
        ("change_user", "zhao", "zhao"),
    ):
        store.journal.write(console.now, "赵管理", action, subject)
        page = browser.get("/system").text
        first = page.partition('id="journal"')[2].partition("</tr>")[2].partition("</tr>")[0]
        assert words in first and (words == subject or f">{subject}<" not in first), first


def test_a_search_for_a_wildcard_finds_it_literally(console: Console) -> None:
    page = console.browser().get("/system", params={"q": "%"}).text
    assert "没有符合条件的记录" in page


def test_how_accounts_stand_is_told_with_the_servers_words(console: Console) -> None:
    console.app.store.health.note_reading("office", "INBOX", console.now, "LOGIN failed <b>")
    page = console.browser(Role.LEADER).get("/system").text
    assert "LOGIN failed &lt;b&gt;" in page and "尚未成功过" in page


def test_an_administrator_downloads_a_backup_and_nothing_is_left_behind(console: Console) -> None:
    answer = console.browser(Role.ADMINISTRATOR).submit("/system/backup")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "database.sqlite3" in archive.namelist()
    assert list(console.app.store.folder.glob(".backup*")) == []
    assert console.app.store.journal.entries()[0].action == "backup"


def test_reading_the_mailbox_now_tells_what_went_wrong(console: Console) -> None:
    browser = console.browser()
    words = browser.said(browser.submit("/system/collect"))
    assert "没有全部办成" in words and "REMINDER_SERVICE_IMAP__PASSWORD" in words
