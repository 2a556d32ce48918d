"""What a child process says, line by line, within a time and a length."""

import os
import select
import time

from .limits import MAX_ANSWER_BYTES

_CHUNK = 65536


class Silent(Exception):
    """The time is over and there was no line."""


class Ended(Exception):
    """The child is gone, or says more than any honest one does."""


class Answers:
    """The lines on a child's standard output.

    :param stream: number of the open pipe.
    """

    def __init__(self, stream: int) -> None:
        self._stream = stream
        self._rest = b""

    def line(self, deadline: float) -> bytes:
        """Return the next line.

        :param deadline: by ``time.monotonic()``.
        :raises Silent: when the time is over.
        :raises Ended: when no line will come any more, or too long a one.
        """
        parts = [self._rest]
        size = len(self._rest)
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._stream], [], [], left)[0]:
                raise Silent
            part = os.read(self._stream, _CHUNK)
            size += len(part)
            if not part or size > MAX_ANSWER_BYTES:
                raise Ended
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line
