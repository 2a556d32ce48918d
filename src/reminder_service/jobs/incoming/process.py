"""Work on what was collected: take the mails apart, read their files, say what kind of mail each is."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from ...domain.campaign import Campaign
from ...domain.documents import Problem, Reading, reading_from_json, reading_to_json
from ...domain.errors import LostOriginal, OutsideError
from ...domain.forms import find_form
from ...domain.incoming import is_decoration, is_unfilled_own, may_be_report
from ...domain.messages import MailFacts, MessageKind, facts_from_json, facts_to_json, received_at, triage
from ...store import Store, StoredDocument, StoredMessage
from ..setup.contact_sheets import take_contact_sheets
from .take_apart import BODY, Reader, expect_documents, take_apart

logger = logging.getLogger(__name__)

_TOGETHER = 32
"""Messages that are opened before their files are read, so that old files among them are converted together."""

_LOST = Problem(code="not_read", detail="原件在磁盘上无法打开，请从备份恢复")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessSummary:
    """What was worked on: messages finished, files read, messages that failed this time."""

    messages: int
    documents: int
    failed: int


def process(
    store: Store,
    reader: Reader,
    campaigns: Mapping[str, Campaign],
    *,
    now: datetime,
    progress: Callable[[str], None] = lambda filename: None,
) -> ProcessSummary:
    """Finish every message that is not finished; one that cannot be taken apart never stops the others.

    1. The mail is parsed and its files, archives opened, go to the originals and into the list of documents;
       many a mail went that far already when it was collected.
    2. Each document that no reader has seen is read; what an earlier version read is left to ``reprocess``.
    3. With all files read it is decided what kind of mail it is, and what follows from that is noted.

    Killed at any point, the next run goes on where this one was: a message is done only at the end.
    """
    documents = failed = finished = 0
    waiting = store.messages.unfinished()
    for group in (waiting[at : at + _TOGETHER] for at in range(0, len(waiting), _TOGETHER)):
        facts: dict[int, MailFacts | None] = {}
        for message in group:
            if _tried(store, message, partial(_open, store, reader, message, facts), now) is None:
                failed += 1
        opened = [one for one in group if one.id in facts]
        new = (document for one in opened for document in _new(store.documents.of_message(one.id)))
        expect_documents(store, reader, new)
        for message in opened:
            work = partial(_work_on, store, reader, message, facts[message.id], campaigns, now, progress)
            read = _tried(store, message, work, now)
            finished, failed = finished + (read is not None), failed + (read is None)
            documents += read or 0
    left = _new(store.documents.unread())
    expect_documents(store, reader, left)
    documents += _read(store, reader, left, now, progress)
    return ProcessSummary(messages=finished, documents=documents, failed=failed)


def _tried(store: Store, message: StoredMessage, work: Callable[[], int], now: datetime) -> int | None:
    """Return what a piece of work on a message returns, None if it failed: that is counted and stops no other.

    :raises OutsideError: when the disk or the store is at fault, not this mail: it keeps its tries.
    """
    try:
        return work()
    except Exception as error:
        if isinstance(error, OutsideError) and not isinstance(error, LostOriginal):
            raise
        # Whatever is wrong with this mail, it stays kept, is counted and shown; the others go on.
        tries = store.messages.fail(message.id, f"{type(error).__name__}: {error}"[:500], now)
        logger.exception("Message %s failed (try %s)", message.id, tries, extra={"action": "message_failed"})
        return None


def _open(store: Store, reader: Reader, message: StoredMessage, facts: dict[int, MailFacts | None]) -> int:
    """Note what stands in a mail and its files; no file of it is read yet."""
    facts[message.id] = facts_and_files(store, reader, message)
    return 0


def _work_on(
    store: Store,
    reader: Reader,
    message: StoredMessage,
    facts: MailFacts | None,
    campaigns: Mapping[str, Campaign],
    now: datetime,
    progress: Callable[[str], None],
) -> int:
    """Read the files of an opened mail and finish it; return how many were read."""
    read = _read(store, reader, _new(store.documents.of_message(message.id)), now, progress)
    _finish(store, message, facts, campaigns, now)
    return read


def facts_and_files(store: Store, reader: Reader, message: StoredMessage) -> MailFacts | None:
    """Return what stands in a mail, None if the message is none, with its files among the documents."""
    # After a failure it is begun from the original again, whatever was noted.
    if message.facts is not None and not message.tries:
        return facts_from_json(message.facts)
    parsed, files = take_apart(store, reader, message)
    store.documents.replace(message.id, files)
    return parsed.facts if parsed else None


def _new(documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    return [one for one in documents if one.state == "new"]


def _read(
    store: Store,
    reader: Reader,
    documents: Sequence[StoredDocument],
    now: datetime,
    progress: Callable[[str], None],
) -> int:
    count = 0
    for document in documents:
        progress(document.filename)
        try:
            reading = reader.read(store.originals.path(document.sha256), document.filename)
        except (OSError, LostOriginal) as error:
            logger.error("Original of document %s: %s", document.id, error, extra={"action": "original_lost"})
            store.documents.mark_failed(document.id, asdict(_LOST), reader.version, now)
            continue
        store.documents.save_reading(document.id, reading_to_json(reading), reader.version, now)
        count += 1
    return count


def _finish(
    store: Store,
    message: StoredMessage,
    facts: MailFacts | None,
    campaigns: Mapping[str, Campaign],
    now: datetime,
) -> None:
    with store.transaction():
        if facts is None:
            store.messages.finish(
                message.id,
                message_id=None,
                from_address="",
                from_name="",
                subject="",
                received_at=message.forced_received_at or message.collected_at,
                kind=MessageKind.SUBMISSION,
                facts={},
                at=now,
            )
            take_contact_sheets(store, campaigns, message, now=now)
            return
        kind = kind_of(store, message, facts, campaigns)
        store.messages.finish(
            message.id,
            message_id=facts.message_id,
            from_address=facts.from_address,
            from_name=facts.from_name,
            subject=facts.subject,
            received_at=message.forced_received_at
            or received_at(facts, message.internal_date)
            or message.collected_at,
            kind=kind,
            facts=facts_to_json(facts),
            at=now,
        )
        if facts.message_id:
            # Whoever sends a mail under a Message-ID of ours has seen ours: it did go out.
            store.outbox.settle(facts.message_id, now)
        take_contact_sheets(store, campaigns, store.messages.get(message.id) or message, now=now)
        if kind is MessageKind.BOUNCE:
            _note_bounce(store, facts, now)
    logger.info(
        "Message %s: %s", message.id, kind, extra={"action": "message_processed", "number": message.id}
    )


def kind_of(
    store: Store, message: StoredMessage, facts: MailFacts, campaigns: Mapping[str, Campaign]
) -> MessageKind:
    """Return what kind of mail it is, by its headers and by what was read in its files."""
    ours = facts.message_id is not None and store.outbox.by_message_id(facts.message_id) is not None
    own_files = store.outbox.attachment_shas()
    readings = [
        (reading_from_json(document.reading), document)
        for document in store.documents.of_message(message.id)
        if document.reading is not None and document.sha256 not in own_files
    ]
    reports = [
        reading
        for reading, document in readings
        if may_be_report(reading, has_form=_has_form(reading, campaigns))
        and not is_decoration(reading, inline=document.inline)
        and not (ours and _is_our_writing(reading, document, campaigns))
    ]
    kinds = {
        triage(
            facts,
            is_ours=lambda known: store.outbox.by_message_id(known) is not None,
            has_report=bool(reports),
            short_name=campaign.short_name,
        )
        for campaign in campaigns.values()
    }
    # Only the subject's reference depends on the campaign: a reply to one of them is a reply.
    return MessageKind.REPLY if MessageKind.REPLY in kinds else kinds.pop()


def _is_our_writing(reading: Reading, document: StoredDocument, campaigns: Mapping[str, Campaign]) -> bool:
    """Whether a file in a mail with our Message-ID is ours: its text, or our form with nothing filled in."""
    forms = (find_form(reading, campaign.form.columns) for campaign in campaigns.values())
    return document.filename == BODY or any(is_unfilled_own(reading, form) for form in forms)


def _has_form(reading: Reading, campaigns: Mapping[str, Campaign]) -> bool:
    return any(find_form(reading, campaign.form.columns) for campaign in campaigns.values())


def _note_bounce(store: Store, facts: MailFacts, now: datetime) -> None:
    """Mark the mail that came back and the address that it could not reach."""
    if facts.bounced is None or not facts.bounced.permanent:
        return
    mails = [
        mail for known in facts.bounced.message_ids if (mail := store.outbox.by_message_id(known)) is not None
    ]
    if not mails:
        recipients = set(facts.bounced.recipients)
        mails = [mail for mail in store.outbox.all() if mail.to in recipients and mail.state == "sent"][-1:]
    for mail in mails:
        store.outbox.bounced(mail.id, now, facts.bounced.detail)
        store.contacts.mark_bounced(mail.to, now, facts.bounced.detail)
