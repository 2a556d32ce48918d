"""Every mail to be sent, with a key that makes a second copy impossible.

``queued`` → ``sending`` → ``sent``, ``failed`` or ``unknown``; a ``draft`` waits for a signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .database import Database, insert_once
from .known_rows import KnownRows
from .tables import outbox


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxMail:
    """A mail of the outbox; ``raw_sha256`` is the mail in the originals, ``attachments`` are the files in it.

    ``tries`` counts refusals that may pass. A mail that bounced stays ``sent`` and has ``bounced_at``.
    """

    id: int
    key: str
    message_id: str
    campaign: str
    period: str
    unit: str | None
    kind: str
    to: str
    subject: str
    raw_sha256: str
    attachments: tuple[str, ...]
    in_reply_to: str | None
    not_before: datetime
    created_at: datetime
    state: str
    tries: int
    next_try_at: datetime
    error: str | None
    claimed_at: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    bounced_at: datetime | None
    bounce_detail: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenMail:
    """A mail that the server took, and when."""

    id: int
    at: datetime


# Made once: for every mail that goes out, these two run.
_CLAIM = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("mail"), outbox.c.state == "queued")
    .values(state="sending", claimed_at=sa.bindparam("at"))
)
_SENT = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("mail"), outbox.c.state.in_(("sending", "unknown")))
    .values(state="sent", sent_at=sa.bindparam("at"), error=None)
)


class Outbox:
    """The outbox of the store. Whatever changes a state returns whether it did."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = KnownRows(list(outbox.c), [outbox.c.id], _mail)

    def enqueue(
        self,
        *,
        key: str,
        message_id: str,
        campaign: str,
        period: str,
        unit: str | None,
        kind: str,
        to: str,
        subject: str,
        raw_sha256: str,
        not_before: datetime,
        created_at: datetime,
        attachments: Sequence[str] = (),
        in_reply_to: str | None = None,
        draft: bool = False,
    ) -> bool:
        """Put a mail into the outbox; return False, and change nothing, if its key is there already."""
        values = {
            "key": key,
            "message_id": message_id,
            "campaign": campaign,
            "period": period,
            "unit": unit,
            "kind": kind,
            "to": to,
            "subject": subject,
            "raw_sha256": raw_sha256,
            "attachments": list(attachments),
            "in_reply_to": in_reply_to,
            "not_before": not_before,
            "created_at": created_at,
            "state": "draft" if draft else "queued",
            "tries": 0,
            "next_try_at": not_before,
        }
        with self._database.writing() as connection:
            return insert_once(connection, outbox, values, unique=["key"])

    def due(self, now: datetime) -> list[OutboxMail]:
        """Return what may be sent now, in the order it was queued."""
        return self._select(
            outbox.c.state == "queued", outbox.c.not_before <= now, outbox.c.next_try_at <= now
        )

    def claim(self, id: int, at: datetime, *, taken: "TakenMail | None" = None) -> bool:
        """Take a queued mail for sending; of several that try, one gets True.

        The mark is on disk when this returns: a crash then costs one mail, never a second copy.

        :param taken: the mail before, which the server took: noted as ``sent`` by the same write, in any case.
        :raises RuntimeError: inside a transaction, since the mark would not be on disk.
        """
        with self._database.durable() as connection:
            if taken is not None:
                connection.execute(_SENT, {"mail": taken.id, "at": taken.at})
            return connection.execute(_CLAIM, {"mail": id, "at": at}).rowcount == 1

    def sent(self, id: int, at: datetime) -> bool:
        """Note that the server took a mail."""
        with self._database.writing() as connection:
            return connection.execute(_SENT, {"mail": id, "at": at}).rowcount == 1

    def requeue(self, id: int, error: str, next_try_at: datetime) -> bool:
        """Try a mail again later that the server refused for now."""
        tries = outbox.c.tries + 1
        values = {"tries": tries, "error": error, "next_try_at": next_try_at}
        return self._move(id, ("queued", "sending"), state="queued", **values)

    def failed(self, id: int, error: str, at: datetime) -> bool:
        """Note that the server refused a mail for good."""
        states = ("queued", "sending", "unknown")
        return self._move(id, states, state="failed", error=error, failed_at=at)

    def unknown(self, id: int, error: str) -> bool:
        """Note that nobody knows whether the server took a mail; it is never sent again by itself."""
        return self._move(id, ("sending",), state="unknown", error=error)

    def recover(self) -> int:
        """Call every mail ``unknown`` that a dead process was sending; the caller holds the work lock."""
        error = "The program ended while the mail was being sent."
        with self._database.writing() as connection:
            return connection.execute(
                sa.update(outbox).where(outbox.c.state == "sending").values(state="unknown", error=error)
            ).rowcount

    def settle(self, message_id: str, at: datetime) -> bool:
        """Note that our own copy of a mail was seen, which proves that it was sent.

        A mail that is still queued counts as well: it was sent before a backup was restored.
        """
        states = ("queued", "sending", "unknown")
        with self._database.writing() as connection:
            statement = (
                sa.update(outbox)
                .where(outbox.c.message_id == message_id, outbox.c.state.in_(states))
                .values(state="sent", sent_at=at, error=None)
            )
            return connection.execute(statement).rowcount > 0

    def mark_sent(self, id: int, at: datetime) -> bool:
        """Note that a person sent a mail, or found out that it went."""
        return self._move(id, ("queued", "unknown"), state="sent", sent_at=at, error=None)

    def send_again(self, id: int, at: datetime) -> bool:
        """Queue a mail again that a person knows did not go."""
        values = {"next_try_at": at, "claimed_at": None, "failed_at": None, "error": None, "tries": 0}
        return self._move(id, ("unknown", "failed"), outbox.c.raw_sha256 != "", state="queued", **values)

    def drop(self, id: int, reason: str) -> bool:
        """Give up a mail that is still queued or a draft, e.g. since the unit has reported meanwhile."""
        return self._move(id, ("queued", "draft"), state="failed", error=reason)

    def release(self, id: int, at: datetime) -> bool:
        """Queue a draft that a person has read and lets go."""
        return self._move(id, ("draft",), state="queued", not_before=at, next_try_at=at)

    def redraft(self, id: int, *, subject: str, raw_sha256: str, attachments: Sequence[str]) -> bool:
        """Put another text in place of a draft's."""
        values = {"subject": subject, "raw_sha256": raw_sha256, "attachments": list(attachments)}
        return self._move(id, ("draft",), **values)

    def bounced(self, id: int, at: datetime, detail: str) -> bool:
        """Note that a mail came back, which also proves that the server took it; the first report counts."""
        with self._database.transaction() as connection:
            sent = sa.func.coalesce(
                outbox.c.sent_at, outbox.c.claimed_at, sa.literal(at, outbox.c.sent_at.type)
            )
            _change(connection, id, ("sending", "unknown"), state="sent", sent_at=sent)
            statement = (
                sa.update(outbox)
                .where(outbox.c.id == id, outbox.c.bounced_at.is_(None))
                .values(bounced_at=at, bounce_detail=detail)
            )
            return connection.execute(statement).rowcount == 1

    def all(self) -> list[OutboxMail]:
        """Return every mail, in the order it was queued; the same object until its row changes."""
        with self._database.reading() as connection:
            return self._known.all(connection)

    def in_state(self, *states: str) -> list[OutboxMail]:
        """Return the mails in these states, in the order they were queued."""
        return self._select(outbox.c.state.in_(states))

    def handed_over(self, after: datetime, until: datetime) -> dict[str, int]:
        """Return how many mails of each campaign were handed to a server between two moments, taken or not."""
        claimed = outbox.c.claimed_at
        query = sa.select(outbox.c.campaign, sa.func.count()).where(claimed > after, claimed <= until)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(outbox.c.campaign))}

    def by_id(self, id: int) -> OutboxMail | None:
        """Return the mail with this number, or None."""
        return next(iter(self._select(outbox.c.id == id)), None)

    def by_key(self, key: str) -> OutboxMail | None:
        """Return the mail with this key, or None."""
        return next(iter(self._select(outbox.c.key == key)), None)

    def by_message_id(self, message_id: str) -> OutboxMail | None:
        """Return the mail with this Message-ID (angle brackets included), or None."""
        return next(iter(self._select(outbox.c.message_id == message_id)), None)

    def keys_with_prefix(self, prefix: str) -> set[str]:
        """Return every key that begins like this."""
        query = sa.select(outbox.c.key).where(sa.func.substr(outbox.c.key, 1, len(prefix)) == prefix)
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def attachment_shas(self) -> set[str]:
        """Return the SHA-256 of everything that was ever attached, to know it again when it comes back."""
        with self._database.reading() as connection:
            lists = connection.execute(sa.select(outbox.c.attachments)).scalars()
            return {sha256 for attachments in lists for sha256 in attachments}

    def last_sent_at(self) -> datetime | None:
        """Return when a mail was last taken by the server, or None."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(sa.func.max(outbox.c.sent_at))).scalar()

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[OutboxMail]:
        query = sa.select(outbox).where(*conditions).order_by(outbox.c.id)
        with self._database.reading() as connection:
            return [_mail(row) for row in connection.execute(query)]

    def _move(
        self, id: int, states: Sequence[str], *conditions: sa.ColumnElement[bool], **values: object
    ) -> bool:
        with self._database.writing() as connection:
            return _change(connection, id, states, *conditions, **values)


def _change(
    connection: sa.Connection,
    id: int,
    states: Sequence[str],
    *conditions: sa.ColumnElement[bool],
    **values: object,
) -> bool:
    here = (outbox.c.id == id, outbox.c.state.in_(states), *conditions)
    statement = sa.update(outbox).where(*here).values(**values)
    return connection.execute(statement).rowcount == 1


def _mail(row: sa.Row[tuple[object, ...]]) -> OutboxMail:
    values = row._asdict()
    return OutboxMail(**values | {"attachments": tuple(values["attachments"])})
