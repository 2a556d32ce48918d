"""Archives and forwarded mails: the files inside, within limits, with readable names."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from reminder_service.domain.documents import Kind, Problem

from .limits import ARCHIVE_BYTES, ARCHIVE_FILES, ARCHIVE_LEVELS, ARCHIVE_RATIO, ARCHIVE_RATIO_FROM
from .openers import Ended, opened
from .refusals import (
    DAMAGED_MSG,
    DAMAGED_ZIP,
    DEEP_ZIP,
    ENCRYPTED_ZIP,
    FAILED,
    NO_UNAR,
    SUSPECT_ZIP,
    TOO_SLOW,
)
from .sniff import sniff
from .unpacked import Unpacked

_DOCUMENTS = frozenset((Kind.DOCX, Kind.DOC, Kind.ODT, Kind.XLSX, Kind.XLS, Kind.ODS, Kind.PDF, Kind.OFD))
"""What a form comes as: the data that signing programs attach to a PDF is none."""

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._|~\$)", re.IGNORECASE)
_CHUNK = 1024 * 1024
_SIGNATURE_PICTURE = 20_000
"""A smaller picture inside the text of a mail is a logo or an emoticon, not a photo of a form."""


class _Exceeded(Exception):
    """The archive holds more than the limits allow."""


@dataclass(slots=True)
class _Budget:
    """What all archives of one file may still give."""

    files: int = ARCHIVE_FILES
    bytes: int = ARCHIVE_BYTES
    seen: set[str] = field(default_factory=set)

    def take(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise _Exceeded

    def take_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise _Exceeded


def unpack(data: bytes, filename: str) -> list[Unpacked]:
    """Return the file itself, or what is inside it where it is an archive or a mail, level by level.

    An archive that stays closed (password, damage, too deep, suspiciously large, no program for it) comes back
    as itself with its ``problem``; what else it held and could be opened stands beside it. 7z, rar and Outlook
    files are opened by a process of their own.
    """
    return list(_open(data, filename, "", 0, _Budget()))


def _open(data: bytes, filename: str, place: str, level: int, budget: _Budget) -> Iterator[Unpacked]:
    itself = Unpacked(filename=filename, archive_path=place, data=data)
    kind = sniff(data, filename)
    inside = _INSIDE.get(kind)
    if kind is Kind.PDF:
        yield itself
        if level < ARCHIVE_LEVELS:
            yield from _enclosed(itself, level, budget)
    elif inside is None:
        yield itself
    elif level == ARCHIVE_LEVELS:
        yield _closed(itself, DEEP_ZIP)
    else:
        try:
            for found in inside(itself, budget):
                if found.problem:
                    yield found
                else:
                    yield from _open(found.data, found.filename, found.archive_path, level + 1, budget)
        except _Exceeded:
            yield _closed(itself, SUSPECT_ZIP)


def _enclosed(outer: Unpacked, level: int, budget: _Budget) -> Iterator[Unpacked]:
    """Yield the documents attached to a PDF, which counts itself all the same; its scripts are never run."""
    from .pdf_enclosures import enclosures_of

    try:
        for name, content in enclosures_of(outer.data):
            if sniff(content, name) in _DOCUMENTS:
                budget.take_file()
                budget.take(len(content))
                yield from _open(
                    content, _clean_path(name).replace("/", "_"), _path(outer), level + 1, budget
                )
    except _Exceeded:
        return  # the PDF itself is read, and what came out until here


def _closed(file: Unpacked, problem: Problem) -> Unpacked:
    return Unpacked(filename=file.filename, archive_path=file.archive_path, data=file.data, problem=problem)


def _zip_files(outer: Unpacked, budget: _Budget) -> Iterator[Unpacked]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(outer.data))
    except Exception:  # zipfile raises a dozen types on torn archives
        yield _closed(outer, DAMAGED_ZIP)
        return
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        # Overlapping entries: more packed bytes than the file has. Told without unpacking anything.
        if sum(entry.compress_size for entry in entries) > len(outer.data):
            raise _Exceeded
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
            yield _closed(outer, ENCRYPTED_ZIP)
        torn = False
        for entry in entries:
            name = _name(entry)
            if entry.flag_bits & _ENCRYPTED_FLAG or _LITTER.search(name):
                continue
            budget.take_file()
            content = _content(archive, entry, budget)
            torn = torn or content is None
            if content is not None:
                folder, _, bare = f"{_path(outer)}/{name}".rpartition("/")
                yield Unpacked(filename=bare, archive_path=folder, data=content)
        if torn:
            yield _closed(outer, DAMAGED_ZIP)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> bytes | None:
    """Return what an entry unpacks to, or None where it is torn; the declared size is not believed."""
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as stream:
            while part := stream.read(_CHUNK):
                size += len(part)
                budget.take(len(part))
                if size > ARCHIVE_RATIO_FROM and size > ARCHIVE_RATIO * max(1, entry.compress_size):
                    raise _Exceeded
                parts.append(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    return b"".join(parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the path of an entry: Windows packs names in GBK, some programs in UTF-8, without saying so."""
    name = entry.orig_filename
    return _clean_path(name if entry.flag_bits & _UTF8_FLAG else _decoded(name))


