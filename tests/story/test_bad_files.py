"""Files that no program can or should open, and the same file twice: what the clerk is told, and what still counts."""

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from PIL import Image
from story_desk import ChildReader, Desk, desk_at

from builders import Q2, at
from offices import address, mail, stamped_scan, word_form
from reminder_service.documents.reader import Reader
from reminder_service.domain.state import Status
from reminder_service.jobs.incoming.reprocess import reprocess

EDU = "县教育和体育局"
FORM = word_form({1: "已维修5所", 4: "已开展", 8: "已完成"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(4)


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def under_a_password() -> bytes:
    data = bytearray(zipped({"报表.docx": FORM}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def overlapping() -> bytes:
    """Fifty entries that are one and the same packed data."""
    data = zipped({"a.docx": bytes(200_000) + FORM * 10})
    place, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[place:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 50, 50, len(entry) * 50, place, 0)
    return data[:place] + entry * 50 + tail


def nested_bomb() -> bytes:
    """Forty megabytes of nothing, packed and packed again."""
    return zipped({"内.zip": zipped({"零.docx": bytes(40_000_000)})})


def pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    parts = [b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Count %d /Kids [%s]>>" % (count, kids)]
    parts += [b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>"] * count
    body = b"%PDF-1.7\n"
    for number, part in enumerate(parts, start=1):
        body += b"%d 0 obj %s endobj\n" % (number, part)
    return body + b"trailer <</Root 1 0 R>>\n%%EOF\n"


def huge_picture() -> bytes:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000), 1).save(target, "PNG")
    return target.getvalue()


def sheet(rows: list[list[str]], *, far: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if far:
        book.active["XFD1048576"] = "远"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def prose() -> bytes:
    paper = Document()
    paper.add_paragraph("关于召开会议的通知")
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


BAD = {
    "锁.docx": (LOCKED, "unreadable", "Word文件有密码，请去除密码后重报"),
    "锁.xlsx": (LOCKED + b"x", "unreadable", "Excel文件有密码，请去除密码后重报"),
    "锁.zip": (under_a_password(), "unreadable", "压缩包有密码，请去除密码后重报，或直接发送其中的文件"),
    "残.docx": (FORM[:3000], "unreadable", "Word文件已损坏，无法打开，请单位重新报送"),
    "残.pdf": (b"%PDF-1.7\n" + bytes(5000), "unreadable", "PDF文件已损坏，无法打开，请单位重新报送"),
    "残.zip": (zipped({"一.bin": FORM})[:-40], "unreadable", "压缩包已损坏，无法打开，请单位重新报送"),
    "残.jpg": (b"\xff\xd8\xff\xe0" + bytes(50), "unreadable", "图片已损坏，无法打开，请单位重新报送"),
    "空.docx": (b"", "unreadable", "文件是空的（0字节），请单位重新报送"),
    "重叠.zip": (overlapping(), "not_read", "压缩包解压后的大小异常，为安全起见没有打开，请人工核对"),
    "嵌套.zip": (nested_bomb(), "not_read", "压缩包解压后的大小异常，为安全起见没有打开，请人工核对"),
    "大.png": (
        huge_picture(),
        "not_read",
        "图片尺寸过大（像素过多），本程序没有读取，请人工核对，或请单位降低分辨率后重报",
    ),
    "长.pdf": (pages(500), "not_read", "文件页数过多，本程序没有读取，请人工核对"),
    "远.xlsx": (sheet([["甲"]], far=True), "not_read", ""),
    "别栏.xlsx": (
        sheet([["序号", "项目名称", "备注"], ["1", "校舍维修", "x"]]),
        "other_columns",
        "报表栏目与通知要求不一致",
    ),
    "通知.docx": (prose(), "not_a_form", "文件中没有报表"),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with desk_at(tmp_path, reader) as one:
        one.store.periods.open(one.campaign.id, str(Q2), at("2024-06-14 09:00"))
        yield one


def test_each_bad_file_is_a_finding_in_words_that_the_clerk_understands(desk: Desk) -> None:
    desk.sends(address(EDU), {name: data for name, (data, _, _) in BAD.items()}, "2024-06-20 10:00")
    unit = desk.unit(EDU, "2024-06-21 09:00")
    names = {one.sha256: one.filename for one in desk.store.documents.all()}
    told = {names[one.document]: (one.code, one.detail) for one in unit.findings if one.document}
    for name, (_, code, words) in BAD.items():
        name = "内.zip" if name == "嵌套.zip" else name  # the archive that is the bomb
        assert told[name][0] == code, (name, told[name])
        assert words in told[name][1]
    assert unit.status is Status.ATTENTION


def test_the_same_file_twice_under_two_names_is_reported_once_and_hides_nothing(desk: Desk) -> None:
    files = {"报表.docx": FORM, "报表 - 副本.docx": FORM, "盖章.pdf": stamped_scan()}
    desk.sends(address(EDU), files, "2024-06-20 10:00")
    unit = desk.unit(EDU, "2024-06-21 09:00")
    assert (unit.status, unit.findings) == (Status.COMPLETE, ())
    assert [duty.measures for duty in unit.duties] == ["已维修5所", "已开展", "已完成"]
    assert {one.filename for one in desk.store.documents.all()} == set(files)


def test_read_again_a_mail_and_a_hand_in_have_the_files_that_they_had(desk: Desk) -> None:
    enclosing = with_form_attached(pages(1))
    desk.sends(
        address(EDU), {"报表.docx": FORM, "副本.docx": FORM, "材料.pdf": enclosing}, "2024-06-20 10:00"
    )
    handed, _ = desk.store.messages.record(
        sha256=None, channel="微信", collected_at=at("2024-06-20 11:00"), dedup_key="x"
    )
    sha256 = desk.store.originals.put(enclosing)
    for place, name in enumerate(("一.pdf", "二.pdf")):
        desk.store.documents.add(handed, place, sha256=sha256, filename=name, size=len(enclosing))
    desk.arrives(mail("other@unit.test", {}), "2024-06-20 12:00")  # whatever comes makes the office work

    def files() -> list[tuple[int, str, str]]:
        return sorted((one.message, one.archive_path, one.filename) for one in desk.store.documents.all())

    for _ in range(2):
        for message in desk.store.messages.all():
            reprocess(
                desk.store,
                desk.reader,
                {desk.campaign.id: desk.campaign},
                message,
                now=at("2024-06-20 13:00"),
                everything=True,
            )
        once = files()
        assert [(place, name) for message, place, name in once if message == handed] == [
            ("", "一.pdf"),
            ("", "二.pdf"),
            ("一.pdf", "a.docx"),
            ("二.pdf", "a.docx"),
        ]
    assert len(once) == 8
    assert desk.unit(EDU, "2024-06-21 09:00").duties[0].measures == "已维修5所"


def with_form_attached(data: bytes) -> bytes:
    """The PDF with a form as a file in it."""
    attached = (
        b"90 0 obj <</Type /Filespec /F (a.docx) /EF <</F 91 0 R>>>> endobj\n91 0 obj <</Type /EmbeddedFile /Length %d>>"
        b"\nstream\n%s\nendstream endobj\ntrailer" % (len(FORM), FORM)
    )
    names = b"/Pages 2 0 R /Names <</EmbeddedFiles <</Names [(a.docx) 90 0 R]>>>>"
    return data.replace(b"/Pages 2 0 R", names, 1).replace(b"trailer", attached, 1)
