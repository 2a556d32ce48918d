"""An end to answers that never end: a server that sends a byte now and then passes every timeout of its socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

MEASURE = 4 * 1024 * 1024
"""So many bytes, or a mail of unknown size, have one measure of time."""
PATIENCE = 20
"""So many times the timeout is a measure: with 30 s that is 10 minutes, enough for 4 MiB at 56 kbit/s."""


def most_seconds(timeout: float, size: int = 0, *, patience: float = PATIENCE) -> float:
    """Return how many seconds so many bytes may take.

    :param timeout: how many seconds the server may be silent.
    """
    return timeout * patience * (1 + size // MEASURE)


@contextmanager
def time_limit(connection: socket.socket, seconds: float) -> Iterator[None]:
    """Break a connection when what is done inside takes longer.

    :raises TimeoutError: if what was done inside failed for that.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        with suppress(OSError):
            # The plain shutdown: the one of TLS would let the rest of the stream be read undeciphered.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

    clock = threading.Timer(max(0.0, seconds), end)
    clock.daemon = True
    clock.start()
    try:
        yield
    except Exception as error:
        if over.is_set():
            raise TimeoutError("it took too long in all, though something came again and again") from error
        raise
    finally:
        clock.cancel()
