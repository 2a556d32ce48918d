"""Parameters of Content-Type and Content-Disposition (RFC 2231 and what is sent instead), and file names."""

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from .charset import decode_bytes
from .headers import Headers, decode_header, unfold

_KEY = re.compile(rb"[\s;]*([^=;\s]{1,100})\s*=\s*")
_WORDS = re.compile(rb"(?:\s*=\?[^?\s]{1,60}\?[BbQq]\?[^?]{0,9000}\?=)+")
_SEGMENT = re.compile(r"\*(\d{1,3})(\*?)$")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_SOME_FILE = re.compile(r"\.(pdf|xlsx?|docx?|zip|rar|7z|wps|et|ofd|jpe?g|png|tiff?|bmp)$", re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_LONGEST_NAME = 200
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/msword": ".doc",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/x-rar-compressed": ".rar",
    "application/ofd": ".ofd",
    "message/rfc822": ".eml",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".ics",
}


def media_type(headers: Headers) -> str:
    """Return the declared media type in lower case; ``text/plain`` where none is declared or readable."""
    raw = headers.raw("content-type")
    if raw is None:
        return "text/plain"
    value = unfold(raw).split(b";", 1)[0].decode("ascii", "replace").strip().lower()
    if _MEDIA_TYPE.fullmatch(value):
        return value
    # A bare "pdf" or a type with a name glued to it says more by its file name than by itself.
    return "application/octet-stream" if parameter(headers, "content-type", "name") else "text/plain"


def parameter(headers: Headers, header: str, name: str) -> str | None:
    """Return a parameter of a header, decoded, or None.

    Understood: quoted and bare values, raw UTF-8 and GBK (with 0x5c as second byte), encoded words where
    RFC 2047 forbids them, RFC 2231 with and without charset and in pieces, percent signs without RFC 2231.
    """
    raw = headers.raw(header)
    if raw is None:
        return None
    pairs = parse_parameters(raw)
    if (value := _extended(pairs, name)) is not None:
        return value
    plain = next((value for key, value in pairs if key == name), None)
    if plain is None:
        return None
    text = decode_header(plain)
    if _PERCENT.search(text) and (decoded := _percent_decoded(text)):
        return decoded
    return text


def missing_pieces(headers: Headers) -> tuple[str, ...]:
    """Return what a part says of its name in pieces (RFC 2231) of which one is missing: ``filename``, ``name``.

    A last piece that is missing does not show: no piece says that it is the last.
    """
    found = []
    for header, name in (("content-disposition", "filename"), ("content-type", "name")):
        raw = headers.raw(header)
        if raw is None or b"*" not in raw:
            continue
        pairs = parse_parameters(raw)
        whole = any(key == name + "*" for key, _ in pairs)
        if not whole and _has_gap(_segments(pairs, name)):
            found.append(name)
    return tuple(found)


