"""Every message that came in, by whatever way, and how far the work on it has got."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Database, insert_missing, insert_once
from .known_rows import KnownRows, in_parts
from .tables import messages

MAIL_CHANNEL = "邮件"
MAX_TRIES = 5
"""After so many failures a message waits for a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredMessage:
    """A message as recorded, and what was found out about it.

    ``state`` is ``new``, ``done`` or ``failed``. From ``message_id`` on everything is None until it is done, except
    ``facts``: they are there as soon as a mail is taken apart and its files are among the documents.
    ``sha256`` is the mail in the originals, None where documents came without one. All times are UTC.
    """

    id: int
    dedup_key: str
    sha256: str | None
    channel: str
    account: str
    folder: str
    internal_date: datetime | None
    collected_at: datetime
    forced_received_at: datetime | None
    forced_unit: str | None
    forced_period: str | None
    note: str
    state: str
    tries: int
    error: str | None
    handled_at: datetime | None
    message_id: str | None
    from_address: str | None
    from_name: str | None
    subject: str | None
    received_at: datetime | None
    kind: str | None
    facts: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMail:
    """A mail of a folder whose original is kept: where it stands and what tells it from others."""

    uid: int
    sha256: str
    fingerprint: str | None
    internal_date: datetime | None


class Messages:
    """The messages of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        light = [column for column in messages.c if column.name != "facts"]
        self._known = KnownRows(
            light, [messages.c.id], lambda row: StoredMessage(**row._asdict(), facts=None)
        )

    def record(
        self,
        *,
        sha256: str | None,
        channel: str,
        collected_at: datetime,
        dedup_key: str,
        account: str = "",
        folder: str = "",
        internal_date: datetime | None = None,
        received_at: datetime | None = None,
        forced_unit: str | None = None,
        forced_period: str | None = None,
        note: str = "",
    ) -> tuple[int, bool]:
        """Note that a message is there; the same ``dedup_key`` is noted once and its first record stands.

        :param received_at: the time a person says it came, which overrides every header.
        :returns: its id, and whether it is new.
        """
        values = {
            "dedup_key": dedup_key,
            "sha256": sha256,
            "channel": channel,
            "account": account,
            "folder": folder,
            "internal_date": internal_date,
            "collected_at": collected_at,
            "forced_received_at": received_at,
            "forced_unit": forced_unit,
            "forced_period": forced_period,
            "note": note,
            "state": "new",
            "tries": 0,
        }
        with self._database.writing() as connection:
            new = insert_once(connection, messages, values, unique=["dedup_key"])
            query = sa.select(messages.c.id).where(messages.c.dedup_key == dedup_key)
            id: int = connection.execute(query).scalar_one()
            return id, new

    def record_mails(
        self, mails: Sequence["NewMail"], *, account: str, folder: str, collected_at: datetime
    ) -> list[tuple[int, bool]]:
        """Note several mails whose originals are kept, in this order; the same bytes are one message.

        :returns: for each its id, and whether it is new.
        """
        common = {
            "channel": MAIL_CHANNEL, "account": account, "folder": folder, "collected_at": collected_at,
            "note": "", "state": "new", "tries": 0,
        }  # fmt: skip
        first: dict[str, NewMail] = {}
        for mail in mails:
            first.setdefault(mail.sha256, mail)
        with self._database.writing() as connection:
            known = self._ids(connection, list(first))
            missing = [mail for sha256, mail in first.items() if sha256 not in known]
            rows = [
                {"dedup_key": mail.sha256, "sha256": mail.sha256, "internal_date": mail.internal_date}
                for mail in missing
            ]
            insert_missing(connection, messages, [common | row for row in rows], unique=["dedup_key"])
            ids = known | self._ids(connection, [mail.sha256 for mail in missing])
        return [(ids[mail.sha256], mail.sha256 not in known and first[mail.sha256] is mail) for mail in mails]

    @staticmethod
    def _ids(connection: sa.Connection, dedup_keys: Sequence[str]) -> dict[str, int]:
        if not dedup_keys:
            return {}
        query = sa.select(messages.c.dedup_key, messages.c.id).where(messages.c.dedup_key.in_(dedup_keys))
        return {row.dedup_key: row.id for row in connection.execute(query)}

    def unfinished(self) -> list[StoredMessage]:
        """Return what still has to be worked on, oldest first."""
        return self._select(messages.c.state == "new", messages.c.tries < MAX_TRIES)

    def note_facts(self, id: int, facts: Mapping[str, Any]) -> None:
        """Keep what stands in a mail that is taken apart, while its files are still to be read."""
        self._known.forget(id)
        with self._database.writing() as connection:
            connection.execute(
                sa.update(messages)
                .where(messages.c.id == id, messages.c.state == "new")
                .values(facts=dict(facts))
            )

    def finish(
        self,
        id: int,
        *,
        message_id: str | None,
        from_address: str,
        from_name: str,
        subject: str,
        received_at: datetime,
        kind: str,
        facts: Mapping[str, Any],
        at: datetime,
    ) -> None:
        """Keep what was found out about a message and count it as done; a second time replaces the first."""
        self._update(
            id,
            message_id=message_id,
            from_address=from_address,
            from_name=from_name,
            subject=subject,
            received_at=received_at,
            kind=kind,
            facts=dict(facts),
            state="done",
            error=None,
            handled_at=at,
        )

    def set_kind(self, id: int, kind: str) -> None:
        """Call a message something else than it was first held to be."""
        self._update(id, kind=kind)

    def fail(self, id: int, error: str, at: datetime) -> int:
        """Count a failure, after five the message is ``failed``; return how many there were."""
        tries = messages.c.tries + 1
        state = sa.case((tries >= MAX_TRIES, "failed"), else_=messages.c.state)
        with self._database.writing() as connection:
            connection.execute(
                sa.update(messages)
                .where(messages.c.id == id, messages.c.state == "new")
                .values(tries=tries, state=state, error=error, handled_at=at)
            )
            query = sa.select(messages.c.tries).where(messages.c.id == id)
            count: int = connection.execute(query).scalar_one()
            return count

    def all(self) -> list[StoredMessage]:
        """Return every message, in the order it came."""
        return self._select()

    def outlines(self) -> list[StoredMessage]:
        """Return every message, in the order it came, without its facts; the same object until its row changes."""
        with self._database.reading() as connection:
            return self._known.all(connection)

    def facts(self, ids: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the facts of these messages, as far as they have any, one by one: together they may be many."""
        for some in in_parts(ids):
            query = sa.select(messages.c.id, messages.c.facts).where(messages.c.id.in_(some))
            with self._database.reading() as connection:
                found = [(row[0], row[1]) for row in connection.execute(query)]
            yield from ((id, facts) for id, facts in found if facts is not None)

    def get(self, id: int) -> StoredMessage | None:
        """Return one message, or None."""
        return next(iter(self._select(messages.c.id == id)), None)

    def by_message_id(self, message_id: str) -> StoredMessage | None:
        """Return the first message with this Message-ID (angle brackets included), or None."""
        return next(iter(self._select(messages.c.message_id == message_id)), None)

    def by_sha(self, sha256: str) -> list[StoredMessage]:
        """Return every message whose mail has this content."""
        return self._select(messages.c.sha256 == sha256)

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[StoredMessage]:
        query = sa.select(messages).where(*conditions).order_by(messages.c.id)
        with self._database.reading() as connection:
            return [StoredMessage(**row._asdict()) for row in connection.execute(query)]

    def _update(self, id: int, **values: object) -> None:
        self._known.forget(id)
        with self._database.writing() as connection:
            connection.execute(sa.update(messages).where(messages.c.id == id).values(**values))
