"""What a mailbox's list tells of a mail before it is downloaded."""

import hashlib
import re

from reminder_service.mail.imap import Listed
from reminder_service.mime import parse

_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*\S", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]+")


def about(mail: Listed) -> str:
    """Return who wrote a mail and about what, for the person who has to look for it; empty if not known."""
    facts = parse(mail.header + b"\r\n").facts
    said = [part for part in (facts.from_name, facts.from_address, facts.subject) if part]
    return f" ({', '.join(said)})" if said else ""


def fingerprint(mail: Listed) -> str | None:
    """Return what tells a mail from others before it is downloaded.

    :returns: a hash of size and header fields, None where the mail has no Message-ID or no known size:
        without them two mails may look alike.
    """
    # Unfolded and sorted: after a move some servers fold and order the same fields differently.
    header = _FOLD.sub(b" ", mail.header)
    if not mail.size or not _MESSAGE_ID.search(header):
        return None
    lines = sorted(b" ".join(line.split()) for line in header.splitlines())
    return hashlib.sha256(b"\n".join([b"%d" % mail.size, *filter(None, lines)])).hexdigest()
