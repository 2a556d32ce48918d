"""Every file found in a message, and what a reader saw in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Database, insert_once
from .known_rows import KnownRows, in_parts
from .tables import documents


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDocument:
    """A file of a message.

    ``position`` counts within the message, ``archive_path`` says where in an archive it lay (empty outside).
    ``state`` is ``new``, ``read`` or ``failed``; ``reading`` is there when read, ``problem`` when failed.
    """

    id: int
    message: int
    position: int
    sha256: str
    filename: str
    archive_path: str
    inline: bool
    size: int
    state: str
    reader_version: int
    reading: dict[str, Any] | None
    problem: dict[str, Any] | None
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFile:
    """A file found in a message; its content is among the originals.

    ``reading`` is what a reader of ``reader_version`` saw in it, None where it is still to be read.
    """

    sha256: str
    filename: str
    archive_path: str = ""
    inline: bool = False
    size: int
    reading: Mapping[str, Any] | None = None
    reader_version: int = 0
    read_at: datetime | None = None


_UNREAD: dict[str, Any] = {
    "state": "new",
    "reader_version": 0,
    "reading": None,
    "problem": None,
    "read_at": None,
}


_DETAIL = documents.c.reading["problem"]["detail"].as_string()


class Documents:
    """The documents of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        light = [column for column in documents.c if column.name != "reading"]
        order = [documents.c.message, documents.c.position]
        self._known = KnownRows(light, order, lambda row: StoredDocument(**row._asdict(), reading=None))

    def add(
        self,
        message: int,
        position: int,
        *,
        sha256: str,
        filename: str,
        archive_path: str = "",
        inline: bool = False,
        size: int,
    ) -> int:
        """Note a file of a message and return its id.

        The same position again is the same document: its names are brought up to date, and only if its
        content differs (a better unpacker) is it to be read anew.
        """
        place = {"message": message, "position": position}
        about = {
            "sha256": sha256,
            "filename": filename,
            "archive_path": archive_path,
            "inline": inline,
            "size": size,
        }
        here = (documents.c.message == message, documents.c.position == position)
        with self._database.transaction() as connection:
            new = insert_once(connection, documents, place | about | _UNREAD, unique=["message", "position"])
            if not new:
                other = documents.c.sha256 != sha256
                connection.execute(sa.update(documents).where(*here, other).values(**_UNREAD))
                connection.execute(sa.update(documents).where(*here).values(**about))
            id: int = connection.execute(sa.select(documents.c.id).where(*here)).scalar_one()
            return id

    def begin(self, message: int, files: Sequence[FoundFile]) -> None:
        """Note the files of a message that has none yet, in this order."""
        rows = [_place(message, position, file) | _seen(file, None) for position, file in enumerate(files)]
        if rows:
            with self._database.writing() as connection:
                connection.execute(sa.insert(documents), rows)

    def replace(self, message: int, files: Sequence[FoundFile]) -> None:
        """Let these be the files of a message, in this order, in place of those known until now.

        A file that is still to be read keeps what was read of the same content under the same name: nothing that
        was read goes missing until the new reading is there.
        """
        before = self.of_message(message)
        known = {(one.sha256, one.filename): one for one in reversed(before)}
        for one in before:  # SQLite may give its number to one of the new
            self._known.forget(one.id)
        with self._database.transaction() as connection:
            connection.execute(sa.delete(documents).where(documents.c.message == message))
            for position, file in enumerate(files):
                seen = _seen(file, known.get((file.sha256, file.filename)))
                connection.execute(sa.insert(documents).values(**_place(message, position, file), **seen))

    def unread(self) -> list[StoredDocument]:
        """Return what no reader has looked at, oldest first."""
        return self._select(documents.c.state == "new")

    def read_before(self, reader_version: int) -> set[int]:
        """Return the messages of which an earlier version of the reader has read a file."""
        earlier = documents.c.reader_version < reader_version
        return self._messages(documents.c.state != "new", earlier)

    def with_problem(self, details: Collection[str]) -> set[int]:
        """Return the messages that have a file whose reading ended in one of these problems."""
        return self._messages(_DETAIL.in_(details))

    def failed(self) -> set[int]:
        """Return the messages that have a file whose original could not be opened."""
        return self._messages(documents.c.state == "failed")

    def counted_by_problem(self, details: Collection[str]) -> dict[str, int]:
        """Return how many files ended in each of these problems."""
        query = sa.select(_DETAIL, sa.func.count()).where(_DETAIL.in_(details)).group_by(_DETAIL)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def count_as_read_by(self, message: int, reader_version: int) -> None:
        """Leave what was read of a message as it is; this version of the reader cannot read it again."""
        with self._database.writing() as connection:
            connection.execute(
                sa.update(documents)
                .where(documents.c.message == message, documents.c.state != "new")
                .values(reader_version=reader_version)
            )

    def save_reading(self, id: int, reading: Mapping[str, Any], reader_version: int, at: datetime) -> None:
        """Keep what a reader saw, in place of what an earlier one saw."""
        self._update(
            id, state="read", reading=dict(reading), problem=None, reader_version=reader_version, read_at=at
        )

    def mark_failed(self, id: int, problem: Mapping[str, Any], reader_version: int, at: datetime) -> None:
        """Note that this version of the reader failed; what an earlier version read goes.

        Results must follow from the file and the reader alone, not from the history of both.
        """
        self._update(
            id, state="failed", reading=None, problem=dict(problem), reader_version=reader_version, read_at=at
        )

    def get(self, id: int) -> StoredDocument | None:
        """Return one document, or None."""
        return next(iter(self._select(documents.c.id == id)), None)

    def of_message(self, message: int) -> list[StoredDocument]:
        """Return the documents of a message by position."""
        return self._select(documents.c.message == message)

    def by_sha(self, sha256: str) -> list[StoredDocument]:
        """Return every document with this content; the same file may have come several times."""
        return self._select(documents.c.sha256 == sha256)

    def all(self) -> list[StoredDocument]:
        """Return every document, by message and position."""
        return self._select()

    def outlines(self) -> list[StoredDocument]:
        """Return what :meth:`all` returns, without the readings; the same object until its row changes."""
        with self._database.reading() as connection:
            return self._known.all(connection)

    def readings(self, ids: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield what a reader saw in these documents, as far as any did, one by one: together they may be many."""
        for some in in_parts(ids):
            query = sa.select(documents.c.id, documents.c.reading).where(documents.c.id.in_(some))
            with self._database.reading() as connection:
                found = [(row[0], row[1]) for row in connection.execute(query)]
            yield from ((id, reading) for id, reading in found if reading is not None)

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[StoredDocument]:
        query = sa.select(documents).where(*conditions).order_by(documents.c.message, documents.c.position)
        with self._database.reading() as connection:
            return [StoredDocument(**row._asdict()) for row in connection.execute(query)]

    def _messages(self, *conditions: sa.ColumnElement[bool]) -> set[int]:
        query = sa.select(documents.c.message).where(*conditions).distinct()
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def _update(self, id: int, **values: object) -> None:
        self._known.forget(id)
        with self._database.writing() as connection:
            connection.execute(sa.update(documents).where(documents.c.id == id).values(**values))


def _place(message: int, position: int, file: FoundFile) -> dict[str, Any]:
    return {
        "message": message,
        "position": position,
        "sha256": file.sha256,
        "filename": file.filename,
        "archive_path": file.archive_path,
        "inline": file.inline,
        "size": file.size,
    }


def _seen(file: FoundFile, known: StoredDocument | None) -> dict[str, Any]:
    if file.reading is not None:
        return {
            "state": "read",
            "reader_version": file.reader_version,
            "reading": dict(file.reading),
            "problem": None,
            "read_at": file.read_at,
        }
    return {name: getattr(known, name) for name in _UNREAD} if known else dict(_UNREAD)
