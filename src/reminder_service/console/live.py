"""Tells open pages that something changed: one look at the store a second for all of them together."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import anyio.to_thread

from ..domain.errors import ReminderServiceError
from .desk import Desk

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 15.0
LONGEST_SECONDS = 300.0
"""A page asks again after this time, and only who is still logged in is answered."""


@dataclass(kw_only=True)
class Live:
    """Looks at the store while at least one page listens.

    Situations are computed anew before pages are told, so that they all ask for what is ready.

    :param stopping: whether the service is about to end.
    """

    desk: Desk
    stopping: Callable[[], bool] = lambda: False
    look: float = LOOK_SECONDS
    longest: float = LONGEST_SECONDS
    _listeners: set[asyncio.Queue[str]] = field(default_factory=set)
    _looking: asyncio.Task[None] | None = None

    async def stream(self, seen: str = "") -> AsyncIterator[str]:
        """Yield server-sent events: ``change`` with a number whenever the store changed.

        :param seen: the number that the page was made at; where that has passed the page is told at once.
        """
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        version = await anyio.to_thread.run_sync(lambda: self.desk.version)
        self._listeners.add(queue)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._watch(version))
        clock = asyncio.get_running_loop()
        end, silent_since = clock.time() + self.longest, clock.time()
        try:
            yield "retry: 3000\n\n"
            if seen and seen != version:
                await anyio.to_thread.run_sync(self.desk.refresh)
                yield _event(version)
            while clock.time() < end and not self.stopping():
                with suppress(TimeoutError):
                    yield _event(await asyncio.wait_for(queue.get(), self.look))
                    silent_since = clock.time()
                if clock.time() - silent_since > KEEP_ALIVE_SECONDS:
                    silent_since = clock.time()
                    yield ": still here\n\n"
        finally:
            self._listeners.discard(queue)

    async def _watch(self, told: str) -> None:
        while self._listeners and not self.stopping():
            await asyncio.sleep(self.look)
            try:
                version = await anyio.to_thread.run_sync(lambda: self.desk.version)
                if version == told:
                    continue
                await anyio.to_thread.run_sync(self.desk.refresh)
            except ReminderServiceError as error:
                logger.warning("Pages cannot be told of changes: %s", error, extra={"action": "live_failed"})
                continue
            told = version
            for queue in self._listeners:
                if queue.empty():
                    queue.put_nowait(version)


def _event(version: str) -> str:
    return f"event: change\nid: {version}\ndata: {version}\n\n"
