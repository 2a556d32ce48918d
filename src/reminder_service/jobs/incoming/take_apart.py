"""The files of a message: parts of a mail, archives opened, and files that came without a mail."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from ...documents.sniff import may_hold_files
from ...documents.unpacked import Unpacked
from ...domain.documents import Reading
from ...domain.messages import facts_to_json
from ...mime import ParsedMail, parse
from ...store import FoundFile, Store, StoredDocument, StoredMessage
from .keep import KeptMail

logger = logging.getLogger(__name__)

BODY = "邮件正文.html"


class Reader(Protocol):
    """Reads files and takes archives apart; every failure is a problem in the reading, never an exception."""

    version: int

    def read(self, path: Path, filename: str) -> Reading:
        """Return what is in the file at ``path``, which came under the name ``filename``."""
        ...

    def expect(self, files: Iterable[tuple[Path, str]]) -> None:
        """Hear which files will be read, by path and name, in their order."""
        ...

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        """Yield the file itself, or what is in it where it is an archive or a mail."""
        ...


def expect_documents(store: Store, reader: Reader, documents: Iterable[StoredDocument]) -> None:
    """Tell the reader which documents it will be asked for, so that it can convert old files together."""
    reader.expect((store.originals.path(one.sha256), one.filename) for one in documents)


def take_apart(
    store: Store, reader: Reader, message: StoredMessage
) -> tuple[ParsedMail | None, list[FoundFile]]:
    """Return the mail, if the message is one, and the files in it; their contents go to the originals.

    Only the mail itself is parsed in this process; what is attached is opened by the reader's.

    :raises LostOriginal: when the mail is not on the disk any more.
    """
    if message.sha256 is None:
        documents = store.documents.of_message(message.id)
        # A file that came out of a PDF stands beside it: taken apart again, both give it.
        files = (file for document in documents for file in _in_document(store, reader, document))
        return None, list(dict.fromkeys(files))
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


def take_apart_early(store: Store, mails: Sequence[KeptMail]) -> None:
    """Take mails apart that were just kept and whose bytes are still in memory, and note what is in them.

    Only those in which nothing is to be opened: an archive, or a file built like one, waits for ``process`` and
    its child process. So does a mail that cannot be parsed: there its tries are counted.

    :raises OutsideError: when the disk is full or the store locked; then nothing is noted of these mails.
    """
    parsed = [(mail.message, one) for mail in mails if (one := _plain(mail)) is not None]
    contents = [content for _, one in parsed for content in _contents(one)]
    hashes = iter(store.originals.put_all([data for data, _, _ in contents]))
    with store.transaction():
        for message, one in parsed:
            files = [
                FoundFile(sha256=next(hashes), filename=name, inline=inline, size=len(data))
                for data, name, inline in _contents(one)
            ]
            store.documents.begin(message, files)
            store.messages.note_facts(message, facts_to_json(one.facts))


def _plain(mail: KeptMail) -> ParsedMail | None:
    """Return a mail of which every part is a file by itself, None for another."""
    try:
        parsed = parse(mail.raw)
    except Exception as error:  # whatever is wrong with it, it is kept and noted already
        logger.warning("Message %s left for later: %r", mail.message, error, extra={"action": "apart_later"})
        return None
    return None if any(may_hold_files(part.data) for part in parsed.parts) else parsed


def _contents(parsed: ParsedMail) -> list[tuple[bytes, str, bool]]:
    """Return the files of a mail that is not to be opened further: content, name, whether it stands in the text."""
    parts = [(part.data, part.filename, part.inline) for part in parsed.parts]
    return [*parts, (parsed.html.encode(), BODY, False)] if parsed.html else parts


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
