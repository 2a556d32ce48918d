"""Subjects, file names and texts as broken programs send them: all must arrive readable."""

import base64
from urllib.parse import quote

import pytest

from reminder_service.mime import parse

PDF = base64.b64encode(b"%PDF-1.4 x")
NAME = "县教育和体育局2024年第二季度报表.pdf"
GBK, UTF8 = NAME.encode("gbk"), NAME.encode()
TOP = b"From: a@gov.cn\r\nTo: o@gov.cn\r\nMessage-ID: <1@x>\r\nSubject: %b\r\nMIME-Version: 1.0\r\n"


def b64(text: str, charset: str) -> bytes:
    return base64.b64encode(text.encode(charset))


def mail(subject: bytes = b"x", disposition: bytes | None = None, kind: bytes = b"application/pdf") -> bytes:
    head = (
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        b"hi\r\n--B\r\nContent-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n"
    )
    if disposition is not None:
        head += b"Content-Disposition: " + disposition + b"\r\n"
    return TOP % subject + head + b"\r\n" + PDF + b"\r\n--B--\r\n"


def named(filename: bytes) -> bytes:
    return mail(disposition=b"attachment; filename" + filename)


def split_word(charset: bytes, data: bytes, at: int, fold: bytes = b"\r\n ") -> bytes:
    halves = (base64.b64encode(data[:at]), base64.b64encode(data[at:]))
    return fold.join(b"=?" + charset + b"?B?" + half + b"?=" for half in halves)


def word(charset: str, text: str, really: str = "gbk") -> bytes:
    return b"=?" + charset.encode() + b"?B?" + b64(text, really) + b"?="


QUOTED = quote(UTF8).encode()

SUBJECTS = {
    "raw GBK": ("关于第二季度进展的报告".encode("gbk"), "关于第二季度进展的报告"),
    "raw UTF-8": ("关于第二季度进展的报告".encode(), "关于第二季度进展的报告"),
    "gb2312 with GBK characters": (word("gb2312", "朱镕基喆堃"), "朱镕基喆堃"),
    "gb2312 with a four-byte character": (word("gb2312", "㛃县", "gb18030"), "㛃县"),
    "split inside a GBK character": (split_word(b"GBK", "季度报表".encode("gbk"), 5), "季度报表"),
    "unpadded with a letter too much": (
        b"=?UTF-8?B?" + b64("第二季度报", "utf-8").rstrip(b"=") + b"x?=",
        "第二季度报",
    ),
    "bad base64 length": (b"=?utf-8?B?5YWz5?=", "关"),
    "blank inside Q": (b"=?gbk?Q?=BC=BE=B6=C8 =B1=A8?=", "季度 报"),
    "unknown charset x-gbk": (word("x-gbk", "季度报表"), "季度报表"),
    "word glued to text": (b"Re:" + word("gbk", "季度报表") + b"(2)", "Re:季度报表(2)"),
    "folded with a tab": (
        word("utf-8", "第二季度", "utf-8") + b"\r\n\t" + word("utf-8", "报表", "utf-8"),
        "第二季度报表",
    ),
    "utf-8 cut in a character": (
        b"=?utf-8?B?" + base64.b64encode("季度报".encode()[:-1]) + b"?=",
        "季度\ufffd",
    ),
    "utf-8 labelled gb2312": (word("gb2312", "第二季度进展情况", "utf-8"), "第二季度进展情况"),
    "short raw GBK that is valid UTF-8": ("一些".encode("gbk"), "一些"),
    "language tag": (b"=?utf-8*zh-CN?B?" + b64("报表", "utf-8") + b"?=", "报表"),
    "iso-2022-jp": (word("iso-2022-jp", "報告", "iso-2022-jp"), "報告"),
    "hz": (b"=?hz-gb-2312?Q?~{<>6H~}?=", "季度"),
    "big5": (word("big5", "報告書", "big5"), "報告書"),
    "nothing": (b"", ""),
}

FILE_NAMES = {
    "raw GBK quoted": (b'="' + GBK + b'"', NAME),
    "raw UTF-8 quoted": (b'="' + UTF8 + b'"', NAME),
    "raw GBK unquoted": (b"=" + GBK, NAME),
    "raw GBK with 0x5c as second byte": (b'="' + "誠報表.pdf".encode("gbk") + b'"', "誠報表.pdf"),
    "raw GBK ending with 0x5c": (b'="' + "報誠".encode("gbk") + b'"; size=3', "報誠"),
    "RFC 2047 quoted": (b'="' + word("gbk", NAME) + b'"', NAME),
    "RFC 2047 two words folded in quotes": (b'="' + split_word(b"gbk", GBK, 15) + b'"', NAME),
    "RFC 2047 unquoted": (b"=" + word("gbk", NAME), NAME),
    "RFC 2047 gb2312 with GBK characters": (
        b'="' + word("gb2312", "喆堃镇报表.pdf") + b'"',
        "喆堃镇报表.pdf",
    ),
    "RFC 2231 GBK": (b"*=GBK''" + quote(GBK).encode(), NAME),
    "RFC 2231 gb2312 with GBK characters": (
        b"*=gb2312''" + quote("喆堃镇报表.pdf".encode("gbk")).encode(),
        "喆堃镇报表.pdf",
    ),
    "RFC 2231 utf-8": (b"*=utf-8''" + QUOTED, NAME),
    "RFC 2231 in pieces, split in a character": (
        b"*0*=utf-8''" + QUOTED[:21] + b";\r\n filename*1*=" + QUOTED[21:],
        NAME,
    ),
    "RFC 2231 in pieces without charset": (b'*0="report-";\r\n filename*1="2024.pdf"', "report-2024.pdf"),
    "RFC 2231 in pieces counted from 1": (
        b"*1*=utf-8''" + QUOTED[:21] + b";\r\n filename*2*=" + QUOTED[21:],
        NAME,
    ),
    "garbled filename beside a good one": (b"=\"????.pdf\"; filename*=utf-8''" + QUOTED, NAME),
    "percent-encoded": (b'="' + QUOTED + b'"', NAME),
    "charset default": (b'="' + word("default_charset", NAME) + b'"', NAME),
    "semicolon in quotes": ('="报表;终稿.pdf"'.encode("gbk"), "报表;终稿.pdf"),
    "path": (b'="..\\..\\etc\\passwd.pdf"', "passwd.pdf"),
    "path after percent signs": (b'="%2e%2e%2f%2e%2e%2fetc%2fpasswd"', "passwd"),
    "right-to-left override": ('="报表\u202efdp.exe"'.encode(), "报表fdp.exe"),
    "only dots": (b'=".."', "附件1.pdf"),
    "empty": (b'=""', "附件1.pdf"),
    "decomposed": ('="re\u0301sume\u0301.pdf"'.encode(), "r\u00e9sum\u00e9.pdf"),
}


