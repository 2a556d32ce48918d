"""Hearing of new mail between two readings (RFC 2177): a hint and nothing more, since servers forget to tell.

A connection of its own waits; what is heard only wakes the reading a little earlier. Whatever goes wrong here is
logged and tried again later, ever more seldom: the mailbox is read on time all the same.
"""

import imaplib
import logging
import random
import select
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from ..domain.errors import OutsideError

logger = logging.getLogger(__name__)

RENEW_SECONDS = 240
"""So often the server has to answer: a connection that is dead on the other side shows itself then."""
LOOK_SECONDS = 1.0
FIRST_PAUSE = 15.0
LONGEST_PAUSE = 1800.0


class Waiting(Protocol):
    """What is asked of a mailbox; ``mail.imap.ImapMailbox`` is the real one."""

    def examine(self, folder: str) -> int:
        """Open a folder read-only."""

    def can_tell(self) -> bool:
        """Return whether the server announces IDLE."""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until something changes in the folder; return whether mail came."""


def listen(
    connect: Callable[[], AbstractContextManager[Waiting]],
    folder: str,
    heard: Callable[[], object],
    stop: threading.Event,
    *,
    renew: float = RENEW_SECONDS,
    pause: Callable[[int], float] = lambda failures: pause_after(failures, random.random()),  # noqa: S311
) -> None:
    """Wait for mail in a folder until ``stop`` is set, and call ``heard`` whenever some came.

    Returns at once from a server that does not announce IDLE.

    :param renew: seconds after which the server has to show that it is still there.
    :param pause: seconds to wait after so many failures in a row.
    """
    failures = 0
    while not stop.is_set():
        try:
            with connect() as mailbox:
                mailbox.examine(folder)
                if not mailbox.can_tell():
                    logger.info("The server tells of no new mail", extra={"action": "idle_not_offered"})
                    return
                if failures:
                    heard()  # what came meanwhile
                while not stop.is_set():
                    if mailbox.wait(renew, stop):
                        heard()
                    failures = 0
        except OutsideError as error:
            failures += 1
            logger.info("Not listening for mail: %s", error, extra={"action": "idle_lost"})
            stop.wait(pause(failures))


def pause_after(failures: int, chance: float) -> float:
    """Return the seconds to wait after so many failures in a row: doubled each time, by half more or less.

    :param chance: between 0 and 1; many programs that lost one server must not come back in one moment.
    """
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 16), LONGEST_PAUSE) * (0.5 + chance)


def wait_idle(client: imaplib.IMAP4, seconds: float, stop: threading.Event) -> bool:
    """Wait in IDLE until the server says something, the time is over or ``stop`` is set.

    :returns: whether mail came.
    :raises imaplib.IMAP4.error: if the server refuses IDLE.
    :raises OSError: if it does not answer any more.
    """
    client.untagged_responses.pop("EXISTS", None)
    client.untagged_responses.pop("RECENT", None)
    tag = client._command("IDLE")
    while (answer := client._get_response()) is not None:
        # None is the "+" that lets us wait; mail may be told before it, and a refusal comes instead of it.
        if client.tagged_commands.get(tag):
            raise imaplib.IMAP4.error(f"IDLE refused: {answer!r}")
    for _ in range(max(1, round(seconds / LOOK_SECONDS))):
        if stop.is_set() or _something_came(client.socket(), LOOK_SECONDS):
            break
    client.send(b"DONE\r\n")
    client._command_complete("IDLE", tag)
    return any(client.untagged_responses.pop(name, None) for name in ("EXISTS", "RECENT"))


def _something_came(sock: socket.socket, seconds: float) -> bool:
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    poller = select.poll()
    poller.register(sock.fileno(), select.POLLIN)
    return bool(poller.poll(seconds * 1000))
