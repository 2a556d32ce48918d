"""The mail that tells the office of an outage of its mailbox, or of the outage's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ...domain.outgoing import MailKey
from ...mail.compose import Composer, Envelope
from .letter_words import day_words, moment_words
from .letters import Letter
from .office import Office

ALARM = "alarm"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageWords:
    """What is told of an outage.

    :param lasted: how long in words (``3小时``).
    :param accounts: how each account stands, a line each.
    """

    over: bool
    since: datetime
    lasted: str
    accounts: Sequence[str]


def alarm_letter(
    outage: OutageWords,
    *,
    key: MailKey,
    to: str,
    at: datetime,
    office: Office,
    composer: Composer,
    zone: tzinfo,
    secret: bytes,
) -> Letter:
    """Write the mail.

    :raises ConfigurationError: when a template is wrong.
    :raises DeliveryError: when the address is none.
    """
    local = at.astimezone(zone)
    context = {
        "office": office.name,
        "phone": office.phone,
        "today": f"{local.year}年{day_words(local.date())}",
        "over": outage.over,
        "since": moment_words(outage.since, zone),
        "lasted": outage.lasted,
        "accounts": list(outage.accounts),
    }
    envelope = Envelope(
        message_id=key.message_id(secret, office.address.rpartition("@")[2]),
        sender_name=office.name,
        sender=office.address,
        to=to,
        to_name="",
        date=local,
    )
    return Letter(
        name=ALARM,
        subject=composer.subject(ALARM, context),
        raw=composer.compose(ALARM, context, envelope),
        message_id=envelope.message_id,
        attachments=(),
    )
