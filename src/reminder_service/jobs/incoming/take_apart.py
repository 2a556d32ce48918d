"""The files of a message: parts of a mail, archives opened, and files that came without a mail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ...documents.unpacked import Unpacked
from ...domain.documents import Reading
from ...mime import ParsedMail, parse
from ...store import FoundFile, Store, StoredDocument, StoredMessage

BODY = "邮件正文.html"


class Reader(Protocol):
    """Reads files and takes archives apart; every failure is a problem in the reading, never an exception."""

    version: int

    def read(self, path: Path, filename: str) -> Reading:
        """Return what is in the file at ``path``, which came under the name ``filename``."""
        ...

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        """Yield the file itself, or what is in it where it is an archive or a mail."""
        ...


def take_apart(
    store: Store, reader: Reader, message: StoredMessage
) -> tuple[ParsedMail | None, list[FoundFile]]:
    """Return the mail, if the message is one, and the files in it; their contents go to the originals.

    Only the mail itself is parsed in this process; what is attached is opened by the reader's.

    :raises LostOriginal: when the mail is not on the disk any more.
    """
    if message.sha256 is None:
        documents = store.documents.of_message(message.id)
        return None, [file for document in documents for file in _in_document(store, reader, document)]
    parsed = parse(store.originals.read(message.sha256))
    found = [
        _kept(store, one, inline=part.inline)
        for part in parsed.parts
        for one in reader.unpack(part.data, part.filename)
    ]
    if parsed.html:
        # A form written (or pasted) into the mail itself.
        found.append(_kept(store, Unpacked(filename=BODY, archive_path="", data=parsed.html.encode())))
    return parsed, found


def _in_document(store: Store, reader: Reader, document: StoredDocument) -> Iterator[FoundFile]:
    data = store.originals.read(document.sha256)
    for one in reader.unpack(data, document.filename):
        places = [document.archive_path, one.archive_path]
        yield _kept(store, one, place="/".join(filter(None, places)), inline=document.inline)


def _kept(store: Store, file: Unpacked, *, place: str | None = None, inline: bool = False) -> FoundFile:
    return FoundFile(
        sha256=store.originals.put(file.data),
        filename=file.filename,
        archive_path=file.archive_path if place is None else place,
        inline=inline,
        size=len(file.data),
    )
