import io

import pytest
from document_makers import picture, zipped
from PIL import Image

from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Kind

WITHOUT_READER = {
    ".doc": b"{\\rtf1 x}",
    "OFD": zipped({"OFD.xml": "<OFD/>"}),
    "HTML": b"<html><table></table></html>",
    "RAR": b"Rar!\x1a\x07\x00",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "纯文本": "报表内容".encode(),
    "格式": b"\x00\x01\x02",
}


@pytest.mark.parametrize(("named", "data"), WITHOUT_READER.items(), ids=WITHOUT_READER)
def test_a_kind_without_reader_is_named_and_waits_for_a_person(named: str, data: bytes) -> None:
    problem = read_bytes(data, "报表.docx").problem
    assert problem.code == "not_read"
    assert named in problem.detail


def test_an_empty_file_is_unreadable_whatever_its_name() -> None:
    reading = read_bytes(b"", "报表.docx")
    assert (reading.kind, reading.problem.code) == (Kind.OTHER, "unreadable")
    assert reading.document.startswith("e3b0c442")


def test_a_photo_has_its_size_its_turn_and_its_red_ink() -> None:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    Image.open(io.BytesIO(picture("red", 300))).resize((400, 300)).save(target, "JPEG", exif=exif)
    reading = read_bytes(target.getvalue(), "IMG_0001.jpg")
    (page,) = reading.pages
    assert (page.width, page.height, page.rotation, page.pictures, page.has_text) == (400, 300, 90, 1, False)
    assert reading.red_picture


def test_every_page_of_a_tiff_is_a_page() -> None:
    target = io.BytesIO()
    pages = [Image.new("L", (120, 150)) for _ in range(3)]
    pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:])
    assert [page.number for page in read_bytes(target.getvalue(), "扫描.tif").pages] == [1, 2, 3]


def test_a_torn_photo_is_unreadable_and_a_heic_photo_is_ours_to_learn() -> None:
    assert read_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30), "a.png").problem.code == "unreadable"
    assert read_bytes(b"\x00\x00\x00\x18ftypheic" + bytes(40), "a.heic").problem.code == "not_read"
