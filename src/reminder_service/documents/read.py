"""One file's bytes to a reading, in this process; the service does so in a child (``reader.py``)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from reminder_service.domain.documents import Kind, Reading

from .refusals import EMPTY, FAILED, without_reader
from .sniff import sniff

_READERS = {
    Kind.DOCX: ("docx", "read_docx"),
    Kind.DOC: ("word", "read_doc"),
    Kind.ODT: ("word", "read_odt"),
    Kind.XLSX: ("xlsx", "read_xlsx"),
    Kind.XLS: ("xls", "read_xls"),
    Kind.ODS: ("ods", "read_ods"),
    Kind.PDF: ("pdf", "read_pdf"),
    Kind.OFD: ("ofd", "read_ofd"),
    Kind.IMAGE: ("image", "read_image"),
    Kind.HTML: ("html", "read_html"),
    Kind.TEXT: ("text", "read_text"),
    Kind.ZIP: ("archive", "read_archive"),
    Kind.RAR: ("archive", "read_archive"),
    Kind.SEVEN_ZIP: ("archive", "read_archive"),
    Kind.MAIL: ("archive", "read_archive"),
    Kind.MSG: ("archive", "read_archive"),
}


def read_bytes(data: bytes, filename: str) -> Reading:
    """Return what stands in a file; one that cannot be read comes back with its ``problem``, never an error."""
    kind = sniff(data, filename)
    document = hashlib.sha256(data).hexdigest()
    empty = Reading(document=document, filename=filename, kind=kind)
    if not data:
        return replace(empty, problem=EMPTY)
    reader = _reader_of(kind)
    if reader is None:
        return replace(empty, problem=without_reader(kind))
    try:
        return replace(reader(data, filename), document=document, filename=filename, kind=kind)
    except Exception:  # whatever a library raises on hostile bytes, the file is kept and a person looks
        return replace(empty, problem=FAILED)


def _reader_of(kind: Kind) -> Callable[[bytes, str], Reading] | None:
    """Return the reader of a kind; each brings its own heavy libraries, so it is imported when needed."""
    if kind not in _READERS:
        return None
    module, name = _READERS[kind]
    reader: Callable[[bytes, str], Reading] = getattr(import_module(f".{module}", __package__), name)
    return reader
