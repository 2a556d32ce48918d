"""The header block of a mail, in whatever state it is in, as names and raw bytes, and texts out of them."""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass, field

from .charset import decode_bytes

_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KNOWN = re.compile(
    rb"(?i)(from|to|cc|bcc|sender|subject|date|received|mime-version|message-id|reply-to|return-path|in-reply-to|"
    rb"references|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z-]+|dkim-signature)[ \t]*:"
)
_ENCODED_WORD = re.compile(rb"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?]{0,9000}|\S{0,2000}?)\?=")
_BETWEEN_WORDS = re.compile(rb"(?<=\?=)[ \t\r\n]+(?==\?)")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_LINE_END = re.compile(rb"[\r\n]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_LONGEST_BLOCK = 1 << 20
_LONGEST_VALUE = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Headers:
    """The headers of one mail or part, in their order, names in lower case, values as raw bytes."""

    fields: tuple[tuple[str, bytes], ...] = ()
    defects: tuple[str, ...] = field(default=())

    def raw(self, name: str) -> bytes | None:
        """Return the first value with this name, undecoded, or None."""
        return next((value for key, value in self.fields if key == name), None)

    def all_raw(self, name: str) -> tuple[bytes, ...]:
        """Return every value with this name, undecoded, topmost first."""
        return tuple(value for key, value in self.fields if key == name)

    def text(self, name: str) -> str:
        """Return the first value with this name, decoded; an empty text where there is none."""
        return decode_header(self.raw(name) or b"")


def read_headers(data: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """Read a header block out of a buffer.

    :param data: the buffer; ``start`` and ``end`` bound the part in it.
    :return: the headers and the offset where the body begins.
    """
    end = len(data) if end is None else end
    fields: list[tuple[str, list[bytes]]] = []
    defects: list[str] = []
    position = start
    while position < end:
        line, following = _line(data, position, end)
        if not line.strip(b"\r\n"):
            position = following
            break
        if match := _NAME.match(line):
            fields.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif fields and (line[:1] in b" \t" or _KNOWN.match(data, following, end)):
            # Some programs fold raw Chinese headers without the leading blank.
            fields[-1][1].append(line if line[:1] in b" \t" else b" " + line)
        elif not fields and line.startswith((b"From ", b">From ", b"\xef\xbb\xbf")):
            defects.append("line before the headers")
        else:
            defects.append("no blank line between headers and body")
            break
        position = following
        if position - start > _LONGEST_BLOCK:
            defects.append("header block cut")
            break
    joined = tuple((name, b"".join(lines).strip()) for name, lines in fields)
    return Headers(fields=joined, defects=tuple(defects)), position


def decode_header(raw: bytes) -> str:
    """Decode a header or a parameter value: encoded words, raw UTF-8 and raw GBK, in any mixture."""
    value = unfold(raw[:_LONGEST_VALUE])
    value = _BETWEEN_WORDS.sub(b"", value)
    pieces: list[str] = []
    position, pending, charset = 0, b"", ""
    for match in _ENCODED_WORD.finditer(value):
        literal, label = value[position : match.start()], match[1].decode("ascii", "replace").lower()
        # A character may be split over two words of the same charset: join the bytes before decoding.
        if pending and (literal or label != charset):
            pieces.append(decode_bytes(pending, charset))
            pending = b""
        if literal:
            pieces.append(decode_bytes(literal))
        charset, pending, position = label, pending + _word_bytes(match[2], match[3]), match.end()
    if pending:
        pieces.append(decode_bytes(pending, charset))
    pieces.append(decode_bytes(value[position:]))
    return "".join(pieces).strip()


def unfold(raw: bytes) -> bytes:
    """Return a header value on one line."""
    return _LINE_END.sub(b"", _FOLD.sub(b"", raw))


def _line(data: bytes, position: int, end: int) -> tuple[bytes, int]:
    newline = data.find(b"\n", position, end)
    following = end if newline < 0 else newline + 1
    return data[position:following], following


def _word_bytes(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"Bb":
        clean = _NOT_BASE64.sub(b"", text)
        if len(clean) % 4 == 1:
            clean = clean[:-1]
        try:
            return base64.b64decode(clean + b"=" * (-len(clean) % 4))
        except binascii.Error:
            return text
    return quopri.decodestring(text.replace(b"_", b"=20"), header=False)
