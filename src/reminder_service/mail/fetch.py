"""The answers to UID FETCH as imaplib hands them over, read without trusting their order.

imap-tools' own fetch drops messages when one of a chunk is gone and lets an unsolicited FETCH pass for a
mail, so the answers are read here. Nothing from inside a mail is ever searched for an attribute.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_UID = re.compile(rb"(?<![\w.-])UID (\d{1,10})(?!\d)", re.IGNORECASE)
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,18})(?!\d)", re.IGNORECASE)
_DATE = re.compile(rb'INTERNALDATE "([^"]*)"', re.IGNORECASE)
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BODY_LITERAL = re.compile(rb"BODY\[[^\]]*\](?:<\d+>)? ~?\{\d+\+?\}$", re.IGNORECASE)
_BODY_QUOTED = re.compile(rb'BODY\[[^\]]*\](?:<\d+>)? ("(?:[^"\\]|\\.)*")', re.IGNORECASE)
_DATE_PARTS = re.compile(
    r"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})\s*"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One FETCH answer; what the server did not say is None."""

    uid: int
    size: int | None
    internal_date: datetime | None
    body: bytes | None


def fetched(data: Iterable[object]) -> Iterator[Fetched]:
    """Yield the answers that name a UID.

    :param data: what ``imaplib`` returns for FETCH: (text, literal) pairs, closing lines, single lines, None.
    """
    for texts, literals in _answers(data):
        joined = b" ".join(texts)
        attributes = _QUOTED.sub(b'""', joined)
        uid = _UID.search(attributes)
        if uid is None:
            continue
        size, date = _SIZE.search(attributes), _DATE.search(joined)
        yield Fetched(
            uid=int(uid[1]),
            size=int(size[1]) if size else None,
            internal_date=parse_internal_date(date[1].decode("ascii", "replace")) if date else None,
            body=_body(texts, literals),
        )


def _answers(data: Iterable[object]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Yield each answer as its texts and the literals that follow all but the last of them."""
    texts: list[bytes] = []
    literals: list[bytes] = []
    for part in data:
        if isinstance(part, tuple):
            texts.append(part[0])
            literals.append(part[1])
        elif isinstance(part, bytes):
            yield [*texts, part], literals
            texts, literals = [], []


def _body(texts: list[bytes], literals: list[bytes]) -> bytes | None:
    for text, literal in zip(texts, literals, strict=False):
        if _BODY_LITERAL.search(text):
            return literal
    for text in texts:
        if quoted := _BODY_QUOTED.search(text):
            return re.sub(rb"\\(.)", rb"\1", quoted[1][1:-1])
    return None


def parse_internal_date(text: str) -> datetime | None:
    """Return an INTERNALDATE as an aware time, None if it is none (RFC 9051, ``date-time``)."""
    # Not strptime: its month names depend on the locale.
    match = _DATE_PARTS.fullmatch(text)
    if match is None or match[2].lower() not in MONTHS:
        return None
    day, year, hour, minute, second = (int(match[number]) for number in (1, 3, 4, 5, 6))
    offset = timedelta(hours=int(match[8]), minutes=int(match[9])) * (-1 if match[7] == "-" else 1)
    try:
        zone = timezone(offset)
        month = MONTHS.index(match[2].lower()) + 1
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        moment.astimezone(UTC)  # at the ends of the calendar there is no such moment in UTC
    except (ValueError, OverflowError):
        return None
    return moment
