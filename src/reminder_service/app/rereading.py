"""Reading again, a message at a time, so that nobody waits long for it."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..domain.errors import BusyError
from ..jobs.incoming.reprocess import ReprocessSummary, behind, queue_of, reprocess
from ..jobs.incoming.take_apart import expect_documents
from ..store import StoredMessage
from ..store.locks import work_lock

if TYPE_CHECKING:
    from .parts import App

_TOGETHER = 32
"""Messages whose old files may be converted together."""

_IDLE_SECONDS = 20.0
"""How long a reading of the mailbox may go on with files that wait to be read again."""


def read_again(app: "App", *, since: datetime | None, everything: bool) -> ReprocessSummary:
    """Read again all that is worth it; other commands get their turn between two messages."""
    waiting = behind(app.store, app.reader(), since=since, everything=everything, failed_too=True)
    return sum(_each(app, waiting, everything=everything), ReprocessSummary())


def read_some_again(app: "App") -> None:
    """Use an idle moment: begin no message after some seconds, and none that was tried before."""
    waiting = [one for one in behind(app.store, app.reader()) if one.id not in app.tried_again]
    end = time.monotonic() + _IDLE_SECONDS
    try:
        for _ in _each(app, waiting, everything=False):
            if time.monotonic() > end:
                return
    except BusyError:  # another command is at work: the next round goes on
        return


def _expect(app: "App", messages: Sequence[StoredMessage]) -> None:
    documents = (one for message in messages for one in app.store.documents.of_message(message.id))
    expect_documents(app.store, app.reader(), documents)


def _each(app: "App", messages: Sequence[StoredMessage], *, everything: bool) -> Iterator[ReprocessSummary]:
    if not messages:
        return
    campaigns = app.configuration.campaigns
    queue = queue_of(messages, [app.situation(one) for one in campaigns.values()])
    for number, message in enumerate(queue):
        if number % _TOGETHER == 0:
            _expect(app, queue[number : number + _TOGETHER])
        if app.stopping.is_set():
            return
        app.tried_again.add(message.id)
        with work_lock(app.store.folder, "reprocess"):
            done = reprocess(
                app.store,
                app.reader(),
                campaigns,
                message,
                now=app.clock(),
                everything=everything,
                progress=app.progress.file,
            )
        yield done
