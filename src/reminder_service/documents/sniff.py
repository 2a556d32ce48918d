"""What kind of file some bytes are; the name is asked only where the content leaves it open."""

import codecs
import io
import re
import zipfile

from reminder_service.domain.documents import Kind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"Rar!\x1a\x07", Kind.RAR),
    (b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF87a", Kind.IMAGE),
    (b"GIF89a", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"{\\rtf", Kind.DOC),
    (b"\x78\x9f\x3e\x22", Kind.MSG),  # winmail.dat
)
_OPENDOCUMENT = b"application/vnd.oasis.opendocument."
_OUTLOOK = "__properties_version1.0"
_BY_NAME = {
    "doc": Kind.DOC, "dot": Kind.DOC, "wps": Kind.DOC, "xls": Kind.XLS, "xlt": Kind.XLS, "et": Kind.XLS,
    "msg": Kind.MSG,
}  # fmt: skip
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ZIPPED = {
    "docx": Kind.DOCX, "docm": Kind.DOCX, "xlsx": Kind.XLSX, "xlsm": Kind.XLSX, "ofd": Kind.OFD, "odt": Kind.ODT,
    "ods": Kind.ODS,
}  # fmt: skip
_CONTAINERS = frozenset({Kind.ZIP, Kind.RAR, Kind.SEVEN_ZIP, Kind.MAIL, Kind.MSG})
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_PARTS = (
    (b"word/document", Kind.DOCX),
    (b"xl/workbook", Kind.XLSX),
    (b"xl/worksheets/", Kind.XLSX),
    (b"word/", Kind.DOCX),
    (b"OFD.xml", Kind.OFD),
)
_HEADER = re.compile(
    rb"(received|return-path|from|to|date|subject|message-id|mime-version|content-type|delivered-to|reply-to"
    rb"|sender|dkim-signature|x-[a-z0-9-]+|authentication-results)[ \t]*:",
    re.IGNORECASE,
)
_HEADER_OF_ANY_KIND = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]")
_HTML = re.compile(
    r"(<\?xml[^>]*>|<!--.*?-->|\s)*(<!doctype\s+html|<(html|head|body|table|meta|div)[\s>])", re.DOTALL
)
_HEAD_BYTES = 4096
_MAY_ENCLOSE = (b"EmbeddedFile", b"/ObjStm")
"""A PDF with one of these may have files attached: it says so, or has parts that are packed."""
_PDF_WITHIN = 1024
_MIMETYPE_WITHIN = 200
_OFFICE_XML = (b'progid="Word.Document"', b'progid="Excel.Sheet"')


def sniff(data: bytes, filename: str) -> Kind:
    """Return what a file is, told from its content.

    :param filename: decides only between the kinds of an encrypted or doubtful Office file.
    """
    head = data[:_HEAD_BYTES]
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(OLE):
        return _sniff_ole(data, filename)
    if head.startswith(_ZIP):
        return _sniff_zip(data)
    if _is_image(head):
        return Kind.IMAGE
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return Kind.PDF
    return _sniff_text(head)


def may_hold_files(data: bytes) -> bool:
    """Whether the bytes may be an archive, a mail or a PDF with attachments: nothing is opened."""
    head = data[:_HEAD_BYTES]
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return any(mark in data for mark in _MAY_ENCLOSE)
    if head.startswith((OLE, *_ZIP)):
        return True
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    return kind in _CONTAINERS if kind else _sniff_text(head) is Kind.MAIL


def may_need_office(head: bytes) -> bool:
    """Whether a file that begins so may be one that LibreOffice converts: nothing is opened."""
    if head.startswith((OLE, b"{\\rtf")):
        return True
    if head.startswith(_ZIP):
        return _OPENDOCUMENT + b"text" in head[:_MIMETYPE_WITHIN]
    return any(mark in head[:_HEAD_BYTES] for mark in _OFFICE_XML)


