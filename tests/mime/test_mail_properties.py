"""Whatever bytes come, a mail is read: nothing raises, nothing unsafe leaves the parser."""

import base64
import json
import unicodedata
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.messages import facts_from_json, facts_to_json
from reminder_service.mime import ParsedMail, decode_header, parse

HEADS = [
    b"From: ", b"To: a@b,", b"Subject: ", b"Message-ID: <", b"Date: ", b"Received: x; ", b"References: <a@b> ",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: multipart/report; boundary=b\r\n",
    b"Content-Type: multipart/alternative; boundary=\"b\"\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html; charset=", b"Content-Type: application/pdf; name=\"", b"Content-Type: ",
    b"Content-Type: message/delivery-status\r\n", b"Content-Disposition: attachment; filename*0*=gbk''",
    b"Content-Disposition: attachment; filename=", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Return-Path: <>\r\n", b"X-Failed-Recipients: ", b"Final-Recipient: rfc822; ", b"Action: failed\r\n",
    b"Status: 5.1.1\r\n", b"Auto-Submitted: ", b"Precedence: ",
]  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(HEADS),
    st.sampled_from(
        [b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\r\n--b\r\n", b"\r\n--b--\r\n", b"=?gbk?B?", b"?=", b" "]
    ),
    st.sampled_from([b"<table><tr><td>", b"<a href=https://pan.baidu.com/s/1>", b"<div id=QQMailBigAttach>"]),
    st.sampled_from(
        [b"utf-7", b"utf-16", b"hz", b"unicode_escape", b"idna", b"base64", b"iso-2022-jp", b"\x00"]
    ),
    st.sampled_from(
        ["县".encode(), "县誠".encode("gbk"), "退信".encode("gbk"), b"<x@y>", b"%PDF-", b"\\", b'"', b"=A"]
    ),
    st.binary(max_size=12),
)


def assert_usable(parsed: ParsedMail) -> None:
    facts = parsed.facts
    written = facts_to_json(facts)
    # Everything can be stored: no lone surrogate, no NUL, exact round trip.
    stored = json.dumps(written, ensure_ascii=False).encode()
    assert facts_from_json(json.loads(stored)) == facts
    assert "\0" not in facts.text + facts.subject + facts.from_name
    assert facts.from_address == facts.from_address.casefold()
    assert facts.text == unicodedata.normalize("NFC", facts.text)
    for moment in (facts.sent_at, facts.relayed_at):
        assert moment is None or moment.tzinfo is not None
    for position, part in enumerate(parsed.parts, start=1):
        assert part.position == position
        assert 0 < len(part.filename.encode()) <= 200
        assert part.filename not in (".", "..")
        bad = {"Cc", "Cf", "Cs"}
        assert not any(unicodedata.category(one) in bad or one in "/\\" for one in part.filename)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert_usable(parse(raw))


@given(st.lists(PIECES, max_size=40))
def test_any_heap_of_mail_pieces_is_a_mail(pieces: list[bytes]) -> None:
    assert_usable(parse(b"".join(pieces)))


@given(st.lists(PIECES, max_size=12))
def test_a_mail_reads_the_same_every_time(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    assert parse(raw) == parse(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_header(raw: bytes) -> None:
    decode_header(raw).encode()


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30)


@given(CHINESE, st.sampled_from(["utf-8", "gbk", "gb18030", "gb2312"]))
def test_an_encoded_subject_is_read_back_whatever_gb_label_it_bears(text: str, label: str) -> None:
    really = label.replace("gb2312", "gbk")
    word = f"=?{label}?B?{base64.b64encode(text.encode(really)).decode()}?="
    assert decode_header(word.encode()) == unicodedata.normalize("NFC", text)


@given(CHINESE)
def test_a_file_name_survives_rfc_2231_in_pieces_of_any_size(text: str) -> None:
    encoded = quote((text + ".pdf").encode()).encode()
    pieces = [encoded[start : start + 30] for start in range(0, len(encoded), 30)]
    lines = b"".join(
        b";\r\n filename*%d*=%b%b" % (number, b"utf-8''" if number == 0 else b"", piece)
        for number, piece in enumerate(pieces)
    )
    raw = b"Content-Type: application/pdf\r\nContent-Disposition: attachment" + lines + b"\r\n\r\n%PDF-"
    assert parse(raw).parts[0].filename == text + ".pdf"


@given(st.integers(2, 12), st.data())
def test_a_missing_piece_of_a_file_name_is_marked_wherever_it_stood(count: int, data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, count - 2))  # that the last one is missing does not show
    kept = b"".join(b'; filename*%d="x%d"' % (number, number) for number in range(count) if number != lost)
    raw = b"Content-Type: application/pdf\r\nContent-Disposition: attachment" + kept + b"\r\n\r\n%PDF-"
    assert parse(raw).facts.defects == ("a piece of the filename is missing",)


@given(st.binary(max_size=200))
def test_an_attachment_comes_out_byte_for_byte(data: bytes) -> None:
    head = b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    assert parse(head + base64.encodebytes(data)).parts[0].data == data


def test_a_letter_made_to_waste_time_is_read_within_the_time_limit() -> None:
    for filling in (b"-", b"a@", b"<a@b", b"5.1.", b'"\\', b"=?a?b?"):
        head = b"Return-Path: <>\r\nSubject: undeliverable\r\nFrom: " + filling * 5000
        assert_usable(parse(head + b"\r\n\r\n" + filling * 50_000))
