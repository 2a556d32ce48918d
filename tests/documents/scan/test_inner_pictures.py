"""Forms that were scanned or photographed and pasted into a Word or Excel file."""

import io

import docx
import openpyxl
import pytest
from openpyxl.drawing.image import Image as Drawing
from PIL import Image
from scan_makers import COLUMNS, printed, scanned, sealed

from reminder_service.documents.inner_pictures import in_order, with_pictures_read
from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Cell, Kind, Reading, Row, Table
from reminder_service.domain.forms import find_form


@pytest.fixture(scope="module")
def scan() -> bytes:
    page = scanned(sealed(printed("D_vmerge.pdf"), (900, 900)))
    target = io.BytesIO()
    Image.fromarray(page[:, :, ::-1].copy()).save(target, "JPEG", quality=85)
    return target.getvalue()


def word_with(*pictures: bytes) -> bytes:
    paper = docx.Document()
    paper.add_paragraph("盖章扫描件如下：")
    for picture in pictures:
        paper.add_picture(io.BytesIO(picture))
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def test_a_scan_pasted_into_a_word_file_is_read_with_its_seal(scan: bytes) -> None:
    reading = read_bytes(word_with(scan), "报表.docx")
    own, pasted = reading.pages
    assert (own.recognised, pasted.recognised, pasted.number) == (False, True, 2)
    assert [seal.verdict for seal in pasted.seals] == ["seen"]
    form = find_form(reading, COLUMNS)
    assert form is not None
    assert {row.page for row in form.rows} == {2}
    assert reading.text.startswith("盖章扫描件如下：")
    assert reading.red_picture


@pytest.mark.long
def test_a_scan_pasted_into_a_workbook_is_read_too(scan: bytes) -> None:
    book = openpyxl.Workbook()
    book.active.add_image(Drawing(io.BytesIO(scan)), "A1")
    target = io.BytesIO()
    book.save(target)
    reading = read_bytes(target.getvalue(), "报表.xlsx")
    assert (reading.kind, find_form(reading, COLUMNS) is not None) == (Kind.XLSX, True)


def test_a_typed_form_counts_and_the_pictures_beside_it_are_not_read(scan: bytes) -> None:
    typed = Row(page=1, number=1, cells=(Cell(text="1"), Cell(text="甲"), Cell(text="已办结")))
    reading = Reading(
        document="", filename="报表.docx", kind=Kind.DOCX, tables=(Table(page=1, rows=(typed,)),)
    )
    assert with_pictures_read(reading, [scan]) is reading


def test_a_scan_set_in_a_table_with_captions_is_read(scan: bytes) -> None:
    paper = docx.Document()
    layout = paper.add_table(rows=1, cols=2)
    layout.cell(0, 0).text = "盖章扫描件"
    layout.cell(0, 1).text = "见下图"
    layout.cell(0, 1).paragraphs[0].add_run().add_picture(io.BytesIO(scan))
    target = io.BytesIO()
    paper.save(target)
    form = find_form(read_bytes(target.getvalue(), "报表.docx"), COLUMNS)
    assert form is not None
    assert {row.page for row in form.rows} == {2}


def test_logos_and_torn_pictures_are_no_pages(scan: bytes) -> None:
    logo = io.BytesIO()
    Image.new("RGB", (300, 300), "red").save(logo, "PNG")
    reading = Reading(document="", filename="报表.docx", kind=Kind.DOCX)
    assert with_pictures_read(reading, [logo.getvalue(), scan[:100], b""]) is reading


def test_pictures_stand_in_the_order_in_which_they_were_put_in() -> None:
    assert in_order(["m/image10.png", "m/image2.jpeg", "m/image1.png"]) == [
        "m/image1.png",
        "m/image2.jpeg",
        "m/image10.png",
    ]
