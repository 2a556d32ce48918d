"""When mailbox and mail server last worked, so that nobody is called missing by a blind program."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .database import Database, upsert
from .tables import folder_health, sending_health

_SMTP = "smtp"


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderHealth:
    """The last attempt on a folder, the last good one, and the last one's error (None: it was good)."""

    account: str
    folder: str
    attempted_at: datetime
    good_at: datetime | None
    error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SendingHealth:
    """The last attempt to send, the last good one, and the last one's error (None: it was good).

    ``account`` is the way out, like ``office@smtp.example.cn``.
    """

    account: str
    attempted_at: datetime
    good_at: datetime | None
    error: str | None


class Health:
    """The health of the outside as last seen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_reading(self, account: str, folder: str, at: datetime, error: str | None = None) -> None:
        """Note that a folder was read, or what reading it failed with."""
        values = {"account": account, "folder": folder} | _outcome(at, error)
        with self._database.writing() as connection:
            upsert(connection, folder_health, values, unique=["account", "folder"])

    def folders(self) -> list[FolderHealth]:
        """Return every folder that was ever tried, configured or not."""
        query = sa.select(folder_health).order_by(folder_health.c.account, folder_health.c.folder)
        with self._database.reading() as connection:
            return [FolderHealth(**row._asdict()) for row in connection.execute(query)]

    def note_sending(self, at: datetime, error: str | None = None, *, account: str = _SMTP) -> None:
        """Note that the mail server worked, or what it failed with."""
        with self._database.writing() as connection:
            upsert(connection, sending_health, {"service": account} | _outcome(at, error), unique=["service"])

    def senders(self) -> list[SendingHealth]:
        """Return how sending stands for every account that was ever tried, the last one tried first."""
        columns = sending_health.c
        query = sa.select(
            columns.service.label("account"), columns.attempted_at, columns.good_at, columns.error
        ).order_by(columns.attempted_at.desc())
        with self._database.reading() as connection:
            return [SendingHealth(**row._asdict()) for row in connection.execute(query)]

    def sending(self) -> SendingHealth | None:
        """Return how sending stands by the account tried last, None if it was never tried."""
        return next(iter(self.senders()), None)


def _outcome(at: datetime, error: str | None) -> dict[str, object]:
    outcome: dict[str, object] = {"attempted_at": at, "error": error}
    if error is None:
        outcome["good_at"] = at
    return outcome
