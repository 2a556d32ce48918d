from datetime import datetime

import pytest
import sqlalchemy as sa

from reminder_service.store import FolderState, NewMail, Seen, Store

PLACE = ("office@host", "INBOX")


def record_mail(
    store: Store, now: datetime, uid: int, sha256: str = "a" * 64, **place: str
) -> tuple[int, bool]:
    where = {"account": PLACE[0], "folder": PLACE[1]} | place
    mail = NewMail(uid=uid, sha256=sha256, fingerprint=f"fp-{sha256[:4]}", internal_date=now)
    [recorded] = store.mailbox.record_mails([mail], **where, uidvalidity=7, collected_at=now)
    return recorded


def test_a_folder_begins_unknown_and_anew_after_a_reset(store: Store, now: datetime) -> None:
    assert store.mailbox.folder(*PLACE) is None
    store.mailbox.reset(*PLACE, 7)
    record_mail(store, now, 5)
    assert store.mailbox.advance(*PLACE, 7) == 5
    assert store.mailbox.folder(*PLACE) == FolderState(uidvalidity=7, high=5)
    store.mailbox.reset(*PLACE, 8)
    assert store.mailbox.folder(*PLACE) == FolderState(uidvalidity=8, high=0)
    assert store.mailbox.advance(*PLACE, 7) == 0
    assert store.mailbox.folder(*PLACE) == FolderState(uidvalidity=8, high=0)
    assert store.mailbox.fingerprints_known(["fp-aaaa", "fp-none"]) == {"fp-aaaa": 1}


def test_the_same_mail_in_another_folder_is_the_same_message(store: Store, now: datetime) -> None:
    assert record_mail(store, now, 5) == (1, True)
    assert record_mail(store, now, 2, folder="垃圾邮件") == (1, False)
    assert len(store.messages.all()) == 1
    seen = store.mailbox.seen(PLACE[0], "垃圾邮件", 7, 2)
    assert seen == Seen(uid=2, state="duplicate", fingerprint="fp-aaaa", message=1, error=None, tries=0)


def test_the_same_mail_twice_among_several_is_one_message_and_a_duplicate(
    store: Store, now: datetime
) -> None:
    mails = [
        NewMail(uid=uid, sha256=letter * 64, fingerprint=None, internal_date=now)
        for uid, letter in ((1, "a"), (2, "b"), (3, "a"))
    ]
    where = {"account": PLACE[0], "folder": PLACE[1], "uidvalidity": 7, "collected_at": now}
    assert store.mailbox.record_mails(mails, **where) == [(1, True), (2, True), (1, False)]
    assert store.mailbox.record_mails(mails[1:], **where) == [(2, False), (1, False)]
    assert [seen.state for seen in store.mailbox.seen_among(*PLACE, 7, [1, 2, 3]).values()] == [
        "done",
        "duplicate",
        "duplicate",
    ]


def test_the_mark_stops_before_the_first_mail_to_be_tried_again(store: Store, now: datetime) -> None:
    store.mailbox.reset(*PLACE, 7)
    record_mail(store, now, 1)
    store.mailbox.note(*PLACE, 7, 2, state="retry", error="NO", tries=1)
    record_mail(store, now, 3, "b" * 64)
    store.mailbox.note(*PLACE, 7, 4, state="retry", error="NO", tries=1)
    assert store.mailbox.advance(*PLACE, 7) == 1
    store.mailbox.note(*PLACE, 7, 2, state="dead", error="NO", tries=5)
    assert store.mailbox.advance(*PLACE, 7) == 3
    store.mailbox.note(*PLACE, 7, 4, state="gone")
    assert store.mailbox.advance(*PLACE, 7) == 4
    assert [(folder, seen.uid, seen.tries) for folder, seen in store.mailbox.troubles(PLACE[0])] == [
        ("INBOX", 2, 5)
    ]


def test_an_empty_folder_leaves_the_mark_alone(store: Store) -> None:
    store.mailbox.reset(*PLACE, 7)
    assert store.mailbox.advance(*PLACE, 7) == 0
    assert store.mailbox.seen(*PLACE, 7, 1) is None
    assert store.mailbox.fingerprints_known(["fp"]) == {}


def test_message_and_uid_are_noted_together_or_not_at_all(store: Store, now: datetime) -> None:
    with pytest.raises(KeyError), store.transaction():
        record_mail(store, now, 5)
        raise KeyError
    assert store.messages.all() == []
    assert store.mailbox.seen(*PLACE, 7, 5) is None


def test_an_unheard_of_state_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.mailbox.note(*PLACE, 7, 5, state="perhaps")
