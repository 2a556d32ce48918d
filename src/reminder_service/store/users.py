"""Who may use the console, and the one-time links by which they set their passwords."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..domain.access import Role, User
from .database import Database
from .tables import user_links, users

_SHOWN = (users.c.id, users.c.login, users.c.name, users.c.role, users.c.active)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A one-time link that still works; ``user`` is None where it makes the first administrator."""

    user: User | None


class Users:
    """The users of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[User]:
        """Return everybody, by login."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*_SHOWN).order_by(users.c.login))
            return [_user(row) for row in rows]

    def get(self, number: int) -> User | None:
        """Return the user of that number."""
        return self._one(users.c.id == number)

    def by_login(self, login: str) -> User | None:
        """Return the user of that login, whatever the case of its letters."""
        return self._one(users.c.login == login.casefold())

    def password_of(self, number: int) -> str | None:
        """Return the hash of a user's password, None until one is set."""
        with self._database.reading() as connection:
            found: str | None = connection.execute(
                sa.select(users.c.password).where(users.c.id == number)
            ).scalar()
            return found

    def add(self, *, login: str, name: str, role: Role, at: datetime) -> int | None:
        """Add a user without a password; return the number, or None where login or name is taken."""
        values = {"login": login.casefold(), "name": name, "role": str(role), "active": True}
        with self._database.transaction() as connection:
            taken = sa.or_(users.c.login == values["login"], users.c.name == name)
            if connection.execute(sa.select(users.c.id).where(taken)).first():
                return None
            added = connection.execute(sa.insert(users).values(**values, created_at=at))
            return int((added.inserted_primary_key or (0,))[0])

    def set_password(self, number: int, password: str) -> None:
        """Keep the hash of a user's new password."""
        self._change(number, password=password)

    def set_role(self, number: int, role: Role) -> None:
        """Give a user another role."""
        self._change(number, role=str(role))

    def set_active(self, number: int, active: bool) -> None:
        """Lock a user out, or let them in again."""
        self._change(number, active=active)

    def administrators(self) -> int:
        """Return how many administrators may log in, or could with the link they were given."""
        wanted = sa.and_(users.c.role == str(Role.ADMINISTRATOR), users.c.active)
        with self._database.reading() as connection:
            return connection.execute(
                sa.select(sa.func.count()).select_from(users).where(wanted)
            ).scalar_one()

    def add_link(self, token_hash: str, *, user: int | None, expires_at: datetime) -> None:
        """Keep a new link; earlier ones for the same user no longer work."""
        same = user_links.c.user.is_(None) if user is None else user_links.c.user == user
        with self._database.transaction() as connection:
            connection.execute(sa.delete(user_links).where(same))
            values = {"token_hash": token_hash, "user": user, "expires_at": expires_at}
            connection.execute(sa.insert(user_links).values(**values))

    def link(self, token_hash: str, now: datetime) -> Link | None:
        """Return the link with that hash while it works."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(user_links.c.user).where(_works(token_hash, now))).first()
        if row is None:
            return None
        user = self.get(row[0]) if row[0] is not None else None
        return Link(user=user) if row[0] is None or (user and user.active) else None

    def use_link(self, token_hash: str, now: datetime) -> bool:
        """Use a link up; return False where somebody else was quicker."""
        with self._database.writing() as connection:
            used = sa.update(user_links).where(_works(token_hash, now)).values(used_at=now)
            return connection.execute(used).rowcount == 1

    def _one(self, which: sa.ColumnElement[bool]) -> User | None:
        with self._database.reading() as connection:
            row = connection.execute(sa.select(*_SHOWN).where(which)).first()
            return _user(row) if row else None

    def _change(self, number: int, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(sa.update(users).where(users.c.id == number).values(**values))


def _works(token_hash: str, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        user_links.c.token_hash == token_hash, user_links.c.used_at.is_(None), user_links.c.expires_at > now
    )


def _user(row: Any) -> User:
    return User(id=row.id, login=row.login, name=row.name, role=Role(row.role), active=row.active)
