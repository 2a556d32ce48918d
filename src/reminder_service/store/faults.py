"""What goes wrong with disk and database, told as one sentence with the cure."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ..domain.errors import OutsideError

_FULL = "the disk is full or over its quota; free some space and run the command again"
_DENIED = "permission is missing; give the user that runs this program the right to read and write it"

_DISK = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: "the file system is mounted read-only; mount it for writing or choose another place",
    errno.ENOTDIR: "a part of its path is a file and not a folder; choose another place in service.yaml",
    errno.EISDIR: "it is a folder and not a file; choose another place in service.yaml",
}

_DATABASE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "the disk is full, over its quota or failing; free some space or check the disk",
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_READONLY: _DENIED,
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder exists and may be read and written",
    sqlite3.SQLITE_BUSY: "another program keeps it locked; end that program or try again later",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked; end that program or try again later",
    sqlite3.SQLITE_NOTADB: "it is no SQLite database; name the right file in store.url or restore a backup",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore the last backup",
}


@contextmanager
def disk_faults(place: Path) -> Iterator[None]:
    """Turn errors of the file system inside the block into a sentence about ``place``.

    :raises OutsideError: instead of every :class:`OSError`.
    """
    try:
        yield
    except OSError as error:
        cure = _DISK.get(error.errno or 0) or f"{error.strerror or error}; mend that and try again"
        raise OutsideError(f"{place} cannot be used: {cure}.") from error


@contextmanager
def database_faults(place: Path) -> Iterator[None]:
    """Turn errors that come from outside the program into a sentence about the store at ``place``.

    A broken constraint or wrong SQL is a fault of the program and passes unchanged.

    :raises OutsideError: when the file is locked, full, damaged, unreadable or no database.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        cure = _cure(error.orig)
        if cure is None:
            raise
        raise OutsideError(f"The store {place} cannot be used: {cure}.") from error
    except sqlite3.Error as error:
        cure = _cure(error)
        if cure is None:
            raise
        raise OutsideError(f"The store {place} cannot be used: {cure}.") from error


def _cure(error: BaseException | None) -> str | None:
    # The low byte is SQLite's primary result code, the rest tells where it happened.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _DATABASE.get(code)