def _clean_path(name: str) -> str:
    """Return a path inside an archive that names nothing outside of it."""
    parts = [part for part in re.split(r"[/\\]+", name) if part not in ("", ".", "..")]
    return "/".join(filter(None, map(_printable, parts))) or "未命名"


def _decoded(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        text = raw.decode("utf-8")
        # 联通 in GBK happens to be valid UTF-8, but never for characters that a Chinese name is made of.
        if all(char < "\x80" or char >= "\u2e80" for char in text):
            return text
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return name


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()


def _path(file: Unpacked) -> str:
    return f"{file.archive_path}/{file.filename}" if file.archive_path else file.filename


def _mail_files(outer: Unpacked, budget: _Budget) -> Iterator[Unpacked]:
    from reminder_service.mime import parse

    try:
        parts = parse(outer.data).parts
    except Exception:  # a mail is whatever somebody sent; it must never stop the others
        yield _closed(outer, FAILED)
        return
    for number, part in enumerate(parts, start=1):
        small_picture = part.inline and len(part.data) < _SIGNATURE_PICTURE
        if small_picture and sniff(part.data, part.filename or "") is Kind.IMAGE:
            continue
        budget.take_file()
        budget.take(len(part.data))
        name = _printable(re.sub(r"[/\\]+", "_", part.filename or "")) or f"附件{number}"
        yield Unpacked(filename=name, archive_path=_path(outer), data=part.data)


def _opened_files(outer: Unpacked, budget: _Budget) -> Iterator[Unpacked]:
    """Yield what another process finds in a 7z, rar or Outlook file."""
    kind = sniff(outer.data, outer.filename)
    found, ended = opened(kind, outer.data, files=budget.files, size=budget.bytes)
    for name, content in found:
        path = _clean_path(name)
        if _LITTER.search(path):
            continue
        budget.take_file()
        budget.take(len(content))
        folder, _, bare = f"{_path(outer)}/{path}".rpartition("/")
        yield Unpacked(filename=bare, archive_path=folder, data=content)
    if ended is Ended.DAMAGED and kind is Kind.MSG:
        yield _closed(outer, DAMAGED_MSG)
    elif ended is not Ended.DONE:
        yield _closed(outer, _ENDS[ended])


_ENDS: Mapping[Ended, Problem] = {
    Ended.LOCKED: ENCRYPTED_ZIP,
    Ended.DAMAGED: DAMAGED_ZIP,
    Ended.EXCEEDED: SUSPECT_ZIP,
    Ended.MISSING: NO_UNAR,
    Ended.HUNG: TOO_SLOW,
    Ended.FAILED: FAILED,
}
_INSIDE: Mapping[Kind, Callable[[Unpacked, _Budget], Iterator[Unpacked]]] = {
    Kind.ZIP: _zip_files,
    Kind.MAIL: _mail_files,
    Kind.MSG: _opened_files,
    Kind.RAR: _opened_files,
    Kind.SEVEN_ZIP: _opened_files,
}
