"""What persons at the office settled; nothing is ever deleted, a decision is undone by another entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Database
from .tables import decisions


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a person settled: about which unit, item, document (SHA-256) or message, why, and who and when."""

    id: int
    campaign: str
    period: str
    unit: str | None
    item: int | None
    document: str | None
    message: int | None
    kind: str
    payload: dict[str, Any]
    reason: str
    author: str
    at: datetime


class Decisions:
    """The decisions of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        *,
        campaign: str,
        period: str,
        kind: str,
        author: str,
        at: datetime,
        unit: str | None = None,
        item: int | None = None,
        document: str | None = None,
        message: int | None = None,
        payload: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> int:
        """Keep a decision and return its id; the same again is another decision."""
        values = {
            "campaign": campaign,
            "period": period,
            "unit": unit,
            "item": item,
            "document": document,
            "message": message,
            "kind": kind,
            "payload": dict(payload or {}),
            "reason": reason,
            "author": author,
            "at": at,
        }
        with self._database.writing() as connection:
            result = connection.execute(sa.insert(decisions).values(**values))
            assert result.inserted_primary_key is not None
            return int(result.inserted_primary_key[0])

    def undo(self, id: int, author: str, at: datetime) -> bool:
        """Take a decision back; return False where it was taken back before."""
        statement = (
            sa.update(decisions)
            .where(decisions.c.id == id, decisions.c.undone_at.is_(None))
            .values(undone_at=at, undone_by=author)
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount == 1

    def numbers_given(self, campaign: str, period: str) -> list[int]:
        """Return the numbers of every version ever frozen of a period, also of those taken back.

        A number stands on paper that was handed out: it is never given to another version.
        """
        query = sa.select(decisions.c.payload).where(
            decisions.c.campaign == campaign, decisions.c.period == period, decisions.c.kind == "freeze"
        )
        with self._database.reading() as connection:
            return [int(payload["version"]) for payload in connection.execute(query).scalars()]

    def active(self, campaign: str) -> list[Decision]:
        """Return the decisions that hold, oldest first."""
        return self._active(decisions.c.campaign == campaign)

    def get(self, id: int) -> Decision | None:
        """Return a decision that holds, None where there is none of that id or it was taken back."""
        return next(iter(self._active(decisions.c.id == id)), None)

    def _active(self, condition: sa.ColumnElement[bool]) -> list[Decision]:
        hidden = {"undone_at", "undone_by"}
        query = (
            sa.select(*(column for column in decisions.c if column.name not in hidden))
            .where(condition, decisions.c.undone_at.is_(None))
            .order_by(decisions.c.id)
        )
        with self._database.reading() as connection:
            return [Decision(**row._asdict()) for row in connection.execute(query)]
