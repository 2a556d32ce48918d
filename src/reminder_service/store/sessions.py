"""Who is logged in to the console, and who tried in vain; of a session's token only the hash is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..domain.access import ATTEMPTS_WITHIN, Attempt
from .database import Database
from .tables import login_attempts, sessions

_KEPT = timedelta(days=30)
_COLUMNS = (
    sessions.c.id,
    sessions.c.user,
    sessions.c.created_at,
    sessions.c.seen_at,
    sessions.c.address,
    sessions.c.agent,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSession:
    """A session that was not ended: whose, since when, last used when, from where, by which browser."""

    id: int
    user: int
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


class Sessions:
    """The sessions of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, token_hash: str, *, user: int, at: datetime, address: str, agent: str) -> None:
        """Begin a session; sessions that nobody can use any more are swept away."""
        values = {"token_hash": token_hash, "user": user, "created_at": at, "seen_at": at}
        with self._database.transaction() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.seen_at < at - _KEPT))
            connection.execute(sa.insert(sessions).values(**values, address=address, agent=agent[:200]))

    def find(self, token_hash: str) -> StoredSession | None:
        """Return the session with that hash unless it was ended."""
        found = sa.and_(sessions.c.token_hash == token_hash, sessions.c.ended_at.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(found)).first()
            return StoredSession(**row._asdict()) if row else None

    def open(self) -> list[StoredSession]:
        """Return every session that was not ended, the last one used first."""
        query = sa.select(*_COLUMNS).where(sessions.c.ended_at.is_(None)).order_by(sessions.c.seen_at.desc())
        with self._database.reading() as connection:
            return [StoredSession(**row._asdict()) for row in connection.execute(query)]

    def seen(self, number: int, at: datetime) -> None:
        """Note that a session was used."""
        with self._database.writing() as connection:
            connection.execute(sa.update(sessions).where(sessions.c.id == number).values(seen_at=at))

    def end(self, number: int, at: datetime) -> bool:
        """End a session; return whether it was open."""
        open_one = sa.and_(sessions.c.id == number, sessions.c.ended_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(sa.update(sessions).where(open_one).values(ended_at=at)).rowcount == 1

    def end_all(self, user: int, at: datetime) -> None:
        """End every session of a user."""
        theirs = sa.and_(sessions.c.user == user, sessions.c.ended_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(sa.update(sessions).where(theirs).values(ended_at=at))

    def failures(self, login: str, address: str, since: datetime) -> list[Attempt]:
        """Return the failed log-ins by a login or from an address since a moment."""
        columns = login_attempts.c
        either = sa.or_(columns.login == login, columns.address == address)
        query = sa.select(columns.login, columns.address, columns.at).where(either, columns.at >= since)
        with self._database.reading() as connection:
            return [Attempt(**row._asdict()) for row in connection.execute(query)]

    def note_attempt(self, attempt: Attempt) -> int:
        """Note an attempt as failed before it is looked at, and forget old ones; return its number."""
        values = {"login": attempt.login, "address": attempt.address, "at": attempt.at}
        with self._database.transaction() as connection:
            old = login_attempts.c.at < attempt.at - 2 * ATTEMPTS_WITHIN
            connection.execute(sa.delete(login_attempts).where(old))
            noted = connection.execute(sa.insert(login_attempts).values(**values))
            return int((noted.inserted_primary_key or (0,))[0])

    def forget_attempt(self, number: int) -> None:
        """Take an attempt back that succeeded."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(login_attempts).where(login_attempts.c.id == number))
