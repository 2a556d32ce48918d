import json
import stat
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from reminder_service.domain.errors import OutsideError, WrongUsage
from reminder_service.store import Store, open_store
from reminder_service.store.backup import BackupSummary, backup, restore


@pytest.fixture
def archive(store: Store, now: datetime, tmp_path: Path) -> Path:
    """Back up a store with two mails, one of them bigger than a chunk."""
    for number, data in enumerate(["来信".encode(), b"PK" * 700_000]):
        sha256 = store.originals.put(data)
        id, _ = store.messages.record(sha256=sha256, channel="邮件", collected_at=now, dedup_key=sha256)
        store.documents.add(id, 0, sha256=sha256, filename=f"{number}.docx", size=len(data))
    (store.originals.root / ".123-abc.tmp").write_bytes(b"left by a crash")
    assert backup(store, tmp_path / "backup.zip") == BackupSummary(originals=2)
    return tmp_path / "backup.zip"


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, Path]:
    return f"sqlite:///{tmp_path}/elsewhere/office.db", tmp_path / "elsewhere" / "originals"


def changed(archive: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                out.writestr(name, data)
    return target


def assert_nothing_was_restored(place: tuple[str, Path]) -> None:
    folder = place[1].parent
    assert [found for found in folder.rglob("*") if found.is_file()] == []


def test_a_restored_store_is_the_store(store: Store, archive: Path, place: tuple[str, Path]) -> None:
    secret = store.secret()
    archive.unlink()
    backup(store, archive)
    assert restore(archive, *place) == BackupSummary(originals=2)
    with open_store(*place) as restored:
        assert restored.messages.all() == store.messages.all()
        assert restored.documents.all() == store.documents.all()
        assert restored.secret() == secret
        assert list(restored.originals.all()) == list(store.originals.all())
        for sha256 in store.originals.all():
            assert restored.originals.read(sha256) == store.originals.read(sha256)


def test_archive_and_restored_store_are_for_the_owner_alone(archive: Path, place: tuple[str, Path]) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    restore(archive, *place)
    folder = place[1].parent
    for found in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(found.stat().st_mode) == (0o700 if found.is_dir() else 0o600), found


def test_a_backup_holds_what_was_written_up_to_it(
    store: Store, archive: Path, place: tuple[str, Path]
) -> None:
    store.journal.write(datetime.fromisoformat("2024-06-28T09:00+08:00"), "王某", "after", "")
    restore(archive, *place)
    with open_store(*place) as restored:
        assert restored.journal.entries() == []
        assert len(restored.messages.all()) == 2


def test_a_newer_backup_takes_the_place_of_an_older_one(store: Store, archive: Path) -> None:
    store.originals.put(b"one more")
    assert backup(store, archive).originals == 3


def test_no_other_file_is_overwritten(store: Store, tmp_path: Path) -> None:
    (tmp_path / "汇总表.xlsx").write_bytes(b"a quarter's work")
    with pytest.raises(WrongUsage, match="no backup"):
        backup(store, tmp_path / "汇总表.xlsx")
    assert (tmp_path / "汇总表.xlsx").read_bytes() == b"a quarter's work"


def test_lost_and_damaged_originals_are_named_and_the_rest_is_saved(
    store: Store, archive: Path, place: tuple[str, Path]
) -> None:
    first, second = store.originals.all()
    store.originals.path(first).unlink()
    store.originals.path(second).write_bytes(b"rotten")
    store.originals.put(b"sound")
    summary = BackupSummary(originals=1, lost=(first, second))
    assert backup(store, archive) == summary
    assert restore(archive, *place) == summary


def test_a_backup_is_restored_into_an_empty_place_only(
    store: Store, archive: Path, url: str, files: Path, tmp_path: Path
) -> None:
    before = store.messages.all()
    with pytest.raises(WrongUsage, match="reminder-service.db exists"):
        restore(archive, url, tmp_path / "new")
    with pytest.raises(WrongUsage, match="files is not empty"):
        restore(archive, f"sqlite:///{tmp_path}/new.db", files)
    assert store.messages.all() == before
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda name, data: b"other" if name.startswith("files/") else data, id="original changed"
        ),
        pytest.param(lambda name, data: None if name.startswith("files/") else data, id="originals missing"),
        pytest.param(lambda name, data: data[:-1] if name == "database.sqlite3" else data, id="database cut"),
        pytest.param(lambda name, data: None if name == "database.sqlite3" else data, id="no database"),
        pytest.param(lambda name, data: None if name == "manifest.json" else data, id="no manifest"),
        pytest.param(lambda name, data: b"[]" if name == "manifest.json" else data, id="manifest nonsense"),
    ],
)
def test_a_damaged_backup_restores_nothing(archive: Path, place: tuple[str, Path], change: Callable) -> None:
    with pytest.raises(OutsideError, match="damaged"):
        restore(changed(archive, change), *place)
    assert_nothing_was_restored(place)


def test_a_truncated_or_foreign_file_restores_nothing(archive: Path, place: tuple[str, Path]) -> None:
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(OutsideError, match="damaged"):
        restore(archive, *place)
    with pytest.raises(WrongUsage, match="does not exist"):
        restore(archive.with_name("nowhere.zip"), *place)
    assert_nothing_was_restored(place)


def test_flipped_bits_anywhere_restore_nothing_wrong(store: Store, archive: Path, tmp_path: Path) -> None:
    sound = archive.read_bytes()
    for number, position in enumerate(range(100, len(sound), len(sound) // 25)):
        archive.write_bytes(sound[:position] + bytes([sound[position] ^ 0x10]) + sound[position + 1 :])
        target = (f"sqlite:///{tmp_path}/{number}/office.db", tmp_path / f"{number}" / "files")
        try:
            restore(archive, *target)
        except (OutsideError, WrongUsage):
            assert_nothing_was_restored(target)
        else:  # the bit lay where it means nothing
            with open_store(*target) as restored:
                assert restored.messages.all() == store.messages.all()


def test_the_backup_of_a_newer_program_is_refused(archive: Path, place: tuple[str, Path]) -> None:
    def newer(name: str, data: bytes) -> bytes:
        return (
            json.dumps(json.loads(data) | {"revision": "2031"}).encode() if name == "manifest.json" else data
        )

    with pytest.raises(WrongUsage, match="newer version"):
        restore(changed(archive, newer), *place)
    assert_nothing_was_restored(place)


def test_a_name_that_climbs_out_of_the_place_is_never_written(archive: Path, place: tuple[str, Path]) -> None:
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr("files/../../climbed", b"out")
        out.writestr("../climbed", b"out")
    restore(archive, *place)
    assert list(place[1].parents[1].rglob("climbed")) == []
