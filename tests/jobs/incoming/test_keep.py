"""Mails are noted only when they are on disk, together, and a full disk loses none that was there before."""

from pathlib import Path

import pytest

from reminder_service.domain.errors import OutsideError
from reminder_service.jobs.incoming.keep import AT_ONCE, Keeper, KeptMail
from reminder_service.store import open_store


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/store.db", tmp_path / "files") as opened:
        yield opened


def noting(noted: list[object], numbers: bool = True):
    """Return what notes mails by appending them; every one is new."""

    def note(mails):
        noted.extend(mail for mail, _ in mails)
        return list(range(len(noted) - len(mails), len(noted))) if numbers else [None] * len(mails)

    return note


def test_mails_are_noted_in_order_and_only_when_their_original_is_there(store):
    noted = []

    def note(mails):
        assert all(store.originals.has(sha256) for _, sha256 in mails)
        return noting(noted)(mails)

    with Keeper(store, note) as keeper:
        for number in range(AT_ONCE + 3):
            keeper.put(number, b"%d" % number)
        keeper.flush()
        assert noted == list(range(AT_ONCE + 3))
        keeper.put(99, b"99")
    assert noted == [*range(AT_ONCE + 3), 99]


def test_what_was_read_before_a_break_is_noted_all_the_same(store):
    noted = []
    with pytest.raises(ZeroDivisionError), Keeper(store, noting(noted)) as keeper:
        keeper.put("one", b"one")
        raise ZeroDivisionError
    assert noted == ["one"]


def test_what_cannot_be_written_is_not_noted_and_nothing_after_it_is(store, monkeypatch):
    put = store.originals.put

    def full(data: bytes) -> str:
        if data == b"two":
            raise OutsideError("the disk is full")
        return put(data)

    def all_full(contents) -> list[str]:
        raise OutsideError("the disk is full")

    monkeypatch.setattr(store.originals, "put", full)
    monkeypatch.setattr(store.originals, "put_all", all_full)
    noted = []
    with pytest.raises(OutsideError, match="full"), Keeper(store, noting(noted)) as keeper:
        for name in ("one", "two", "three"):
            keeper.put(name, name.encode())
    assert noted == ["one"]


def test_only_new_messages_go_on_with_their_bytes(store):
    went_on = []
    with Keeper(store, lambda mails: [None, 7], went_on.extend) as keeper:
        keeper.put("known", b"known")
        keeper.put("new", b"new")
    assert went_on == [KeptMail(message=7, raw=b"new")]


def test_a_full_disk_in_what_follows_costs_no_mail(store):
    def full(mails):
        raise OutsideError("the disk is full")

    noted = []
    with Keeper(store, noting(noted), full) as keeper:
        keeper.put("one", b"one")
    assert noted == ["one"]
