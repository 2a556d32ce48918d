"""Answer submissions at once: what arrived, what is accepted, what is lacking and how to mend it."""

import logging

from ...domain.errors import DeliveryError
from ...domain.incoming import Attribution
from ...domain.outgoing import OutgoingMail
from ...domain.receipts import PlannedReceipt
from ...domain.reminders import LADDER_KINDS
from ...store import Store
from ..state.situation import Situation
from .letters import Letters
from .remind import queue_letter

logger = logging.getLogger(__name__)


def answer(store: Store, here: Situation, letters: Letters) -> int:
    """Queue the receipts that are due; return how many are new."""
    due = here.receipt_rules.due(here.attributions, now=here.now)
    return sum(_queue(store, here, receipt, letters) for receipt in due)


def _queue(store: Store, here: Situation, receipt: PlannedReceipt, letters: Letters) -> bool:
    state = here.state(receipt.period).unit(receipt.unit) if receipt.unit else None
    try:
        letter = letters.receipt(
            receipt, _concerned(here, receipt), state, at=here.now, thread=_thread(here, receipt)
        )
    except DeliveryError as error:
        # The sender's address came from outside and is none: nobody can be answered, the others are.
        logger.info("No receipt %s: %s", receipt.key, error, extra={"action": "receipt_impossible"})
        return False
    return queue_letter(
        store,
        letter,
        receipt.key,
        to=receipt.to,
        unit=receipt.unit,
        now=here.now,
        in_reply_to=receipt.message.message_id,
    )


def _concerned(here: Situation, receipt: PlannedReceipt) -> list[Attribution]:
    return [
        one
        for one in here.attributions
        if one.message.id == receipt.message.id and (receipt.unit is None or one.unit == receipt.unit)
    ]


def _thread(here: Situation, receipt: PlannedReceipt) -> str | None:
    def belongs(mail: OutgoingMail) -> bool:
        return mail.key.unit == receipt.unit and mail.key.period == str(receipt.period)

    return next(
        (mail.message_id for mail in here.history if mail.key.kind in LADDER_KINDS and belongs(mail)), None
    )
