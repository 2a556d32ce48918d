"""Reading the mailbox: every new mail into the store, whatever a person does to the mailbox meanwhile."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reminder_service.domain.errors import OutsideError
from reminder_service.mail.imap import ConnectionLost

from .download import PIECES_FROM
from .folder_reading import MAX_SIZE, FailedMail, FolderReading, ReadingRules, Tally
from .mailbox_line import Line, Mailbox

if TYPE_CHECKING:
    from reminder_service.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectSummary:
    """What a reading of the mailbox brought; ``failed_folders`` are pairs of folder and sentence."""

    new: int
    duplicates: int
    failed_folders: tuple[tuple[str, str], ...] = ()
    failed_mails: tuple[FailedMail, ...] = ()


def collect(
    store: "Store",
    connect: Callable[[], Mailbox],
    folders: Sequence[str],
    *,
    label: str = "",
    now: datetime,
    max_size: int = MAX_SIZE,
    pieces_from: int = PIECES_FROM,
    stop: Callable[[], bool] = lambda: False,
) -> CollectSummary:
    """Read every folder once and return what came; nothing in the mailbox is changed.

    For each folder:

    1. Open it read-only. If its UIDVALIDITY is not the one we know, every UID means another mail: begin at 0.
    2. List the mails above the mark: UID, size, time of arrival and four header fields. Flags play no part,
       so a mail that a person has read, answered or moved is found all the same.
    3. Pass over what was handled before. A mail with a Message-ID whose size and fields are known is noted as
       a duplicate without downloading it; one above ``max_size`` is noted as too big.
    4. Download the others, lowest UID first, several with one command: the originals to disk, then one
       transaction that notes their messages and UIDs, then apart they go while the next ones come. The same
       bytes, wherever they turn up, are one message. One of ``pieces_from`` bytes or more comes in pieces, so
       that memory does not grow with it.
    5. A mail that the server cannot give is noted and tried again later each time, five times in all; the others
       go on. If the connection breaks, the mail is asked for once more over a new one at once: a token may have
       run out, or the server started again. Only when that breaks too was it the mail's fault.
    6. When the whole list was worked through, move the mark. Killed before that, we list again and find in
       the store what is handled.
    7. Note how the reading went: a folder that failed makes the mailbox blind.

    :param connect: makes a mailbox that is not connected yet.
    :param label: what tells the folders of this mailbox from those of another in health and summary.
    :param now: the time to note.
    :param stop: asked before each mail; True leaves the rest for the next reading.
    """
    tally = Tally()
    failed: list[tuple[str, str]] = []
    rules = ReadingRules(now=now, max_size=max_size, pieces_from=pieces_from, stop=stop)
    with Line(connect) as line:
        for folder in folders:
            try:
                if not _run_again_after_a_break(FolderReading(store, line, tally, folder, rules), line):
                    break
                problem = None
            except OutsideError as error:
                problem = _failed(error, line)
                failed.append((f"{label}{folder}", problem))
            store.health.note_reading(line.account, f"{label}{folder}", now, problem)
    return CollectSummary(
        new=tally.new,
        duplicates=tally.duplicates,
        failed_folders=tuple(failed),
        failed_mails=tuple(tally.failed),
    )


def _failed(error: OutsideError, line: Line) -> str:
    logger.warning("Folder not read: %s", error, extra={"action": "folder_failed"})
    if isinstance(error, ConnectionLost):
        line.renew()
    return str(error)


def _run_again_after_a_break(reading: FolderReading, line: Line) -> bool:
    """Read a folder, over a new connection if the old one broke: a token that ended must not make us blind."""
    try:
        return reading.run()
    except ConnectionLost as error:
        logger.info("Reading again: %s", error, extra={"action": "reading_again"})
        line.renew()
        return reading.run()
