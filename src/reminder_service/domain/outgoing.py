"""Keys of outgoing mails: one key, one mail, whatever happens in between."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

_NOT_ASCII_WORD = re.compile(r"[^a-z0-9.+-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailKey:
    """What an outgoing mail is: ``<campaign>/2024Q2/县教育和体育局/reminder/D-3W/1``.

    ``about`` is the step of the ladder, or what else makes the mail unique (the message a receipt answers,
    the day of a digest); ``attempt`` counts the addresses tried.
    """

    campaign: str
    period: str
    unit: str
    kind: str
    about: str
    attempt: int = 1

    def __str__(self) -> str:
        return f"{self.campaign}/{self.period}/{self.unit}/{self.kind}/{self.about}/{self.attempt}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a key as ``str()`` writes it."""
        parts = text.split("/")
        if len(parts) != 6 or not parts[5].isdecimal():
            return None
        campaign, period, unit, kind, about, attempt = parts
        return cls(campaign=campaign, period=period, unit=unit, kind=kind, about=about, attempt=int(attempt))

    def message_id(self, secret: bytes, domain: str) -> str:
        """Return the Message-ID of the mail: readable, the same each time, and beyond guessing.

        :param secret: key of the HMAC (RFC 2104, SHA-256, 120 bits kept).
        :param domain: domain of the office's address.
        """
        digest = hmac.new(secret, str(self).encode(), hashlib.sha256).hexdigest()[:30]
        readable = _NOT_ASCII_WORD.sub("-", f"{self.period}.{self.kind}".lower())
        return f"<{readable}.{digest}@{domain}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingMail:
    """A mail of the outbox as decisions need it.

    ``at`` is when it was queued, ``bounced`` whether it came back, ``dropped`` whether we gave it up ourselves
    since it was no longer needed.
    """

    key: MailKey
    message_id: str
    to: str
    state: str
    at: datetime
    bounced: bool = False
    dropped: bool = False

    @property
    def in_vain(self) -> bool:
        """Whether it certainly did not reach the address."""
        return self.bounced or (self.state == "failed" and not self.dropped)
