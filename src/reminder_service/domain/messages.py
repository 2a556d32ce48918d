"""Mails as facts, and what kind of mail each is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    """What an incoming mail is."""

    SUBMISSION = "submission"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNRELATED = "unrelated"
    OWN_COPY = "own_copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounced:
    """What a delivery report says: whom it did not reach, for which mail, whether for good."""

    recipients: tuple[str, ...]
    message_ids: tuple[str, ...]
    permanent: bool
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MailFacts:
    """The decoded facts of a mail.

    Addresses are casefolded, ids keep their angle brackets, texts are NFC. ``sent_at`` is the Date header and
    ``relayed_at`` the time of the top Received header; None where they cannot be used. ``automatic`` says that
    the headers call the mail automatic (RFC 3834), ``bulk`` that it comes from a list, ``null_sender`` that its
    envelope sender is empty. ``links`` are links to oversized attachments that expire.
    """

    message_id: str | None
    from_address: str
    from_name: str
    reply_to: str | None
    to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    relayed_at: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    automatic: bool
    bulk: bool
    null_sender: bool
    bounced: Bounced | None
    text: str
    links: tuple[str, ...]
    defects: tuple[str, ...] = ()
