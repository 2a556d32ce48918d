"""Everybody's mail in between: what the office sends lands with the units, what units send lands at the office."""

import email
import email.policy
import imaplib
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from ..domain.errors import OutsideError
from .servers import HOST, PASSWORD, USER


@dataclass(kw_only=True)
class PostOffice:
    """Units' mailboxes in memory, and the way into the office's mailbox.

    :param office: the office's own address: mail to it goes into its IMAP mailbox.
    :param gone: addresses that are refused at once (5xx).
    """

    office: str
    imap_port: int
    gone: frozenset[str]
    now: datetime
    mailboxes: dict[str, list[EmailMessage]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuses(self, address: str) -> str | None:
        """Give the SMTP answer to an address that does not exist any more."""
        if address not in self.gone:
            return None
        return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"

    def takes(self, address: str, raw: bytes) -> None:
        """Put a mail that the office sent into the recipient's mailbox."""
        if address == self.office:
            self.arrives(raw, self.now)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        with self._lock:
            self.mailboxes.setdefault(address, []).append(mail)

    def arrives(self, raw: bytes, at: datetime) -> None:
        """Put a mail into the office's mailbox as it arrived at a moment (INTERNALDATE)."""
        with imaplib.IMAP4(HOST, self.imap_port, timeout=20) as client:
            client.login(USER, PASSWORD)
            status, answer = client.append("INBOX", "", imaplib.Time2Internaldate(at), raw)
        if status != "OK":
            raise OutsideError(f"The sandbox's mailbox takes no mail: {answer!r}")

    def got(self, address: str) -> list[EmailMessage]:
        """Return what an address got, oldest first."""
        with self._lock:
            return list(self.mailboxes.get(address, ()))
