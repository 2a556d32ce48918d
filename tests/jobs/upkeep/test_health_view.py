"""How the service stands, as JSON and as the digest says it, from what reading and sending noted."""

from datetime import timedelta

from builders import ZONE, at
from offices import store_with_contacts
from reminder_service.jobs.upkeep.health import health, health_json, health_lines

NOW = at("2024-06-28 09:00")


def test_json_and_digest_tell_when_each_account_last_worked(tmp_path):
    with store_with_contacts(tmp_path) as store:
        store.health.note_reading("office@imap", "INBOX", NOW - timedelta(hours=1))
        store.health.note_reading("office@imap", "INBOX", NOW, "The server refused the login.")
        store.health.note_sending(NOW, account="office@smtp")
        found = health(store, ("INBOX", "垃圾邮件"), timedelta(hours=2), now=NOW)
    shown = health_json(found, ZONE)
    assert shown["state"] == "never"
    assert [(way["folder"], way["state"], way["good_at"]) for way in shown["reading"]] == [
        ("INBOX", "failing", "2024-06-28T08:00:00+08:00"),
        ("垃圾邮件", "never", None),
    ]
    assert shown["reading"][0]["error"] == "The server refused the login."
    assert [(way["account"], way["state"]) for way in shown["sending"]] == [("office@smtp", "good")]
    inbox, junk, sending = health_lines(found, ZONE)
    assert "目前失败，上次成功 6月28日 08:00" in inbox
    assert "尚未成功过" in junk
    assert sending == "发信 office@smtp：上次成功 6月28日 09:00"
