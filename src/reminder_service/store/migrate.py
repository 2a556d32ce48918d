"""Brings the store's schema to the revision that this program knows.

Alembic takes most of a second to import, so it is imported only when there is something to do.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from ..domain.errors import OutsideError, WrongUsage
from .database import Database, make_engine
from .faults import database_faults, disk_faults
from .locks import held
from .private import make_file, sync_file, sync_folder
from .tables import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(database: Database, busy_timeout: float) -> None:
    """Migrate the database where its revision is not the program's.

    An old store is copied to ``<name>.before-<revision>`` first; the migration itself is one transaction.

    :raises WrongUsage: when the store was written by a newer program.
    :raises OutsideError: when it cannot be read, copied or written, or is another program's.
    """
    if revision_of(database) == HEAD:
        return
    file = database.file
    lock = held(file.parent / "migrate.lock", "The migration of the store", wait=60)
    with lock, _migrating(file, busy_timeout) as connection:
        revision = _revision(connection, file)
        if revision == HEAD:  # another process was quicker
            return
        check_known(revision, file)
        if revision is not None:
            copy_database(file, _copy_name(file))
        _upgrade(connection)
        _check_references(connection, file)


def revision_of(database: Database) -> str | None:
    """Return the revision of the schema, or None for an empty file.

    :raises OutsideError: when the file cannot be read, or holds something else.
    """
    with database.reading() as connection:
        return _revision(connection, database.file)


def check_known(revision: str | None, place: Path) -> None:
    """Refuse a revision that this program has never heard of.

    :raises WrongUsage: saying that a newer program is needed.
    """
    if revision is None or revision == HEAD:
        return
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision not in known:
        raise WrongUsage(
            f"{place} was written by a newer version of this program (schema {revision}, this one knows "
            f"{HEAD}); install the newer version, or restore a backup made with this one."
        )


def copy_database(source: Path, target: Path) -> None:
    """Write a consistent copy of a live SQLite database, whole or not at all, for the owner alone.

    :raises OutsideError: when the source cannot be read or the copy not be written.
    """
    temporary = target.with_name(f"{target.name}.tmp")
    with disk_faults(target):
        temporary.unlink(missing_ok=True)  # left by a process that was killed
        make_file(temporary)
        try:
            with (
                database_faults(target),
                closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old,
                closing(sqlite3.connect(temporary)) as new,
            ):
                old.backup(new)
            sync_file(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)


def _copy_name(file: Path) -> Path:
    return file.with_name(f"{file.name}.before-{HEAD}")


def _revision(connection: sa.Connection, file: Path) -> str | None:
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return None
    if "alembic_version" in tables:
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if revision is not None:
            return str(revision)
    raise OutsideError(f"{file} is a database of another program; name another file in store.url.")


@contextmanager
def _migrating(file: Path, busy_timeout: float) -> Iterator[sa.Connection]:
    # SQLite changes a table by copying and dropping it and trips over foreign keys; they are checked after.
    engine = make_engine(file, busy_timeout=busy_timeout, foreign_keys=False)
    try:
        with database_faults(file), engine.connect() as bare:
            _write_ahead(bare)
            connection = bare.execution_options(writes=True)
            with connection.begin():
                yield connection
    finally:
        engine.dispose()


def _write_ahead(connection: sa.Connection) -> None:
    # The mode stays with the file, and can be changed only outside a transaction.
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute("PRAGMA journal_mode = WAL")


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)  # it chats about itself
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _check_references(connection: sa.Connection, file: Path) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise OutsideError(f"{file} holds references to rows that do not exist; restore the last backup.")
