"""A watched folder instead of a mailbox: nothing lost, nothing doubled, nothing half-copied, nothing changed."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.jobs.incoming.folder_reading import DELAYS
from reminder_service.jobs.incoming.watch_folder import is_passed_over, watch
from reminder_service.store import NewMail, open_store
from servers.settings import a_mail

NOW = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
CIVIL = "县民政局"


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/data/store.db", tmp_path / "data/files") as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox: Path, name: str, data: bytes = b"PDF", *, age: float = 60) -> Path:
    path = inbox / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def read(store, inbox, *, sleep=lambda seconds: None, now=NOW, later=60.0):
    """Read as if ``later`` seconds had passed since the files were put there."""
    return watch(
        store,
        inbox,
        settle=5,
        now=now,
        unit_of={CIVIL: CIVIL}.get,
        sleep=sleep,
        wall=lambda: time.time() + later,
    )


def names(store) -> list[str]:
    return [document.filename for document in store.documents.all()]


def test_mails_and_files_are_taken_once_and_left_as_they_are(store, inbox):
    put(inbox, "来信.eml", a_mail("one"))
    put(inbox, "报表.docx", b"PK")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in inbox.iterdir())
    assert (read(store, inbox).new, read(store, inbox).new) == (2, 0)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in inbox.iterdir()) == before
    assert names(store) == ["报表.docx"]
    assert store.originals.read(store.messages.all()[0].sha256 or store.messages.all()[1].sha256) == a_mail(
        "one"
    )


def test_the_same_mail_by_folder_and_by_mailbox_is_one_message(store, inbox):
    sha256 = store.originals.put(a_mail("one"))
    mail = NewMail(uid=1, sha256=sha256, fingerprint=None, internal_date=None)
    store.mailbox.record_mails([mail], account="a", folder="INBOX", uidvalidity=1, collected_at=NOW)
    put(inbox, "one.eml", a_mail("one"))
    assert (read(store, inbox).duplicates, len(store.messages.all())) == (1, 1)


def test_a_copy_under_another_name_is_known_and_a_changed_file_is_new(store, inbox):
    put(inbox, "a.docx", b"first")
    read(store, inbox)
    put(inbox, "b.docx", b"first")
    assert (read(store, inbox).new, len(store.messages.all())) == (0, 1)
    put(inbox, "a.docx", b"second")
    assert (read(store, inbox).new, len(store.messages.all())) == (1, 2)


def test_files_in_a_folder_named_like_a_unit_are_that_units_and_go_together(store, inbox):
    put(inbox, f"{CIVIL}/报表.docx", b"form")
    put(inbox, f"{CIVIL}/盖章.pdf", b"scan")
    put(inbox, "别处/报表.docx", b"other")
    assert read(store, inbox).new == 2
    assert sorted((message.forced_unit or "") for message in store.messages.all()) == ["", CIVIL]


def test_a_file_that_still_grows_waits_until_it_is_whole(store, inbox):
    path = put(inbox, "slow.docx", b"half", age=0)

    def grow(seconds: float) -> None:
        path.write_bytes(path.read_bytes() + b" and more")

    assert read(store, inbox, sleep=grow, later=0).new == 0
    assert read(store, inbox, later=0).new == 1
    assert store.originals.read(store.documents.all()[0].sha256) == b"half and more"


def test_a_file_dated_ahead_by_another_clock_is_looked_at_twice(store, inbox):
    put(inbox, "a.docx", age=-3600)
    slept = []
    assert read(store, inbox, sleep=slept.append, later=0).new == 1
    assert slept == [5]


def test_files_that_have_been_still_cost_no_waiting(store, inbox):
    put(inbox, "a.docx")
    slept = []
    read(store, inbox, sleep=slept.append)
    read(store, inbox, sleep=slept.append, later=0)
    assert slept == []


def test_an_empty_file_and_what_programs_call_unfinished_are_left_alone(store, inbox):
    put(inbox, "empty.docx", b"")
    for name in ("~$报表.docx", ".hidden", "a.docx.part", "b.crdownload", "Thumbs.db"):
        put(inbox, name)
    assert read(store, inbox).new == 0


def test_no_link_leads_out_of_the_folder(store, inbox, tmp_path):
    (tmp_path / "secret.docx").write_bytes(b"secret")
    (inbox / "a.docx").symlink_to(tmp_path / "secret.docx")
    (inbox / "out").symlink_to(tmp_path)
    assert read(store, inbox).new == 0


def test_a_folder_that_is_not_there_makes_the_office_blind_and_is_told_with_the_cure(store, inbox):
    inbox.rmdir()
    [(_, sentence)] = read(store, inbox).failed_folders
    assert "is not there" in sentence and "folder_mailbox.inbox" in sentence
    [health] = store.health.folders()
    assert (health.folder, health.good_at) == (str(inbox), None)


def test_a_file_that_cannot_be_read_stops_no_other_and_is_tried_again(store, inbox, monkeypatch):
    put(inbox, "a-locked.docx", b"late")
    put(inbox, "b.docx", b"good")
    opened = Path.open

    def refuse(self, *arguments, **options):
        if self.name == "a-locked.docx":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        first = read(store, inbox)
    assert (first.new, len(first.failed_mails)) == (1, 1)
    assert "Permission denied" in first.failed_mails[0].error
    assert read(store, inbox, now=NOW + timedelta(seconds=1)).new == 0
    assert read(store, inbox, now=NOW + DELAYS[0]).new == 1


@given(st.text(min_size=1, max_size=40))
def test_any_name_can_be_judged(name):
    assert is_passed_over(name) in (True, False)
