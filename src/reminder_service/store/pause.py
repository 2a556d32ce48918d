"""The switch that stops every mail at once, kept so that it survives the program."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .database import Database, upsert
from .tables import meta

_NAME = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paused:
    """Since when nothing is sent, and why."""

    since: datetime
    reason: str


class Pause:
    """Whether sending is paused."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Paused | None:
        """Return the pause, None while mails may go."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(meta.c.value).where(meta.c.name == _NAME)).scalar()
        if found is None:
            return None
        kept = json.loads(found)
        return Paused(since=datetime.fromisoformat(kept["since"]), reason=kept["reason"])

    def begin(self, at: datetime, reason: str = "") -> bool:
        """Pause; return False, and change nothing, if it is paused already."""
        if self.get() is not None:
            return False
        value = json.dumps({"since": at.isoformat(), "reason": reason}).encode()
        with self._database.writing() as connection:
            upsert(connection, meta, {"name": _NAME, "value": value}, unique=["name"])
        return True

    def end(self) -> bool:
        """Let mails go again; return whether it was paused."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(meta).where(meta.c.name == _NAME)).rowcount == 1
