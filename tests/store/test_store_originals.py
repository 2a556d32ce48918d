import hashlib
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.errors import OutsideError
from reminder_service.store.originals import Originals
from reminder_service.store.tables import storable

DIES_BEFORE_THE_RENAME = """
import os, pathlib, signal, sys
from reminder_service.store.originals import Originals
pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Originals(pathlib.Path(sys.argv[1])).put(b"half a mail")
"""

DISK_FULL = """
import pathlib, resource, sys
from reminder_service.domain.errors import OutsideError
from reminder_service.store.originals import Originals
originals = Originals(pathlib.Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    originals.put(b"x" * 100_000)
except OutsideError as error:
    print(error)
"""


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "files")


def test_what_is_put_comes_back_and_is_written_once(originals: Originals) -> None:
    sha256 = originals.put("来信".encode())
    first = originals.path(sha256).stat()
    assert originals.put("来信".encode()) == sha256 == hashlib.sha256("来信".encode()).hexdigest()
    assert originals.path(sha256).stat() == first
    assert originals.read(sha256) == "来信".encode()
    assert originals.path(sha256).relative_to(originals.root).parts == (sha256[:2], sha256)


def test_several_are_kept_together_each_once(originals: Originals) -> None:
    first = originals.put(b"known")
    hashes = originals.put_all([b"one", b"known", b"two", b"one"])
    assert [originals.read(sha256) for sha256 in hashes] == [b"one", b"known", b"two", b"one"]
    assert hashes[1] == first and hashes[0] == hashes[3]
    assert sorted(originals.all()) == sorted(set(hashes))
    assert [path.name for path in originals.root.iterdir() if path.is_file()] == []


def test_of_several_none_is_kept_when_one_cannot_be_written(originals: Originals) -> None:
    sha256 = hashlib.sha256(b"two").hexdigest()
    (originals.root / sha256[:2]).write_bytes(b"in the way")
    with pytest.raises(OutsideError):
        originals.put_all([b"one", b"two"])
    assert list(originals.all()) == []
    assert [path.name for path in originals.root.glob(".*.tmp")] == []


def test_a_file_is_copied_and_stays(originals: Originals, tmp_path: Path) -> None:
    source = tmp_path / "报表.docx"
    source.write_bytes(b"PK" * 1_000_000)
    sha256 = originals.put_file(source)
    assert originals.read(sha256) == source.read_bytes()
    assert originals.put_file(source) == sha256
    assert list(originals.all()) == [sha256]


def test_a_missing_file_is_named(originals: Originals, tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="nowhere.docx"):
        originals.put_file(tmp_path / "nowhere.docx")


def test_folders_and_files_are_for_the_owner_alone(originals: Originals) -> None:
    path = originals.path(originals.put(b"secret"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert originals.root.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir(mode=0o755)
    assert Originals(tmp_path / "files").root.stat().st_mode & 0o777 == 0o700


def test_a_process_killed_before_the_rename_leaves_no_original(originals: Originals, start: Callable) -> None:
    process = start(DIES_BEFORE_THE_RENAME, originals.root)
    assert process.wait() == -signal.SIGKILL
    assert len(list(originals.root.glob(".*.tmp"))) == 1
    assert list(originals.all()) == []
    assert not originals.has(hashlib.sha256(b"half a mail").hexdigest())
    assert originals.read(originals.put(b"half a mail")) == b"half a mail"


def test_a_full_disk_is_one_sentence_and_leaves_nothing(originals: Originals, start: Callable) -> None:
    output, errors = start(DISK_FULL, originals.root).communicate()
    assert "the disk is full" in output, errors
    assert str(originals.root) in output
    assert list(originals.root.rglob("*")) == []


def test_a_damaged_original_is_never_handed_out(originals: Originals) -> None:
    sha256 = originals.put(b"as it came")
    originals.path(sha256).write_bytes(b"as it comes")
    with pytest.raises(OutsideError, match="changed or damaged"):
        originals.read(sha256)


def test_a_missing_original_is_named(originals: Originals) -> None:
    with pytest.raises(OutsideError, match=f"{'0' * 64} is missing"):
        originals.read("0" * 64)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_names_an_original(originals: Originals, name: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        originals.path(name)


@given(st.text(alphabet=st.characters() | st.characters(categories=["Cs"])))
def test_any_text_from_outside_can_be_stored(text: str) -> None:
    kept = storable(text)
    assert "\0" not in kept
    assert kept.encode().decode() == kept
    assert storable(kept) == kept
    if "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text):
        assert kept == text
