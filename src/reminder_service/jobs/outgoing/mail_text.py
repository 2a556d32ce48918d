"""A mail of ours as it was written: its two texts and the names of its files."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class MailText:
    """A mail of ours in full: its text, what a program with HTML shows instead, and the files in it."""

    text: str
    files: tuple[str, ...]
    html: str = ""


def text_of_raw(raw: bytes) -> MailText:
    """Return both alternatives of a mail of ours, and the names of its files."""
    read = email.message_from_bytes(raw, policy=email.policy.default)
    plain, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    return MailText(
        text=str(plain.get_content()) if isinstance(plain, EmailMessage) else "",
        html=str(html.get_content()) if isinstance(html, EmailMessage) else "",
        files=tuple(str(one.get_filename() or "附件") for one in read.iter_attachments()),
    )
