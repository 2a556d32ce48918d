"""The outage of the mailbox that is under way, kept so that it is told once whatever restarts meanwhile."""

import json
from datetime import datetime

import sqlalchemy as sa

from ..domain.alarms import Outage
from .database import Database, upsert
from .tables import meta

_NAME = "outage"


class Outages:
    """The outage of the store, if there is one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Outage | None:
        """Return the outage, None while all is well."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(meta.c.value).where(meta.c.name == _NAME)).scalar()
        if found is None:
            return None
        kept = json.loads(found)
        return Outage(
            since=datetime.fromisoformat(kept["since"]),
            told=frozenset(kept["told"]),
            over_at=datetime.fromisoformat(kept["over_at"]) if kept["over_at"] else None,
            reached=frozenset(kept["reached"]),
            tries=kept["tries"],
        )

    def keep(self, outage: Outage | None) -> None:
        """Keep how the outage stands; None ends it."""
        with self._database.writing() as connection:
            if outage is None:
                connection.execute(sa.delete(meta).where(meta.c.name == _NAME))
                return
            kept = {
                "since": outage.since.isoformat(),
                "told": sorted(outage.told),
                "over_at": outage.over_at.isoformat() if outage.over_at else None,
                "reached": sorted(outage.reached),
                "tries": outage.tries,
            }
            value = {"name": _NAME, "value": json.dumps(kept).encode()}
            upsert(connection, meta, value, unique=["name"])
