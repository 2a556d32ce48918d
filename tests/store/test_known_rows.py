"""Rows that are read again and again: only what changed is made anew, and nothing old is shown."""

from datetime import UTC, datetime

from reminder_service.store import Store

AT = datetime(2024, 6, 20, 9, tzinfo=UTC)


def recorded(store: Store, name: str) -> int:
    id, _ = store.messages.record(sha256=name * 64, channel="upload", collected_at=AT, dedup_key=name)
    return id


def finish(store: Store, id: int, subject: str = "报送", text: str = "请查收") -> None:
    store.messages.finish(
        id,
        message_id=None,
        from_address="a@example.cn",
        from_name="",
        subject=subject,
        received_at=AT,
        kind="submission",
        facts={"text": text},
        at=AT,
    )


def test_a_message_that_did_not_change_is_the_same_object_again(store: Store) -> None:
    one, other = recorded(store, "a"), recorded(store, "b")
    before = store.messages.outlines()
    finish(store, other)
    after = store.messages.outlines()
    assert [message.id for message in after] == [one, other]
    assert after[0] is before[0]
    assert (before[1].state, after[1].state, after[1].subject) == ("new", "done", "报送")


def test_a_message_finished_again_at_the_same_moment_is_made_anew_for_its_facts(store: Store) -> None:
    id = recorded(store, "a")
    finish(store, id, text="先前")
    before = store.messages.outlines()[0]
    finish(store, id, text="后来")
    assert store.messages.outlines()[0] is not before
    assert dict(store.messages.facts([id])) == {id: {"text": "后来"}}


def test_what_a_transaction_took_back_is_not_remembered(store: Store) -> None:
    id = recorded(store, "a")
    try:
        with store.transaction():
            finish(store, id)
            assert store.messages.outlines()[0].state == "done"
            raise KeyError
    except KeyError:
        pass
    assert store.messages.outlines()[0].state == "new"


def test_documents_come_in_order_without_what_was_read_of_them(store: Store) -> None:
    first, second = recorded(store, "a"), recorded(store, "b")
    late = store.documents.add(second, 0, sha256="c" * 64, filename="乙.docx", size=1)
    early = store.documents.add(first, 0, sha256="d" * 64, filename="甲.docx", size=1)
    store.documents.save_reading(late, {"text": "表"}, 3, AT)
    found = store.documents.outlines()
    assert [(one.id, one.reading, one.reader_version) for one in found] == [(early, None, 0), (late, None, 3)]
    assert dict(store.documents.readings([early, late])) == {late: {"text": "表"}}


def test_a_file_read_anew_by_the_same_reader_at_the_same_moment_is_made_anew(store: Store) -> None:
    id = store.documents.add(recorded(store, "a"), 0, sha256="c" * 64, filename="甲.docx", size=1)
    store.documents.save_reading(id, {"text": "一"}, 3, AT)
    before = store.documents.outlines()[0]
    store.documents.save_reading(id, {"text": "二"}, 3, AT)
    assert store.documents.outlines()[0] is not before


def test_more_rows_than_a_statement_takes_are_all_read(store: Store) -> None:
    with store.transaction():
        ids = [recorded(store, f"{number:04}"[-4:]) for number in range(1200)]
    assert [one.id for one in store.messages.outlines()] == ids
    with store.transaction():
        for id in ids[:550]:
            finish(store, id)
    assert sum(one.state == "done" for one in store.messages.outlines()) == 550
    assert len(dict(store.messages.facts(ids))) == 550
