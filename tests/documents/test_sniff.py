import pytest
from document_makers import docx, paragraph, picture, sample, scanned_pdf, zipped

from reminder_service.documents.sniff import is_encrypted_office, sniff
from reminder_service.domain.documents import Kind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
MAIL = (
    "Received: from a\r\nFrom: a@example.cn\r\nSubject: 报表\r\nDate: Fri, 28 Jun 2024\r\n\r\n正文".encode()
)

CASES = {
    "docx": (docx(paragraph("甲")), Kind.DOCX),
    "xlsx": (sample("D_vmerge.xlsx"), Kind.XLSX),
    "pdf": (scanned_pdf(), Kind.PDF),
    "pdf after junk": (b"\r\n  junk from a gateway \x00\x01" + scanned_pdf(), Kind.PDF),
    "png": (picture("red"), Kind.IMAGE),
    "jpeg": (picture("red", kind="JPEG"), Kind.IMAGE),
    "tiff": (picture("red", kind="TIFF"), Kind.IMAGE),
    "webp": (picture("red", kind="WEBP"), Kind.IMAGE),
    "bmp": (picture("red", kind="BMP"), Kind.IMAGE),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(20), Kind.IMAGE),
    "mp4 is no picture": (b"\x00\x00\x00\x18ftypisom" + bytes(20), Kind.OTHER),
    "doc": (OLE + "WordDocument".encode("utf-16-le") + bytes(4), Kind.DOC),
    "xls": (OLE + "Workbook".encode("utf-16-le") + bytes(4), Kind.XLS),
    "ole of another program": (OLE, Kind.OTHER),
    "rtf": (b"{\\rtf1\\ansi", Kind.DOC),
    "ofd": (zipped({"OFD.xml": "<OFD/>", "Doc_0/Document.xml": ""}), Kind.OFD),
    "zip": (zipped({"报表.docx": b"x"}), Kind.ZIP),
    "zip with a folder named word": (zipped({"word/a.txt": "x"}), Kind.ZIP),
    "odt": (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), Kind.ODT),
    "ods": (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), Kind.ODS),
    "epub": (zipped({"mimetype": "application/epub+zip"}), Kind.OTHER),
    "winmail.dat": (b"\x78\x9f\x3e\x22\x01\x00", Kind.MSG),
    "msg with a doc attached": (
        OLE + "__properties_version1.0".encode("utf-16-le") + bytes(4) + "WordDocument".encode("utf-16-le"),
        Kind.MSG,
    ),
    "rar": (b"Rar!\x1a\x07\x01\x00", Kind.RAR),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", Kind.SEVEN_ZIP),
    "mail": (MAIL, Kind.MAIL),
    "html": ("\ufeff <!-- x --><HTML><body>表</body>".encode(), Kind.HTML),
    "text": ("序号：1\n报表见附件".encode(), Kind.TEXT),
    "gbk text": ("今年第二季度，我局开展活动".encode("gbk"), Kind.TEXT),
    "utf-16 text": ("报表".encode("utf-16"), Kind.TEXT),
    "nothing": (b"", Kind.OTHER),
    "noise": (bytes(range(256)) * 4, Kind.OTHER),
}


@pytest.mark.parametrize(("data", "kind"), CASES.values(), ids=CASES.keys())
def test_a_file_is_known_by_its_content_whatever_its_name(data: bytes, kind: Kind) -> None:
    assert sniff(data, "报表.docx") is kind
    assert sniff(data, "报表") is kind


def test_a_torn_word_file_is_still_a_word_file() -> None:
    assert sniff(sample("D_vmerge.docx")[:20000], "报表.docx") is Kind.DOCX


def test_an_encrypted_office_file_is_what_its_name_says() -> None:
    locked = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(4)
    assert is_encrypted_office(locked)
    assert sniff(locked, "报表.docx") is Kind.DOCX
    assert sniff(locked, "报表.xlsx") is Kind.XLSX
