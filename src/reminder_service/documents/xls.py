"""Old Excel files (xls, et): the sheets by calamine, number formats and marks from the records."""

import io
from dataclasses import replace

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from reminder_service.domain.documents import Kind, Reading

from .biff import BiffFormats
from .left_alone import left_alone_in_container
from .libreoffice import NotInstalled, Way, converted
from .office import Damaged, TooLarge
from .ole import Container, is_secured, marks, sheet_mark, workbook_stream
from .refusals import (
    BROKE_OFF,
    DAMAGED_EXCEL,
    ENCRYPTED_EXCEL,
    FAILED,
    NO_OFFICE_FOR_EXCEL,
    TOO_LARGE,
    TOO_SLOW,
)
from .sandbox import Died, Hung
from .sheets import with_sheets
from .sniff import OLE
from .xlsx import read_xlsx

_SECTOR = 512

WAY_OF_XML = Way(suffix="xml", to="xlsx")


def read_xls(data: bytes, filename: str) -> Reading:
    """Read an old workbook, hidden sheets too; ``Row.number`` is the row of the sheet, ``Row.page`` the sheet."""
    reading = Reading(document="", filename=filename, kind=Kind.XLS)
    if not data.startswith(OLE):
        return _from_xml(data, reading)
    try:
        with Container(data) as container:
            if is_secured(container):
                return replace(reading, problem=ENCRYPTED_EXCEL)
            code, own = marks(container)
            sheet, notes = sheet_mark(container), left_alone_in_container(container)
            formats = BiffFormats(workbook_stream(container))
        workbook = _workbook(data)
        marked = replace(reading, code=code, own=own or sheet is not None, contact_sheet=sheet, notes=notes)
        return with_sheets(workbook, marked, formats.of_sheet)
    except PasswordError:
        return replace(reading, problem=ENCRYPTED_EXCEL)
    except Damaged:
        return replace(reading, problem=DAMAGED_EXCEL)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    except CalamineError:
        return replace(reading, problem=FAILED)


def _workbook(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception:
        raise
    except BaseException as error:  # calamine panics on torn containers, and a panic is no Exception
        if type(error).__name__ != "PanicException":
            raise
        if len(data) % _SECTOR:
            raise Damaged("it ends in the middle of a sector") from error
        raise CalamineError(str(error)) from error


def _from_xml(data: bytes, reading: Reading) -> Reading:
    """Read the XML of Excel 2003, which web systems like to export."""
    try:
        made = converted(data, WAY_OF_XML)
    except NotInstalled:
        return replace(reading, problem=NO_OFFICE_FOR_EXCEL)
    except Damaged:
        return replace(reading, problem=DAMAGED_EXCEL)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    except Hung:
        return replace(reading, problem=TOO_SLOW)
    except Died:
        return replace(reading, problem=BROKE_OFF)
    return replace(read_xlsx(made, reading.filename), kind=reading.kind)
