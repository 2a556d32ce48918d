"""How much there is of everything, counted by the database."""

import sqlalchemy as sa

from .database import Database
from .tables import documents, messages, outbox


class Counts:
    """Numbers for those who watch the service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outbox(self) -> dict[str, int]:
        """Return how many mails out there are in each state."""
        return self._by_state(outbox)

    def messages(self) -> dict[str, int]:
        """Return how many mails in there are in each state."""
        return self._by_state(messages)

    def documents(self) -> dict[str, int]:
        """Return how many files there are in each state."""
        return self._by_state(documents)

    def _by_state(self, table: sa.Table) -> dict[str, int]:
        query = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        with self._database.reading() as connection:
            return {str(row[0]): int(row[1]) for row in connection.execute(query)}
