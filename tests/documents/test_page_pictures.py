"""Pages drawn as pictures by a process of its own."""

import io
from pathlib import Path

import pytest
from document_makers import OFD, content, ofd, ruled
from PIL import Image

from reminder_service.demo.printed import printed_pdf
from reminder_service.documents.depict import LONGEST
from reminder_service.documents.limits import MAX_PIXELS
from reminder_service.documents.ofd import read_ofd
from reminder_service.documents.page_pictures import page_pictures
from reminder_service.domain.documents import Kind, Page


def page(number: int = 1, rotation: int = 0) -> Page:
    return Page(number=number, width=1, height=1, rotation=rotation)


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def picture(width: int = 60, height: int = 30, mode: str = "RGB") -> bytes:
    """White with a dark upper left quarter."""
    image = Image.new(mode, (width, height), "white" if mode != "I;16" else 65535)
    image.paste(0, (0, 0, width // 2, height // 2))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def seen(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    assert image.format == "JPEG"
    return image.convert("L")


def test_a_page_of_a_pdf_is_drawn_large_enough_to_read(tmp_path: Path) -> None:
    path = kept(tmp_path, printed_pdf("报表", ["序号", "名称", "单位", "措施", "时限"], "县妇联", []))
    (one,) = page_pictures(path, Kind.PDF, [page(1), page(9)])
    assert (one.page, one.turn) == (1, 0)
    assert max(seen(one.content).size) == LONGEST


def test_a_picture_stands_upright_and_says_how_it_was_turned(tmp_path: Path) -> None:
    (one,) = page_pictures(kept(tmp_path, picture()), Kind.IMAGE, [page(rotation=90)])
    image = seen(one.content)
    assert one.turn == 90 and image.size == (30, 60)
    assert image.getpixel((25, 5)) < 60 and image.getpixel((5, 5)) > 200, "turned clockwise"


def test_sixteen_bits_of_grey_are_no_white_page(tmp_path: Path) -> None:
    (one,) = page_pictures(kept(tmp_path, picture(mode="I;16")), Kind.IMAGE, [page()])
    assert seen(one.content).getextrema() == (0, 255)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Kind.PDF, b"%PDF-1.4 and nothing"),
        (Kind.IMAGE, b"\x89PNG\r\n\x1a\n torn"),
        (Kind.DOCX, b"PK"),
        (Kind.HTML, b"<script>alert(1)</script>"),
    ],
)
def test_what_cannot_be_drawn_is_left_out(tmp_path: Path, kind: Kind, content: bytes) -> None:
    assert page_pictures(kept(tmp_path, content), kind, [page()]) == []


def test_a_picture_with_too_many_dots_is_not_decoded(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("1", (MAX_PIXELS // 1000 + 1, 1001)).save(buffer, "PNG")
    assert page_pictures(kept(tmp_path, buffer.getvalue()), Kind.IMAGE, [page()]) == []


def test_a_torn_picture_costs_its_own_pages_only(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    first, second = (Image.open(io.BytesIO(picture())) for _ in range(2))
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    found = page_pictures(kept(tmp_path, buffer.getvalue()), Kind.IMAGE, [page(1), page(2), page(3)])
    assert [one.page for one in found] == [1, 2]


def test_a_page_of_an_ofd_file_is_drawn_with_its_lines_and_text_where_they_are_read(tmp_path: Path) -> None:
    data = ofd(content(ruled([["序号", "措施"], ["1", "已开展培训"]])))
    (page,) = read_ofd(data, "x.ofd").pages
    (one,) = page_pictures(kept(tmp_path, data), Kind.OFD, [page])
    image = seen(one.content)
    scale = LONGEST / page.height
    assert max(image.size) == LONGEST
    line = round(20 * 72 / 25.4 * scale)
    assert min(image.getpixel((line + by, round(55 * 72 / 25.4 * scale))) for by in (-1, 0, 1)) < 90
    cell = [round(value * 72 / 25.4 * scale) for value in (61, 61, 99, 69)]
    assert image.crop(tuple(cell)).getextrema()[0] < 90, "the text"
    assert image.crop((0, 0, image.width, cell[1] // 2)).getextrema()[0] > 200, "nothing else"


def test_pictures_of_an_ofd_file_lie_where_they_belong(tmp_path: Path) -> None:
    drawn = '<ofd:ImageObject Boundary="20 20 50 50" ResourceID="5"/><ofd:ImageObject Boundary="1 1 9 9"/>'
    resources = (
        f'<ofd:Res {OFD} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="5"><ofd:MediaFile>a.png'
        "</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    more = {"Doc_0/DocumentRes.xml": resources, "Doc_0/Res/a.png": picture(50, 50)}
    common = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    data = ofd(content(drawn), common=common, more=more)
    (one,) = page_pictures(kept(tmp_path, data), Kind.OFD, [page()])
    image = seen(one.content)
    scale = LONGEST / 297
    assert image.getpixel((round(30 * scale), round(30 * scale))) < 60
    assert image.getpixel((round(60 * scale), round(60 * scale))) > 200
