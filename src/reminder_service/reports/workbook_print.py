"""Page set-up that all sheets share."""

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.page import PageMargins

_A4 = 9


def landscape(sheet: Any, *, headings: str | None) -> None:
    """Print on A4 landscape, one page wide, with the heading rows on every page and numbered pages.

    :param headings: the rows that are repeated, e.g. ``2:2``, None where there are none.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    if headings:
        sheet.print_title_rows = headings
    sheet.oddFooter.center.text = "第&P页　共&N页"
    sheet.oddFooter.center.size = 10


def measure_by_arial(book: Workbook) -> None:
    """Make Arial the book's default font; to be called before anything is written.

    A column's width counts digits of the default font. openpyxl's Calibri is missing on many machines, and
    what stands in for it makes every column a third wider; Arial has the same widths everywhere.
    """
    font = Font(name="Arial", size=10, family=2)
    book._fonts = IndexedList([font])
    book._named_styles["Normal"].font = font


def set_widths(sheet: Any, widths: Sequence[float]) -> None:
    """Set the widths of the columns from the left."""
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