@pytest.mark.parametrize(("raw", "subject"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_subject_is_readable(raw: bytes, subject: str) -> None:
    assert parse(mail(raw)).facts.subject == subject


@pytest.mark.parametrize(("raw", "filename"), FILE_NAMES.values(), ids=FILE_NAMES)
def test_a_file_name_is_readable_and_safe(raw: bytes, filename: str) -> None:
    (part,) = parse(named(raw)).parts
    assert part.filename == filename
    assert part.data == b"%PDF-1.4 x"


def test_a_name_whose_first_or_middle_piece_is_missing_is_marked() -> None:
    for lines in (b'*1="a"; filename*2=".pdf"', b"*0*=gbk''a; filename*2=.pdf"):
        assert parse(named(lines)).facts.defects == ("a piece of the filename is missing",)
    for lines in (b"*1*=gbk''a; filename*2=.pdf", b"*0=a; filename*1=.pdf", b"*=utf-8''a.pdf; filename*2=b"):
        assert not parse(named(lines)).facts.defects


def test_a_whole_name_is_taken_before_one_with_a_missing_piece() -> None:
    kind = b'application/octet-stream; name="' + word("gbk", NAME) + b'"'
    parsed = parse(mail(kind=kind, disposition=b"attachment; filename*0=a; filename*2=.pdf"))
    assert [part.filename for part in parsed.parts] == [NAME]
    assert parsed.facts.defects == ("a piece of the filename is missing",)


def test_a_name_in_the_content_type_alone_counts() -> None:
    kind = b'application/octet-stream; name="' + word("gbk", NAME) + b'"'
    (part,) = parse(mail(kind=kind, disposition=b"attachment")).parts
    assert part.filename == NAME


def test_a_good_name_in_the_content_type_wins_over_a_garbled_one() -> None:
    kind = b'application/pdf; name="' + word("gbk", NAME) + b'"'
    (part,) = parse(mail(kind=kind, disposition=b'attachment; filename="??????.pdf"')).parts
    assert part.filename == NAME


def test_a_name_longer_than_a_file_system_takes_keeps_its_extension() -> None:
    (part,) = parse(named(b'="' + ("报" * 300 + ".pdf").encode() + b'"')).parts
    assert len(part.filename.encode()) <= 200
    assert part.filename.endswith("报.pdf")


BODY = b"Content-Type: text/plain%b\r\n\r\n"
TEXTS = {
    "gb2312 with GBK characters": (
        BODY % b"; charset=gb2312\r\nContent-Transfer-Encoding: 8bit" + "联系人：朱镕喆".encode("gbk"),
        "联系人：朱镕喆",
    ),
    "GBK without charset": (BODY % b"" + "第二季度进展".encode("gbk"), "第二季度进展"),
    "UTF-8 called us-ascii": (BODY % b"; charset=us-ascii" + "第二季度进展".encode(), "第二季度进展"),
    "unknown charset": (BODY % b"; charset=foo" + "第二季度进展".encode("gbk"), "第二季度进展"),
    "one broken byte in UTF-8": (
        BODY % b"; charset=utf-8" + "第二季度进展情况报送如下".encode() + b"\xff",
        "第二季度进展情况报送如下\ufffd",
    ),
    "quoted-printable": (
        BODY % b"; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable" + b"=BC=BE=\r\n=B6=C8",
        "季度",
    ),
    "dangerous codec": (BODY % b"; charset=unicode_escape" + rb"\ud800", "\\ud800"),
    "html with meta charset": (
        b"Content-Type: text/html\r\n\r\n<meta charset=gb2312><p>" + "喆".encode("gbk") + b"</p>",
        "喆",
    ),
    "no MIME headers at all": ("\r\n第二季度".encode("gbk"), "第二季度"),
}


@pytest.mark.parametrize(("body", "text"), TEXTS.values(), ids=TEXTS)
def test_a_text_is_readable(body: bytes, text: str) -> None:
    assert parse(TOP % b"x" + body).facts.text == text
