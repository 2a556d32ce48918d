"""Who did what when; entries are only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Database
from .tables import journal


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalEntry:
    """What ``author`` did to ``subject``."""

    id: int
    at: datetime
    author: str
    action: str
    subject: str
    detail: dict[str, Any]


class Journal:
    """The journal of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self, at: datetime, author: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Add an entry."""
        entry = {"at": at, "author": author, "action": action, "subject": subject}
        with self._database.writing() as connection:
            connection.execute(sa.insert(journal).values(**entry, detail=dict(detail or {})))

    def subjects(self, action: str) -> list[str]:
        """Return what an action was done to, oldest first."""
        query = sa.select(journal.c.subject).where(journal.c.action == action).order_by(journal.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def since(self, action: str, moment: datetime) -> list[JournalEntry]:
        """Return the entries of an action after a moment, oldest first."""
        query = (
            sa.select(journal).where(journal.c.action == action, journal.c.at > moment).order_by(journal.c.id)
        )
        with self._database.reading() as connection:
            return [JournalEntry(**row._asdict()) for row in connection.execute(query)]

    def entries(
        self, limit: int = 100, *, search: str = "", actions: Sequence[str] = ()
    ) -> list[JournalEntry]:
        """Return the newest entries, newest first.

        :param search: what author, action, subject or detail must hold.
        :param actions: actions that are found besides.
        """
        query = sa.select(journal).order_by(journal.c.id.desc()).limit(limit)
        if search:
            columns = (
                journal.c.author,
                journal.c.action,
                journal.c.subject,
                sa.cast(journal.c.detail, sa.Text),
            )
            holds = [column.icontains(search, autoescape=True) for column in columns]
            query = query.where(sa.or_(*holds, journal.c.action.in_(actions)))
        with self._database.reading() as connection:
            return [JournalEntry(**row._asdict()) for row in connection.execute(query)]
