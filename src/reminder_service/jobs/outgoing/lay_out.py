"""Laying mails out as files for a person to send, where the program itself cannot send."""

import logging
from datetime import datetime

from ...domain.errors import OutsideError
from ...domain.outgoing import MailKey
from ...mail.folder_out import SENT, VOID, FolderOutbox
from ...store import OutboxMail, Store
from .send import SendSummary

logger = logging.getLogger(__name__)

# As the subjects of the mails have it.
_KINDS = {
    "first_notice": "通知",
    "reminder": "催报",
    "due_today": "今日截止",
    "overdue": "逾期催报",
    "receipt": "回执",
    "digest": "日报",
    "weekly": "周报",
}


def lay_out(
    store: Store, outbox: FolderOutbox, *, now: datetime, waiting: frozenset[int] = frozenset()
) -> SendSummary:
    """Write every mail that is due and tidy away what is settled; nothing counts as sent before a person says so.

    1. What lies there and was marked as sent, or is no longer needed, is put away.
    2. What is due and does not lie there yet is written. Done twice, it changes nothing.
    """
    try:
        there = outbox.waiting()
        for number, path in there.items():
            mail = store.outbox.by_id(number)
            if mail is not None and mail.state in ("sent", "failed"):
                outbox.put_away(path, SENT if mail.state == "sent" else VOID)
        due = store.outbox.due(now)
        note: str | None
        if paused := store.pause.get():
            since = f"{paused.since:%Y-%m-%d %H:%M}"
            note = (
                f"Nothing is written: sending is paused since {since}. `reminder-service resume` ends that."
            )
            return SendSummary(sent=0, failed=0, unknown=0, left=len(due), note=note)
        for mail in due:
            if mail.id not in there and mail.id not in waiting:
                _write(store, outbox, mail)
    except OutsideError as error:
        logger.warning("Mails not written: %s", error, extra={"action": "sending_stopped"})
        store.health.note_sending(now, str(error), account="folder")
        return SendSummary(sent=0, failed=0, unknown=0, left=len(store.outbox.due(now)), error=str(error))
    store.health.note_sending(now, account="folder")
    note = f"{len(due)} mails lie in the outbox folder to be sent by a person." if due else None
    return SendSummary(sent=0, failed=0, unknown=0, left=len(due), note=note)


def _write(store: Store, outbox: FolderOutbox, mail: OutboxMail) -> None:
    key = MailKey.parse(mail.key)
    kind = _KINDS.get(mail.kind, mail.kind)
    title = f"{mail.unit or '办公室'} {kind} {key.period if key else mail.period}"
    tell = f"发出后请登记：reminder-service mark-sent {mail.id}（或 mark-sent '{mail.key}'）"
    outbox.write(mail.id, title, store.originals.read(mail.raw_sha256), how_to_tell=tell)
    logger.info("Mail %s written", mail.key, extra={"action": "mail_written", "key": mail.key})
