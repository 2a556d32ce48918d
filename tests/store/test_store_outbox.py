import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from reminder_service.store import OutboxMail, Store

KEY = "gaoqing/2024Q2/县民政局/reminder/D-3W/1"
HOUR = timedelta(hours=1)


def enqueue(store: Store, now: datetime, key: str = KEY, **values: Any) -> bool:
    mail = {
        "message_id": f"<{key}@example.cn>",
        "campaign": "gaoqing",
        "period": "2024Q2",
        "unit": "县民政局",
        "kind": "reminder",
        "to": "zhao@example.cn",
        "subject": "催报 [妇儿实事 2024Q2-07]",
        "raw_sha256": "a" * 64,
        "attachments": ["b" * 64],
        "not_before": now,
        "created_at": now,
    }
    return store.outbox.enqueue(key=key, **mail | values)


def only(store: Store) -> OutboxMail:
    (mail,) = store.outbox.all()
    return mail


@pytest.fixture
def mail(store: Store, now: datetime) -> int:
    assert enqueue(store, now)
    return only(store).id


def test_a_second_mail_with_the_same_key_is_impossible(store: Store, mail: int, now: datetime) -> None:
    assert not enqueue(store, now, to="somebody.else@example.cn")
    assert only(store).to == "zhao@example.cn"
    store.outbox.drop(mail, "unit has reported")
    assert not enqueue(store, now)


def test_a_mail_is_due_when_its_time_has_come(store: Store, now: datetime) -> None:
    enqueue(store, now, "later", not_before=now + HOUR)
    enqueue(store, now, "now")
    enqueue(store, now, "draft", draft=True)
    assert [mail.key for mail in store.outbox.due(now)] == ["now"]
    assert [mail.key for mail in store.outbox.due(now + HOUR)] == ["later", "now"]
    assert [mail.state for mail in store.outbox.all()] == ["queued", "queued", "draft"]


def test_of_many_that_claim_a_mail_one_wins(store: Store, mail: int, now: datetime) -> None:
    barrier = threading.Barrier(8)
    won: list[bool] = []

    def claim() -> None:
        barrier.wait()
        won.append(store.outbox.claim(mail, now))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]
    assert only(store).claimed_at == now
    assert store.outbox.due(now) == []


def test_a_claim_inside_a_transaction_is_refused(store: Store, mail: int, now: datetime) -> None:
    with store.transaction(), pytest.raises(RuntimeError, match="durable"):
        store.outbox.claim(mail, now)
    assert only(store).state == "queued"


def test_a_mail_is_sent_once(store: Store, mail: int, now: datetime) -> None:
    assert not store.outbox.sent(mail, now)  # nobody claimed it
    assert store.outbox.claim(mail, now)
    assert store.outbox.sent(mail, now + HOUR)
    assert not store.outbox.claim(mail, now)
    assert not store.outbox.requeue(mail, "late", now)
    assert not store.outbox.failed(mail, "late", now)
    assert (only(store).state, only(store).sent_at) == ("sent", now + HOUR)
    assert store.outbox.last_sent_at() == now + HOUR


def test_a_mail_refused_for_now_is_tried_again_later(store: Store, mail: int, now: datetime) -> None:
    assert store.outbox.requeue(mail, "450 busy", now + HOUR)  # refused before the claim
    assert store.outbox.due(now) == []
    assert store.outbox.claim(mail, now + HOUR)
    assert store.outbox.requeue(mail, "451 busy", now + 2 * HOUR)
    assert [found.tries for found in store.outbox.due(now + 2 * HOUR)] == [2]
    assert only(store).error == "451 busy"


def test_a_mail_refused_for_good_is_never_due_again(store: Store, mail: int, now: datetime) -> None:
    assert store.outbox.failed(mail, "550 no such user", now)
    assert (only(store).state, only(store).failed_at) == ("failed", now)
    assert store.outbox.due(now + 1000 * HOUR) == []


def test_what_a_dead_process_was_sending_is_unknown_until_our_copy_is_seen(
    store: Store, mail: int, now: datetime
) -> None:
    store.outbox.claim(mail, now)
    assert store.outbox.recover() == 1
    assert store.outbox.recover() == 0
    assert only(store).state == "unknown"
    assert store.outbox.due(now + 1000 * HOUR) == []
    assert not store.outbox.requeue(mail, "never blindly", now)
    assert store.outbox.settle(only(store).message_id, now + HOUR)
    assert not store.outbox.settle(only(store).message_id, now + 2 * HOUR)
    assert (only(store).state, only(store).sent_at) == ("sent", now + HOUR)


def test_a_broken_connection_leaves_a_mail_unknown(store: Store, mail: int, now: datetime) -> None:
    assert not store.outbox.unknown(mail, "not being sent")
    store.outbox.claim(mail, now)
    assert store.outbox.unknown(mail, "connection lost after DATA")
    assert (only(store).state, only(store).error) == ("unknown", "connection lost after DATA")


def test_our_copy_settles_a_mail_that_a_restored_backup_still_holds_queued(
    store: Store, mail: int, now: datetime
) -> None:
    assert store.outbox.settle(only(store).message_id, now)
    assert store.outbox.due(now) == []


def test_only_a_queued_mail_can_be_dropped(store: Store, mail: int, now: datetime) -> None:
    store.outbox.claim(mail, now)
    assert not store.outbox.drop(mail, "too late")
    store.outbox.requeue(mail, "450", now)
    assert store.outbox.drop(mail, "县民政局 has reported")
    assert (only(store).state, only(store).error) == ("failed", "县民政局 has reported")


def test_a_bounce_proves_that_the_mail_went_out(store: Store, mail: int, now: datetime) -> None:
    store.outbox.claim(mail, now)
    store.outbox.recover()
    assert store.outbox.bounced(mail, now + HOUR, "550 mailbox full")
    assert not store.outbox.bounced(mail, now + 2 * HOUR, "550 again")
    found = only(store)
    assert (found.state, found.sent_at) == ("sent", now)
    assert (found.bounced_at, found.bounce_detail) == (now + HOUR, "550 mailbox full")


def test_mails_are_found_by_key_id_prefix_and_attachment(store: Store, now: datetime) -> None:
    enqueue(store, now, "gaoqing/2024Q2/县民政局/reminder/D/1", attachments=["b" * 64, "c" * 64])
    enqueue(store, now, "gaoqing/2024Q2/县民政局/reminder/D/2", attachments=[])
    enqueue(store, now, "gaoqing/2024Q2/县民政局/receipt/%_", unit=None)
    found = store.outbox.by_key("gaoqing/2024Q2/县民政局/reminder/D/1")
    assert found is not None
    assert found.attachments == ("b" * 64, "c" * 64)
    assert store.outbox.by_message_id(found.message_id) == found
    assert store.outbox.by_key("x") is None
    assert store.outbox.by_message_id("x") is None
    assert len(store.outbox.keys_with_prefix("gaoqing/2024Q2/县民政局/reminder/D/")) == 2
    assert store.outbox.keys_with_prefix("gaoqing/2024Q2/县民政局/receipt/%_") == {
        "gaoqing/2024Q2/县民政局/receipt/%_"
    }
    assert store.outbox.keys_with_prefix("gaoqing/2024Q2/县民_局") == set()
    assert store.outbox.attachment_shas() == {"b" * 64, "c" * 64}
    assert store.outbox.last_sent_at() is None
