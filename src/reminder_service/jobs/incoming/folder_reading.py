"""The reading of one folder: what is new, downloaded, kept and noted; what could not be read, put off."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from reminder_service.mail.imap import Listed, MailGone
from reminder_service.store import NewMail

from .download import BrokeOff, Download, Unreadable
from .keep import Keeper
from .listed import about, fingerprint
from .mailbox_line import Line
from .take_apart import take_apart_early

if TYPE_CHECKING:
    from reminder_service.store import Seen, Store

logger = logging.getLogger(__name__)

MAX_SIZE = 100 * 1024 * 1024
# A server in trouble needs hours more often than minutes; shown to a person it is from the second try on.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 60, 360))
MAX_TRIES = len(DELAYS) + 1
NOTED_TOGETHER = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedMail:
    """A mail that could not be read; ``given_up`` is True when it will not be tried again."""

    folder: str
    uid: int
    error: str
    given_up: bool


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was read so far, over all folders."""

    new: int = 0
    duplicates: int = 0
    failed: list[FailedMail] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingRules:
    """The time to note, the bytes that are read at most and from which on in pieces, and whether to stop."""

    now: datetime
    max_size: int
    pieces_from: int
    stop: Callable[[], bool]


class FolderReading:
    """The reading of one folder."""

    def __init__(self, store: "Store", line: Line, tally: Tally, folder: str, rules: ReadingRules) -> None:
        self._store = store
        self._line = line
        self._tally = tally
        self._account = line.account
        self._folder = folder
        self._rules = rules
        self._validity = 0

    def run(self) -> bool:
        """Do steps 1 to 6 of :func:`.collect.collect`; return False if it was stopped before the end.

        :raises OutsideError: if the folder cannot be read, or nothing be kept.
        """
        self._validity = self._line.mailbox.examine(self._folder)
        listed = self._line.mailbox.list_after(self._mark())
        download = Download(
            self._line,
            self._folder,
            self._validity,
            max_size=self._rules.max_size,
            pieces_from=self._rules.pieces_from,
        )
        for mails in _batches(listed, NOTED_TOGETHER):
            to_download = self._to_download(mails)
            with Keeper(self._store, self._record, partial(take_apart_early, self._store)) as keeper:
                for group in download.groups(to_download):
                    if not self._read(group, download, keeper):
                        return False
        self._store.mailbox.advance(self._account, self._folder, self._validity)
        return True

    def _read(self, group: Sequence[tuple[Listed, int]], download: Download, keeper: Keeper[Listed]) -> bool:
        """Download and keep mails that are asked for together; return False if it was stopped."""
        bodies: dict[int, bytes] | None = None
        for mail, tries in group:
            if self._rules.stop():
                return False
            if bodies is None:
                bodies = download.several([mail for mail, _ in group])
            raw = bodies.pop(mail.uid, None)
            if raw is None:
                self._alone(mail, tries, download, keeper)
            else:
                keeper.put(mail, raw)
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
        return seen.state == "retry" and (seen.next_try_at is None or seen.next_try_at <= self._rules.now)

    def _is_known(self, mail: Listed, message: int | None) -> bool:
        if message is None:
            return False
        self._note(mail, "duplicate", message=message)
        self._tally.duplicates += 1
        return True

    def _too_big(self, mail: Listed) -> bool:
        if mail.size <= self._rules.max_size:
            return False
        text = f"The mail has {mail.size} bytes, more than the {self._rules.max_size} that are read.{about(mail)}"
        self._note(mail, "too_big", error=text)
        self._failed(mail, text, given_up=True)
        return True

    def _alone(self, mail: Listed, tries: int, download: Download, keeper: Keeper[Listed]) -> None:
        try:
            try:
                self._once(mail, tries, download, keeper)
            except BrokeOff:
                if tries:
                    raise
                self._once(mail, tries, download, keeper)
        except MailGone:
            self._note(mail, "gone")
        except Unreadable as error:
            self._put_off(mail, f"{error}{about(mail)}", tries + 1)

    def _once(self, mail: Listed, tries: int, download: Download, keeper: Keeper[Listed]) -> None:
        if not download.comes_in_pieces(mail):
            keeper.put(mail, download.whole(mail.uid, tries))
            return
        sha256 = self._store.originals.put_pieces(download.pieces(mail, tries))
        keeper.flush()  # noted in the order they stand in the folder
        with self._store.transaction():
            self._record([(mail, sha256)])

    def _record(self, mails: Sequence[tuple[Listed, str]]) -> list[int | None]:
        """Note mails that are on disk; return for each the message if it is new."""
        recorded = self._store.mailbox.record_mails(
            [
                NewMail(
                    uid=mail.uid,
                    sha256=sha256,
                    fingerprint=fingerprint(mail),
                    internal_date=mail.internal_date,
                )
                for mail, sha256 in mails
            ],
            account=self._account,
            folder=self._folder,
            uidvalidity=self._validity,
            collected_at=self._rules.now,
        )
        for (_, sha256), (message, new) in zip(mails, recorded, strict=True):
            if not new:
                # One without a Message-ID is downloaded to be known; what was purged must not come back by that.
                self._store.purge.drop_if_purged(message, [sha256])
        count = sum(new for _, new in recorded)
        self._tally.new += count
        self._tally.duplicates += len(recorded) - count
        return [message if new else None for message, new in recorded]

    def _put_off(self, mail: Listed, text: str, tries: int) -> None:
        given_up = tries >= MAX_TRIES
        again = None if given_up else self._rules.now + DELAYS[tries - 1]
        state = "dead" if given_up else "retry"
        self._note(mail, state, error=text, tries=tries, next_try_at=again)
        self._failed(mail, text, given_up=given_up)

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
