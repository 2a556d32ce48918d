"""What a person does with the outbox: hold everything back, note that a mail went, send one again."""

from datetime import datetime

from ...domain.errors import WrongUsage
from ...store import OutboxMail, Store


def pause(store: Store, *, reason: str, author: str, now: datetime) -> bool:
    """Send nothing to anybody until :func:`resume`; return whether it was not paused before."""
    with store.transaction():
        new = store.pause.begin(now, reason)
        if new:
            store.journal.write(now, author, "pause", "outbox", {"reason": reason})
    return new


def resume(store: Store, *, author: str, now: datetime) -> bool:
    """Let mails go again; return whether it was paused."""
    with store.transaction():
        ended = store.pause.end()
        if ended:
            store.journal.write(now, author, "resume", "outbox")
    return ended


def mark_sent(store: Store, mail: OutboxMail, *, author: str, now: datetime) -> None:
    """Note that a person sent a mail, or found out that it went. The caller holds the work lock.

    :raises WrongUsage: when it is neither queued nor unknown.
    """
    with store.transaction():
        if not store.outbox.mark_sent(mail.id, now):
            raise _not_for(store, mail, "mark-sent", "queued or unknown")
        store.journal.write(now, author, "mark-sent", mail.key, {"before": mail.state})


def send_again(store: Store, mail: OutboxMail, *, author: str, now: datetime) -> None:
    """Queue a mail again that failed, or that a person knows did not go. The caller holds the work lock.

    :raises WrongUsage: when it is neither unknown nor failed.
    """
    with store.transaction():
        if not store.outbox.send_again(mail.id, now):
            raise _not_for(store, mail, "send-again", "unknown or failed")
        store.journal.write(now, author, "send-again", mail.key, {"before": mail.state})


def _not_for(store: Store, mail: OutboxMail, command: str, states: str) -> WrongUsage:
    now = store.outbox.by_id(mail.id)
    state = now.state if now else mail.state
    return WrongUsage(
        f"{mail.key} is {state}; {command} is for mails that are {states}. Nothing was changed."
    )
