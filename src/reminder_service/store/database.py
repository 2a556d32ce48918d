"""The database: one engine, one transaction per thread at a time, and the two inserts that need a dialect."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from ..domain.errors import OutsideError, WrongUsage
from .faults import database_faults
from .tables import storable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

BUSY_TIMEOUT = 30.0
"""Seconds that a write waits for another process's write before the store counts as locked."""


def database_file(url: str) -> Path:
    """Return the file that a SQLite URL names.

    :raises WrongUsage: when the URL names no SQLite file.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise WrongUsage(
            "service.yaml: store.url names no SQLite file; "
            "write it like sqlite:///data/reminder-service.db (other databases are not supported yet)"
        )
    return Path(str(parsed.database)).absolute()


def make_engine(file: Path, *, busy_timeout: float = BUSY_TIMEOUT, foreign_keys: bool = True) -> sa.Engine:
    """Return an engine on a SQLite file that exists; nothing is opened yet."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)),
        connect_args={"timeout": busy_timeout},
        json_serializer=_to_json,
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Without this, sqlite3 begins transactions by itself, always deferred.
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A deferred transaction fails at once when it turns to writing after another wrote; this one waits.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _to_json(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


class Database:
    """Hands out connections; inside :meth:`transaction` everything in the same thread joins it."""

    def __init__(self, engine: sa.Engine, file: Path) -> None:
        self.engine = engine
        self.file = file
        self._local = threading.local()

    @property
    def _current(self) -> sa.Connection | None:
        return getattr(self._local, "connection", None)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Write several things together: all of them or none.

        Inside another transaction this is a part of it that fails alone: if the caller catches the error, the
        rest of the outer transaction stands.

        :raises OutsideError: when the database is locked, full or damaged.
        """
        outer = self._joined()
        with database_faults(self.file), self._begun() if outer is None else _savepoint(outer) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Write within the thread's transaction, or within one of its own.

        :raises OutsideError: when the database is locked, full or damaged.
        """
        outer = self._joined()
        if outer is None:
            with self.transaction() as connection:
                yield connection
        else:
            with database_faults(self.file):
                yield outer

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read within the thread's transaction, or from the last committed state.

        :raises OutsideError: when the database is locked or damaged.
        """
        outer = self._joined()
        with database_faults(self.file):
            if outer is not None:
                yield outer
            else:
                with self.engine.connect() as connection:
                    yield connection

    def durable(self) -> AbstractContextManager[sa.Connection]:
        """Write what must be on disk when the block ends.

        :raises RuntimeError: inside a transaction, whose end nobody can foresee.
        """
        if self._current is not None:
            raise RuntimeError("a durable mark cannot be made inside a transaction")
        return self.transaction()

    def _joined(self) -> sa.Connection | None:
        connection = self._current
        if connection is None:
            return None
        # After a full disk SQLite may have rolled back by itself; the rest would be written piece by piece.
        if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
            raise OutsideError(
                f"The store {self.file} has given up this transaction; nothing of it was written."
            )
        return connection

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        with self.engine.connect() as bare:
            connection = bare.execution_options(writes=True)
            with connection.begin():
                self._local.connection = connection
                try:
                    yield connection
                finally:
                    self._local.connection = None


@contextmanager
def _savepoint(connection: sa.Connection) -> Iterator[sa.Connection]:
    savepoint = connection.begin_nested()
    try:
        yield connection
    except BaseException:
        with suppress(sa.exc.DBAPIError):  # the whole transaction may be gone already; the first error counts
            savepoint.rollback()
        raise
    savepoint.commit()


def insert_once(
    connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], *, unique: Sequence[str]
) -> bool:
    """Insert a row unless one with the same ``unique`` columns exists; return whether it is new."""
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing(index_elements=unique)
    return connection.execute(statement.inline()).rowcount == 1


def insert_missing(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Insert those of the rows, all with the same columns, that differ in ``unique`` from every row there is."""
    if rows:
        statement = _insert(connection, table).on_conflict_do_nothing(index_elements=unique)
        connection.execute(statement.inline(), list(rows))


def upsert_all(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Insert these rows, all with the same columns, each in place of one with the same ``unique`` columns."""
    if rows:
        statement = _insert(connection, table)
        changes = {name: statement.excluded[name] for name in rows[0] if name not in unique}
        changed = statement.on_conflict_do_update(index_elements=unique, set_=changes)
        connection.execute(changed.inline(), list(rows))


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    values: Mapping[str, Any],
    *,
    unique: Sequence[str],
) -> None:
    """Insert a row, or give these values to the one with the same ``unique`` columns."""
    changes = {name: value for name, value in values.items() if name not in unique}
    statement = _insert(connection, table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=changes).inline())


def _insert(connection: sa.Connection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # not needed, and slow to import, with SQLite

        return postgresql.insert(table)
    return sqlite.insert(table)
