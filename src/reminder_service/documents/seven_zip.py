"""7z archives, by py7zr, into memory."""

import io
from collections.abc import Iterator

import py7zr
from py7zr.exceptions import ArchiveError, PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from .allowance import Allowance, Locked
from .office import Damaged


def files_in(data: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file.

    :raises Locked: when the archive is under a password.
    :raises Damaged: when it is torn.
    :raises Exceeded: when it holds more than is allowed.
    """
    kept = _Kept(allowance)
    try:
        with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
            if archive.needs_password():
                raise Locked
            for _ in (entry for entry in archive.list() if not entry.is_directory):
                allowance.take_file()
            archive.extractall(factory=kept)
    except PasswordRequired as error:
        raise Locked from error
    except (ArchiveError, EOFError, OSError, ValueError) as error:
        yield from kept.files()
        raise Damaged(str(error)) from error
    yield from kept.files()


class _Buffer(Py7zIO):
    """A file in memory that counts what is written to it."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._bytes = io.BytesIO()

    def write(self, s: bytes | bytearray) -> int:
        self._allowance.take(len(s))
        return self._bytes.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._bytes.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._bytes.seek(offset, whence)

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return len(self._bytes.getbuffer())

    def content(self) -> bytes:
        return self._bytes.getvalue()


class _Kept(WriterFactory):
    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._files: list[tuple[str, _Buffer]] = []

    def create(self, filename: str) -> Py7zIO:
        buffer = _Buffer(self._allowance)
        self._files.append((filename, buffer))
        return buffer

    def files(self) -> Iterator[tuple[str, bytes]]:
        for name, buffer in self._files:
            yield name, buffer.content()
