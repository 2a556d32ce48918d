"""One file's bytes to a reading, in this process; the service does so in a child (``reader.py``)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from reminder_service.domain.documents import Kind, Reading

from .refusals import EMPTY, FAILED, without_reader
from .sniff import sniff


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
    match kind:
        case Kind.DOCX:
            from .docx import read_docx

            return read_docx
        case Kind.XLSX:
            from .xlsx import read_xlsx

            return read_xlsx
        case Kind.PDF:
            from .pdf import read_pdf

            return read_pdf
        case Kind.IMAGE:
            from .image import read_image

            return read_image
        case _:
            return None
