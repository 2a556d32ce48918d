"""Addresses, message ids and dates out of headers, as far as they can be used."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from .headers import Headers, decode_header, unfold

_QUOTED = re.compile(r'"[^"]*"')
_ANGLE = re.compile(r"<\s{0,5}([^<>\s@]{1,128}@[^<>\s@]{1,255})\s{0,5}>")
_BETWEEN = re.compile(r"[\s<>:\"()\[\]]+")
_ADDRESS = re.compile(
    r"[^\s@<>\"',;:()\[\]\\]{1,64}@[\w.-]{1,250}|[^\s@<>\"',;:()\[\]\\]{1,64}@\[[\da-f.:]{3,45}\]"
)
_AROUND_AT = re.compile(rb"[^\s@]{1,128}@\S{1,255}")
_ID = re.compile(rb"<[!-;=?-~]{1,990}>")
_BARE_ID = re.compile(rb"[!-;=?-~]{1,600}@[!-;=?-~]{1,300}")
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ](\d{1,2}):(\d\d)(?::(\d\d))?\s*(?:([+-])(\d\d):?(\d\d))?"
)
_BARE_CST = re.compile(r"(?<![(\w])CST\b")
_OFFSET = re.compile(r"[+-]\d{4}\b")
_EARLIEST, _LATEST = 1990, 2099
_LONGEST = 1 << 16
_MOST = 100


def sender(headers: Headers) -> tuple[str, str]:
    """Return address (casefolded, empty if unusable) and display name of the From header."""
    raw = unfold((headers.raw("from") or b"")[:_LONGEST])
    found = addresses_in(raw)
    cut = raw.rfind(b"<")
    named = raw[:cut] if cut >= 0 else _AROUND_AT.sub(b"", raw)
    return (found[0] if found else ""), _display_name(named)


def addresses_in(raw: bytes) -> tuple[str, ...]:
    """Return the usable addresses of an address header, casefolded, each once, in order."""
    # GB18030 never uses the bytes of quotes, commas and angle brackets inside a character.
    text = _QUOTED.sub(" ", unfold(raw[:_LONGEST]).decode("utf-8", "replace"))
    found: dict[str, None] = {}
    for chunk in re.split(r"[,;]", text):
        candidates = _ANGLE.findall(chunk) or _BETWEEN.split(chunk)
        for candidate in candidates:
            if address := clean_address(candidate):
                found.setdefault(address)
    return tuple(found)[:_MOST]


def clean_address(text: str) -> str:
    """Return the address casefolded, or an empty text if it cannot be one."""
    folded = unicodedata.normalize("NFC", text.strip().strip("'").casefold())
    if "\ufffd" in folded or ".." in folded or not _ADDRESS.fullmatch(folded):
        return ""
    return folded.rstrip(".")


def message_id(raw: bytes | None) -> str | None:
    """Return a message id with its angle brackets, or None where it is missing or garbled."""
    found = message_ids(raw)
    return found[0] if found else None


def message_ids(raw: bytes | None) -> tuple[str, ...]:
    """Return the ids of a Message-ID, In-Reply-To or References header, each once, the last hundred."""
    value = unfold((raw or b"")[-_LONGEST:])
    found = [match.decode("ascii") for match in _ID.findall(value)]
    if not found and (bare := _BARE_ID.fullmatch(value.strip())):
        found = [f"<{bare[0].decode('ascii')}>"]
    return tuple(dict.fromkeys(found))[-_MOST:]


def sent_at(headers: Headers) -> datetime | None:
    """Return the time of the Date header, or None where it cannot be used."""
    return parse_date((headers.raw("date") or b"").decode("ascii", "replace"))


def relayed_at(headers: Headers) -> datetime | None:
    """Return the time of the top Received header: when the last server took the mail."""
    raw = unfold((headers.raw("received") or b"")[:_LONGEST]).decode("ascii", "replace")
    return parse_date(raw.rpartition(";")[2])


def parse_date(text: str) -> datetime | None:
    """Return an aware time; a time without offset counts as UTC, a year outside 1990–2099 is unusable."""
    value = unfold(text.encode("ascii", "replace")[:500]).decode("ascii").strip()
    if not _OFFSET.search(value):
        # China Standard Time; the parser of the standard library would take it for North American time.
        value = _BARE_CST.sub("+0800", value)
    try:
        parsed = parsedate_tz(value)
        if parsed is not None:
            offset = timedelta(seconds=parsed[9] or 0)
            found = datetime(*parsed[:6], tzinfo=timezone(offset))
        elif match := _ISO.search(value):
            found = _iso(match)
        else:
            return None
        return found if _EARLIEST <= found.astimezone(UTC).year <= _LATEST else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _iso(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute = (int(match[index]) for index in range(1, 6))
    offset = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
    zone = timezone(-offset if match[7] == "-" else offset)
    return datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=zone)


def _display_name(raw: bytes) -> str:
    text = decode_header(raw).strip().strip("\"'").strip()
    text = text.replace('\\"', '"').replace("\ufffd", "") if text.strip("\ufffd") else ""
    visible = (character for character in text if unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
    return " ".join("".join(visible).split())[:200]
