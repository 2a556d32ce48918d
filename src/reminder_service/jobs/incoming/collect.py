"""Reading the mailbox: every new mail into the store, whatever a person does to the mailbox meanwhile."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from reminder_service.domain.errors import OutsideError
from reminder_service.mail.imap import ConnectionLost, Listed, MailGone, ShortBody

from .keep import Keeper
from .listed import about, fingerprint
from .mailbox_line import Line, Mailbox

if TYPE_CHECKING:
    from reminder_service.store import Seen, Store

logger = logging.getLogger(__name__)

MAX_SIZE = 100 * 1024 * 1024
PIECES_FROM = 4 * 1024 * 1024
"""A mail of this size or more comes in pieces, straight to the disk."""
# A server in trouble needs hours more often than minutes; shown to a person it is from the second try on.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 60, 360))
MAX_TRIES = len(DELAYS) + 1
# Exchange announces sizes it only estimates: what comes short again and again is all there is.
TRIES_BEFORE_SHORT_COUNTS = 2
RECONNECTS = 6
NOTED_TOGETHER = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedMail:
    """A mail that could not be read; ``given_up`` is True when it will not be tried again."""

    folder: str
    uid: int
    error: str
    given_up: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectSummary:
    """What a reading of the mailbox brought; ``failed_folders`` are pairs of folder and sentence."""

    new: int
    duplicates: int
    failed_folders: tuple[tuple[str, str], ...] = ()
    failed_mails: tuple[FailedMail, ...] = ()


def collect(
    store: "Store",
    connect: Callable[[], Mailbox],
    folders: Sequence[str],
    *,
    label: str = "",
    now: datetime,
    max_size: int = MAX_SIZE,
    pieces_from: int = PIECES_FROM,
    stop: Callable[[], bool] = lambda: False,
) -> CollectSummary:
    """Read every folder once and return what came; nothing in the mailbox is changed.

    For each folder:

    1. Open it read-only. If its UIDVALIDITY is not the one we know, every UID means another mail: begin at 0.
    2. List the mails above the mark: UID, size, time of arrival and four header fields. Flags play no part,
       so a mail that a person has read, answered or moved is found all the same.
    3. Pass over what was handled before. A mail with a Message-ID whose size and fields are known is noted as
       a duplicate without downloading it; one above ``max_size`` is noted as too big.
    4. Download the others one by one, lowest UID first: the originals to disk, then one transaction that notes
       a few messages and UIDs. The same bytes, wherever they turn up, are one message. One of ``pieces_from``
       bytes or more comes in pieces, so that memory does not grow with it.
    5. A mail that the server cannot give is noted and tried again later each time, five times in all; the others
       go on. If the connection breaks, the mail is asked for once more over a new one at once: a token may have
       run out, or the server started again. Only when that breaks too was it the mail's fault.
    6. When the whole list was worked through, move the mark. Killed before that, we list again and find in
       the store what is handled.
    7. Note how the reading went: a folder that failed makes the mailbox blind.

    :param connect: makes a mailbox that is not connected yet.
    :param label: what tells the folders of this mailbox from those of another in health and summary.
    :param now: the time to note.
    :param stop: asked before each mail; True leaves the rest for the next reading.
    """
    tally = _Tally()
    failed: list[tuple[str, str]] = []
    with Line(connect) as line:
        for folder in folders:
            problem = None
            try:
                reading = _Reading(
                    store,
                    line,
                    tally,
                    folder=folder,
                    now=now,
                    max_size=max_size,
                    pieces_from=pieces_from,
                    stop=stop,
                )
                if not _run_again_after_a_break(reading, line):
                    break
            except OutsideError as error:
                problem = str(error)
                failed.append((f"{label}{folder}", problem))
                logger.warning("Folder not read: %s", problem, extra={"action": "folder_failed"})
                if isinstance(error, ConnectionLost):
                    line.renew()
            store.health.note_reading(line.account, f"{label}{folder}", now, problem)
    return CollectSummary(
        new=tally.new,
        duplicates=tally.duplicates,
        failed_folders=tuple(failed),
        failed_mails=tuple(tally.failed),
    )


def _run_again_after_a_break(reading: "_Reading", line: Line) -> bool:
    """Read a folder, over a new connection if the old one broke: a token that ended must not make us blind."""
    try:
        return reading.run()
    except ConnectionLost as error:
        logger.info("Reading again: %s", error, extra={"action": "reading_again"})
        line.renew()
        return reading.run()


@dataclass(kw_only=True, slots=True)
class _Tally:
    new: int = 0
    duplicates: int = 0
    failed: list[FailedMail] = field(default_factory=list)


class _Unreadable(Exception):
    """The server does not give this mail, while it gives others."""


class _BrokeOff(_Unreadable):
    """The connection broke at this mail, and there is a new one."""


class _Reading:
    """The reading of one folder."""

    def __init__(
        self,
        store: "Store",
        line: Line,
        tally: _Tally,
        *,
        folder: str,
        now: datetime,
        max_size: int,
        pieces_from: int,
        stop: Callable[[], bool],
    ) -> None:
        self._store = store
        self._line = line
        self._tally = tally
        self._account = line.account
        self._folder = folder
        self._now = now
        self._max_size = max_size
        self._pieces_from = pieces_from
        self._stop = stop
        self._validity = 0
        self._reconnects_left = RECONNECTS

    def run(self) -> bool:
        """Do steps 1 to 6 of :func:`collect`; return False if it was stopped before the end."""
        self._validity = self._line.mailbox.examine(self._folder)
        listed = self._line.mailbox.list_after(self._mark())
        for mails in _batches(listed, NOTED_TOGETHER):
            to_download = self._to_download(mails)
            with Keeper(self._store, self._record) as keeper:
                for mail, tries in to_download:
                    if self._stop():
                        return False
                    self._download(mail, tries, keeper)
        self._store.mailbox.advance(self._account, self._folder, self._validity)
        return True

    def _mark(self) -> int:
        """Return the UID up to which everything is handled."""
        known = self._store.mailbox.folder(self._account, self._folder)
        if known is not None and known.uidvalidity == self._validity:
            return known.high
        self._store.mailbox.reset(self._account, self._folder, self._validity)
        return 0

    def _to_download(self, mails: Sequence[Listed]) -> list[tuple[Listed, int]]:
        """Note what needs no download and return the rest, each with the number of failed tries.

        Noted together: a mailbox of years whose UIDs all changed must not cost a disk write for each mail.
        """
        rest = []
        with self._store.transaction():
            handled = self._store.mailbox.seen_among(
                self._account, self._folder, self._validity, [mail.uid for mail in mails]
            )
            open_ = [mail for mail in mails if mail.uid not in handled or self._is_due(handled[mail.uid])]
            marks = {mail.uid: mark for mail in open_ if (mark := fingerprint(mail))}
            known = self._store.mailbox.fingerprints_known(list(marks.values()))
            for mail in open_:
                message = known.get(marks.get(mail.uid, ""))
                if not self._is_known(mail, message) and not self._too_big(mail):
                    rest.append((mail, handled[mail.uid].tries if mail.uid in handled else 0))
        return rest

    def _is_due(self, seen: "Seen") -> bool:
        return seen.state == "retry" and (seen.next_try_at is None or seen.next_try_at <= self._now)

    def _is_known(self, mail: Listed, message: int | None) -> bool:
        if message is None:
            return False
        self._note(mail, "duplicate", message=message)
        self._tally.duplicates += 1
        return True

    def _too_big(self, mail: Listed) -> bool:
        if mail.size <= self._max_size:
            return False
        text = f"The mail has {mail.size} bytes, more than the {self._max_size} that are read.{about(mail)}"
        self._note(mail, "too_big", error=text)
        self._failed(mail, text, given_up=True)
        return True

    def _download(self, mail: Listed, tries: int, keeper: "Keeper[Listed]") -> None:
        try:
            try:
                self._download_once(mail, tries, keeper)
            except _BrokeOff:
                if tries:
                    raise
                self._download_once(mail, tries, keeper)
        except MailGone:
            self._note(mail, "gone")
        except _Unreadable as error:
            self._put_off(mail, f"{error}{about(mail)}", tries + 1)

    def _download_once(self, mail: Listed, tries: int, keeper: "Keeper[Listed]") -> None:
        if mail.size >= self._pieces_from:
            self._download_in_pieces(mail, tries, keeper)
        else:
            keeper.put(mail, self._fetch(mail.uid, tries))

    def _download_in_pieces(self, mail: Listed, tries: int, keeper: "Keeper[Listed]") -> None:
        sha256 = self._store.originals.put_pieces(self._pieces(mail, tries))
        keeper.flush()  # noted in the order they stand in the folder
        with self._store.transaction():
            self._record(mail, sha256)

    def _pieces(self, mail: Listed, tries: int) -> Iterator[bytes]:
        """Yield a mail piece by piece.

        :raises _Unreadable: if the server does not give this mail, or more of it than is read.
        :raises MailGone: if it is gone.
        :raises OutsideError: if the server gives no mail at all.
        """
        got = 0
        with self._from_server(tries) as short_counts:
            try:
                for piece in self._line.mailbox.pieces(mail.uid, mail.size):
                    got += len(piece)
                    if got > self._max_size:
                        raise OutsideError(
                            f"The mail has more than the {self._max_size} bytes that are read."
                        )
                    yield piece
            except ShortBody:
                if not (short_counts and got):
                    raise

    def _record(self, mail: Listed, sha256: str) -> None:
        message, new = self._store.mailbox.record_mail(
            account=self._account,
            folder=self._folder,
            uidvalidity=self._validity,
            uid=mail.uid,
            sha256=sha256,
            fingerprint=fingerprint(mail),
            internal_date=mail.internal_date,
            collected_at=self._now,
        )
        if not new:
            # One without a Message-ID is downloaded to be known; what was purged must not come back by that.
            self._store.purge.drop_if_purged(message, [sha256])
        self._tally.new += new
        self._tally.duplicates += not new

    def _put_off(self, mail: Listed, text: str, tries: int) -> None:
        given_up = tries >= MAX_TRIES
        again = None if given_up else self._now + DELAYS[tries - 1]
        state = "dead" if given_up else "retry"
        self._note(mail, state, error=text, tries=tries, next_try_at=again)
        self._failed(mail, text, given_up=given_up)

    def _fetch(self, uid: int, tries: int) -> bytes:
        """Return a mail.

        :raises _Unreadable: if the server does not give this mail.
        :raises MailGone: if it is gone.
        :raises OutsideError: if it gives none at all.
        """
        with self._from_server(tries) as short_counts:
            try:
                raw = self._line.mailbox.fetch(uid)
            except ShortBody as error:
                if not (short_counts and error.body):
                    raise
                raw = error.body
            if raw is None:
                raise MailGone(f"The mail {uid} is no longer in the folder {self._folder!r}.")
            return raw

    @contextmanager
    def _from_server(self, tries: int) -> Iterator[bool]:
        """Tell what is this mail's fault from what concerns all; yield whether a short body counts as whole."""
        try:
            yield tries >= TRIES_BEFORE_SHORT_COUNTS
        except MailGone:
            raise
        except ConnectionLost as error:
            self._reconnect(error)
            raise _BrokeOff(str(error)) from error
        except OutsideError as error:
            raise _Unreadable(str(error)) from error

    def _reconnect(self, error: ConnectionLost) -> None:
        """Return if a new connection works: then it was the mail that broke the old one."""
        if not self._reconnects_left:
            raise error
        self._reconnects_left -= 1
        self._line.renew()
        if self._line.mailbox.examine(self._folder) != self._validity:
            raise error

    def _note(
        self,
        mail: Listed,
        state: str,
        *,
        message: int | None = None,
        error: str | None = None,
        tries: int = 0,
        next_try_at: datetime | None = None,
    ) -> None:
        self._store.mailbox.note(
            self._account,
            self._folder,
            self._validity,
            mail.uid,
            state=state,
            fingerprint=fingerprint(mail),
            message=message,
            error=error,
            tries=tries,
            next_try_at=next_try_at,
        )

    def _failed(self, mail: Listed, text: str, *, given_up: bool) -> None:
        logger.warning("Mail not read: %s", text, extra={"action": "mail_failed"})
        self._tally.failed.append(
            FailedMail(folder=self._folder, uid=mail.uid, error=text, given_up=given_up)
        )


def _batches(mails: Sequence[Listed], size: int) -> Iterator[list[Listed]]:
    rest = iter(mails)
    while batch := list(islice(rest, size)):
        yield batch
