"""Letters that a person has to release: shown, released as read, or given up."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage

from ...domain.campaign import StepKind
from ...domain.errors import WrongUsage
from ...domain.escalation import ESCALATION, escalation
from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.reminders import PlannedMail, gaps_of, is_draft
from ...store import OutboxMail, Store
from ..state.situation import Situation
from .letters import Letter, Letters
from .queue import give_up
from .remind import letter_for


def text_of(store: Store, mail: OutboxMail) -> str:
    """Return the whole text of a mail of the outbox, subject first.

    :raises OutsideError: when its original cannot be read.
    """
    return f"{mail.subject}\n\n{text_in(store.originals.read(mail.raw_sha256))}"


def attachments_of(store: Store, mail: OutboxMail) -> dict[str, bytes]:
    """Return the files of a mail by name: the letter to be signed among them.

    :raises OutsideError: when its original cannot be read.
    """
    read = email.message_from_bytes(store.originals.read(mail.raw_sha256), policy=email.policy.default)
    return {
        str(part.get_filename()): part.get_payload(decode=True)  # type: ignore[misc]
        for part in read.iter_attachments()
    }


def release(store: Store, here: Situation, letters: Letters, mail: OutboxMail, *, author: str) -> None:
    """Queue a draft; it goes with the next sending.

    A draft says how things stood when it was written. Where today's would say something else it is written anew and
    has to be read again: nobody is called missing who has reported meanwhile.

    :raises WrongUsage: when it is no draft, is no longer needed, or was written anew.
    """
    if mail.state != "draft":
        raise WrongUsage(f"{mail.key} is {mail.state}; only drafts are released")
    give_up(store, here)
    if here.mailbox.blind:
        raise WrongUsage(
            f"{mail.key}: the mailbox cannot be read now, so whoever is silent may have reported"
        )
    letter = _today(here, letters, mail)
    still = store.outbox.by_key(mail.key)
    if letter is None or still is None or still.state != "draft":
        _drop(store, here.now, mail, author, "nobody needs it any more")
        raise WrongUsage(f"{mail.key}: nobody needs it any more, so it was given up")
    if (letter.subject, text_in(letter.raw)) != (
        mail.subject,
        text_in(store.originals.read(mail.raw_sha256)),
    ):
        files = [store.originals.put(one.content) for one in letter.attachments]
        raw = store.originals.put(letter.raw)
        store.outbox.redraft(mail.id, subject=letter.subject, raw_sha256=raw, attachments=files)
        raise WrongUsage(
            f"{mail.key}: it would say something else today, so it was written anew; "
            "read it with `drafts` and release it then"
        )
    with store.transaction():
        store.outbox.release(mail.id, here.now)
        store.journal.write(here.now, author, "release", mail.key)


def drop(store: Store, mail: OutboxMail, *, now: datetime, author: str, reason: str = "") -> None:
    """Give up a draft or a queued mail.

    :raises WrongUsage: when it is neither.
    """
    if not _drop(store, now, mail, author, reason or "by a person"):
        raise WrongUsage(f"{mail.key} is {mail.state}; only drafts and queued mails are given up")


def _drop(store: Store, now: datetime, mail: OutboxMail, author: str, reason: str) -> bool:
    with store.transaction():
        dropped = store.outbox.drop(mail.id, f"dropped: {reason}")
        if dropped:
            store.journal.write(now, author, "drop", mail.key, {"reason": reason})
    return dropped


def _today(here: Situation, letters: Letters, mail: OutboxMail) -> Letter | None:
    """Write the draft as it would be written now, or None where there is nothing to say any more."""
    key = MailKey.parse(mail.key)
    if key is None:
        return None
    period = Period.parse(key.period)
    state = here.state(period)
    if period in here.periods.closed:
        return None
    if key.kind == ESCALATION:
        named = escalation(here.campaign, state)
        return letters.escalation(named, at=here.now) if named else None
    unit = state.unit(key.unit)
    kind = StepKind(key.kind)
    planned = PlannedMail(
        time=here.now,
        kind=kind,
        unit=key.unit,
        period=period,
        to=mail.to,
        key=key,
        gaps=gaps_of(here.campaign, unit),
        due=unit.extended.until if unit.extended else unit.due,
        returned=next((one for one in unit.returned if one.back.name == key.about), None),
        draft=is_draft(here.campaign, key.unit, kind),
    )
    if not planned.gaps or (kind is StepKind.CORRECTION and planned.returned is None):
        return None
    return letter_for(here, planned, letters, state)


def text_in(raw: bytes) -> str:
    """Return the text alternative of a mail."""
    read = email.message_from_bytes(raw, policy=email.policy.default)
    part = read.get_body(("plain",))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""
