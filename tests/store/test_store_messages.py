from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reminder_service.store import FoundFile, Store

READING = {"document": "d" * 64, "kind": "docx", "tables": [{"page": 1, "rows": [["1", "家政培训"]]}]}


def record(store: Store, now: datetime, key: str = "a" * 64, **values: Any) -> tuple[int, bool]:
    return store.messages.record(
        sha256=key,
        channel="邮件",
        account="office@host",
        folder="INBOX",
        collected_at=now,
        dedup_key=key,
        **values,
    )


def finish(store: Store, id: int, now: datetime, **values: Any) -> None:
    facts = {
        "message_id": "<1@example.cn>",
        "from_address": "zhao@example.cn",
        "from_name": "赵某",
        "subject": "报送",
        "received_at": now,
        "kind": "submission",
        "facts": {"text": "正文"},
        "at": now,
    }
    store.messages.finish(id, **facts | values)


def test_a_message_is_recorded_once_and_the_first_record_stands(store: Store, now: datetime) -> None:
    first = record(store, now, internal_date=now - timedelta(hours=1))
    again = record(store, now + timedelta(days=1), internal_date=now)
    assert first == (1, True)
    assert again == (1, False)
    (message,) = store.messages.all()
    assert message.collected_at == now
    assert message.internal_date == now - timedelta(hours=1)
    assert message.collected_at.tzinfo is UTC


def test_what_a_person_said_of_an_intake_is_kept(store: Store, now: datetime) -> None:
    id, _ = store.messages.record(
        sha256=None,
        channel="微信",
        collected_at=now,
        dedup_key="intake:1",
        received_at=now - timedelta(days=1),
        forced_unit="县民政局",
        forced_period="2024Q2",
        note="李科长微信发来",
    )
    message = store.messages.get(id)
    assert message is not None
    assert (message.forced_unit, message.forced_period, message.channel) == ("县民政局", "2024Q2", "微信")
    assert message.forced_received_at == now - timedelta(days=1)
    assert message.received_at is None


def test_a_finished_message_is_found_by_its_id_and_no_longer_unfinished(store: Store, now: datetime) -> None:
    id, _ = record(store, now)
    assert [message.id for message in store.messages.unfinished()] == [id]
    finish(store, id, now)
    finish(store, id, now)
    assert store.messages.unfinished() == []
    message = store.messages.by_message_id("<1@example.cn>")
    assert message is not None
    assert (message.state, message.kind, message.facts) == ("done", "submission", {"text": "正文"})
    store.messages.set_kind(id, "reply")
    assert [message.kind for message in store.messages.all()] == ["reply"]
    assert store.messages.by_message_id("<2@example.cn>") is None
    assert store.messages.get(99) is None


def test_a_message_that_fails_five_times_waits_for_a_person(store: Store, now: datetime) -> None:
    id, _ = record(store, now)
    assert [store.messages.fail(id, f"try {n}", now) for n in range(4)] == [1, 2, 3, 4]
    assert len(store.messages.unfinished()) == 1
    assert store.messages.fail(id, "last try", now) == 5
    assert store.messages.unfinished() == []
    (message,) = store.messages.all()
    assert (message.state, message.error) == ("failed", "last try")
    assert store.messages.fail(id, "no more", now) == 5


def test_a_document_is_added_once_for_each_position(store: Store, now: datetime) -> None:
    message, _ = record(store, now)
    first = store.documents.add(message, 0, sha256="d" * 64, filename="报表.docx", size=10)
    second = store.documents.add(
        message, 1, sha256="d" * 64, filename="副本.docx", size=10, archive_path="a.zip"
    )
    store.documents.save_reading(first, READING, 1, now)
    assert store.documents.add(message, 0, sha256="d" * 64, filename="报表（改名）.docx", size=10) == first
    documents = store.documents.of_message(message)
    assert [document.id for document in documents] == [first, second]
    assert (documents[0].filename, documents[0].reading) == ("报表（改名）.docx", READING)
    assert store.documents.by_sha("d" * 64) == documents == store.documents.all()


def test_other_content_in_the_same_position_is_read_anew(store: Store, now: datetime) -> None:
    message, _ = record(store, now)
    id = store.documents.add(message, 0, sha256="d" * 64, filename="报表.docx", size=10)
    store.documents.save_reading(id, READING, 1, now)
    assert store.documents.add(message, 0, sha256="e" * 64, filename="报表.docx", size=11) == id
    (document,) = store.documents.unread()
    assert (document.sha256, document.size, document.reading) == ("e" * 64, 11, None)


def test_what_could_not_be_read_keeps_its_reason_until_it_is_read(store: Store, now: datetime) -> None:
    message, _ = record(store, now)
    ids = [store.documents.add(message, n, sha256=f"{n}" * 64, filename="x", size=1) for n in range(3)]
    store.documents.save_reading(ids[0], READING, 1, now)
    store.documents.mark_failed(ids[1], {"code": "not_read", "detail": "读取超时"}, 1, now)
    assert [document.id for document in store.documents.unread()] == ids[2:]
    failed = store.documents.get(ids[1])
    assert failed is not None
    assert (failed.state, failed.problem) == ("failed", {"code": "not_read", "detail": "读取超时"})
    store.documents.save_reading(ids[1], READING, 2, now)
    mended = store.documents.get(ids[1])
    assert mended is not None
    assert (mended.state, mended.problem, mended.reading) == ("read", None, READING)


def test_other_files_of_a_message_take_the_place_of_the_old_ones_and_keep_what_was_read(
    store: Store, now: datetime
) -> None:
    message, _ = record(store, now)
    for position, name in enumerate(["材料.rar", "报表.docx"]):
        id = store.documents.add(message, position, sha256=name[0] * 64, filename=name, size=1)
        store.documents.save_reading(id, READING, 1, now)
    fresh = FoundFile(sha256="新" * 64, filename="照片.jpg", archive_path="材料.rar", size=1)
    read = replace(fresh, filename="盖章.pdf", reading={"kind": "pdf"}, reader_version=2, read_at=now)
    known = FoundFile(sha256="报" * 64, filename="报表.docx", size=1)
    store.documents.replace(message, [fresh, read, known])
    found = store.documents.of_message(message)
    assert [(one.filename, one.state, one.reader_version) for one in found] == [
        ("照片.jpg", "new", 0),
        ("盖章.pdf", "read", 2),
        ("报表.docx", "read", 1),
    ]
    assert [one.reading for one in found] == [None, {"kind": "pdf"}, READING]
