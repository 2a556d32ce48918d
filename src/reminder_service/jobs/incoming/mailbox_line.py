"""The connection to the mailbox while it is read: made when needed, made anew after a break."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

from reminder_service.domain.errors import OutsideError
from reminder_service.mail.imap import Listed


class Mailbox(Protocol):
    """What is asked of a mailbox; ``mail.imap.ImapMailbox`` is the real one and tells what is raised."""

    account: str

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def examine(self, folder: str) -> int:
        """Open a folder and return its UIDVALIDITY."""

    def list_after(self, uid: int) -> list[Listed]:
        """Return the mails with a UID above this one."""

    def fetch(self, uid: int) -> bytes | None:
        """Return a mail, None if it is gone."""

    def fetch_several(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return those of the mails that come whole."""

    def pieces(self, uid: int, size: int) -> Iterator[bytes]:
        """Yield a mail piece by piece."""


class Line:
    """The connection to the mailbox: made when first needed, made anew after a break."""

    def __init__(self, connect: Callable[[], Mailbox]) -> None:
        self._connect = connect
        self._fresh = connect()
        self._open: Mailbox | None = None
        self._down: OutsideError | None = None
        self._stack = ExitStack()
        self.account = self._fresh.account

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def mailbox(self) -> Mailbox:
        """The open mailbox.

        :raises OutsideError: if it cannot be opened; then it is not tried again in this run, since repeated
            wrong logins lock an account and repeated timeouts take minutes.
        """
        if self._down is not None:
            raise self._down
        if self._open is None:
            try:
                self._open = self._stack.enter_context(self._fresh)
            except OutsideError as error:
                self._down = error
                raise
        return self._open

    def renew(self) -> None:
        """Leave a broken connection; the next use makes a new one."""
        self._stack.close()
        self._open = None
        self._fresh = self._connect()