def sniff_from_outside(data: bytes, filename: str) -> Kind:
    """Return what a file is likely to be without opening it: for what has already brought a reader down."""
    head = data[:_HEAD_BYTES]
    if not head.startswith(_ZIP):
        return sniff(head, filename)
    return _ZIPPED.get(filename.lower().rpartition(".")[2], Kind.ZIP)


def is_encrypted_office(data: bytes) -> bool:
    """Whether the bytes are a Word or Excel file under a password: an OLE file around an encrypted package."""
    return data.startswith(OLE) and _utf16("EncryptedPackage") in data


def _is_image(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:12] in _HEIF_BRANDS
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head[:2] == b"BM" and head[6:10] == bytes(4) and len(head) > 26


def _sniff_ole(data: bytes, filename: str) -> Kind:
    suffix = filename.lower().rpartition(".")[2]
    excel = suffix in ("xlsx", "xls", "xlsm", "et", "xlsb")
    if (
        _utf16(_OUTLOOK) in data and _BY_NAME.get(suffix, Kind.MSG) is Kind.MSG
    ):  # before all that may be attached to the mail
        return Kind.MSG
    if is_encrypted_office(data):
        return Kind.XLSX if excel else Kind.DOCX
    word, sheet = _utf16("WordDocument") in data, any(_utf16(name) in data for name in ("Workbook", "Book"))
    if word and sheet:  # one is embedded in the other
        return Kind.XLS if excel else Kind.DOC
    if word or sheet:
        return Kind.DOC if word else Kind.XLS
    # Torn before its directory: what it is called is all that is left.
    return _BY_NAME.get(suffix, Kind.OTHER)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\x00\x00"


def _sniff_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
            declared = archive.open("mimetype").read(_HEAD_BYTES) if "mimetype" in names else b""
    except Exception:  # a torn archive raises a dozen types; the names still stand in its local headers
        return next((kind for part, kind in _PARTS if part in data), Kind.ZIP)
    for part, kind in _PARTS:
        wanted = part.decode().lower()
        complete = kind is Kind.OFD or "[Content_Types].xml" in names
        if complete and any(name.lower().startswith(wanted) for name in names):
            return kind
    return _opendocument(declared) if "mimetype" in names else Kind.ZIP


def _opendocument(declared: bytes) -> Kind:
    what = declared.removeprefix(_OPENDOCUMENT)
    if what == declared:
        return Kind.OTHER
    if what.startswith(b"text"):
        return Kind.ODT
    return Kind.ODS if what.startswith(b"spreadsheet") else Kind.OTHER


def _sniff_text(head: bytes) -> Kind:
    text = _decoded(head)
    if text is None:
        return Kind.OTHER
    if _is_mail(head):
        return Kind.MAIL
    if 'progid="Word.Document"' in text:
        return Kind.DOC
    if 'progid="Excel.Sheet"' in text:
        return Kind.XLS
    if _HTML.match(text.lower()):
        return Kind.HTML
    return Kind.TEXT if text.strip() else Kind.OTHER


def _is_mail(head: bytes) -> bool:
    """Whether the first lines are mail headers, at least three of them well known ones."""
    lines = re.split(rb"\r?\n", head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if lines[0].startswith((b"From ", b">From ")):
        lines = lines[1:]
    block: list[bytes] = []
    for line in lines:
        if not _HEADER_OF_ANY_KIND.match(line):
            break
        block.append(line)
    known = {match[1].lower() for line in block if (match := _HEADER.match(line))}
    return len(known) > 2 or bool(known & {b"received", b"return-path", b"message-id"} and len(known) > 1)


def _decoded(head: bytes) -> str | None:
    """Return the beginning as text if it is text in a usual encoding, else None."""
    encodings = (
        ["utf-16"]
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        else ["utf-8-sig", "gb18030"]
    )
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        if not any(char < " " and char not in "\t\n\r\f\x1b" for char in text):
            return text
    return None
