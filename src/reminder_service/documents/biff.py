"""Which cells of an old Excel file (BIFF8) show their number under which format."""

import struct
from collections.abc import Iterator

from .limits import MAX_COLUMNS
from .number_formats import BUILT_IN
from .sheets import Formats

_BOF, _EOF = 0x0809, 0x000A
_FORMAT, _STYLE, _SHEET = 0x041E, 0x00E0, 0x0085
_NUMBER, _RK, _MANY_RK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_BIFF8 = 0x0600
_MOST = 200_000

Record = tuple[int, bytes]


class BiffFormats:
    """The formats of the records of a workbook; what is torn here costs formats, not the form."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._codes: list[str] = []
        self._places: dict[str, int] = {}
        own: dict[int, str] = {}
        styles: list[int] = []
        for kind, body in _records(stream, 0):
            if kind == _BOF and _u16(body, 0) != _BIFF8:
                return
            if kind == _FORMAT:
                own[_u16(body, 0)] = _text(body[2:], long=True)
            elif kind == _STYLE:
                styles.append(_u16(body, 2))
            elif kind == _SHEET and len(body) > 8:
                self._places[_text(body[6:], long=False)] = int.from_bytes(body[:4], "little")
        self._codes = [_known(own.get(style) or BUILT_IN.get(style, "")) for style in styles]

    def of_sheet(self, index: int, name: str) -> Formats:
        """Return the format codes of the cells of a sheet that change how a number looks."""
        place = self._places.get(name)
        if place is None or not any(self._codes):
            return {}
        found: dict[tuple[int, int], str] = {}
        for row, column, style in _cells(self._stream, place):
            if style < len(self._codes) and self._codes[style] and column < MAX_COLUMNS:
                found[row, column] = self._codes[style]
                if len(found) == _MOST:
                    break
        return found


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """Yield the records from a place to the end of its part."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _EOF:
            return


def _cells(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Yield row, column and style of each cell that holds a number."""
    for kind, body in _records(stream, place):
        if kind in (_NUMBER, _RK, _FORMULA) and len(body) >= 6:
            yield struct.unpack_from("<HHH", body)
        elif kind == _MANY_RK and len(body) >= 6:
            row, first = struct.unpack_from("<HH", body)
            for offset in range(4, len(body) - 7, 6):
                yield row, first + (offset - 4) // 6, _u16(body, offset)


def _known(code: str) -> str:
    return "" if code.lower() in ("general", "@", "g/通用格式") else code


def _u16(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 2], "little")


def _text(body: bytes, *, long: bool) -> str:
    """Return a counted string: of 16-bit characters, or of their lower halves."""
    length, rest = (_u16(body, 0), body[2:]) if long else (body[0], body[1:])
    wide = bool(rest[:1] and rest[0] & 1)
    return rest[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
