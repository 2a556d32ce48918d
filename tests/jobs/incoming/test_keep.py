"""Mails are noted only when they are on disk, together, and a full disk loses none that was there before."""

from pathlib import Path

import pytest

from reminder_service.domain.errors import OutsideError
from reminder_service.jobs.incoming.keep import AT_ONCE, Keeper
from reminder_service.store import open_store


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/store.db", tmp_path / "files") as opened:
        yield opened


def test_mails_are_noted_in_order_and_only_when_their_original_is_there(store):
    noted = []

    def note(name: int, sha256: str) -> None:
        assert store.originals.has(sha256)
        noted.append(name)

    with Keeper(store, note) as keeper:
        for number in range(AT_ONCE + 3):
            keeper.put(number, b"%d" % number)
        assert noted == list(range(AT_ONCE))
    assert noted == list(range(AT_ONCE + 3))


def test_what_was_read_before_a_break_is_noted_all_the_same(store):
    noted = []
    with pytest.raises(ZeroDivisionError), Keeper(store, lambda name, sha256: noted.append(name)) as keeper:
        keeper.put("one", b"one")
        raise ZeroDivisionError
    assert noted == ["one"]


def test_what_cannot_be_written_is_not_noted_and_nothing_after_it_is(store, monkeypatch):
    put = store.originals.put

    def full(data: bytes) -> str:
        if data == b"two":
            raise OutsideError("the disk is full")
        return put(data)

    monkeypatch.setattr(store.originals, "put", full)
    noted = []
    with (
        pytest.raises(OutsideError, match="full"),
        Keeper(store, lambda name, _: noted.append(name)) as keeper,
    ):
        for name in ("one", "two", "three"):
            keeper.put(name, name.encode())
    assert noted == ["one"]
