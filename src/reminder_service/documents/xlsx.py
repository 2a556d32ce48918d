"""Excel workbooks (xlsx): the sheets by calamine, number formats and marks from the package."""

import io
from collections.abc import Sequence
from dataclasses import replace

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from reminder_service.domain.documents import Kind, Reading

from .ink import has_red_ink, is_picture
from .inner_pictures import in_order, with_pictures_read
from .left_alone import left_alone_in_package
from .office import Damaged, Package, TooLarge, form_code, is_own_report, sheet_mark
from .refusals import DAMAGED_EXCEL, ENCRYPTED_EXCEL, FAILED, TOO_LARGE
from .sheets import with_sheets
from .sniff import is_encrypted_office
from .xlsx_formats import CellFormats


def read_xlsx(data: bytes, filename: str) -> Reading:
    """Read a workbook, hidden sheets too; ``Row.number`` is the row of the sheet, ``Row.page`` the sheet."""
    reading = Reading(document="", filename=filename, kind=Kind.XLSX)
    if is_encrypted_office(data):
        return replace(reading, problem=ENCRYPTED_EXCEL)
    try:
        with Package(data) as package:
            if not package.names("xl/workbook"):
                return replace(reading, problem=DAMAGED_EXCEL)
            for name in package.names("xl/worksheets/"):
                package.part(name)  # a torn sheet is the file's fault; calamine's errors do not tell
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            pictures = _pictures(package)
            marked = _marked(package, reading, pictures)
            return with_pictures_read(with_sheets(workbook, marked, CellFormats(package).of_sheet), pictures)
    except PasswordError:
        return replace(reading, problem=ENCRYPTED_EXCEL)
    except Damaged:
        return replace(reading, problem=DAMAGED_EXCEL)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    except CalamineError:
        return replace(reading, problem=FAILED)


def _pictures(package: Package) -> list[bytes]:
    names = in_order(package.names("xl/media/"))
    return [part for name in names if (part := package.part(name)) and is_picture(part)]


def _marked(package: Package, reading: Reading, pictures: Sequence[bytes]) -> Reading:
    mark = sheet_mark(package)
    return replace(
        reading,
        code=form_code(package),
        own=is_own_report(package) or mark is not None,
        contact_sheet=mark,
        notes=left_alone_in_package(package),
        red_picture=any(map(has_red_ink, pictures)),
    )
