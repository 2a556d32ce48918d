import threading
from datetime import datetime

import pytest

from reminder_service.store import Store


class Mistake(Exception):
    pass


def actions(store: Store) -> list[str]:
    return [entry.action for entry in reversed(store.journal.entries())]


def test_what_is_done_together_is_undone_together(store: Store, now: datetime) -> None:
    with pytest.raises(Mistake), store.transaction():
        store.periods.open("gaoqing", "2024Q2", now)
        store.contacts.remember("县民政局", "zhao@example.cn", now)
        store.journal.write(now, "clerk", "opened", "2024Q2")
        assert store.periods.all("gaoqing") != []
        raise Mistake
    assert store.periods.all("gaoqing") == []
    assert store.contacts.all() == []
    assert actions(store) == []


def test_an_inner_part_can_fail_alone(store: Store, now: datetime) -> None:
    with store.transaction():
        store.journal.write(now, "clerk", "before", "")
        with pytest.raises(Mistake), store.transaction():
            store.journal.write(now, "clerk", "inner", "")
            raise Mistake
        store.journal.write(now, "clerk", "after", "")
    assert actions(store) == ["before", "after"]


def test_an_outer_failure_takes_the_inner_part_along(store: Store, now: datetime) -> None:
    with pytest.raises(Mistake), store.transaction():
        with store.transaction():
            store.journal.write(now, "clerk", "inner", "")
        raise Mistake
    assert actions(store) == []


def test_another_thread_sees_nothing_until_the_end(store: Store, now: datetime) -> None:
    seen: list[list[str]] = []
    with store.transaction():
        store.journal.write(now, "clerk", "written", "")
        thread = threading.Thread(target=lambda: seen.append(actions(store)))
        thread.start()
        thread.join()
    assert seen == [[]]
    assert actions(store) == ["written"]


def test_threads_that_read_and_then_write_wait_for_each_other(store: Store, now: datetime) -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                with store.transaction():
                    count = len(store.journal.entries(limit=1000))
                    store.journal.write(now, "clerk", str(count), "")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [entry.action for entry in reversed(store.journal.entries(limit=1000))] == [
        str(number) for number in range(80)
    ]


def test_hostile_text_is_stored(store: Store, now: datetime) -> None:
    store.journal.write(now, "clerk", "a\0b\ud800c", "", {"主题": "x\ud83d"})
    entry = store.journal.entries()[0]
    assert entry.action == "a\ufffdb\ufffdc"
    assert entry.detail == {"主题": "x\ufffd"}
