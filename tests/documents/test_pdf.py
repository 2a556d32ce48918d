import io

import pytest
from document_makers import pdf, picture, sample, scanned_pdf, stream
from PIL import Image

from reminder_service.documents.pdf import read_pdf
from reminder_service.documents.read import read_bytes

PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"


def _page(content: bytes, more: bytes = b"", rest: tuple[bytes, ...] = (), catalog: bytes = b"") -> bytes:
    return pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog,
            PAGES,
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 4 0 R %s"
            b" /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>> %s>>>>"
            % (b"/Rotate 90" if b"rotate" in more else b"", more.replace(b"rotate", b"")),
            stream(content),
            *rest,
        ]
    )


TEXT = b"BT /F 12 Tf 20 300 Td (Quarterly report of the bureau) Tj ET"


def _with_picture(data: bytes, points: int) -> bytes:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    settings = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    drawn = TEXT + b" q %d 0 0 %d 50 50 cm /P Do Q" % (points, points)
    return _page(drawn, b"/XObject <</P 5 0 R>>", (stream(image.tobytes(), settings % image.size),))


def test_a_table_over_six_pages_is_one_table_and_rows_know_their_page() -> None:
    reading = read_pdf(sample("E_long.pdf"), "x.pdf")
    assert len(reading.pages) == 6  # the last holds the signature alone
    (table,) = reading.tables
    assert [row.number for row in table.rows] == list(range(1, len(table.rows) + 1))
    assert {row.page for row in table.rows} == {1, 2, 3, 4, 5}
    assert all(page.has_text and page.pictures == 0 for page in reading.pages)


def test_headings_printed_again_on_the_next_page_are_no_rows() -> None:
    (table,) = read_pdf(sample("D_vmerge.pdf"), "x.pdf").tables
    assert sum(row.cells[0].text == "序号" for row in table.rows) == 1


def test_a_table_without_outer_borders_has_all_its_columns() -> None:
    (table,) = read_pdf(sample("F_noouter.pdf"), "x.pdf").tables
    assert {len(row.cells) for row in table.rows} == {5}


def test_a_small_table_before_the_form_stays_apart() -> None:
    first, second = read_pdf(sample("G_extra.pdf"), "x.pdf").tables
    assert [cell.text for cell in first.rows[0].cells] == ["填报人", "张晓梅", "联系电话", "0533-6967116"]
    assert len(second.rows[0].cells) == 7


def test_every_cell_knows_its_place_on_the_page() -> None:
    reading = read_pdf(sample("D_vmerge.pdf"), "x.pdf")
    page = reading.pages[0]
    for row in reading.tables[0].rows:
        for cell in row.cells:
            if cell.text:
                x0, top, x1, bottom = cell.box
                assert 0 <= x0 < x1 <= page.width
                assert 0 <= top < bottom <= page.height


def test_lines_that_only_wrapped_are_closed_again() -> None:
    measures = read_pdf(sample("F_noouter.pdf"), "x.pdf").tables[0].rows[2].cells[3].text
    assert "开展“家庭共成长”公益讲座" in measures


def test_text_around_the_table_is_kept() -> None:
    table = read_pdf(sample("D_vmerge.pdf"), "x.pdf").tables[0]
    assert "工作进展情况报表" in table.above
    assert "高青县妇女联合会（盖章）" in table.below


def test_scanned_pages_have_a_picture_and_no_text() -> None:
    reading = read_pdf(scanned_pdf(pages=2), "x.pdf")
    assert [(page.has_text, page.pictures) for page in reading.pages] == [(False, 1), (False, 1)]
    assert reading.red_picture
    assert reading.problem is None


def test_a_seal_picture_counts_and_our_own_code_does_not() -> None:
    seal = read_pdf(_with_picture(picture("red"), 115), "x.pdf")
    code = read_pdf(_with_picture(picture("black"), 60), "x.pdf")
    bullet = read_pdf(_with_picture(picture("red"), 10), "x.pdf")
    assert [one.pages[0].pictures for one in (seal, code, bullet)] == [1, 0, 0]
    assert [one.red_picture for one in (seal, code, bullet)] == [True, False, False]


@pytest.mark.parametrize(
    ("value", "signed"), [(b"/V 6 0 R", True), (b"", False)], ids=["signed", "place to sign"]
)
def test_a_signature_is_seen_and_an_empty_field_is_none(value: bytes, signed: bool) -> None:
    rest = (b"<</FT /Sig /T (s) %s>>" % value, b"<</Type /Sig>>")
    data = _page(TEXT, rest=rest, catalog=b"/AcroForm <</Fields [5 0 R]>>")
    assert read_pdf(data, "x.pdf").signed is signed


def test_a_turned_page_says_how_it_is_turned() -> None:
    assert read_pdf(_page(TEXT, b"rotate"), "x.pdf").pages[0].rotation == 90


def test_a_password_is_named_with_its_cure() -> None:
    problem = read_bytes(sample("locked.pdf"), "x.pdf").problem
    assert (problem.code, problem.detail) == ("unreadable", "PDF有密码，请去除密码后重报")


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(5000), sample("D_vmerge.pdf")[:3000]],
    ids=["only a head", "zeros", "torn"],
)
def test_a_damaged_pdf_is_unreadable(data: bytes) -> None:
    assert read_bytes(data, "x.pdf").problem.code == "unreadable"


def test_scripts_of_a_pdf_are_not_looked_at() -> None:
    data = _page(TEXT, catalog=b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>")
    assert read_pdf(data, "x.pdf").text == "Quarterly report of the bureau"
