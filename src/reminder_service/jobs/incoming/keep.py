"""Keeping mails that were just read: on disk first, each whole and synced, then noted together.

Threads of their own write, note and take apart while the next mails come over the wire. Killed before a mail is
noted, the program reads it once more and finds its original already there; killed after, it takes it apart later.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from reminder_service.domain.errors import OutsideError

if TYPE_CHECKING:
    from reminder_service.store import Store

logger = logging.getLogger(__name__)

AT_ONCE = 20
AT_ONCE_BYTES = 4 * 1024 * 1024

Mail = TypeVar("Mail")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptMail:
    """A message that is new in the store, and its bytes, which need not be read from the disk again."""

    message: int
    raw: bytes


class Keeper(Generic[Mail]):
    """Writes originals and notes them in batches, in the order of :meth:`put`; use with ``with``.

    :param note: notes mails whose originals, with these SHA-256, are on disk; called within a transaction of
        another thread. Returns for each the number of the message if it is new, otherwise None.
    :param then: what is done with those that are new, in yet another thread; what it raises of the disk or the
        store is left to those who do the same work later.
    """

    def __init__(
        self,
        store: "Store",
        note: Callable[[Sequence[tuple[Mail, str]]], Sequence[int | None]],
        then: Callable[[Sequence[KeptMail]], None] = lambda mails: None,
    ) -> None:
        self._store = store
        self._note = note
        self._then = then
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="originals")
        self._after = ThreadPoolExecutor(1, thread_name_prefix="apart")
        self._waiting: list[tuple[Mail, bytes]] = []
        self._bytes = 0
        self._keeping: Future[None] | None = None
        self._following: Future[None] | None = None

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
            self._after.shutdown()

    def put(self, mail: Mail, raw: bytes) -> None:
        """Keep a mail; it is noted at the latest when the keeper is left.

        :raises OutsideError: when the disk is full or a right is missing, for a mail before this one.
        """
        self._waiting.append((mail, raw))
        self._bytes += len(raw)
        if len(self._waiting) >= AT_ONCE or self._bytes >= AT_ONCE_BYTES:
            self._hand_over()

    def flush(self) -> None:
        """Return when every mail that was put so far is noted.

        :raises OutsideError: when the disk is full or a right is missing; every mail before that one is noted.
        """
        self._hand_over()
        self._wait()

    def _hand_over(self) -> None:
        # One batch at a time: the wire never runs away from the disk with the memory.
        self._wait()
        batch, self._waiting, self._bytes = self._waiting, [], 0
        if batch:
            self._keeping = self._disk.submit(self._keep, batch)

    def _wait(self) -> None:
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.result()

    def _keep(self, batch: Sequence[tuple[Mail, bytes]]) -> None:
        hashes, failure = self._written([raw for _, raw in batch])
        written = batch[: len(hashes)]
        with self._store.transaction():
            messages = self._note([(mail, sha256) for (mail, _), sha256 in zip(written, hashes, strict=True)])
        new = [
            KeptMail(message=message, raw=raw)
            for message, (_, raw) in zip(messages, written, strict=True)
            if message is not None
        ]
        if self._following is not None:
            self._following.result()
        self._following = self._after.submit(self._follow, new) if new else None
        if failure is not None:
            raise failure

    def _follow(self, new: Sequence[KeptMail]) -> None:
        try:
            self._then(new)
        except OutsideError as error:
            logger.warning("Left for later: %s", error, extra={"action": "apart_later"})

    def _written(self, contents: Sequence[bytes]) -> tuple[list[str], OutsideError | None]:
        """Return the SHA-256 of what is on disk now, up to the first that could not be written, and why not."""
        try:
            return self._store.originals.put_all(contents), None
        except OutsideError:
            pass
        hashes: list[str] = []
        for raw in contents:
            try:
                hashes.append(self._store.originals.put(raw))
            except OutsideError as error:
                return hashes, error
        return hashes, None
