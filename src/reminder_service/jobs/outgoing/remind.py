"""Queue the mails to units that are due now: the very list that ``plan`` prints."""

import logging
from dataclasses import dataclass
from datetime import datetime

from ...domain.campaign import StepKind
from ...domain.escalation import escalation, is_escalated_now
from ...domain.outgoing import MailKey
from ...domain.reminders import LADDER_KINDS, Held, Plan, PlannedMail
from ...domain.state import PeriodState
from ...store import Store
from ..state.situation import Situation
from .letters import Letter, Letters
from .queue import give_up

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class RemindSummary:
    """How many mails were queued, how many a blind mailbox holds back, who cannot be written to.

    ``drafts`` are new letters that wait for a person's release.
    """

    queued: int
    waiting_for_mailbox: int
    held: tuple[Held, ...]
    drafts: int = 0


def planned(here: Situation, *, start: datetime, end: datetime) -> Plan:
    """Return the mails to units between two moments, as if now were ``start``."""
    return here.planner.plan(here.state, start=start, end=end)


def letter_for(here: Situation, mail: PlannedMail, letters: Letters, state: PeriodState) -> Letter:
    """Write the letter of a planned mail."""
    thread = _thread(here, mail)
    name = next((one.name for one in here.contacts if one.address == mail.to and one.unit == mail.unit), "")
    before = max((one for one, _ in here.periods.opened if one < mail.period), default=None)
    return letters.to_unit(
        mail,
        state.unit(mail.unit),
        at=mail.time,
        contact_name=name,
        thread=thread,
        last=here.state(before).unit(mail.unit) if before else None,
    )


def remind(store: Store, here: Situation, letters: Letters) -> RemindSummary:
    """Queue what is due now.

    1. What was queued and is no longer needed is given up.
    2. The mails planned for this moment are written and queued, each under its key, so that a second run adds none.
    3. What a person has to release becomes a draft, the letter to a leader among it.
    4. While the mailbox is blind only first notices go: whoever is silent may have reported.
    """
    give_up(store, here)
    plan = planned(here, start=here.now, end=here.now)
    due = [mail for mail in plan.mails if mail.time <= here.now]
    allowed = [mail for mail in due if not here.mailbox.blind or mail.kind is StepKind.FIRST_NOTICE]
    new = [mail for mail in allowed if _queue(store, here, mail, letters, here.state(mail.period))]
    drafts = sum(mail.draft for mail in new)
    return RemindSummary(
        queued=len(new) - drafts,
        waiting_for_mailbox=len(due) - len(allowed),
        held=plan.held,
        drafts=drafts + _escalate(store, here, letters),
    )


def queue_letter(
    store: Store,
    letter: Letter,
    key: MailKey,
    *,
    to: str,
    unit: str | None,
    now: datetime,
    in_reply_to: str | None = None,
    draft: bool = False,
) -> bool:
    """Keep a letter among the originals and put it into the outbox; False if its key was used before.

    :param draft: whether it waits for a person to release it.
    """
    raw = store.originals.put(letter.raw)
    files = [store.originals.put(attachment.content) for attachment in letter.attachments]
    new = store.outbox.enqueue(
        key=str(key),
        message_id=letter.message_id,
        campaign=key.campaign,
        period=key.period,
        unit=unit,
        kind=key.kind,
        to=to,
        subject=letter.subject,
        raw_sha256=raw,
        attachments=files,
        not_before=now,
        created_at=now,
        in_reply_to=in_reply_to,
        draft=draft,
    )
    if new:
        logger.info("Mail %s queued", key, extra={"action": "mail_queued", "key": str(key)})
    return new


def _queue(store: Store, here: Situation, mail: PlannedMail, letters: Letters, state: PeriodState) -> bool:
    letter = letter_for(here, mail, letters, state)
    with store.transaction():
        # A period opens with the first mail about it.
        store.periods.open(here.campaign.id, str(mail.period), here.now)
        return queue_letter(
            store, letter, mail.key, to=mail.to, unit=mail.unit, now=here.now, draft=mail.draft
        )


def _escalate(store: Store, here: Situation, letters: Letters) -> int:
    """Draft the letter to a leader for every open period whose day has come."""
    new = 0
    for period in here.open_periods if here.periods.opened else ():
        state = here.state(period)
        if not is_escalated_now(
            here.campaign, state, here.around.calendar, now=here.now, zone=here.around.zone
        ):
            continue
        letter = escalation(here.campaign, state)
        # Written only where its key is free: every run of the day would write it again.
        if letter and store.outbox.by_key(str(letter.key)) is None:
            written = letters.escalation(letter, at=here.now)
            new += queue_letter(store, written, letter.key, to=letter.to, unit=None, now=here.now, draft=True)
    return new


def _thread(here: Situation, mail: PlannedMail) -> str | None:
    """The Message-ID of the first mail to this unit about this period."""
    return next(
        (
            earlier.message_id
            for earlier in here.history
            if earlier.key.unit == mail.unit
            and earlier.key.period == str(mail.period)
            and earlier.key.kind in LADDER_KINDS
        ),
        None,
    )
