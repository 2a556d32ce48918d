import datetime
import io

import openpyxl
from document_makers import custom_property, sample, zipped
from openpyxl.styles import Font

from reminder_service.documents.read import read_bytes
from reminder_service.documents.xlsx import read_xlsx
from reminder_service.domain.documents import REPORT_PROPERTY, Table


def _saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _texts(table: Table) -> list[list[str]]:
    return [[one.text for one in row.cells] for row in table.rows]


def test_values_read_as_excel_shows_them() -> None:
    book = openpyxl.Workbook()
    for column, value in enumerate(
        (3, 0.1 + 0.2, datetime.date(2024, 12, 31), True, "甲\r\n乙", None, "  "), start=2
    ):
        book.active.cell(row=4, column=column, value=value)
    (table,) = read_xlsx(_saved(book), "x.xlsx").tables
    assert _texts(table) == [["", "3", "0.3", "2024-12-31", "TRUE", "甲\n乙"]]
    assert table.rows[0].number == 4


def test_a_cell_merged_to_the_last_column_costs_nothing() -> None:
    book = openpyxl.Workbook()
    book.active["A3"] = "报表"
    book.active["B4"] = "甲"
    book.active.merge_cells("A3:XFD3")
    book.active.merge_cells("A4:A5")
    book.active["B5"] = "乙"
    (table,) = read_xlsx(_saved(book), "x.xlsx").tables
    assert _texts(table) == [["报表", ""], ["", "甲"], ["", "乙"]]
    assert [set(row.merged) for row in table.rows] == [set(), set(), {0}]


def test_a_range_of_a_million_rows_is_as_long_as_what_it_says() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "报表"
    book.active["C1048496"].font = Font(bold=True)
    book.active["B1048000"] = " "
    (table,) = read_xlsx(_saved(book), "x.xlsx").tables
    assert _texts(table) == [["报表"]]


def test_more_rows_than_any_form_has_are_not_read() -> None:
    book = openpyxl.Workbook()
    for number in range(5001):
        book.active.append([number])
    assert read_xlsx(_saved(book), "x.xlsx").problem.code == "not_read"


def test_every_sheet_is_a_page_hidden_ones_too() -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    hidden = book.create_sheet("二季度")
    hidden["A1"] = "报表"
    hidden.sheet_state = "hidden"
    reading = read_xlsx(_saved(book), "x.xlsx")
    assert [page.number for page in reading.pages] == [1, 2]
    assert [(table.page, table.above) for table in reading.tables] == [(2, "二季度")]


def test_our_own_workbook_is_known_as_ours() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "汇总表"
    book.custom_doc_props.append(
        openpyxl.packaging.custom.StringProperty(name=REPORT_PROPERTY, value="workbook")
    )
    assert read_xlsx(_saved(book), "x.xlsx").own


def test_a_torn_workbook_is_unreadable() -> None:
    assert read_bytes(sample("D_vmerge.xlsx")[:4000], "x.xlsx").problem.code == "unreadable"


def test_a_package_without_a_workbook_is_unreadable() -> None:
    data = zipped({"[Content_Types].xml": "<Types/>", "xl/worksheets/sheet1.xml": "<x/>"})
    data_with_property = zipped({"docProps/custom.xml": custom_property("a", "b"), "xl/a": "x"})
    assert read_xlsx(data, "x.xlsx").problem.code == "unreadable"
    assert read_xlsx(data_with_property, "x.xlsx").problem.code == "unreadable"
