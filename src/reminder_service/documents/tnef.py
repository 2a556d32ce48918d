"""winmail.dat (TNEF, MS-OXTNEF): its attachments and the text of the mail."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .office import Damaged

SIGNATURE = b"\x78\x9f\x3e\x22"

_ATTACHMENT_BEGINS, _DATA, _TITLE = 0x9002, 0x800F, 0x8010
_ATTACHMENT_PROPERTIES, _MAIL_PROPERTIES = 0x9005, 0x9003
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_MANY = 0x1000
_NAMED = 0x8000
_GUID = 16
_MOST = 10_000


@dataclass(slots=True)
class Part:
    """The mail, or a file attached to it: title and bytes as they stand, MAPI properties by their number."""

    title: bytes = b""
    data: bytes = b""
    properties: dict[int, tuple[int, bytes]] = field(default_factory=dict)


def parts_of(data: bytes) -> tuple[Part, list[Part]]:
    """Return the mail itself and its attachments.

    :raises Damaged: when it is no TNEF, or torn before its first attribute. What is whole is returned.
    """
    if not data.startswith(SIGNATURE):
        raise Damaged("no TNEF")
    mail, attached = Part(), []
    for number, value in _attributes(data):
        if number == _MAIL_PROPERTIES:
            mail.properties |= _properties(value)
        elif number == _ATTACHMENT_BEGINS:
            attached.append(Part())
        elif attached and number == _DATA:
            attached[-1].data = value
        elif attached and number == _TITLE:
            attached[-1].title = value.partition(b"\x00")[0]
        elif attached and number == _ATTACHMENT_PROPERTIES:
            attached[-1].properties |= _properties(value)
    return mail, attached


def text_of(properties: Mapping[int, tuple[int, bytes]], number: int) -> str:
    """Return a property that is a text, or an empty one."""
    kind, value = properties.get(number, (0, b""))
    text = value.decode("utf-16-le", "replace") if kind == 0x1F else value.decode("gb18030", "replace")
    return text.partition("\x00")[0]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(SIGNATURE) + 2
    for _ in range(_MOST):
        if at + 9 > len(data):
            return
        _, number, _, size = struct.unpack_from("<BHHI", data, at)
        if at + 9 + size > len(data):
            return
        yield number, data[at + 9 : at + 9 + size]
        at += 9 + size + 2


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """Return the first value of each property, by number; what is torn ends the list."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, _MOST)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if number >= _NAMED else at + 4
            value, at = _value(data, at, kind)
            found.setdefault(number, (kind & ~_MANY, value))
    except struct.error:
        pass
    return found


def _after_name(data: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", data, at + _GUID)
    (length,) = struct.unpack_from("<I", data, at + _GUID + 4)
    return at + _GUID + 8 + (_padded(length) if kind else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Return the first value at a place, and the place after all its values."""
    fixed = _FIXED.get(kind & ~_MANY)
    count = 1
    if fixed is None or kind & _MANY:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    first = b""
    for place in range(min(count, _MOST)):
        size = fixed
        if size is None:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
        if at + size > len(data):
            raise struct.error("it ends in the middle of a value")
        if not place:
            first = data[at : at + size]
        at += _padded(size)
    return first, at


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4
