"""Tokens by which other programs read the API; only their hashes are kept."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..domain.access import Role
from .database import Database
from .tables import api_tokens


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """A token: what it is for, what it may do, who made it, until when it works, when it was last used."""

    id: int
    name: str
    role: Role
    author: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


_SHOWN = tuple(column for column in api_tokens.c if column.name not in ("token_hash", "ended_at"))


class Tokens:
    """The tokens of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, token_hash: str, *, name: str, role: Role, author: str, at: datetime, expires_at: datetime
    ) -> int:
        """Keep a new token and return its number."""
        values = {"token_hash": token_hash, "name": name, "role": str(role), "author": author}
        with self._database.writing() as connection:
            added = connection.execute(
                sa.insert(api_tokens).values(**values, created_at=at, expires_at=expires_at)
            )
            return int((added.inserted_primary_key or (0,))[0])

    def all(self) -> list[ApiToken]:
        """Return every token that was not ended, the newest first."""
        return self._select(api_tokens.c.ended_at.is_(None))

    def find(self, token_hash: str, now: datetime) -> ApiToken | None:
        """Return the token with that hash while it works."""
        works = (api_tokens.c.ended_at.is_(None), api_tokens.c.expires_at > now)
        return next(iter(self._select(api_tokens.c.token_hash == token_hash, *works)), None)

    def used(self, number: int, at: datetime) -> None:
        """Note that a token was used."""
        with self._database.writing() as connection:
            connection.execute(sa.update(api_tokens).where(api_tokens.c.id == number).values(used_at=at))

    def end(self, number: int, at: datetime) -> bool:
        """End a token; return whether it was in force."""
        open_one = sa.and_(api_tokens.c.id == number, api_tokens.c.ended_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(sa.update(api_tokens).where(open_one).values(ended_at=at)).rowcount == 1

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[ApiToken]:
        query = sa.select(*_SHOWN).where(*conditions).order_by(api_tokens.c.id.desc())
        with self._database.reading() as connection:
            return [ApiToken(**row._asdict() | {"role": Role(row.role)}) for row in connection.execute(query)]
