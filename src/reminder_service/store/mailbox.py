"""Which mails of which folder have been handled, by UIDVALIDITY and UID."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from .database import Database, upsert, upsert_all
from .messages import Messages, NewMail
from .tables import mailbox_folders, mailbox_seen

TRIES_BEFORE_SHOWN = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderState:
    """How far a folder has been handled: every UID up to ``high``."""

    uidvalidity: int
    high: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What became of one UID: ``done``, ``duplicate``, ``retry``, ``dead``, ``gone`` or ``too_big``.

    ``message`` is the message that was noted for it; ``next_try_at`` is when a ``retry`` is due, None for now.
    """

    uid: int
    state: str
    fingerprint: str | None
    message: int | None
    error: str | None
    tries: int
    next_try_at: datetime | None = None


_UNIQUE = ("account", "folder", "uidvalidity", "uid")
_SEEN = tuple(field.name for field in fields(Seen))


class Mailbox:
    """The memory of the mailbox's folders."""

    def __init__(self, database: Database, messages: Messages) -> None:
        self._database = database
        self._messages = messages

    def folder(self, account: str, folder: str) -> FolderState | None:
        """Return how far a folder has been handled, None if it never was."""
        columns = mailbox_folders.c
        query = sa.select(columns.uidvalidity, columns.high).where(
            columns.account == account, columns.folder == folder
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else FolderState(**row._asdict())

    def reset(self, account: str, folder: str, uidvalidity: int) -> None:
        """Begin a folder anew under another UIDVALIDITY; what was seen stays known by fingerprint."""
        values = {"account": account, "folder": folder, "uidvalidity": uidvalidity, "high": 0}
        with self._database.writing() as connection:
            upsert(connection, mailbox_folders, values, unique=["account", "folder"])

    def seen(self, account: str, folder: str, uidvalidity: int, uid: int) -> Seen | None:
        """Return what became of a UID, None if it was never handled."""
        query = sa.select(*(mailbox_seen.c[name] for name in _SEEN)).where(
            *_of(account, folder, uidvalidity), mailbox_seen.c.uid == uid
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else Seen(**row._asdict())

    def seen_among(self, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Seen]:
        """Return what became of these UIDs; one that was never handled is left out."""
        query = sa.select(*(mailbox_seen.c[name] for name in _SEEN)).where(
            *_of(account, folder, uidvalidity), mailbox_seen.c.uid.in_(uids)
        )
        with self._database.reading() as connection:
            return {row.uid: Seen(**row._asdict()) for row in connection.execute(query)}

    def note(
        self,
        account: str,
        folder: str,
        uidvalidity: int,
        uid: int,
        *,
        state: str,
        fingerprint: str | None = None,
        message: int | None = None,
        error: str | None = None,
        tries: int = 0,
        next_try_at: datetime | None = None,
    ) -> None:
        """Note what became of a UID, in place of what was noted before."""
        values = {
            "account": account,
            "folder": folder,
            "uidvalidity": uidvalidity,
            "uid": uid,
            "state": state,
            "fingerprint": fingerprint,
            "message": message,
            "error": error,
            "tries": tries,
            "next_try_at": next_try_at,
        }
        with self._database.writing() as connection:
            upsert(connection, mailbox_seen, values, unique=_UNIQUE)

    def record_mails(
        self,
        mails: Sequence[NewMail],
        *,
        account: str,
        folder: str,
        uidvalidity: int,
        collected_at: datetime,
    ) -> list[tuple[int, bool]]:
        """Note mails whose originals are kept, and their UIDs as handled, in one transaction.

        The same bytes in another folder, or under another UID, are the same message: the UID is a duplicate.

        :returns: for each the message's id, and whether it is new.
        """
        # Not a part that may fail alone: whoever notes several mails together wants all of them or none.
        with self._database.writing() as connection:
            recorded = self._messages.record_mails(
                mails, account=account, folder=folder, collected_at=collected_at
            )
            rows = [
                {
                    "account": account,
                    "folder": folder,
                    "uidvalidity": uidvalidity,
                    "uid": mail.uid,
                    "state": "done" if new else "duplicate",
                    "fingerprint": mail.fingerprint,
                    "message": message,
                    "error": None,
                    "tries": 0,
                    "next_try_at": None,
                }
                for mail, (message, new) in zip(mails, recorded, strict=True)
            ]
            upsert_all(connection, mailbox_seen, rows, unique=_UNIQUE)
            return recorded

    def fingerprints_known(self, fingerprints: Sequence[str]) -> dict[str, int]:
        """Return the messages that these fingerprints were noted for; unknown ones are left out."""
        columns = mailbox_seen.c
        query = (
            sa.select(columns.fingerprint, sa.func.min(columns.message))
            .where(columns.fingerprint.in_(fingerprints), columns.message.is_not(None))
            .group_by(columns.fingerprint)
        )
        with self._database.reading() as connection:
            return {str(mark): message for mark, message in connection.execute(query)}

    def advance(self, account: str, folder: str, uidvalidity: int) -> int:
        """Move the mark up over what has been handled without a gap, and return it.

        It stops before the first UID to be tried again. Nothing moves if the folder was reset meanwhile.
        """
        with self._database.transaction() as connection:
            columns = mailbox_seen.c
            here = _of(account, folder, uidvalidity)
            top = connection.execute(sa.select(sa.func.max(columns.uid)).where(*here)).scalar()
            retry = connection.execute(
                sa.select(sa.func.min(columns.uid)).where(*here, columns.state == "retry")
            ).scalar()
            same = (
                mailbox_folders.c.account == account,
                mailbox_folders.c.folder == folder,
                mailbox_folders.c.uidvalidity == uidvalidity,
            )
            if top is not None:
                high = top if retry is None else min(top, retry - 1)
                connection.execute(sa.update(mailbox_folders).where(*same).values(high=high))
            return connection.execute(sa.select(mailbox_folders.c.high).where(*same)).scalar() or 0

    def troubles(self, account: str) -> list[tuple[str, Seen]]:
        """Return folder and UID of all that a person must look at.

        That is what was given up, what was too big, and what could not be read twice: it may still come, but
        nobody should call a unit missing meanwhile without knowing of it.
        """
        columns = mailbox_seen.c
        again = sa.and_(columns.state == "retry", columns.tries >= TRIES_BEFORE_SHOWN)
        query = (
            sa.select(mailbox_seen)
            .where(columns.account == account, sa.or_(columns.state.in_(("dead", "too_big")), again))
            .order_by(columns.folder, columns.uid)
        )
        with self._database.reading() as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        return [(row["folder"], Seen(**{name: row[name] for name in _SEEN})) for row in rows]


def _of(account: str, folder: str, uidvalidity: int) -> tuple[sa.ColumnElement[bool], ...]:
    columns = mailbox_seen.c
    return (columns.account == account, columns.folder == folder, columns.uidvalidity == uidvalidity)
