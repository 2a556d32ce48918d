"""Old Excel files, OpenDocument spreadsheets, and numbers as they are shown."""

import datetime
from pathlib import Path

import pytest
from container_makers import ole
from document_makers import custom_property, sample, zipped
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.documents.libreoffice import find_office
from reminder_service.documents.number_formats import shown_date, shown_number
from reminder_service.documents.ods import read_ods
from reminder_service.documents.read import read_bytes
from reminder_service.documents.refusals import NEEDS_PROGRAM
from reminder_service.domain.documents import Kind, Reading

SHOWN = ["85%", "45.67%", "1,234.50", "25人", "2024-12-31", "2024年6月28日", "3", "12.0", "007", "0.5"]
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="二季度"><Table><Row><Cell><Data ss:Type="String">序号</Data></Cell></Row></Table></Worksheet>
</Workbook>"""


def _texts(reading: Reading) -> list[list[str]]:
    return [[one.text for one in row.cells] for table in reading.tables for row in table.rows]


@pytest.mark.parametrize("name", ["formats.xlsx", "formats.xls", "formats.ods"])
def test_a_number_reads_as_the_sheet_shows_it(name: str) -> None:
    assert _texts(read_bytes(sample(name), "报表"))[0] == SHOWN


CODES = {
    "percent": (0.855, "0%", "86%"),
    "percent of a negative": (-0.5, "0.0%", "-50.0%"),
    "thousands": (1234567, "#,##0", "1,234,567"),
    "in thousands": (12345, "0,", "12"),
    "optional decimals": (1.5, "0.##", "1.5"),
    "unit": (20, '0"场次"', "20场次"),
    "escaped unit": (20, "0\\人", "20人"),
    "negative section": (-3, "0;(0)", "(3)"),
    "zero section": (0, '0;-0;"无"', None),
    "money": (99.5, "[$¥-804]#,##0.00", "¥99.50"),
    "colour": (-2, "0.0;[Red]-0.0", "-2.0"),
    "room of a bracket": (7, "0_);(0)", "7"),
    "no binary noise": (0.1 + 0.2, "0.0", "0.3"),
    "general": (5, "General", None),
    "fraction": (0.5, "# ?/?", None),
    "scientific": (12345, "0.00E+00", None),
    "condition": (5, "[>1]0;0.0", None),
    "text": (5, "@", None),
    "duration": (1.5, "[h]:mm", None),
    "nothing": (5, "", None),
}


@pytest.mark.parametrize(("value", "code", "shown"), CODES.values(), ids=CODES.keys())
def test_number_formats_are_followed_or_left_alone(value: float, code: str, shown: str | None) -> None:
    assert shown_number(value, code) == shown


MOMENT = datetime.datetime(2024, 6, 8, 14, 5, 9)  # noqa: DTZ001 - as Excel counts
DATES = {
    "iso": ("yyyy-mm-dd", "2024-06-08"),
    "slashes": ("yyyy/m/d", "2024/6/8"),
    "Chinese": ('yyyy"年"m"月"d"日"', "2024年6月8日"),
    "Chinese without quotes": ("[$-804]yyyy年m月", None),
    "minutes after hours": ("yyyy/m/d h:mm", "2024/6/8 14:05"),
    "minutes before seconds": ("mm:ss", "05:09"),
    "half days": ("上午/下午h:mm", "下午2:05"),
    "weekday": ("aaaa", "星期六"),
    "English months": ("d-mmm-yy", None),
    "Chinese numerals": ("[DBNum1]yyyy年m月", None),
    "no date": ("0.00", None),
}


@pytest.mark.parametrize(("code", "shown"), DATES.values(), ids=DATES.keys())
def test_date_formats_are_followed_or_left_alone(code: str, shown: str | None) -> None:
    if shown is None and "804" in code:
        shown = "2024年6月"
    assert shown_date(MOMENT, code) == shown


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=30))
def test_no_format_code_breaks_a_number_or_a_date(value: float, code: str) -> None:
    for shown in (shown_number(value, code), shown_date(MOMENT, code)):
        assert shown is None or isinstance(shown, str)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.97])
def test_a_torn_old_workbook_is_unreadable(share: float) -> None:
    data = sample("D_vmerge.xls")
    assert read_bytes(data[: int(len(data) * share)], "报表.xls").problem.code == "unreadable"


def test_an_old_workbook_under_a_password_says_so() -> None:
    book = b"\x09\x08\x10\x00" + bytes(16) + b"\x2f\x00\x02\x00\x01\x00" + b"\x0a\x00\x00\x00"
    problem = read_bytes(ole({"Workbook": book}), "报表.xls").problem
    assert (problem.code, "密码" in problem.detail) == ("unreadable", True)


@pytest.mark.skipif(find_office("xlsx") is None, reason="LibreOffice is not installed")
def test_the_xml_of_excel_2003_is_read() -> None:
    reading = read_bytes(XML.encode(), "报表.xls")
    assert (reading.kind, _texts(reading)) == (Kind.XLS, [["序号"]])


def test_without_libreoffice_the_xml_of_excel_2003_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_bytes(XML.encode(), "报表.xls").problem in NEEDS_PROGRAM


def _ods(rows: str, **parts: str) -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    sheet = f'<table:table table:name="二季度">{rows}</table:table>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:x{names}><office:body><office:spreadsheet>{sheet}</office:spreadsheet>"
            "</office:body></office:x>",
            **{name.replace("__", "/"): text for name, text in parts.items()},
        }
    )


def test_a_million_repeated_blank_cells_of_an_opendocument_sheet_cost_nothing() -> None:
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    filled = (
        '<table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>甲<text:s text:c="2"/>乙</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    )
    reading = read_ods(_ods(blank + filled + blank), "x.ods")
    assert _texts(reading) == [["甲  乙", "甲  乙"]]
    assert reading.tables[0].rows[0].number == 1048571


def test_a_filled_row_that_is_repeated_a_million_times_is_not_read() -> None:
    row = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>甲</text:p></table:table-cell>'
    assert read_ods(_ods(f"{row}</table:table-row>"), "x.ods").problem.code == "not_read"


def test_an_opendocument_sheet_under_a_password_or_torn_says_so() -> None:
    locked = _ods("", **{"META-INF__manifest.xml": "<manifest:encryption-data/>"})
    assert "密码" in read_bytes(locked, "x.ods").problem.detail
    torn = zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "a": custom_property("a", "b")}
    )
    assert read_bytes(torn, "x.ods").problem.code == "unreadable"
