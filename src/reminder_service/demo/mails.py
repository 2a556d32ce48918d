"""The mails around the files: answers, fresh mails, forwarded ones, automatic ones, delivery reports."""

import email.policy
import hashlib
import mimetypes
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from .papers import Paper

_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".doc": "application/msword",
}


def composed(
    *,
    sender: str,
    name: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    papers: Iterable[Paper] = (),
    answers: EmailMessage | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> EmailMessage:
    """Compose a mail as a mail program does.

    :param answers: the mail that this one replies to.
    """
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = Address(display_name=name, addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    # The same mail has the same id in every run.
    mark = hashlib.sha256(f"{sender}|{at.isoformat()}|{subject}".encode()).hexdigest()[:16]
    mail["Message-ID"] = f"<{mark}@{sender.partition('@')[2]}>"
    if answers is not None:
        mail["In-Reply-To"] = answers["Message-ID"]
        mail["References"] = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
    for key, value in headers:
        mail[key] = value
    mail.set_content(text + "\n")
    for paper in papers:
        main, _, sub = _type(paper.filename).partition("/")
        mail.add_attachment(paper.content, maintype=main, subtype=sub, filename=paper.filename)
    _settle_boundaries(mail, mark)
    return mail


def forwarded(mail: EmailMessage, original: EmailMessage) -> EmailMessage:
    """Forward another mail as an attachment (message/rfc822)."""
    mail.add_attachment(original)
    _settle_boundaries(mail, mail["Message-ID"][1:17])
    return mail


def delivery_report(*, lost: EmailMessage, address: str, at: datetime) -> bytes:
    """Say that a mail did not reach an address (RFC 3464)."""
    lines = [
        "From: Mail Delivery System <mailer-daemon@gaoqing.example.cn>",
        f"To: {lost['Reply-To'] or lost['From']}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <report.{at:%Y%m%d%H%M}@gaoqing.example.cn>",
        "Auto-Submitted: auto-replied",
        "Return-Path: <>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"',
        "",
        "--=_report",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"<{address}>: mailbox unavailable",
        "",
        "--=_report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.gaoqing.example.cn",
        "",
        f"Final-Recipient: rfc822; {address}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 mailbox unavailable",
        "",
        "--=_report",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {lost['Message-ID']}",
        f"To: {address}",
        "",
        "--=_report--",
        "",
    ]
    return "\r\n".join(lines).encode()


def broken_mail() -> bytes:
    """Return what no mail program would send: headers in no encoding, a body that never ends."""
    return (
        b"From: \xff\xfe\x00 <@@>\r\nSubject: =?gb2312?B?\xa1\xa1?= =?x?y?z?=\r\n"
        b'Content-Type: multipart/mixed; boundary="\r\nMIME-Version: x\r\n\r\n--\r\n\x00\x01--'
    )


def _type(filename: str) -> str:
    suffix = filename[filename.rfind(".") :].lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _settle_boundaries(mail: EmailMessage, mark: str) -> None:
    if mail.is_multipart():
        mail.set_boundary(f"=_{mark}")
