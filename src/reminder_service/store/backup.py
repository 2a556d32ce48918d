"""The store and every original in one archive, and back.

The archive is a ZIP file: ``manifest.json``, ``database.sqlite3`` and ``files/<two digits>/<SHA-256>``.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..domain.errors import OutsideError, WrongUsage
from .database import database_file
from .faults import database_faults, disk_faults
from .migrate import check_known, copy_database
from .private import FILE_MODE, make_folder, sync_file, sync_folder
from .store import Store

_FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "database.sqlite3"
_ORIGINAL = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_CHUNK = 1 << 20
_REFERENCED = (
    "SELECT sha256 FROM messages WHERE sha256 IS NOT NULL "
    "UNION SELECT sha256 FROM documents UNION SELECT raw_sha256 FROM outbox WHERE raw_sha256 <> '' ORDER BY 1"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupSummary:
    """What an archive holds: how many originals, and which ones the store names but no longer has intact."""

    originals: int
    lost: tuple[str, ...] = ()


def backup(store: Store, file: Path) -> BackupSummary:
    """Write the store and every original into one archive, for the owner alone, beside a running service.

    An earlier backup of that name is replaced once the new one is whole; any other file is refused.

    :returns: what was written; originals that are lost or damaged are named, the rest is saved all the same.
    :raises WrongUsage: when ``file`` exists and is no backup.
    :raises OutsideError: when it cannot be written; then an earlier one is still there.
    """
    if file.exists() and file.stat().st_size and not _is_backup(file):
        raise WrongUsage(f"{file} exists and is no backup; name a new file.")
    make_folder(file.absolute().parent)
    with disk_faults(store.folder), tempfile.TemporaryDirectory(dir=store.folder) as folder:
        # The database first: whatever it refers to was in the folder of originals before.
        copy = Path(folder) / _DATABASE
        copy_database(store.file, copy)
        with _written(file) as target, _packing(target) as archive:
            archive.write(copy, _DATABASE)
            kept = set(_add_originals(archive, store))
            archive.writestr(_MANIFEST, json.dumps(_manifest(copy, len(kept))))
        lost = tuple(sha256 for sha256 in _referenced(copy) if sha256 not in kept)
    return BackupSummary(originals=len(kept), lost=lost)


def restore(file: Path, url: str, files: Path) -> BackupSummary:
    """Put a backup back into an empty place; nothing is left there unless all of it is sound.

    :param url: where the database goes, as for ``open_store``.
    :param files: where the originals go.
    :raises WrongUsage: when the place is not empty, or the archive no backup of a version known here.
    :raises OutsideError: when the archive is damaged or the disk full.
    """
    database = database_file(url)
    _check_empty(database, files)
    make_folder(database.parent)
    make_folder(files.absolute().parent)
    token = secrets.token_hex(4)
    new_database = database.with_name(f".{database.name}.{token}.restoring")
    new_files = files.with_name(f".{files.name}.{token}.restoring")
    try:
        with disk_faults(database.parent), _opened(file) as archive:
            summary = _extract(archive, file, new_database, new_files)
            new_files.replace(files)
            sync_folder(files.absolute().parent)
            # The database last: with it the store exists, and all its originals are there.
            new_database.replace(database)
            sync_folder(database.parent)
    finally:
        new_database.unlink(missing_ok=True)
        shutil.rmtree(new_files, ignore_errors=True)
    return summary


def _is_backup(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return {_MANIFEST, _DATABASE} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


@contextmanager
def _written(file: Path) -> Iterator[BinaryIO]:
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    with disk_faults(file):
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
            with os.fdopen(descriptor, "wb") as target:
                yield target
            sync_file(temporary)
            temporary.replace(file)
            sync_folder(file.absolute().parent)
        finally:
            temporary.unlink(missing_ok=True)


def _packing(target: BinaryIO) -> zipfile.ZipFile:
    # Times are of no use here, and a clock that stands before 1980 must not stop a backup.
    return zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False)


def _add_originals(archive: zipfile.ZipFile, store: Store) -> Iterator[str]:
    for sha256 in store.originals.all():
        path = store.originals.path(sha256)
        # Looked at before it goes in: a damaged file would make the whole archive unfit to restore.
        if _hash(path) == sha256:
            archive.write(path, f"files/{sha256[:2]}/{sha256}")
            yield sha256


def _manifest(copy: Path, originals: int) -> dict[str, object]:
    with closing(sqlite3.connect(copy)) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return {"format": _FORMAT, "revision": revision, "database": _hash(copy), "originals": originals}


def _referenced(copy: Path) -> list[str]:
    with database_faults(copy), closing(sqlite3.connect(copy)) as connection:
        return [sha256 for (sha256,) in connection.execute(_REFERENCED)]


def _hash(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _check_empty(database: Path, files: Path) -> None:
    with disk_faults(database):
        # A write-ahead log left by a lost database would be mixed into the restored one.
        log = database.with_name(f"{database.name}-wal")
        if any(place.exists() and place.stat().st_size for place in (database, log)):
            raise WrongUsage(f"{database} exists; a backup is restored only where there is no store yet.")
    with disk_faults(files):
        if files.exists() and any(files.iterdir()):
            raise WrongUsage(f"{files} is not empty; a backup is restored only where there is no store yet.")


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _BROKEN as error:
        raise _damaged(file) from error
    except FileNotFoundError as error:
        if file.exists():
            raise
        raise WrongUsage(f"{file} does not exist; name a file that `backup` wrote.") from error


def _damaged(file: Path) -> OutsideError:
    return OutsideError(f"{file} is no backup or is damaged; nothing was restored. Use another backup.")


def _extract(archive: zipfile.ZipFile, file: Path, database: Path, files: Path) -> BackupSummary:
    manifest = _read_manifest(archive, file)
    if _unpack(archive, _DATABASE, database) != manifest["database"]:
        raise _damaged(file)
    make_folder(files)
    names = [match for name in archive.namelist() if (match := _ORIGINAL.fullmatch(name))]
    if len(names) != manifest["originals"]:
        raise _damaged(file)
    for name in names:
        make_folder(files / name[1])
        if _unpack(archive, name[0], files / name[1] / name[2]) != name[2]:
            raise _damaged(file)
        sync_folder(files / name[1])
    kept = {name[2] for name in names}
    return BackupSummary(
        originals=len(kept), lost=tuple(sha256 for sha256 in _referenced(database) if sha256 not in kept)
    )


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, object]:
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        version, revision = manifest["format"], str(manifest["revision"])
        manifest["database"], manifest["originals"], archive.getinfo(_DATABASE)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(file) from error
    if version != _FORMAT:
        raise WrongUsage(f"{file} was written by another version of this program; restore it with that one.")
    check_known(revision, file)
    return dict(manifest)


def _unpack(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    digest = hashlib.sha256()
    with archive.open(name) as source, os.fdopen(descriptor, "wb") as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()
