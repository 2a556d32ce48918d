"""Which submissions are answered, and how often at most (contract, section Mail)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from .campaign import Campaign
from .incoming import Attribution, IncomingMessage
from .outgoing import MailKey, OutgoingMail
from .periods import Period
from .state import Contact
from .workdays import WorkCalendar

RECEIPT = "receipt"
NO_UNIT = "-"
_A_DAY_TO_A_CONTACT = 5
_A_DAY_TO_ANYONE_ELSE = 1
_WORKDAYS_BACK = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedReceipt:
    """An answer to one submission; ``unit`` is None where the sender is not listed: then it names no unit."""

    message: IncomingMessage
    unit: str | None
    period: Period
    to: str
    key: MailKey


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptRules:
    """Decides which submissions get a receipt now.

    :param answerable: ids of messages that may be answered at all: not automatic, not bulk, not from a null
        sender, and of the kind submission.
    :param office: the office's own address, to which nothing is answered.
    """

    campaign: Campaign
    calendar: WorkCalendar
    zone: tzinfo
    contacts: Sequence[Contact]
    history: Sequence[OutgoingMail]
    answerable: frozenset[int]
    office: str

    def due(self, attributions: Sequence[Attribution], *, now: datetime) -> list[PlannedReceipt]:
        """Return the receipts that are due, oldest submission first, within the limits of the day."""
        sent_today = Counter(
            mail.to
            for mail in self.history
            if mail.key.kind == RECEIPT and self._day(mail.at) == self._day(now)
        )
        known = {str(mail.key) for mail in self.history}
        result: list[PlannedReceipt] = []
        for receipt in self._wanted(attributions, now):
            if str(receipt.key) in known or sent_today[receipt.to] >= self._limit(receipt.to):
                continue
            known.add(str(receipt.key))
            sent_today[receipt.to] += 1
            result.append(receipt)
        return result

    def _wanted(self, attributions: Sequence[Attribution], now: datetime) -> list[PlannedReceipt]:
        wanted: dict[str, PlannedReceipt] = {}
        for one in attributions:
            if not self._may_answer(one.message, now):
                continue
            unit = one.unit if one.trusted and not one.rivals else None
            key = MailKey(
                campaign=self.campaign.id,
                period=str(one.period),
                unit=unit or NO_UNIT,
                kind=RECEIPT,
                about=str(one.message.id),
            )
            receipt = PlannedReceipt(
                message=one.message, unit=unit, period=one.period, to=one.message.sender, key=key
            )
            wanted.setdefault(f"{one.message.id}/{unit or NO_UNIT}", receipt)
        return list(wanted.values())

    def _may_answer(self, message: IncomingMessage, now: datetime) -> bool:
        if message.id not in self.answerable or message.by_office:
            return False
        if not message.sender or message.sender == self.office:
            return False
        day = self._day(message.received_at)
        return day >= self.campaign.date and self.calendar.within(day, self._day(now), _WORKDAYS_BACK)

    def _limit(self, address: str) -> int:
        listed = any(contact.address == address for contact in self.contacts)
        return _A_DAY_TO_A_CONTACT if listed else _A_DAY_TO_ANYONE_ELSE

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
