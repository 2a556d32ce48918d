"""Taking what was kept out of the store for good, so that it is neither found on the disk nor read in again.

What stays of a message is a stub: the hash it is known by, and the marks of the mailbox. What stays of a mail that
went out is its key and its Message-ID, so that it never goes again and its copies are known.
"""

import json
import re
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing

import sqlalchemy as sa

from .database import Database
from .faults import database_faults, disk_faults
from .originals import Originals
from .pictures import Pictures
from .tables import decisions, documents, mailbox_seen, messages, outbox

LEFTOVER_SECONDS = 24 * 3600
"""A file that nothing refers to may have been written a moment ago by somebody who is about to note it."""

_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_TOGETHER = 500
_GONE = ""


class Purge:
    """Removes messages, mails and originals; the caller holds the work lock."""

    def __init__(self, database: Database, originals: Originals, pictures: Pictures) -> None:
        self._database = database
        self._originals = originals
        self._pictures = pictures

    def forget_messages(self, ids: Sequence[int]) -> int:
        """Leave stubs of these messages; return how many documents went with them."""
        removed = 0
        with self._database.writing() as connection:
            for some in _chunks(ids):
                gone = connection.execute(sa.delete(documents).where(documents.c.message.in_(some)))
                removed += gone.rowcount
                emptied = {
                    "sha256": None, "note": "", "error": None, "message_id": None, "from_address": None,
                    "from_name": None, "subject": None, "kind": None, "facts": None, "forced_unit": None,
                }  # fmt: skip
                connection.execute(sa.update(messages).where(messages.c.id.in_(some)).values(emptied))
                seen = sa.update(mailbox_seen).where(mailbox_seen.c.message.in_(some))
                connection.execute(seen.values(error=None))
        return removed

    def forget_mails(self, ids: Sequence[int]) -> None:
        """Leave key and Message-ID of these mails of the outbox."""
        emptied = {"raw_sha256": _GONE, "to": _GONE, "subject": _GONE, "error": None, "bounce_detail": None}
        with self._database.writing() as connection:
            for some in _chunks(ids):
                connection.execute(sa.update(outbox).where(outbox.c.id.in_(some)).values(emptied))

    def drop_if_purged(self, message: int, originals: Iterable[str]) -> None:
        """Remove originals again that were just kept for a message that turns out to have been purged."""
        if self._is_stub(message):
            kept = self.referenced()
            for sha256 in set(originals) - kept:
                self._remove(sha256)

    def _is_stub(self, message: int) -> bool:
        # It is done, and neither a mail nor any document is left of it.
        left = sa.select(documents.c.id).where(documents.c.message == messages.c.id).exists()
        query = sa.select(messages.c.id).where(
            messages.c.id == message,
            messages.c.sha256.is_(None),
            messages.c.kind.is_(None),
            messages.c.state == "done",
            ~left,
        )
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def referenced(self, *, messages_but: Collection[int] = (), mails_but: Collection[int] = ()) -> set[str]:
        """Return every hash that the store refers to, leaving these messages and mails out.

        Decisions count too: a frozen version names the files that were handed up.
        """
        gone_in, gone_out = set(messages_but), set(mails_but)
        found: set[str] = set()
        with self._database.reading() as connection:
            for id, sha256 in connection.execute(sa.select(messages.c.id, messages.c.sha256)):
                found |= set() if id in gone_in or sha256 is None else {sha256}
            for message, sha256 in connection.execute(sa.select(documents.c.message, documents.c.sha256)):
                found |= set() if message in gone_in else {sha256}
            rows = sa.select(outbox.c.id, outbox.c.raw_sha256, outbox.c.attachments)
            for id, raw, attachments in connection.execute(rows):
                found |= set() if id in gone_out or raw == _GONE else {raw, *attachments}
            for payload in connection.execute(sa.select(decisions.c.payload)).scalars():
                found |= set(_HASH.findall(json.dumps(payload)))
        return found

    def size_without(self, referenced: Collection[str]) -> tuple[int, int]:
        """Return how many originals would go if only these were referred to, and how many bytes they have."""
        sizes = [
            self._originals.path(sha256).stat().st_size
            for sha256 in self._originals.all()
            if sha256 not in referenced
        ]
        return len(sizes), sum(sizes)

    def sweep(self, released: Collection[str]) -> int:
        """Remove the originals that nothing refers to any more; return how many.

        :param released: what was referred to until now; anything else must have lain there for a day.
        """
        kept, count, now = self.referenced(), 0, time.time()
        for sha256 in list(self._originals.all()):
            path = self._originals.path(sha256)
            with disk_faults(path):
                if sha256 not in kept and (
                    sha256 in released or now - path.stat().st_mtime > LEFTOVER_SECONDS
                ):
                    self._remove(sha256)
                    count += 1
        return count

    def _remove(self, sha256: str) -> None:
        self._originals.remove(sha256)
        self._pictures.forget(sha256)

    def compact(self) -> None:
        """Write the database anew, so that nothing removed is left in unused pages of the file.

        :raises OutsideError: while another process writes, or where the disk is full.
        """
        with (
            database_faults(self._database.file),
            closing(self._database.engine.raw_connection()) as connection,
        ):
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _TOGETHER] for start in range(0, len(ids), _TOGETHER)]
