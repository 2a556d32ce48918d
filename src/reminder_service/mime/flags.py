"""What the headers say about who, or what, wrote a mail."""

import re

from .bounces import is_daemon
from .headers import Headers, unfold
from .params import parameter

_AUTO_SUBJECT = re.compile(
    r"(?i)[\s\[【(（]*(?:自动回复|自动答复|自动应答|auto(?:matic)?[ -]?(?:reply|response)|auto\s?[:：]|"
    r"out of (?:the )?office|vacation reply)"
)
_SAYS_NO = {"no", "false", "0"}


def is_automatic(headers: Headers, subject: str) -> bool:
    """Return whether the headers call the mail automatic (RFC 3834 and its forerunners).

    Precedence ``bulk`` or ``list`` does not: people of a list write too. A reading receipt does.
    """
    submitted = headers.text("auto-submitted").partition(";")[0].partition("(")[0].strip().casefold()
    if submitted and submitted != "no":
        return True
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from"):
        if headers.raw(name) is not None and headers.text(name).casefold() not in _SAYS_NO:
            return True
    if headers.text("precedence").casefold().replace("-", "_") == "auto_reply":
        return True
    report_type = (parameter(headers, "content-type", "report-type") or "").casefold()
    return report_type == "disposition-notification" or _AUTO_SUBJECT.match(subject) is not None


def is_bulk(headers: Headers) -> bool:
    """Return whether the mail comes from a list or a mass mailing."""
    if any(headers.raw(name) is not None for name in ("list-id", "list-post", "list-unsubscribe")):
        return True
    return headers.text("precedence").casefold() in {"bulk", "list", "junk"}


def is_null_sender(headers: Headers, address: str) -> bool:
    """Return whether nobody is behind the mail: empty envelope sender, mailer-daemon or postmaster."""
    return unfold(headers.raw("return-path") or b"").strip() == b"<>" or is_daemon(address)
