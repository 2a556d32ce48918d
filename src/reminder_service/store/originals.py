"""The folder of originals: every mail and file as it came, named by its SHA-256."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from ..domain.errors import LostOriginal
from .faults import disk_faults
from .private import FILE_MODE, FOLDER_MODE, make_folder, restrict, sync_folder

_NAME = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


class Originals:
    """Files under ``root``, in folders by the first two digits of their hash.

    A file is written under a temporary name, synced and renamed, so that whatever bears a hash as its name is
    whole, whenever the process or the machine died.
    """

    def __init__(self, root: Path) -> None:
        make_folder(root)
        with disk_faults(root):
            restrict(root, FOLDER_MODE)
        self.root = root

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their SHA-256; a second time nothing is written.

        :raises OutsideError: when the disk is full or a right is missing; then nothing is kept.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.has(sha256):
            self._write(lambda file: _write_all(file, data, sha256))
        return sha256

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """Keep several contents together, which costs the disk less than one by one, and return their SHA-256.

        :raises OutsideError: when the disk is full or a right is missing; then nothing new is kept.
        """
        hashes = [hashlib.sha256(data).hexdigest() for data in contents]
        together = dict(zip(hashes, contents, strict=True))
        missing = {sha256: data for sha256, data in together.items() if not self.has(sha256)}
        if missing:
            self._write_together(missing)
        return hashes

    def put_file(self, path: Path) -> str:
        """Keep a copy of a file and return its SHA-256, without ever holding it whole in memory.

        :raises OutsideError: when the file cannot be read or the copy not be written.
        """
        with disk_faults(path), path.open("rb") as source:
            return self.put_stream(source)

    def put_stream(self, source: BinaryIO) -> str:
        """Keep what a stream holds and return its SHA-256.

        :raises OutsideError: when the disk is full or a right is missing; then nothing is kept.
        """
        return self._write(lambda file: _copy(source, file))

    def put_pieces(self, pieces: Iterable[bytes]) -> str:
        """Keep what comes in pieces and return its SHA-256; what the pieces raise comes through, nothing is kept.

        :raises OutsideError: when the disk is full or a right is missing; then nothing is kept.
        """
        return self._write(lambda file: _join(pieces, file))

    def read(self, sha256: str) -> bytes:
        """Return the bytes with this SHA-256.

        :raises OutsideError: when they are missing, or are no longer what was written.
        """
        path = self.path(sha256)
        if not path.is_file():
            raise LostOriginal(
                f"The original {sha256} is missing from {self.root}; restore it from a backup."
            )
        with disk_faults(path):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LostOriginal(f"The original {path} has been changed or damaged; restore it from a backup.")
        return data

    def has(self, sha256: str) -> bool:
        """Whether the bytes with this SHA-256 are kept."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this SHA-256 lie, or would lie.

        :raises ValueError: when the text is no SHA-256.
        """
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.root / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Remove the bytes with this SHA-256; the caller knows that nothing refers to them."""
        self.path(sha256).unlink(missing_ok=True)

    def all(self) -> Iterator[str]:
        """Yield the SHA-256 of every original, in order; leftovers of a crash do not count."""
        for folder in sorted(self.root.iterdir()):
            if folder.is_dir():
                yield from sorted(file.name for file in folder.iterdir() if _NAME.fullmatch(file.name))

    def _write_together(self, contents: Mapping[str, bytes]) -> None:
        """Write every file, then sync every file, then rename them, then sync each folder once."""
        temporaries = {sha256: self._temporary() for sha256 in contents}
        with disk_faults(self.root):
            try:
                with ExitStack() as stack:
                    files = [
                        stack.enter_context(_opened(temporaries[sha256], data))
                        for sha256, data in contents.items()
                    ]
                    for file in files:
                        os.fsync(file.fileno())
                targets = {sha256: self.path(sha256) for sha256 in contents}
                self._make_folders({target.parent for target in targets.values()})
                for sha256, target in targets.items():
                    temporaries[sha256].replace(target)
                for folder in {target.parent for target in targets.values()}:
                    sync_folder(folder)
            finally:
                for temporary in temporaries.values():
                    temporary.unlink(missing_ok=True)

    def _make_folders(self, folders: Iterable[Path]) -> None:
        missing = [folder for folder in folders if not folder.is_dir()]
        for folder in missing:
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if missing:
            sync_folder(self.root)

    def _temporary(self) -> Path:
        return self.root / f".{os.getpid()}-{secrets.token_hex(8)}.tmp"

    def _write(self, fill: Callable[[BinaryIO], str]) -> str:
        temporary = self._temporary()
        with disk_faults(self.root):
            try:
                with _opened(temporary) as file:
                    sha256 = fill(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._settle(temporary, self.path(sha256))
            finally:
                temporary.unlink(missing_ok=True)
        return sha256

    @staticmethod
    def _settle(temporary: Path, target: Path) -> None:
        make_folder(target.parent)
        temporary.replace(target)
        sync_folder(target.parent)


def _opened(temporary: Path, data: bytes = b"") -> BinaryIO:
    """Make a file, write to it and return it open; what was written is with the system, not yet on disk."""
    file = os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb")
    try:
        file.write(data)
        file.flush()
        if data:
            # The disk begins at once, so that the sync that is to come waits little. It promises nothing.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    except BaseException:
        file.close()
        raise
    return file


def _write_all(file: BinaryIO, data: bytes, sha256: str) -> str:
    file.write(data)
    return sha256


def _copy(source: BinaryIO, target: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _join(pieces: Iterable[bytes], target: BinaryIO) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()
