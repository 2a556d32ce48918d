"""A mail of ours as it was written: its text and the names of its files."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class MailText:
    """A mail of ours in full: its text and the files in it."""

    text: str
    files: tuple[str, ...]


def text_of_raw(raw: bytes) -> MailText:
    """Return the text alternative of a mail of ours, and the names of its files."""
    read = email.message_from_bytes(raw, policy=email.policy.default)
    part = read.get_body(("plain",))
    return MailText(
        text=str(part.get_content()) if isinstance(part, EmailMessage) else "",
        files=tuple(str(one.get_filename() or "附件") for one in read.iter_attachments()),
    )
