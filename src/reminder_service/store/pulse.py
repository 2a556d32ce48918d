"""A number that changes whenever anything in the store did: one look costs microseconds."""

import sqlite3
import threading
from pathlib import Path

from .faults import database_faults


class Pulse:
    """Watches a SQLite database by ``PRAGMA data_version``, which tells of every other connection's commits.

    The number means something within one process only. Opened at the first look.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int:
        """Return the number of this moment.

        :raises OutsideError: when the database cannot be read.
        """
        with self._lock, database_faults(self._file):
            if self._connection is None:
                self._connection = sqlite3.connect(
                    f"{self._file.as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
                )
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Stop watching."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
