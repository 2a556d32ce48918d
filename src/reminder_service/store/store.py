"""The store: database and originals behind one door."""

import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from .contacts import Contacts
from .counts import Counts
from .database import BUSY_TIMEOUT, Database, database_file, insert_once, make_engine
from .decisions import Decisions
from .documents import Documents
from .health import Health
from .journal import Journal
from .mailbox import Mailbox
from .messages import Messages
from .migrate import bring_up_to_date
from .originals import Originals
from .outages import Outages
from .outbox import Outbox
from .pause import Pause
from .periods import Periods
from .pictures import Pictures
from .private import make_file, make_folder
from .pulse import Pulse
from .purge import Purge
from .sessions import Sessions
from .tables import meta
from .tokens import Tokens
from .users import Users


class Store:
    """Everything the program remembers, in parts by subject.

    Every thread may use it; what is done inside :meth:`transaction` belongs together.
    """

    def __init__(self, database: Database, originals: Originals) -> None:
        self._database = database
        self.originals = originals
        self.messages = Messages(database)
        self.documents = Documents(database)
        self.outbox = Outbox(database)
        self.contacts = Contacts(database)
        self.decisions = Decisions(database)
        self.health = Health(database)
        self.mailbox = Mailbox(database, self.messages)
        self.periods = Periods(database)
        self.journal = Journal(database)
        self.pause = Pause(database)
        self.outages = Outages(database)
        self.users = Users(database)
        self.sessions = Sessions(database)
        self.tokens = Tokens(database)
        self.counts = Counts(database)
        self.pulse = Pulse(database.file)
        self.pictures = Pictures(database.file.parent / "pictures")
        self.purge = Purge(database, originals, self.pictures)

    @property
    def file(self) -> Path:
        """The database file."""
        return self._database.file

    @property
    def folder(self) -> Path:
        """The data folder; the locks lie there too."""
        return self.file.parent

    def secret(self) -> bytes:
        """Return the 32 random bytes of this store, made once; they key what nobody may guess."""
        wanted = sa.select(meta.c.value).where(meta.c.name == "secret")
        with self._database.reading() as connection:
            found = connection.execute(wanted).scalar()
        if found is not None:
            return bytes(found)
        with self._database.writing() as connection:
            insert_once(
                connection, meta, {"name": "secret", "value": secrets.token_bytes(32)}, unique=["name"]
            )
            return bytes(connection.execute(wanted).scalar_one())

    def transaction(self) -> AbstractContextManager[object]:
        """Do everything in the block together or not at all, in this thread; blocks may be nested.

        Originals are files and stay, which is harmless: nothing refers to them.

        :raises OutsideError: when the database is locked, full or damaged.
        """
        return self._database.transaction()

    def close(self) -> None:
        """Close every connection."""
        self.pulse.close()
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str, files: Path, *, busy_timeout: float = BUSY_TIMEOUT) -> Store:
    """Open the store, make it where there is none, migrate it where it is old.

    :param url: like ``sqlite:////var/lib/reminder-service/reminder-service.db``.
    :param files: the folder of originals.
    :param busy_timeout: seconds to wait for other processes that write.
    :raises WrongUsage: when the URL is no SQLite file, or the store was written by a newer program.
    :raises OutsideError: when it cannot be opened, in one sentence with the cure.
    """
    file = database_file(url)
    make_folder(file.parent)
    make_file(file)
    database = Database(make_engine(file, busy_timeout=busy_timeout), file)
    try:
        bring_up_to_date(database, busy_timeout)
        return Store(database, Originals(files))
    except BaseException:
        database.engine.dispose()
        raise
