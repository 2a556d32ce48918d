import io

import numpy as np
import pypdfium2
import pytest
import segno
from PIL import Image
from scan_makers import COLUMNS, FORMS, grey, photographed, printed, scanned, sealed

from reminder_service.documents.pdf import read_pdf
from reminder_service.documents.read import read_bytes
from reminder_service.documents.scan.picture import Picture
from reminder_service.domain.compare import figures
from reminder_service.domain.documents import FormCode, Kind, Reading, Row
from reminder_service.domain.forms import find_form
from reminder_service.domain.texts import bare


def _image(page: Picture) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(page[:, :, ::-1]))


def _file(page: Picture, kind: str = "JPEG", **more: object) -> bytes:
    target = io.BytesIO()
    _image(page).save(target, kind, quality=85, **more)
    return target.getvalue()


def _scanned_pdf(*pages: Picture) -> bytes:
    target = io.BytesIO()
    first, *rest = map(_image, pages)
    first.save(target, "PDF", resolution=150, quality=85, save_all=True, append_images=rest)
    return target.getvalue()


def _texts(row: Row) -> list[str]:
    return [bare(cell.text) for cell in row.cells]


@pytest.fixture(scope="module")
def native() -> Reading:
    return read_pdf((FORMS / "D_vmerge.pdf").read_bytes(), "x.pdf")


@pytest.fixture(scope="module")
def scan() -> Reading:
    """Both pages of a form, a seal over the text of each."""
    pages = [sealed(printed("D_vmerge.pdf", number), (700, 500)) for number in (1, 2)]
    return read_bytes(_scanned_pdf(scanned(pages[0]), scanned(pages[1], -1.5, 2)), "盖章.pdf")


def test_a_page_whose_fonts_do_not_say_their_letters_is_read_as_it_looks(native: Reading) -> None:
    mute = (FORMS / "D_vmerge.pdf").read_bytes().replace(b"/ToUnicode", b"/ToUnicodX")
    reading = read_pdf(mute, "x.pdf")
    assert [(page.has_text, page.recognised) for page in reading.pages] == [(False, True)] * 2
    wanted, found = find_form(native, COLUMNS), find_form(reading, COLUMNS)
    assert wanted and found
    assert [bare(row.measures) for row in found.rows] == [bare(row.measures) for row in wanted.rows]
    assert "(cid:" not in reading.text


def test_a_scan_under_a_seal_says_what_the_printed_form_says(native: Reading, scan: Reading) -> None:
    wanted, found = find_form(native, COLUMNS), find_form(scan, COLUMNS)
    assert wanted and found
    assert [(row.number, bare(row.name), row.units) for row in found.rows] == [
        (row.number, bare(row.name), row.units) for row in wanted.rows
    ]
    assert [bare(row.measures) for row in found.rows] == [bare(row.measures) for row in wanted.rows]
    assert [figures(row.measures) for row in found.rows] == [figures(row.measures) for row in wanted.rows]
    assert (found.title, found.unit) == (wanted.title, wanted.unit)


def test_a_table_over_two_scanned_pages_is_one_and_rows_know_their_page(scan: Reading) -> None:
    (table,) = scan.tables
    assert {row.page for row in table.rows} == {1, 2}
    assert [row.number for row in table.rows] == list(range(1, len(table.rows) + 1))


def test_recognised_pages_say_so_and_show_their_seals(scan: Reading) -> None:
    assert [(page.recognised, page.has_text) for page in scan.pages] == [(True, False)] * 2
    assert [[seal.verdict for seal in page.seals] for page in scan.pages] == [["seen"]] * 2
    assert all(page.seals[0].box and page.seals[0].box[2] < page.width for page in scan.pages)


def test_cells_of_a_scan_lie_where_they_are_printed_in_the_units_of_the_page(
    native: Reading, scan: Reading
) -> None:
    for printed_row, row in zip(native.tables[0].rows[:4], scan.tables[0].rows[:4], strict=True):
        for expected, cell in zip(printed_row.cells, row.cells, strict=True):
            if expected.box and cell.box:
                assert cell.box == pytest.approx(expected.box, abs=9)  # points; the page lies 0.7° askew


def test_every_recognised_cell_says_how_sure_it_is_and_an_empty_one_nothing(scan: Reading) -> None:
    cells = [cell for row in scan.tables[0].rows for cell in row.cells]
    assert all((cell.confidence is None) == (not cell.text) for cell in cells)
    assert all(0 < cell.confidence <= 1 for cell in cells if cell.confidence is not None)


