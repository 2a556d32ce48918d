"""The packed RTF in which Outlook keeps the text of a mail (MS-OXRTFCP)."""

import struct

from .office import Damaged, TooLarge

_BEGIN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_HEADER = struct.Struct("<I I 4s I")
_WINDOW = 4096
_LARGEST = 20 * 1024 * 1024


def unpacked(data: bytes) -> bytes:
    """Return the RTF.

    :raises Damaged: when it is none.
    :raises TooLarge: when it unpacks to more than any mail has.
    """
    if len(data) < _HEADER.size:
        raise Damaged("no packed RTF")
    _, size, mark, _ = _HEADER.unpack_from(data)
    if size > _LARGEST:
        raise TooLarge("the text of the mail")
    if mark == b"MELA":
        return data[_HEADER.size : _HEADER.size + size]
    if mark != b"LZFu":
        raise Damaged("no packed RTF")
    return _expanded(data, size)


def _expanded(data: bytes, size: int) -> bytes:
    window = bytearray(_BEGIN.ljust(_WINDOW, b"\x00"))
    place = len(_BEGIN)
    out = bytearray()
    at = _HEADER.size
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if flags >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                reference = data[at] << 8 | data[at + 1]
                at += 2
                start, length = reference >> 4, (reference & 0xF) + 2
                if start == place:  # the end
                    return bytes(out)
                piece = None
            else:
                if at >= len(data):
                    return bytes(out)
                start, length, piece = 0, 1, data[at]
                at += 1
            for offset in range(length):
                byte = window[(start + offset) % _WINDOW] if piece is None else piece
                out.append(byte)
                window[place] = byte
                place = (place + 1) % _WINDOW
    return bytes(out)
