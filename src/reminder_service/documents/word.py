"""Old Word files (doc, wps, rtf, Word XML) and OpenDocument text: by LibreOffice to docx, then as any docx."""

from dataclasses import replace

from reminder_service.domain.documents import Kind, Reading

from .docx import read_docx
from .left_alone import left_alone_in_container
from .libreoffice import NotInstalled, Way, converted
from .office import Damaged, Package, TooLarge, is_secured_opendocument
from .ole import Container, is_secured
from .refusals import BROKE_OFF, DAMAGED_WORD, ENCRYPTED_WORD, NO_OFFICE_FOR_WORD, TOO_LARGE, TOO_SLOW
from .sandbox import Died, Hung
from .sniff import OLE

_RTF = b"{\\rtf"


def way_of(data: bytes) -> Way:
    """Return how LibreOffice is to read an old Word file."""
    # Named, for without it LibreOffice takes a torn file for plain text and makes pages of noise of it.
    if data.startswith(OLE):
        return Way(suffix="doc", to="docx", infilter="MS Word 97")
    if data.startswith(_RTF):
        return Way(suffix="rtf", to="docx", infilter="Rich Text Format")
    return Way(suffix="xml", to="docx", infilter="MS Word 2003 XML")


WAY_OF_ODT = Way(suffix="odt", to="docx", infilter="writer8")


def read_doc(data: bytes, filename: str) -> Reading:
    """Read an old Word file; its rows are on page 1, as a docx's."""
    reading = Reading(document="", filename=filename, kind=Kind.DOC)
    try:
        if data.startswith(OLE):
            with Container(data) as container:
                if is_secured(container):
                    return replace(reading, problem=ENCRYPTED_WORD)
                reading = replace(reading, notes=left_alone_in_container(container))
    except Damaged:
        return replace(reading, problem=DAMAGED_WORD)
    return _by_office(data, reading, way_of(data))


def read_odt(data: bytes, filename: str) -> Reading:
    """Read an OpenDocument text, as a docx."""
    reading = Reading(document="", filename=filename, kind=Kind.ODT)
    try:
        with Package(data) as package:
            if is_secured_opendocument(package):
                return replace(reading, problem=ENCRYPTED_WORD)
    except Damaged:
        return replace(reading, problem=DAMAGED_WORD)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    return _by_office(data, reading, WAY_OF_ODT)


def _by_office(data: bytes, reading: Reading, way: Way) -> Reading:
    try:
        made = converted(data, way)
    except NotInstalled:
        return replace(reading, problem=NO_OFFICE_FOR_WORD)
    except Damaged:
        return replace(reading, problem=DAMAGED_WORD)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    except Hung:
        return replace(reading, problem=TOO_SLOW)
    except Died:
        return replace(reading, problem=BROKE_OFF)
    read = read_docx(made, reading.filename)
    return replace(read, kind=reading.kind, notes=tuple(dict.fromkeys((*reading.notes, *read.notes))))
