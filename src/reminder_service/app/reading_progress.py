"""How far the reading of files has got, for whoever waits: a log line now and then, or a line on the terminal."""

import logging
import time
from typing import Protocol

logger = logging.getLogger(__name__)

_QUIET_SECONDS = 10.0


class ReadingProgress(Protocol):
    """Is told of each file and page before it is read."""

    def file(self, filename: str) -> None:
        """Note the file that is read next."""
        ...

    def page(self, page: int, pages: int) -> None:
        """Note the page of this file that is read next, and how many it has."""
        ...


class LoggedProgress:
    """Writes a log line when a file takes long, and again now and then; short files leave none."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def file(self, filename: str) -> None:
        """Begin to wait anew."""
        self._told = time.monotonic()

    def page(self, page: int, pages: int) -> None:
        """Tell of the page, unless something was told a moment ago."""
        if time.monotonic() - self._told >= _QUIET_SECONDS:
            self._told = time.monotonic()
            logger.info("Still reading: page %s of %s", page, pages, extra={"action": "reading"})
