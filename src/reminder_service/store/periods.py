"""Which periods of a campaign are open, and since when."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from .database import Database, insert_once
from .tables import periods


class OpenedPeriod(NamedTuple):
    """A period that was opened; ``closed_at`` is None while it is open."""

    period: str
    opened_at: datetime
    closed_at: datetime | None


class Periods:
    """The periods of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, campaign: str, period: str, at: datetime) -> bool:
        """Open a period; return False, and change nothing, where it was opened (or even closed) before."""
        values = {"campaign": campaign, "period": period, "opened_at": at}
        with self._database.writing() as connection:
            return insert_once(connection, periods, values, unique=["campaign", "period"])

    def close(self, campaign: str, period: str, at: datetime) -> bool:
        """Close an open period; return False where there is none."""
        columns = periods.c
        statement = (
            sa.update(periods)
            .where(columns.campaign == campaign, columns.period == period, columns.closed_at.is_(None))
            .values(closed_at=at)
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount == 1

    def all(self, campaign: str) -> list[OpenedPeriod]:
        """Return every period that was opened, in the order of opening."""
        columns = periods.c
        query = (
            sa.select(columns.period, columns.opened_at, columns.closed_at)
            .where(columns.campaign == campaign)
            .order_by(columns.opened_at, columns.period)
        )
        with self._database.reading() as connection:
            return [OpenedPeriod(**row._asdict()) for row in connection.execute(query)]
