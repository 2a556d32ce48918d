import io

import pytest
from document_makers import picture, sample, zipped
from PIL import Image

from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Kind

WITHOUT_READER = {
    "压缩包": zipped({"报表.docx": b"x"}),
    "转存的邮件": b"From: a@example.cn\r\nTo: b@example.cn\r\nSubject: x\r\n\r\nx",
    "HTML": b"<html><body>no table</body></html>",
    "纯文本": "报表内容".encode(),
    "格式": b"\x00\x01\x02",
}


@pytest.mark.parametrize(("named", "data"), WITHOUT_READER.items(), ids=WITHOUT_READER)
def test_what_holds_no_table_or_has_no_reader_is_named_and_waits_for_a_person(
    named: str, data: bytes
) -> None:
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


def test_a_heic_photo_is_opened_and_torn_photos_are_unreadable() -> None:
    reading = read_bytes(sample("photo.heic"), "IMG_0001.HEIC")
    assert (reading.pages[0].width, reading.pages[0].height, reading.red_picture) == (640, 480, True)
    assert read_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30), "a.png").problem.code == "unreadable"
    assert read_bytes(sample("photo.heic")[:200], "a.heic").problem.code == "unreadable"


@pytest.mark.parametrize("kind", ["WEBP", "BMP"])
def test_other_pictures_are_pages_too(kind: str) -> None:
    (page,) = read_bytes(picture("red", 240, kind), "a.jpg").pages
    assert (page.width, page.height) == (240, 240)
