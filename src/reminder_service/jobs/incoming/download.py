"""Mails from the server: several with one command, a large one in pieces, and what is whose fault."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reminder_service.domain.errors import OutsideError
from reminder_service.mail.imap import ConnectionLost, Listed, MailGone, ShortBody

from .mailbox_line import Line

PIECES_FROM = 4 * 1024 * 1024
"""A mail of this size or more comes in pieces, straight to the disk."""
AHEAD = 10
AHEAD_BYTES = 4 * 1024 * 1024
"""So many mails, of so many bytes in all, come with one command."""
# Exchange announces sizes it only estimates: what comes short again and again is all there is.
TRIES_BEFORE_SHORT_COUNTS = 2
RECONNECTS = 7


class Unreadable(Exception):
    """The server does not give this mail, while it gives others."""


class BrokeOff(Unreadable):
    """The connection broke at this mail, and there is a new one."""


class Download:
    """Asks for the mails of one folder over a line that it makes anew when it breaks.

    :param validity: the UIDVALIDITY for which the UIDs hold.
    :param max_size: the bytes of a mail that are read at most.
    """

    def __init__(self, line: Line, folder: str, validity: int, *, max_size: int, pieces_from: int) -> None:
        self._line = line
        self._folder = folder
        self._validity = validity
        self._max_size = max_size
        self._pieces_from = pieces_from
        self._reconnects_left = RECONNECTS
        self._one_by_one = False

    def comes_in_pieces(self, mail: Listed) -> bool:
        """Return whether a mail is too large to be held in memory."""
        return mail.size >= self._pieces_from

    def groups(self, mails: Sequence[tuple[Listed, int]]) -> Iterator[list[tuple[Listed, int]]]:
        """Yield mails, each with the number of failed tries, in order, grouped as they are asked for together.

        One that made trouble before, is large or of unknown size stands alone.
        """
        group: list[tuple[Listed, int]] = []
        size = 0
        for mail, tries in mails:
            alone = tries > 0 or not mail.size or self.comes_in_pieces(mail)
            if group and (alone or len(group) == AHEAD or size + mail.size > AHEAD_BYTES):
                yield group
                group, size = [], 0
            group.append((mail, tries))
            size += mail.size
            if alone:
                yield group
                group, size = [], 0
        if group:
            yield group

    def several(self, mails: Sequence[Listed]) -> dict[int, bytes]:
        """Return what comes of these mails with one command; the others are to be asked for one by one.

        :raises OutsideError: if the server gives no mail at all.
        """
        if self._one_by_one or len(mails) < 2:
            return {}
        try:
            return self._line.mailbox.fetch_several([mail.uid for mail in mails])
        except ConnectionLost as error:
            # One of them broke it; alone it is found out which, and the others must not wait for it.
            self._one_by_one = True
            self._reconnect(error)
        except OutsideError:
            self._one_by_one = True
        return {}

    def pieces(self, mail: Listed, tries: int) -> Iterator[bytes]:
        """Yield a mail piece by piece.

        :raises Unreadable: if the server does not give this mail, or more of it than is read.
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

    def whole(self, uid: int, tries: int) -> bytes:
        """Return a mail.

        :raises Unreadable: if the server does not give this mail.
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
            raise BrokeOff(str(error)) from error
        except OutsideError as error:
            raise Unreadable(str(error)) from error

    def _reconnect(self, error: ConnectionLost) -> None:
        """Return if a new connection works: then it was the mail that broke the old one."""
        if not self._reconnects_left:
            raise error
        self._reconnects_left -= 1
        self._line.renew()
        if self._line.mailbox.examine(self._folder) != self._validity:
            raise error