def parse_parameters(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the parameters of a header value as (lower case name, undecoded value)."""
    value = unfold(raw[: 1 << 15])
    position = value.find(b";") + 1
    wide = not _is_utf8(value)
    pairs: list[tuple[str, bytes]] = []
    while 0 < position < len(value) and len(pairs) < 200:
        match = _KEY.match(value, position)
        if match is None:
            position = value.find(b";", position) + 1
            continue
        key = match[1].decode("ascii", "replace").lower()
        found, position = _value(value, match.end(), wide=wide)
        pairs.append((key, found))
    return pairs


def file_name(headers: Headers) -> str:
    """Return the safe name that a part gives its file, or an empty text where it gives none."""
    candidates = [
        parameter(headers, "content-disposition", "filename"),
        parameter(headers, "content-type", "name"),
        parameter(headers, "content-disposition", "name"),
    ]
    if "filename" in missing_pieces(headers):
        candidates.append(candidates.pop(0))  # a whole name says more than one with a hole
    description = headers.text("content-description")
    if _SOME_FILE.search(description):
        candidates.append(description)
    names = [name for name in map(safe_name, filter(None, candidates)) if name]
    whole = (name for name in names if "\ufffd" not in name and "??" not in name)
    return next(whole, names[0] if names else "")


def safe_name(name: str) -> str:
    """Return a file name without path, control and bidi characters, at most 200 bytes; it may be empty."""
    last = re.split(r"[\\/]", name)[-1]
    visible = "".join(character for character in last if unicodedata.category(character) not in _INVISIBLE)
    return _shortened(unicodedata.normalize("NFC", visible).strip(" .\u3000\u00a0"))


def default_name(number: int, content_type: str) -> str:
    """Return the name of a part that gives none: ``附件1.pdf``."""
    return f"附件{number}{_EXTENSIONS.get(content_type, '.bin')}"


def _shortened(name: str) -> str:
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 10:
        stem, dot, extension = name, "", ""
    room = _LONGEST_NAME - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + dot + extension


def _value(value: bytes, position: int, *, wide: bool) -> tuple[bytes, int]:
    if value[position : position + 1] == b'"':
        return _quoted(value, position + 1, wide=wide)
    if match := _WORDS.match(value, position):
        return match[0].strip(), match.end()
    end = value.find(b";", position)
    end = len(value) if end < 0 else end
    return value[position:end].strip(), end


def _quoted(value: bytes, position: int, *, wide: bool) -> tuple[bytes, int]:
    found = bytearray()
    while position < len(value):
        byte = value[position]
        if byte == 0x22:
            break
        step = 1
        if wide and 0x81 <= byte <= 0xFE and _is_trail(value[position + 1 : position + 2]):
            # The second byte of a GBK character may be a backslash: it escapes nothing.
            step = 2
        elif byte == 0x5C and value[position + 1 : position + 2] in (b'"', b"\\"):
            position += 1
        found += value[position : position + step]
        position += step
    return bytes(found), position + 1


def _is_trail(byte: bytes) -> bool:
    return bool(byte) and (0x40 <= byte[0] <= 0x7E or 0x80 <= byte[0] <= 0xFE)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _extended(pairs: list[tuple[str, bytes]], name: str) -> str | None:
    """Return the RFC 2231 form of a parameter, whole (``name*``) or in pieces (``name*0*``), or None."""
    whole = next((value for key, value in pairs if key == name + "*"), None)
    segments = [(0, True, whole)] if whole is not None else _segments(pairs, name)
    charset, data, escaped = "", b"", b""
    for index, (_, encoded, value) in enumerate(segments):
        if encoded and index == 0 and value.count(b"'") >= 2:
            label, _, value = value.split(b"'", 2)
            charset = label.decode("ascii", "replace")
        if encoded:
            escaped += value  # joined first: some programs cut in the middle of an escape
        else:
            data, escaped = data + unquote_to_bytes(escaped) + value, b""
    data += unquote_to_bytes(escaped)
    if not data:
        return None
    return decode_header(data) if b"=?" in data else decode_bytes(data, charset)


def _segments(pairs: list[tuple[str, bytes]], name: str) -> list[tuple[int, bool, bytes]]:
    found = []
    for key, value in pairs:
        if key.startswith(name + "*") and (match := _SEGMENT.fullmatch(key, len(name))):
            found.append((int(match[1]), bool(match[2]), value))
    return sorted(found, key=lambda segment: segment[0])


def _has_gap(segments: list[tuple[int, bool, bytes]]) -> bool:
    if not segments:
        return False
    first, encoded, value = segments[0]
    # Some count from 1: the piece that names the charset is the first, whatever its number.
    start = first if encoded and value.count(b"'") >= 2 else 0
    numbers = {number for number, _, _ in segments}
    return numbers != set(range(start, start + len(numbers)))


def _percent_decoded(text: str) -> str | None:
    decoded = decode_bytes(unquote_to_bytes(text))
    return None if "\ufffd" in decoded else decoded
