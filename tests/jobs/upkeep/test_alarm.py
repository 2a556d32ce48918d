"""The alarm over a real store and a real web server: once per outage, by every way, and never a secret."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import ZONE, at
from offices import store_with_contacts
from reminder_service.config import OfficeSettings
from reminder_service.jobs.upkeep.alarm import Alarm, sign_of_life, watch_over
from reminder_service.jobs.upkeep.health import health
from reminder_service.mail.compose import Composer
from reminder_service.resources import packaged_templates
from reminder_service.store import Store
from servers.web import WebServer

START = at("2024-06-28 09:00")
AFTER = timedelta(hours=6)
OFFICE = OfficeSettings(
    name="县妇儿工委办公室", phone="6967116", address="office@example.cn", digest_to=("office@example.cn",)
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with store_with_contacts(tmp_path) as opened:
        yield opened


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def alarm(*urls: str, to: tuple[str, ...] = ("chief@example.org",)) -> Alarm:
    return Alarm(
        office=OFFICE,
        to=to,
        urls=urls,
        composer=Composer([packaged_templates()]),
        zone=ZONE,
        secret=b"s" * 32,
    )


def look(store: Store, now: datetime, who: Alarm) -> int:
    return watch_over(store, health(store, ("INBOX",), timedelta(hours=2), now=now), who, AFTER)


def failed(store: Store, hours: float) -> datetime:
    now = START + timedelta(hours=hours)
    store.health.note_reading(
        "office@imap.example.cn", "INBOX", now, "refused the login of office@example.cn"
    )
    return now


def read(store: Store, hours: float) -> datetime:
    now = START + timedelta(hours=hours)
    store.health.note_reading("office@imap.example.cn", "INBOX", now)
    return now


def test_an_outage_and_its_end_are_told_once_by_mail_and_chat(store, web):
    who = alarm(f"json://127.0.0.1:{web.port}/hush-token")
    look(store, read(store, 0), who)
    assert [look(store, failed(store, hours), who) for hours in (1, 5, 6.1, 7, 20)] == [0, 0, 2, 0, 0]
    assert [look(store, read(store, hours), who) for hours in (21, 22, 23)] == [2, 0, 0]
    first, second = store.outbox.all()
    assert first.subject == "【请处理】报送邮箱已有约6小时未能读取"
    assert second.subject == "报送邮箱已恢复读取"
    assert {first.to, second.to} == {"chief@example.org"}
    assert store.outages.get() is None
    assert len(web.requests) == 2


def test_what_goes_to_a_chat_service_carries_counts_only(store, web):
    who = alarm(f"json://127.0.0.1:{web.port}/", to=())
    look(store, read(store, 0), who)
    look(store, failed(store, 7), who)
    [(_, _, body)] = web.requests
    assert "1\\u4e2a\\u6587\\u4ef6\\u5939" in body or "1个文件夹" in body
    assert "@" not in body and "INBOX" not in body and "login" not in body


def test_a_chat_service_that_is_down_is_tried_again_and_the_mail_goes_once(store, web):
    web.answer = 500
    who = alarm(f"json://127.0.0.1:{web.port}/")
    look(store, read(store, 0), who)
    assert look(store, failed(store, 7), who) == 1
    web.answer = 200
    assert look(store, failed(store, 8), who) == 1
    assert len(store.outbox.all()) == 1


def test_a_second_outage_is_told_under_a_key_of_its_own(store):
    who = alarm()
    for start in (0, 100):
        look(store, read(store, start), who)
        look(store, failed(store, start + 7), who)
        look(store, read(store, start + 8), who)
    assert len({mail.key for mail in store.outbox.all()}) == 4


def test_neither_store_nor_log_ever_holds_the_address_of_a_chat_service_or_monitor(
    store, web, caplog, tmp_path
):
    web.answer = 500
    with caplog.at_level(logging.DEBUG, logger="reminder_service"):
        look(store, read(store, 0), alarm())
        look(
            store, failed(store, 7), alarm(f"json://127.0.0.1:{web.port}/hush-token", "nonsense://hush-token")
        )
        sign_of_life(f"http://127.0.0.1:{web.port}/hush-token")
    assert "alarm_failed" in {getattr(record, "action", "") for record in caplog.records}
    assert "answered 500" in caplog.text
    assert "hush-token" not in caplog.text
    assert b"hush-token" not in store.file.read_bytes()


def test_a_monitor_that_is_silent_or_gone_harms_nothing(web, caplog):
    sign_of_life(f"http://127.0.0.1:{web.port}/ping")
    assert web.requests == [("GET", "/ping", "")]
    with caplog.at_level(logging.DEBUG, logger="reminder_service"):
        sign_of_life("http://127.0.0.1:1/ping")
    assert "did not answer" in caplog.text
