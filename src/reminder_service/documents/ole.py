"""The container of old Office files and Outlook mails: its streams, marks and passwords."""

import io
import re
from types import TracebackType
from typing import Self

import olefile

from reminder_service.domain.documents import REPORT_PROPERTY, FormCode, SheetMark

from .limits import MAX_PART_BYTES
from .office import Damaged

_SUMMARIES = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_CODE = re.compile(r"RS1:[0-9A-Za-z:-]{6,100}")
_SHEET_MARK = re.compile(r"RC1:[0-9a-z:-]{20,100}")
_WORD_ENCRYPTED = 0x0100
_FIB_FLAGS = slice(10, 12)
_FILEPASS = 0x2F
_SECURED_WORKBOOK = 200
"""The mark of a password is among the first records of a workbook."""


class Container:
    """The streams of an OLE file.

    :raises Damaged: when it is torn.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._ole = olefile.OleFileIO(io.BytesIO(data))
        except Exception as error:  # olefile checks much, and struct and index errors pass through
            raise Damaged(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ole.close()

    def paths(self) -> list[tuple[str, ...]]:
        """Return the paths of all streams."""
        return [tuple(path) for path in self._ole.listdir()]

    def stream(self, *path: str) -> bytes | None:
        """Return a stream, or None where there is none of this name.

        :raises Damaged: when it is torn.
        """
        try:
            if not self._ole.exists("/".join(path)):
                return None
            with self._ole.openstream(list(path)) as stream:
                return bytes(stream.read(MAX_PART_BYTES))
        except Exception as error:  # as above
            raise Damaged("/".join(path)) from error


def workbook_stream(container: Container) -> bytes:
    """Return the records of an Excel file.

    :raises Damaged: when it has none.
    """
    for name in ("Workbook", "Book"):
        if (stream := container.stream(name)) is not None:
            return stream
    raise Damaged("no workbook")


def is_secured(container: Container) -> bool:
    """Whether a Word or Excel file is under a password."""
    word = container.stream("WordDocument")
    if word is not None:
        return bool(int.from_bytes(word[_FIB_FLAGS], "little") & _WORD_ENCRYPTED)
    book, at = workbook_stream(container), 0
    for _ in range(_SECURED_WORKBOOK):
        record, size = (int.from_bytes(book[at + place : at + place + 2], "little") for place in (0, 2))
        if record == _FILEPASS:
            return True
        at += 4 + size
    return False


def marks(container: Container) -> tuple[FormCode | None, bool]:
    """Return our form's code and whether this program made the file, from the properties."""
    text = _properties(container)
    codes = (FormCode.parse(found) for found in _CODE.findall(text))
    return next((code for code in codes if code), None), REPORT_PROPERTY in text


def sheet_mark(container: Container) -> SheetMark | None:
    """Return the mark of our own contact sheet, from the properties."""
    found = map(SheetMark.parse, _SHEET_MARK.findall(_properties(container)))
    return next((mark for mark in found if mark), None)


def _properties(container: Container) -> str:
    """Return the streams of properties as text, whatever they are encoded in."""
    text = ""
    for name in _SUMMARIES:
        stream = container.stream(name) or b""
        text += stream.decode("latin-1") + stream.decode("utf-16-le", "replace")
        text += stream[1:].decode("utf-16-le", "replace")
    return text
