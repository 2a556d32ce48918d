"""Reading a mailbox over IMAP without ever changing it.

imap-tools makes the connection, logs in and knows folder names; the FETCH answers are read by ``fetch``.
Folders are opened with EXAMINE and bodies asked for with PEEK, so no flag can change, not even by mistake.
"""

import imaplib
import logging
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox

from reminder_service.domain.errors import OutsideError

from .fetch import Fetched, fetched
from .idle import wait_idle
from .login import ImapServer, introduce, log_in, open_mailbox
from .oauth import SignIn
from .time_limit import PATIENCE, most_seconds, time_limit
from .wire import readable, said

logger = logging.getLogger(__name__)

HEADER_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)]"
FOLDERS_NAMED = 12
PIECE_BYTES = 1024 * 1024

_NUMBER = re.compile(rb"\d{1,10}")
# RFC 5530, and what Exchange and Gmail say when a token runs out in the middle of a session.
_SESSION_OVER = re.compile(
    r"\[(?:EXPIRED|AUTHENTICATIONFAILED|AUTHORIZATIONFAILED)\]|AccessTokenExpired|session (?:expired|invalidated)"
    r"|not authenticated|not logged in",
    re.IGNORECASE,
)


class ConnectionLost(OutsideError):
    """The connection to the mailbox broke; a new one may do better."""


class ShortBody(OutsideError):
    """Fewer bytes came than the server said the mail has.

    :param body: what came.
    """

    def __init__(self, text: str, *, body: bytes) -> None:
        super().__init__(text)
        self.body = body


class MailGone(OutsideError):
    """The mail is no longer in the folder."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A mail as the folder lists it: ``size`` in bytes (0 if not said), ``header`` the selected fields."""

    uid: int
    size: int
    internal_date: datetime | None
    header: bytes = b""


def connect(
    settings: ImapServer, secret: str | SignIn, *, section: str = "imap", patience: float = PATIENCE
) -> "ImapMailbox":
    """Return a mailbox that connects when it is entered with ``with``.

    :param secret: the password, or the sign-in that gives tokens.
    :param section: where the mailbox stands in ``service.yaml``, for the sentences.
    :param patience: how many timeouts a mail of ordinary size may take in all.
    """
    return ImapMailbox(settings, secret, section=section, patience=patience)


