"""Pages with a large part that is compressed once for everybody, and is sent with what belongs to one reader around it.

Only the part that everybody gets is compressed. What a reader alone gets (the token of their forms) goes as it is:
its length must tell nothing to whoever watches the wire (BREACH).
"""

import struct
import zlib
from dataclasses import dataclass

_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_LONGEST_BLOCK = 0xFFFF
_LEVEL = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Squeezed:
    """A part of a page as it is and compressed: raw deflate that ends at a whole byte and may be continued."""

    html: bytes
    deflated: bytes


def squeezed(html: bytes) -> Squeezed:
    """Compress a part of a page."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Squeezed(html=html, deflated=packer.compress(html) + packer.flush(zlib.Z_FULL_FLUSH))


def gzipped(head: bytes, large: Squeezed, tail: bytes) -> bytes:
    """Return the gzip file of a page: what stands before and after the large part is stored as it is."""
    check = zlib.crc32(tail, zlib.crc32(large.html, zlib.crc32(head)))
    length = (len(head) + len(large.html) + len(tail)) & 0xFFFFFFFF
    stored = _stored(head), large.deflated, _stored(tail), _block(b"", last=True)
    return b"".join((_HEAD, *stored, struct.pack("<II", check, length)))


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a browser that sends this header takes gzip."""
    for one in accept_encoding.lower().split(","):
        name, _, quality = one.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _stored(data: bytes) -> bytes:
    places = range(0, len(data), _LONGEST_BLOCK)
    return b"".join(_block(data[place : place + _LONGEST_BLOCK]) for place in places)


def _block(data: bytes, *, last: bool = False) -> bytes:
    return struct.pack("<BHH", last, len(data), len(data) ^ _LONGEST_BLOCK) + data
