from datetime import datetime, timedelta
from typing import Any

from reminder_service.store import FolderHealth, SendingHealth, Store

DAY = timedelta(days=1)


def decide(store: Store, now: datetime, **values: Any) -> int:
    decision = {
        "campaign": "gaoqing",
        "period": "2024Q2",
        "unit": "县民政局",
        "kind": "extend",
        "payload": {"until": "2024-07-05"},
        "reason": "领导出差",
        "author": "王某",
        "at": now,
    }
    return store.decisions.add(**decision | values)


def test_decisions_hold_until_they_are_undone(store: Store, now: datetime) -> None:
    first = decide(store, now)
    second = decide(store, now + DAY, kind="waive", item=3, document="a" * 64)
    decide(store, now, campaign="another")
    assert [decision.id for decision in store.decisions.active("gaoqing")] == [first, second]
    assert store.decisions.undo(first, "王某", now + DAY)
    assert not store.decisions.undo(first, "王某", now + DAY)
    (left,) = store.decisions.active("gaoqing")
    assert (left.kind, left.item, left.document) == ("waive", 3, "a" * 64)
    assert left.payload == {"until": "2024-07-05"}
    assert left.at == now + DAY


def test_a_failed_reading_does_not_hide_the_last_good_one(store: Store, now: datetime) -> None:
    store.health.note_reading("office@host", "INBOX", now)
    store.health.note_reading("office@host", "INBOX", now + DAY, "connection refused")
    store.health.note_reading("office@host", "垃圾邮件", now, "no such folder")
    assert store.health.folders() == [
        FolderHealth(
            account="office@host",
            folder="INBOX",
            attempted_at=now + DAY,
            good_at=now,
            error="connection refused",
        ),
        FolderHealth(
            account="office@host", folder="垃圾邮件", attempted_at=now, good_at=None, error="no such folder"
        ),
    ]
    store.health.note_reading("office@host", "INBOX", now + 2 * DAY)
    assert (store.health.folders()[0].good_at, store.health.folders()[0].error) == (now + 2 * DAY, None)


def test_sending_has_a_health_of_its_own(store: Store, now: datetime) -> None:
    assert store.health.sending() is None
    store.health.note_sending(now)
    store.health.note_sending(now + DAY, "535 authentication failed")
    assert store.health.sending() == SendingHealth(
        account="smtp", attempted_at=now + DAY, good_at=now, error="535 authentication failed"
    )


def test_a_period_opens_once_and_stays_closed(store: Store, now: datetime) -> None:
    assert store.periods.open("gaoqing", "2024Q2", now)
    assert not store.periods.open("gaoqing", "2024Q2", now + DAY)
    assert store.periods.all("gaoqing") == [("2024Q2", now, None)]
    assert store.periods.close("gaoqing", "2024Q2", now + DAY)
    assert not store.periods.close("gaoqing", "2024Q2", now + 2 * DAY)
    assert not store.periods.open("gaoqing", "2024Q2", now + 3 * DAY)
    assert not store.periods.close("gaoqing", "2024Q3", now)
    store.periods.open("gaoqing", "2024Q3", now + 90 * DAY)
    assert [period for period, _, _ in store.periods.all("gaoqing")] == ["2024Q2", "2024Q3"]
    assert store.periods.all("gaoqing")[0].closed_at == now + DAY
    assert store.periods.all("another") == []


def test_the_journal_shows_the_newest_entries_first(store: Store, now: datetime) -> None:
    for number in range(3):
        store.journal.write(now, "王某", "accept", f"{number}", {"行": number})
    entries = store.journal.entries(limit=2)
    assert [entry.subject for entry in entries] == ["2", "1"]
    assert entries[0].detail == {"行": 2}
    assert entries[0].at == now