class ImapMailbox:
    """A mailbox over one connection, opened by ``with`` and closed at its end.

    :ivar account: ``user@host``, the name under which the store keeps what was read here.
    """

    def __init__(
        self, settings: ImapServer, secret: str | SignIn, *, section: str = "imap", patience: float = PATIENCE
    ) -> None:
        self.account = f"{settings.username}@{settings.host}"
        self._settings = settings
        self._secret = secret
        self._section = section
        self._where = f"{settings.host}:{settings.port}"
        self._patience = patience
        self._box: BaseMailBox | None = None
        self._folder = ""
        self._exists = 0
        self._broken = False

    def __enter__(self) -> Self:
        """Connect and log in.

        :raises OutsideError: if the server cannot be reached, is not trusted or refuses the login.
        """
        self._box = open_mailbox(self._settings, self._section)
        self._broken = False
        try:
            log_in(self._box, self._settings, self._secret, self._section)
            with self._asking("telling the server who we are"):
                introduce(self._box.client)
        except OutsideError:
            self._broken = True
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out; a server that is gone already is no error."""
        self._close()

    def examine(self, folder: str) -> int:
        """Open a folder read-only and return its UIDVALIDITY.

        :raises OutsideError: if there is no such folder or the server will not open it.
        """
        client = self._client
        with self._asking(f"opening the folder {folder!r}"):
            try:
                _, exists = self._open_box.folder.set(folder, readonly=True)
            except MailboxFolderSelectError as error:
                raise self._no_folder(folder, error) from error
            validity = client.untagged_responses.get("UIDVALIDITY")
            self._folder = folder
            self._exists = int(exists[-1] or 0)
        if not validity or not isinstance(validity[-1], bytes) or not _NUMBER.fullmatch(validity[-1]):
            raise OutsideError(
                f"The folder {folder!r} on {self._where} has no UIDVALIDITY, so its mails cannot be told "
                "apart; ask the mail provider for a folder kept on the server."
            )
        return int(validity[-1])

    def list_after(self, uid: int) -> list[Listed]:
        """Return the mails of the examined folder with a UID above this one, lowest first.

        Where the server gives no header it is empty: that costs a download, never a mail.

        :raises OutsideError: if the server does not list the folder.
        """
        if not self._exists:
            return []
        span = f"{uid + 1}:*"
        listed = {mail.uid: mail for mail in self._list(span) if mail.uid > uid}
        if listed:
            for answer in self._headers(span):
                if answer.uid in listed and answer.body:
                    listed[answer.uid] = replace(listed[answer.uid], header=answer.body)
        return [listed[number] for number in sorted(listed)]

    def fetch(self, uid: int) -> bytes | None:
        """Return a whole mail of the examined folder, None if it is no longer there.

        :raises ShortBody: if fewer bytes came than the server said.
        :raises ConnectionLost: if the connection broke.
        :raises OutsideError: if the server refuses this mail.
        """
        doing = f"reading mail {uid} of the folder {self._folder!r}"
        with self._asking(doing), self._within(self._most_seconds()):
            status, data = self._uid_fetch(str(uid), "(UID RFC822.SIZE BODY.PEEK[])")
            # Several answers may name this mail: another program changing a flag makes the server tell us.
            answers = [answer for answer in fetched(data) if answer.uid == uid]
        body = next((answer.body for answer in answers if answer.body is not None), None)
        if status != "OK" or body is None:
            refusal = self._refusal(doing, said(data))
            # A NIL body and a NO both stand for "expunged" on some server and for "broken" on another.
            if not isinstance(refusal, ConnectionLost) and not self._still_there(uid):
                return None
            raise refusal
        size = max((answer.size or 0 for answer in answers), default=0)
        if len(body) < size:
            raise ShortBody(
                f"The mailbox server {self._where} gave {len(body)} of {size} bytes when {doing}.", body=body
            )
        return body

    def fetch_several(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return those of the mails, by UID, that come whole; a mail that is left out is to be asked for alone.

        :raises ConnectionLost: if the connection broke.
        """
        doing = f"reading {len(uids)} mails of the folder {self._folder!r}"
        with self._asking(doing), self._within(self._most_seconds()):
            status, data = self._uid_fetch(",".join(map(str, sorted(uids))), "(UID RFC822.SIZE BODY.PEEK[])")
            if status != "OK":
                refusal = self._refusal(doing, said(data))
                if isinstance(refusal, ConnectionLost):
                    raise refusal
                # What came before the mail that the server stumbled over.
                data = list(self._client.untagged_responses.pop("FETCH", []))
        bodies: dict[int, bytes] = {}
        sizes: dict[int, int] = {}
        for answer in fetched(data):
            sizes[answer.uid] = max(sizes.get(answer.uid, 0), answer.size or 0)
            if answer.body is not None:
                bodies.setdefault(answer.uid, answer.body)
        return {uid: bodies[uid] for uid in uids if uid in bodies and len(bodies[uid]) >= sizes[uid]}

    def pieces(self, uid: int, size: int, *, piece: int = PIECE_BYTES) -> Iterator[bytes]:
        """Yield a mail of the examined folder piece by piece, so that a large one never lies in memory whole.

        :param size: the bytes that the server said the mail has.
        :param piece: the bytes to ask for at a time.
        :raises MailGone: if it is no longer there.
        :raises ShortBody: at the end, if fewer bytes came than ``size``; all there was has been yielded.
        :raises ConnectionLost: if the connection broke.
        :raises OutsideError: if the server refuses this mail.
        """
        doing = f"reading mail {uid} of the folder {self._folder!r} in pieces"
        got, came = 0, piece
        end = time.monotonic() + self._most_seconds(size)
        while came == piece:
            with self._asking(doing), self._within(end - time.monotonic()):
                status, data = self._uid_fetch(str(uid), f"(UID BODY.PEEK[]<{got}.{piece}>)")
                bodies = [one.body for one in fetched(data) if one.uid == uid and one.body is not None]
            if status != "OK" or not bodies:
                refusal = self._refusal(doing, said(data))
                if not isinstance(refusal, ConnectionLost) and not self._still_there(uid):
                    raise MailGone(f"The mail {uid} is no longer in the folder {self._folder!r}.")
                if status == "OK" and got >= size > 0:
                    return  # asked beyond the end, some servers answer NIL
                raise refusal
            # A server that knows no pieces gives the whole mail at once: longer than asked for, and the end.
            came = len(bodies[0])
            got += came
            yield bodies[0]
        if got < size:
            raise ShortBody(
                f"The mailbox server {self._where} gave {got} of {size} bytes when {doing}.", body=b""
            )

    def can_tell(self) -> bool:
        """Return whether the server announces that it can tell of new mail (IDLE).

        :raises ConnectionLost: if the connection broke.
        """
        with self._asking("asking what the server can do"):
            _, data = self._client.capability()
        return b"IDLE" in b" ".join(line for line in data if line).upper().split()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until something changes in the examined folder; return whether mail came.

        :raises ConnectionLost: if the connection broke.
        :raises OutsideError: if the server will not tell.
        """
        with self._asking("waiting for mail"):
            return wait_idle(self._client, seconds, stop)

    @property
    def _open_box(self) -> BaseMailBox:
        if self._box is None:
            raise RuntimeError("the mailbox is not open: use it in a with statement")
        return self._box

    @property
    def _client(self) -> imaplib.IMAP4:
        return self._open_box.client

    def _most_seconds(self, size: int = 0) -> float:
        return most_seconds(self._settings.timeout.total_seconds(), size, patience=self._patience)

    def _within(self, seconds: float) -> AbstractContextManager[None]:
        return time_limit(self._client.socket(), seconds)

    def _uid_fetch(self, uids: str, what: str) -> tuple[str, list[object]]:
        # imaplib keeps the answers of a command that ended with NO; they must not pass for those of the next.
        self._client.untagged_responses.pop("FETCH", None)
        status, data = self._client.uid("FETCH", uids, what)
        return status, list(data)

    def _list(self, span: str) -> list[Listed]:
        with self._asking(f"listing the folder {self._folder!r}"):
            status, data = self._uid_fetch(span, "(UID RFC822.SIZE INTERNALDATE)")
            if status == "OK":
                return _listed(fetched(data))
            # One broken mail makes some servers refuse the whole list; the rest must not wait for it.
            partial = list(self._client.untagged_responses.pop("FETCH", []))
            numbers = self._searched(span) or self._numbered(span)
            if numbers is None:
                raise self._refusal(f"listing the folder {self._folder!r}", said(data))
            known = {mail.uid: mail for mail in _listed(fetched(partial))}
            return [known.get(n) or Listed(uid=n, size=0, internal_date=None) for n in numbers]

    def _searched(self, span: str) -> list[int] | None:
        try:
            # No CHARSET: not every server knows one, and numbers need none.
            status, data = self._client.uid("SEARCH", "UID", span)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return None  # no SEARCH here
        return [int(number) for line in data for number in (line or b"").split()] if status == "OK" else None

    def _numbered(self, span: str) -> list[int] | None:
        """Ask for nothing but the numbers: that touches no mail, not even a broken one."""
        status, data = self._uid_fetch(span, "(UID)")
        return [answer.uid for answer in fetched(data)] if status == "OK" else None

    def _headers(self, span: str) -> list[Fetched]:
        try:
            with self._asking(f"reading the headers of the folder {self._folder!r}"):
                _, data = self._uid_fetch(span, f"(UID {HEADER_FIELDS})")
                return list(fetched([*data, *self._client.untagged_responses.pop("FETCH", [])]))
        except ConnectionLost:
            raise
        except OutsideError as error:
            logger.warning("Headers not listed: %s", error, extra={"action": "headers_refused"})
            return []

    def _still_there(self, uid: int) -> bool:
        with self._asking(f"looking for mail {uid} of the folder {self._folder!r}"):
            # NOOP lets the server say what was expunged: until then it must keep numbering it.
            self._client.noop()
            status, data = self._uid_fetch(str(uid), "(UID)")
            there = any(answer.uid == uid for answer in fetched(data))
        if status != "OK" and not there:
            # A server that refuses everything just now has not lost the mail.
            raise self._refusal(f"looking for mail {uid} of the folder {self._folder!r}", said(data))
        return there

    def _refusal(self, doing: str, answer: str) -> OutsideError:
        """Return the error for a NO or BAD; an ended session counts as a broken connection, a new one may do."""
        sentence = f"The mailbox server {self._where} refused {doing}: {answer}"
        if _SESSION_OVER.search(answer):
            self._broken = True
            return ConnectionLost(sentence)
        return OutsideError(sentence)

    def _no_folder(self, folder: str, error: UnexpectedCommandStatusError) -> OutsideError:
        names: list[str] = []
        with suppress(imaplib.IMAP4.error, ImapToolsError):
            names = [info.name for info in self._open_box.folder.list()][:FOLDERS_NAMED]
        there = f"; the mailbox has {', '.join(names)}" if names else ""
        return OutsideError(
            f"The folder {folder!r} cannot be opened on {self._where} ({said(error.command_result[1])}). "
            f"Check {self._section}.folders in service.yaml{there}."
        )

    @contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        """Turn what imaplib raises into ours."""
        try:
            yield
        except (imaplib.IMAP4.abort, OSError, ValueError) as error:
            # ValueError: the answer could not be read, so the next one would be read from the wrong place.
            self._broken = True
            raise ConnectionLost(
                f"The connection to mailbox server {self._where} broke when {doing}: {readable(str(error))}"
            ) from error
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            raise self._refusal(doing, readable(str(error))) from error

    def _close(self) -> None:
        box, self._box = self._box, None
        if box is None:
            return
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            if not self._broken:
                box.client.logout()
        with suppress(OSError, AttributeError):
            box.client.shutdown()


def _listed(answers: Iterator[Fetched]) -> list[Listed]:
    """Return one entry for each UID, with whatever any of the answers said about it."""
    found: dict[int, Listed] = {}
    for answer in answers:
        before = found.get(answer.uid, Listed(uid=answer.uid, size=0, internal_date=None))
        found[answer.uid] = replace(
            before,
            size=answer.size or before.size,
            internal_date=answer.internal_date or before.internal_date,
        )
    return list(found.values())
