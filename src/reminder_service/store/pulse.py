"""A number that changes whenever anything in the store did: one look costs microseconds."""

import sqlite3
import threading
from pathlib import Path

from .faults import database_faults


class Pulse:
    """Watches a SQLite database by ``PRAGMA data_version``, which tells of every other connection's commits.

    The number means something within one process only. Opened at the first look. Many who ask at the same time
    share one look: each gets the answer to a question that was put after they came.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._asked = 0
        self._last = 0

    def version(self) -> int:
        """Return the number of this moment.

        :raises OutsideError: when the database cannot be read.
        """
        asked = self._asked
        with self._lock, database_faults(self._file):
            if self._asked > asked:
                # Whoever was before us in the queue put the question after we came: their answer holds for us.
                return self._last
            self._asked += 1
            if self._connection is None:
                self._connection = sqlite3.connect(
                    f"{self._file.as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
                )
            try:
                self._last = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error:
                self._asked -= 1  # nobody may take an answer that never came
                raise
            return self._last

    def close(self) -> None:
        """Stop watching."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
