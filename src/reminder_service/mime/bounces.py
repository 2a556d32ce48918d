"""Delivery reports: RFC 3464, X-Failed-Recipients, and the plain letters of QQ, 163 and old servers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, takewhile

from ..domain.messages import Bounced
from .addresses import addresses_in, clean_address
from .charset import decode_bytes
from .headers import Headers, decode_header, read_headers

_SUBJECT = re.compile(
    r"(?i)退信|退回|无法送达|无法投递|投递失败|发送失败|未送达|未能送达|undeliver|returned mail|"
    r"mail returned|failure notice|delivery (?:status|failure|failed|has failed|report|problem)|"
    r"delivery of your|"
    r"non.?delivery|mail delivery|"
    r"could not be delivered|message (?:delayed|not delivered)|is returned"
)
_LETTER = re.compile(
    r"(?i)退信|被(?:系统)?退回|无法送达|无法投递|投递失败|未能送达|could not be delivered|"
    r"wasn't able to deliver|"
    r"permanent (?:fatal )?error|undeliver|delivery (?:to the following|has failed|failed)|user unknown"
)
_DELAYED = re.compile(
    r"(?i)延迟|稍后重试|继续尝试|仍在尝试|delayed|will (?:be retried|keep trying|retry)|still trying|"
    r"no action is required"
)
_PERMANENT = re.compile(r"(?<![\d.])(?:5\.\d{1,3}\.\d{1,3}|5[0-5]\d)(?![\d.]\d)")
_TEMPORARY = re.compile(r"(?<![\d.])(?:4\.\d{1,3}\.\d{1,3}|4[25]\d)(?![\d.]\d)")
_MESSAGE_ID = re.compile(
    rb"(?i)message-id\s{0,5}[:\xef\xa3\xba\xa1\xbc\x9a]{1,3}\s{0,20}(<[!-;=?-~]{1,990}>)"
)
_ANGLE_ID = re.compile(rb"<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,400}>")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,100}(?:\.[\w-]{1,60}){1,8}")
_REASON = re.compile(
    r"(?m)^.{0,200}(?:(?<!\d)5\d\d(?!\d)|[45]\.\d{1,3}\.\d{1,3}|原因|不存在|unknown|full|已满).{0,200}$"
)
_LONGEST_SCAN = 1 << 18
_LONGEST_LETTER = 20_000
_LONGEST_DETAIL = 300


@dataclass(kw_only=True, slots=True)
class ReportPieces:
    """What a mail holds of a delivery report: status parts, returned mails or headers, the letter itself."""

    statuses: list[bytes] = field(default_factory=list)
    returned: list[bytes] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Failure:
    recipient: str
    permanent: bool
    detail: str


def is_daemon(address: str) -> bool:
    """Return whether an address is that of a mail system instead of a person."""
    local = address.partition("@")[0]
    return local.replace("_", "-") in {
        "mailer-daemon",
        "postmaster",
        "mail-daemon",
        "mailerdaemon",
        "maildaemon",
    }


def bounce_subject(subject: str) -> bool:
    """Return whether a subject speaks of a mail that did not arrive."""
    return _SUBJECT.search(subject[:500]) is not None


def find_bounce(
    headers: Headers, pieces: ReportPieces, *, subject: str, null_sender: bool, own: tuple[str, ...]
) -> Bounced | None:
    """Decide whether a mail says that another mail did not arrive.

    1. A status part (RFC 3464) is believed: recipients whose Action is failed or delayed. If it names only
       deliveries that went well, the mail is no bounce.
    2. Else ``X-Failed-Recipients`` names them.
    3. Else a letter of a mail system (empty envelope sender, mailer-daemon, postmaster) whose subject or text
       speaks of a mail that came back; recipients are the addresses in it that are not ``own``.

    The ids of the returned mail are looked for in everything that the report holds.
    """
    failures, believed = _failures(pieces.statuses)
    ids = _named_ids(pieces)
    if not failures and not believed:
        failed = b",".join(headers.all_raw("x-failed-recipients"))
        if failed:
            failures = _told_by_letter(addresses_in(failed), subject, pieces.text)
        elif null_sender and (bounce_subject(subject) or _LETTER.search(pieces.text[:_LONGEST_SCAN])):
            not_recipients = {*own, *(one.strip("<>").casefold() for one in ids)}
            failures = _told_by_letter(_recipients_in(pieces.text, not_recipients), subject, pieces.text)
    if not failures:
        return None
    recipients = tuple(dict.fromkeys(failure.recipient for failure in failures if failure.recipient))
    others = _other_ids(headers, pieces, {*own, *recipients})
    return Bounced(
        recipients=recipients,
        message_ids=tuple(dict.fromkeys((*ids, *others)))[:50],
        permanent=any(failure.permanent for failure in failures),
        detail=next((failure.detail for failure in failures if failure.detail), subject)[:_LONGEST_DETAIL],
    )


def _told_by_letter(recipients: tuple[str, ...], subject: str, text: str) -> list[_Failure]:
    letter = text[:_LONGEST_SCAN]
    permanent, detail = _is_permanent(f"{subject}\n{letter}"), _reason(letter) or subject
    return [_Failure(recipient=one, permanent=permanent, detail=detail) for one in recipients or ("",)]


def _failures(statuses: list[bytes]) -> tuple[list[_Failure], bool]:
    """Return the failed recipients of the status parts, and whether any recipient was reported at all."""
    failures, reported = [], False
    for status in statuses:
        for fields in _blocks(status[:_LONGEST_SCAN]):
            action = fields.text("action").casefold()
            if not action and not fields.raw("status"):
                continue
            reported = True
            if action in {"delivered", "relayed", "expanded"}:
                continue
            failures.append(_failure(fields, action))
    return failures, reported


def _failure(fields: Headers, action: str) -> _Failure:
    recipient = ""
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        found = fields.text(name).rpartition(";")[2].strip().strip("<>")
        recipient = recipient or clean_address(found)
    code = fields.text("status").strip()
    detail = decode_header((fields.raw("diagnostic-code") or b"").partition(b";")[2]) or code
    by_code = code.startswith("5") or (not code.startswith("4") and bool(_PERMANENT.search(detail)))
    permanent = action != "delayed" and (by_code or (action == "failed" and not code))
    return _Failure(recipient=recipient, permanent=permanent, detail=" ".join(detail.split()))


def _blocks(status: bytes) -> list[Headers]:
    """Return the blocks of fields of a status part; the first is of the mail, each other of one recipient."""
    blocks: list[Headers] = []
    position = 0
    while position < len(status) and len(blocks) < 100:
        fields, following = read_headers(status, position)
        if fields.fields:
            blocks.append(fields)
        position = max(following, position + 1)
    return blocks


def _named_ids(pieces: ReportPieces) -> tuple[str, ...]:
    """Return the ids that stand behind ``Message-ID:`` in anything that the report holds."""
    sources = [part[:_LONGEST_SCAN] for part in (*pieces.returned, *pieces.statuses)]
    letter = pieces.text[:_LONGEST_SCAN].encode("utf-8", "replace")
    return _unique(match for source in (*sources, letter) for match in _MESSAGE_ID.findall(source))


def _other_ids(headers: Headers, pieces: ReportPieces, addresses: set[str]) -> tuple[str, ...]:
    """Return what else looks like an id: what the report answers, and ids in its text that are no addresses."""
    letter = pieces.text[:_LONGEST_SCAN].encode("utf-8", "replace")
    sources = (headers.raw("in-reply-to") or b"", headers.raw("references") or b"", letter)
    found = _unique(match for source in sources for match in _ANGLE_ID.findall(source))
    return tuple(one for one in found if one.strip("<>").casefold() not in addresses)


def _unique(ids: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(decode_bytes(one) for one in islice(ids, 200)))[:50]


def _recipients_in(letter: str, own: set[str]) -> tuple[str, ...]:
    """Return the addresses in a letter, up to where it quotes the returned mail."""
    lines = letter[:_LONGEST_LETTER].splitlines()
    own_words = "\n".join(takewhile(lambda line: not _begins_quote(line[:200].casefold()), lines))
    found = (clean_address(match.rstrip(".")) for match in _ADDRESS.findall(own_words))
    return tuple(dict.fromkeys(one for one in found if one and one not in own and not is_daemon(one)))[:20]


def _begins_quote(line: str) -> bool:
    if line.startswith("---"):
        return any(word in line for word in ("copy", "original", "returned", "原邮件", "邮件原文"))
    return line.startswith(("return-path:", "received: "))


def _is_permanent(text: str) -> bool:
    if _PERMANENT.search(text):
        return True
    return not (_TEMPORARY.search(text) or _DELAYED.search(text))


def _reason(letter: str) -> str:
    match = _REASON.search(letter[:_LONGEST_LETTER])
    return " ".join(match[0].split()) if match else ""