def test_a_photo_taken_from_the_side_and_stored_lying_is_read() -> None:
    exif = Image.Exif()
    exif[274] = 6  # to be turned clockwise by 90 degrees
    lying = np.ascontiguousarray(np.rot90(photographed(printed("D_vmerge.pdf", 2))))
    reading = read_bytes(_file(lying, exif=exif), "IMG_0001.jpg")
    form = find_form(reading, COLUMNS)
    (page,) = reading.pages
    assert form and len(form.rows) >= 3
    assert (page.rotation, page.width, page.height) == (90, lying.shape[1], lying.shape[0])


@pytest.mark.long
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_or_head_is_turned(native: Reading, quarters: int) -> None:
    page = scanned(printed("D_vmerge.pdf", 2))
    reading = read_bytes(_file(np.ascontiguousarray(np.rot90(page, quarters))), "a.jpg")
    rows = [row for row in native.tables[0].rows if row.page == 2]
    found = {bare(cell.text) for row in reading.tables[0].rows for cell in row.cells}
    assert reading.pages[0].rotation == quarters * 90
    assert {text for row in rows for text in _texts(row)} <= found


@pytest.mark.long
def test_a_grey_scan_under_a_seal_is_read_and_its_seal_not_judged(native: Reading) -> None:
    page = grey(scanned(sealed(printed("D_vmerge.pdf"), (700, 500))))
    reading = read_bytes(_file(page), "a.jpg")
    rows = [row for row in native.tables[0].rows if row.page == 1]
    wanted = [text for row in rows for text in _texts(row)]
    found = [text for row in reading.tables[0].rows for text in _texts(row)]
    assert sum(a == b for a, b in zip(wanted, found, strict=True)) >= 0.95 * len(wanted)
    assert [seal.verdict for seal in reading.pages[0].seals] == ["cannot_tell"]


def test_the_form_code_on_a_photo_is_read() -> None:
    code = FormCode(campaign="gaoqing-2024", period="2024Q2", unit_code="014")
    drawn = io.BytesIO()
    segno.make(str(code)).save(drawn, kind="png", scale=4)
    page = Image.new("RGB", (900, 1200), "white")
    page.paste(Image.open(drawn).convert("RGB").rotate(8, expand=True, fillcolor="white"), (620, 80))
    target = io.BytesIO()
    page.save(target, "JPEG")
    reading = read_bytes(target.getvalue(), "a.jpg")
    assert reading.pages[0].codes == (str(code),)
    assert reading.code == code


def test_a_native_pdf_with_a_seal_as_a_picture_has_a_seal() -> None:
    blank = np.full((1754, 1240, 3), 255, np.uint8)
    seal = sealed(blank, (300, 300))[150:450, 150:450]
    form = (FORMS / "D_vmerge.pdf").read_bytes()
    reading = read_bytes(_with_picture(form, _file(seal)), "盖章.pdf")
    page = reading.pages[-1]
    assert (page.has_text, page.recognised) == (True, False)
    assert [one.verdict for one in page.seals] == ["seen"]
    assert not reading.pages[0].seals


def _with_picture(form: bytes, jpeg: bytes) -> bytes:
    """The form with a picture of 144 points on its last page."""
    document = pypdfium2.PdfDocument(form)
    page = document[len(document) - 1]
    picture = pypdfium2.PdfImage.new(document)
    picture.load_jpeg(io.BytesIO(jpeg), inline=True)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(144, 144).translate(330, 120))
    page.insert_obj(picture)
    page.gen_content()
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_page_without_rules_gives_its_lines_and_no_table() -> None:
    page = printed("D_vmerge.pdf", 2)
    below = page.copy()
    below[: page.shape[0] // 2] = page[-1, -1]  # the table is on the upper half
    reading = read_bytes(_file(scanned(below)), "a.jpg")
    assert reading.kind is Kind.IMAGE
    assert reading.tables == ()


@pytest.mark.parametrize("size", [(1, 1), (3000, 40), (250, 250), (900, 640)])
def test_a_picture_of_nothing_is_no_error_and_no_table(size: tuple[int, int]) -> None:
    grain = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), np.uint8)
    for page in (grain, np.zeros_like(grain), np.full_like(grain, 255)):
        reading = read_bytes(_file(page, "PNG"), "a.png")
        assert (reading.problem, reading.tables) == (None, ())
