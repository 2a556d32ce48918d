"""Keeping mails that were just read: on disk first, each whole and synced, then noted together.

The disk works while the next mail comes over the wire, and one transaction notes many mails. Killed before it, the
program reads those mails once more and finds their originals already there.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from ...store import Store

AT_ONCE = 20
AT_ONCE_BYTES = 16 * 1024 * 1024

Mail = TypeVar("Mail")


class Keeper(Generic[Mail]):
    """Writes originals in a thread of its own and notes them in batches; use with ``with``.

    :param note: notes one mail whose original, with this SHA-256, is on disk; called in the thread that uses the
        keeper, in the order of :meth:`put`, within a transaction.
    """

    def __init__(self, store: "Store", note: Callable[[Mail, str], None]) -> None:
        self._store = store
        self._note = note
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="originals")
        self._waiting: list[tuple[Mail, Future[str]]] = []
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note what is still to be noted, also after an error: those mails were read well."""
        try:
            self.flush()
        finally:
            self._disk.shutdown()

    def put(self, mail: Mail, raw: bytes) -> None:
        """Keep a mail; it is noted at the latest when the keeper is left.

        :raises OutsideError: when the disk is full or a right is missing, for this mail or one before it.
        """
        self._waiting.append((mail, self._disk.submit(self._store.originals.put, raw)))
        self._bytes += len(raw)
        if len(self._waiting) >= AT_ONCE or self._bytes >= AT_ONCE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Note every mail that was put so far, up to the first whose original could not be written.

        :raises OutsideError: as :meth:`put`.
        """
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        if not waiting:
            return
        # Waited for first: nobody else can write to the store while a transaction is open.
        failure = next((error for _, written in waiting if (error := written.exception())), None)
        with self._store.transaction():
            for mail, written in waiting:
                if written.exception():
                    break
                self._note(mail, written.result())
        if failure is not None:
            raise failure
