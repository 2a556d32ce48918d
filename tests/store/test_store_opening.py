import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql

from reminder_service.domain.errors import OutsideError, WrongUsage
from reminder_service.store import Store, migrate, open_store
from reminder_service.store.database import make_engine
from reminder_service.store.tables import HEAD, metadata

NEXT = '''
"""A later schema."""
import sqlalchemy as sa
from alembic import op
revision = "later"
down_revision = "{before}"
def upgrade():
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("colour", sa.Text()))
    {more}
'''

OPENS = """
import pathlib, sys
from reminder_service.domain.errors import ReminderServiceError
from reminder_service.store import open_store
try:
    with open_store(sys.argv[1], pathlib.Path(sys.argv[2])) as store:
        store.secret()
        print(*sorted({"alembic", "sqlalchemy.orm"} & set(sys.modules)))
except ReminderServiceError as error:
    print(error)
"""

FULL = """
import datetime, pathlib, resource, sys
from reminder_service.domain.errors import ReminderServiceError
from reminder_service.store import open_store
now = datetime.datetime(2024, 6, 28, tzinfo=datetime.UTC)
with open_store(sys.argv[1], pathlib.Path(sys.argv[2])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        with store.transaction():
            for n in range(2000):
                store.journal.write(now, "clerk", "test", "x" * 1000)
    except ReminderServiceError as error:
        print(error)
    print(len(store.journal.entries()))
"""


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def revision_of(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def schema_of(engine: sa.Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    return {
        name: sorted(line.strip().rstrip(",") for line in sql.splitlines())
        for name, sql in rows
        if name != "alembic_version"
    }


@pytest.fixture
def later_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Turn this program into one that knows another revision, which also does ``more``."""

    def become(more: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "later.py").write_text(NEXT.format(before=HEAD, more=more))
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)
        monkeypatch.setattr(migrate, "HEAD", "later")

    return become


def test_a_new_store_is_for_the_owner_alone(store: Store, files: Path) -> None:
    store.secret()
    for place in [store.folder, *store.folder.rglob("*")]:
        wanted = 0o700 if place.is_dir() else 0o600
        assert stat.S_IMODE(place.stat().st_mode) == wanted, place
    assert (store.folder / "reminder-service.db-wal").exists()
    assert files.is_dir()


def test_a_store_that_others_could_read_is_closed(url: str, files: Path) -> None:
    open_store(url, files).close()
    file_of(url).chmod(0o644)
    open_store(url, files).close()
    assert stat.S_IMODE(file_of(url).stat().st_mode) == 0o600


def test_the_database_survives_a_power_cut_and_keeps_references(store: Store) -> None:
    with store._database.transaction() as connection:
        asked = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert asked == ["wal", 2, 1]
    with pytest.raises(sa.exc.IntegrityError):
        store.documents.add(99, 0, sha256="0" * 64, filename="报表.docx", size=1)


def test_the_secret_is_made_once(store: Store, url: str, files: Path) -> None:
    secret = store.secret()
    assert len(secret) == 32
    with open_store(url, files) as again:
        assert again.secret() == secret == store.secret()


def test_the_constant_is_the_newest_revision() -> None:
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_heads() == [HEAD]


def test_the_migrations_lead_to_the_tables(store: Store, tmp_path: Path) -> None:
    (tmp_path / "direct.db").touch()
    direct = make_engine(tmp_path / "direct.db")
    metadata.create_all(direct)
    assert schema_of(store._database.engine) == schema_of(direct)
    direct.dispose()


def test_the_tables_can_be_made_in_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect()))


def test_a_current_store_opens_without_alembic(store: Store, url: str, files: Path, start: Callable) -> None:
    output, errors = start(OPENS, url, files).communicate()
    assert output == "\n", errors


def test_several_processes_make_a_new_store_together(url: str, files: Path, start: Callable) -> None:
    outputs = [process.communicate() for process in [start(OPENS, url, files) for _ in range(3)]]
    assert all(errors == "" for _, errors in outputs), outputs
    assert all("used" not in output and "work" not in output for output, _ in outputs), outputs
    assert revision_of(file_of(url)) == HEAD


def test_an_old_store_is_copied_and_migrated(
    url: str, files: Path, now: datetime, later_program: Callable
) -> None:
    with open_store(url, files) as store:
        message, _ = store.messages.record(sha256=None, channel="邮件", collected_at=now, dedup_key="a")
        store.documents.add(message, 0, sha256="0" * 64, filename="报表.docx", size=1)
    later_program("")
    with open_store(url, files) as store:
        assert len(store.documents.all()) == 1
    copy = file_of(url).with_name("reminder-service.db.before-later")
    assert (revision_of(file_of(url)), revision_of(copy)) == ("later", HEAD)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT dedup_key FROM messages").fetchall() == [("a",)]


def test_a_migration_that_fails_leaves_the_old_store(
    url: str, files: Path, now: datetime, later_program: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url, files) as store:
        store.messages.record(sha256=None, channel="邮件", collected_at=now, dedup_key="a")
    later_program("raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        open_store(url, files)
    monkeypatch.undo()
    assert revision_of(file_of(url)) == HEAD
    with open_store(url, files) as store:
        assert "colour" not in str(schema_of(store._database.engine)["messages"])
        assert [message.dedup_key for message in store.messages.all()] == ["a"]


def test_a_store_of_a_newer_program_is_refused_untouched(url: str, files: Path) -> None:
    open_store(url, files).close()
    with closing(sqlite3.connect(file_of(url))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2031'")
        connection.commit()
    with pytest.raises(WrongUsage, match="newer version of this program.*2031") as refused:
        open_store(url, files)
    assert refused.value.exit_status == 2
    assert revision_of(file_of(url)) == "2031"


def test_the_database_of_another_program_is_refused(url: str, files: Path, tmp_path: Path) -> None:
    file_of(url).parent.mkdir()
    with closing(sqlite3.connect(file_of(url))) as connection:
        connection.execute("CREATE TABLE photographs (id INTEGER)")
    with pytest.raises(OutsideError, match="another program"):
        open_store(url, files)


def test_a_file_that_is_no_database_is_refused(url: str, files: Path) -> None:
    file_of(url).parent.mkdir()
    file_of(url).write_text("催报清单 " * 500)
    with pytest.raises(OutsideError, match="no SQLite database"):
        open_store(url, files)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://host/db", "data/store.db"])
def test_a_url_without_a_sqlite_file_is_wrong_usage(url: str, files: Path) -> None:
    with pytest.raises(WrongUsage, match="store.url"):
        open_store(url, files)


def test_a_folder_in_the_place_of_the_store_is_one_sentence(url: str, files: Path) -> None:
    file_of(url).mkdir(parents=True)
    with pytest.raises(OutsideError, match="it is a folder"):
        open_store(url, files)


def test_a_locked_store_is_one_sentence(store: Store, url: str, files: Path, now: datetime) -> None:
    with closing(sqlite3.connect(file_of(url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_store(url, files, busy_timeout=0.05) as waiting:
            with pytest.raises(OutsideError, match="locked"):
                waiting.journal.write(now, "clerk", "test", "x")
            assert waiting.journal.entries() == []  # reading goes on


def test_a_missing_permission_is_one_sentence(url: str, files: Path) -> None:
    open_store(url, files).close()
    told = told_without_rights(file_of(url).parent, lambda: open_store(url, files))
    assert "permission is missing" in told
    assert str(file_of(url).parent) in told


def told_without_rights(folder: Path, action: Callable[[], object]) -> str:
    """Return the error that ``action`` gives, in a forked process that may not use the folder."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)  # root may do everything, nobody may not
            else:
                folder.chmod(0)
            action()
        except OutsideError as error:
            os.write(theirs, str(error).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    folder.chmod(0o700)
    return told


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(
    store: Store, url: str, files: Path, now: datetime, start: Callable
) -> None:
    store.journal.write(now, "clerk", "before", "x")
    store.close()
    output, errors = start(FULL, url, files).communicate()
    assert "the disk is full" in output, errors
    assert output.splitlines()[-1] == "1"
    assert [entry.action for entry in store.journal.entries()] == ["before"]


def test_a_database_that_may_not_grow_rolls_back(store: Store, now: datetime) -> None:
    with pytest.raises(OutsideError, match="the disk is full"), store.transaction():
        with store._database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
        for number in range(50):
            store.journal.write(now, "clerk", "test", f"{number}" + "x" * 4000)
    assert store.journal.entries() == []


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.StatementError, match="no time zone"):
        store.periods.open("gaoqing", "2024Q2", datetime(2024, 6, 28))  # noqa: DTZ001 - the mistake under test
