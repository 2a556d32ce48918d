"""The sheet on which a unit names its people, filled in as far as they are known."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from reminder_service.domain.campaign import Campaign
from reminder_service.domain.contact_sheets import SheetLine, mark_of
from reminder_service.domain.documents import CONTACT_SHEET_PROPERTY

from .texts import safe_text
from .workbook_cells import BODY_FONT, HEADING_FONT, TITLE_FONT, cell_text, row_height

HEADINGS = ("单位", "责任科室", "责任人", "邮箱", "电话")
_WIDTHS = (26, 20, 12, 32, 20)
_BLANK_LINES = 3
_THIN = Side(style="thin")
_HOW = (
    "请核对并补全本单位责任科室、责任人、邮箱和电话；一人一行，排在前面的为主要联系人，不再负责的请删去整行。"
    "填好后回复邮件交回本表，勿另存为其他格式。"
)


def write_contact_sheet(campaign: Campaign, unit: str, lines: Sequence[SheetLine]) -> bytes:
    """Write the sheet of one unit as xlsx.

    The custom property ``CONTACT_SHEET_PROPERTY`` says whose it is and with which rows it went out. Every cell is
    text, so that a telephone number keeps its zero and nothing becomes a formula.

    :param lines: the people known, from ``sheet_lines``; blank rows to be filled in follow them.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "联系人"
    _head(sheet, campaign)
    blank = ((unit, "", "", "", ""),) * _BLANK_LINES
    for number, line in enumerate((HEADINGS, *lines, *blank), 3):
        for place, text in enumerate(line, 1):
            _write(sheet, number, place, text, heading=number == 3)
        sheet.row_dimensions[number].height = row_height(line, _WIDTHS)[0] + 4
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    book.properties.creator = safe_text(campaign.issuer)
    book.properties.title = safe_text(f"{unit}联系人表")
    mark = str(mark_of(campaign, unit, lines))
    book.custom_doc_props.append(StringProperty(name=CONTACT_SHEET_PROPERTY, value=mark))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _head(sheet: Worksheet, campaign: Campaign) -> None:
    for number, text in ((1, f"{campaign.short_name}联系人表"), (2, _HOW)):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(HEADINGS))
        cell = sheet.cell(number, 1, cell_text(text))
        cell.data_type = "s"
        cell.font = Font(name=TITLE_FONT if number == 1 else BODY_FONT, size=18 if number == 1 else 12)
        cell.alignment = Alignment(
            horizontal="center" if number == 1 else "left", vertical="center", wrap_text=True
        )
    sheet.row_dimensions[1].height = 34
    sheet.row_dimensions[2].height = 42


def _write(sheet: Worksheet, row: int, column: int, text: str, *, heading: bool) -> None:
    cell = sheet.cell(row, column, cell_text(text))
    cell.data_type = "s"  # never a formula, whatever it begins with
    cell.number_format = "@"  # 0533… keeps its zero when it is edited
    cell.font = Font(name=HEADING_FONT if heading else BODY_FONT, size=12)
    cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    cell.alignment = Alignment(vertical="center", horizontal="center" if heading else "left", wrap_text=True)
