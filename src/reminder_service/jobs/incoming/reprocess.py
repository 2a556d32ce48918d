"""Read again what an earlier version of the reader read, or what a program that is now installed opens.

What was read stays in force until the new reading is there: a message changes in one transaction, or not at all.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...documents.programs import opened_now
from ...domain.campaign import Campaign
from ...domain.documents import reading_to_json
from ...domain.errors import LostOriginal, OutsideError
from ...domain.messages import MessageKind
from ...domain.periods import Period
from ...domain.rereading import in_order
from ...mime import ParsedMail
from ...store import FoundFile, Store, StoredDocument, StoredMessage
from ..state.situation import Situation
from .process import kind_of
from .take_apart import Reader, take_apart

logger = logging.getLogger(__name__)

DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReprocessSummary:
    """What was read again: messages, files in them, files that read differently now, messages that could not be."""

    messages: int = 0
    documents: int = 0
    changed: int = 0
    failed: int = 0

    def __add__(self, other: "ReprocessSummary") -> "ReprocessSummary":
        return ReprocessSummary(
            messages=self.messages + other.messages,
            documents=self.documents + other.documents,
            changed=self.changed + other.changed,
            failed=self.failed + other.failed,
        )


def behind(
    store: Store,
    reader: Reader,
    *,
    since: datetime | None = None,
    everything: bool = False,
    failed_too: bool = False,
) -> list[StoredMessage]:
    """Return the messages that are worth reading again.

    :param since: only what came since then.
    :param everything: whatever version read it, whether it reads differently now or not.
    :param failed_too: those whose original could not be opened as well.
    """
    wanted = store.documents.read_before(reader.version)
    waited_for = opened_now()
    wanted |= store.documents.with_problem(waited_for) if waited_for else set()
    wanted |= store.documents.failed() if failed_too or everything else set()
    if not wanted and not everything:
        return []
    return [
        one
        for one in store.messages.all()
        if one.state == DONE
        and one.kind is not None  # what was purged has none
        and (everything or one.id in wanted)
        and (since is None or (one.received_at or one.collected_at) >= since)
    ]


def queue_of(messages: Sequence[StoredMessage], situations: Iterable[Situation]) -> list[StoredMessage]:
    """Return the messages in the order in which they are read again: the newest open period first."""
    periods: dict[int, Period] = {}
    open_periods: set[Period] = set()
    for here in situations:
        periods |= {one.message.id: one.period for one in here.attributions}
        open_periods |= set(here.open_periods)
    by_id = {one.id: one for one in messages}
    received = {id: one.received_at or one.collected_at for id, one in by_id.items()}
    return [by_id[id] for id in in_order(received, periods, open_periods)]


def reprocess(
    store: Store,
    reader: Reader,
    campaigns: Mapping[str, Campaign],
    message: StoredMessage,
    *,
    now: datetime,
    everything: bool = False,
    progress: Callable[[str], None] = lambda filename: None,
) -> ReprocessSummary:
    """Take a message apart anew and read its files again.

    1. Archives are opened again: one that waited for a program may give its files now. A file that a person
       decided about stays beside them, so that the decision keeps its ground.
    2. Each file is read, except what this version has read already.
    3. In one transaction the new files take the place of the old ones, and the mail is called what it now
       is, unless a person decided about one of its files. Decisions are about contents, so they stay.

    A message whose original is gone keeps what was read of it.

    :param everything: read again what this version has read, too.
    :raises OutsideError: when disk or store are at fault; then nothing has changed.
    """
    known = store.documents.of_message(message.id)
    decided = _decided(store, campaigns) & {one.sha256 for one in known}
    try:
        parsed, files = take_apart(store, reader, message)
        files = _with_decided(files, known, decided)
        read = [_read(store, reader, one, known, now, everything, progress) for one in files]
    except (LostOriginal, FileNotFoundError) as error:
        return _left(store, reader, message, f"its original is gone: {error}")
    except OutsideError:
        raise
    except (
        Exception
    ) as error:  # whatever is wrong with this mail, it keeps what was read and the others go on
        logger.exception("Message %s cannot be read again", message.id, extra={"action": "reprocess_failed"})
        return _left(store, reader, message, type(error).__name__)
    with store.transaction():
        if not _is_as_it_was(store, message):
            return ReprocessSummary()
        store.documents.replace(message.id, read)
        if not decided:
            _call_anew(store, message, parsed, campaigns)
    summary = ReprocessSummary(messages=1, documents=len(read), changed=_changed(known, read))
    logger.info(
        "Message %s read again: %s files, %s differ",
        message.id,
        summary.documents,
        summary.changed,
        extra={"action": "message_reprocessed", "number": message.id},
    )
    return summary


def _read(
    store: Store,
    reader: Reader,
    file: FoundFile,
    known: Sequence[StoredDocument],
    now: datetime,
    everything: bool,
    progress: Callable[[str], None],
) -> FoundFile:
    before = next((one for one in known if (one.sha256, one.filename) == (file.sha256, file.filename)), None)
    if before and before.reading and before.reader_version >= reader.version and not everything:
        problem = before.reading.get("problem") or {}
        if problem.get("detail") not in opened_now():
            return file  # the store keeps what it has of it
    progress(file.filename)
    reading = reader.read(store.originals.path(file.sha256), file.filename)
    return replace(file, reading=reading_to_json(reading), reader_version=reader.version, read_at=now)


def _decided(store: Store, campaigns: Mapping[str, Campaign]) -> frozenset[str]:
    """Every file that a person decided about."""
    return frozenset(
        one.document for id in campaigns for one in store.decisions.active(id) if one.document is not None
    )


def _with_decided(
    files: Sequence[FoundFile], known: Sequence[StoredDocument], decided: Collection[str]
) -> list[FoundFile]:
    found = {one.sha256 for one in files}
    return [
        *files,
        *(
            FoundFile(
                sha256=one.sha256,
                filename=one.filename,
                archive_path=one.archive_path,
                inline=one.inline,
                size=one.size,
            )
            for one in known
            if one.sha256 in decided and one.sha256 not in found
        ),
    ]


def _left(store: Store, reader: Reader, message: StoredMessage, why: str) -> ReprocessSummary:
    logger.error(
        "Message %s keeps its earlier reading: %s", message.id, why, extra={"action": "reprocess_failed"}
    )
    store.documents.count_as_read_by(message.id, reader.version)
    return ReprocessSummary(failed=1)


def _is_as_it_was(store: Store, message: StoredMessage) -> bool:
    """Whether nobody purged the message while it was read."""
    now = store.messages.get(message.id)
    return now is not None and (now.state, now.sha256, now.kind) == (
        message.state,
        message.sha256,
        message.kind,
    )


def _call_anew(
    store: Store, message: StoredMessage, parsed: ParsedMail | None, campaigns: Mapping[str, Campaign]
) -> None:
    """Say again what kind of mail it is: a file that is read now may make a report of it."""
    if parsed is None:
        return
    kind = kind_of(store, message, parsed.facts, campaigns)
    if kind != message.kind and MessageKind.BOUNCE not in (kind, message.kind):
        store.messages.set_kind(message.id, kind)


def _changed(known: Sequence[StoredDocument], read: Sequence[FoundFile]) -> int:
    before = {(one.sha256, one.filename): one.reading for one in known}
    return sum(
        one.reading is not None and before.get((one.sha256, one.filename)) != one.reading for one in read
    )
