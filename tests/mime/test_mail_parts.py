"""Every leaf of a mail that is not its text is a part, whatever the mail says about it."""

import base64
import tracemalloc

import pytest

from reminder_service.mime import Part, parse

PDF = b"%PDF-1.4 \x00\x01\x02 report"
PDF64 = base64.encodebytes(PDF)
TOP = b"From: a@gov.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def leaf(kind: bytes, body: bytes, *more: bytes) -> bytes:
    return b"\r\n".join((b"Content-Type: " + kind, *more, b"", body))


def pdf(*more: bytes, kind: bytes = b"application/pdf") -> bytes:
    return leaf(kind, PDF64, b"Content-Transfer-Encoding: base64", *more)


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"B1", end: bytes = b"--") -> bytes:
    delimiter = b"\r\n--" + boundary
    body = b"".join(delimiter + b"\r\n" + part for part in parts) + delimiter + end + b"\r\n"
    return b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n' + body


TEXT = leaf(b"text/plain; charset=utf-8", "见附件".encode())


def names(raw: bytes) -> list[str]:
    return [part.filename for part in parse(raw).parts]


def only_part(raw: bytes) -> Part:
    (part,) = parse(raw).parts
    return part


SINGLE = {
    "without any name": multipart(TEXT, pdf()),
    "the whole mail is the file": pdf(),
    "called text/plain without a name": multipart(TEXT, pdf(kind=b"text/plain")),
    "called text/plain with a name": multipart(
        TEXT, pdf(b'Content-Disposition: attachment; filename="a.xlsx"', kind=b"text/plain")
    ),
    "inline PDF": multipart(TEXT, pdf(b'Content-Disposition: inline; filename="a.pdf"')),
    "base64 that is not declared": multipart(TEXT, leaf(b"application/pdf", PDF64)),
    "raw bytes declared as base64": multipart(
        TEXT, leaf(b"application/pdf", PDF, b"Content-Transfer-Encoding: base64")
    ),
    "no last delimiter": multipart(TEXT, pdf(), end=b"XX")[:-8],
    "a wrong boundary declared": multipart(TEXT, pdf()).replace(b'boundary="B1"', b'boundary="other"'),
    "no boundary declared": multipart(TEXT, pdf()).replace(b'; boundary="B1"', b""),
    "a last delimiter too early": multipart(TEXT).rstrip() + b"\r\n--B1\r\n" + pdf() + b"\r\n--B1--\r\n",
    "line feeds only": multipart(TEXT, pdf()).replace(b"\r\n", b"\n"),
    "inside related inside alternative": multipart(
        TEXT,
        multipart(leaf(b"text/html", b"<p>x"), pdf(), kind=b"related", boundary=b"C"),
        kind=b"alternative",
    ),
    "in a forwarded mail": multipart(
        TEXT, leaf(b"message/rfc822", TOP + multipart(TEXT, pdf(), boundary=b"D"))
    ),
    "in a forwarded mail encoded as base64": multipart(
        TEXT,
        leaf(
            b"message/rfc822",
            base64.encodebytes(TOP + multipart(TEXT, pdf(), boundary=b"D")),
            b"Content-Transfer-Encoding: base64",
        ),
    ),
    "in a digest": multipart(
        b"\r\n" + TOP + multipart(TEXT, pdf(), boundary=b"E"), kind=b"digest", boundary=b"D"
    ),
    "beside a detached signature": multipart(
        TEXT, pdf(), leaf(b"application/pkcs7-signature; name=smime.p7s", b"x"), kind=b"signed"
    ),
    "garbled content type with a name": multipart(TEXT, pdf(kind=b'pdf; name="a.pdf"')),
}


@pytest.mark.parametrize("body", SINGLE.values(), ids=SINGLE)
def test_the_one_file_of_a_mail_is_found_whole(body: bytes) -> None:
    assert only_part(TOP + body).data.rstrip() == PDF


def test_a_mail_with_bare_carriage_returns_is_read() -> None:
    raw = (TOP + multipart(TEXT, pdf())).replace(b"\r\n", b"\n").replace(b"\n", b"\r")
    assert only_part(raw).data == PDF


def test_parts_without_name_are_named_by_place_and_type() -> None:
    raw = TOP + multipart(TEXT, pdf(), leaf(b"image/png", b"\x89PNG"), leaf(b"application/foo", b"x"))
    assert names(raw) == ["附件1.pdf", "附件2.png", "附件3.bin"]
    assert [part.position for part in parse(raw).parts] == [1, 2, 3]


def test_a_text_with_a_file_name_is_an_attachment_and_the_text_stays_text() -> None:
    parsed = parse(TOP + multipart(TEXT, leaf('text/plain; name="说明.txt"'.encode(), b"notes")))
    assert parsed.facts.text == "见附件"
    assert parsed.parts[0].data == b"notes"


def test_a_forwarded_mail_does_not_lend_its_facts() -> None:
    inner = b"From: other@gov.cn\r\nSubject: inner\r\nMessage-ID: <inner@x>\r\n" + multipart(TEXT, pdf())
    facts = parse(TOP + multipart(leaf(b"text/plain", b"see below"), leaf(b"message/rfc822", inner))).facts
    assert (facts.from_address, facts.subject, facts.message_id) == ("a@gov.cn", "x", None)
    assert facts.text.startswith("see below")
    assert facts.text.endswith("见附件")


def test_a_picture_that_the_html_shows_is_inline_and_a_scan_is_not() -> None:
    html = leaf(b"text/html", b'<img src="cid:logo%40x">')
    logo = leaf(b"image/png", b"\x89PNG1", b"Content-ID: <logo@x>")
    scan = leaf(b"image/jpeg", b"\xff\xd8\xff", b"Content-ID: <scan@x>", b"Content-Disposition: attachment")
    pasted = leaf(b"image/jpeg", b"\xff\xd8\xff", b"Content-Disposition: inline")
    parts = parse(TOP + multipart(html, logo, scan, pasted)).parts
    assert [part.inline for part in parts] == [True, False, True]


BASE64 = {
    "without padding": base64.b64encode(PDF + b"x").rstrip(b"="),
    "with blanks and stars": b" *" + b" ".join(PDF64.splitlines()) + b"*",
    "one letter too much": base64.b64encode(PDF).rstrip(b"=") + (b"A" if len(PDF) % 3 == 0 else b"=" * 3),
}


@pytest.mark.parametrize("encoded", BASE64.values(), ids=BASE64)
def test_damaged_base64_gives_what_it_holds(encoded: bytes) -> None:
    part = only_part(TOP + leaf(b"application/pdf", encoded, b"Content-Transfer-Encoding: base64"))
    assert part.data[: len(PDF)] == PDF


def test_base64_joined_from_two_pieces_is_read_to_the_end() -> None:
    pieces = base64.b64encode(b"%PDF-1.4 ab") + b"\r\n" + base64.b64encode(b"and more") + b"\r\n"
    part = only_part(TOP + leaf(b"application/pdf", pieces, b"Content-Transfer-Encoding: base64"))
    assert part.data == b"%PDF-1.4 aband more"


def test_a_footer_behind_the_base64_is_left_away_and_noted() -> None:
    body = base64.b64encode(b"%PDF-1.4 ab") + b"\r\n-- \r\nmailing list\r\n"
    parsed = parse(TOP + leaf(b"application/pdf", body, b"Content-Transfer-Encoding: base64"))
    assert parsed.parts[0].data == b"%PDF-1.4 ab"
    assert any("after the base64" in defect for defect in parsed.facts.defects)


def test_a_table_in_the_html_is_preferred_to_the_torn_plain_text() -> None:
    html = leaf(b"text/html", b"<table><tr><td>1</td><td>abc</td></tr></table>")
    body = multipart(leaf(b"text/plain", b"1\r\nabc"), html, kind=b"alternative")
    assert parse(TOP + body).facts.text == "1 | abc"


def test_the_plain_text_is_preferred_where_the_html_adds_nothing() -> None:
    body = multipart(
        leaf(b"text/plain", b"one\r\n  two"), leaf(b"text/html", b"<p>one two"), kind=b"alternative"
    )
    assert parse(TOP + body).facts.text == "one\n  two"


def test_headers_without_a_blank_line_do_not_hide_the_body() -> None:
    parsed = parse("From: a@gov.cn\r\nSubject: x\r\n第二季度报表见下\r\n".encode())
    assert parsed.facts.text == "第二季度报表见下"
    assert parsed.facts.defects


def test_a_header_folded_without_a_blank_is_put_together() -> None:
    raw = (
        b"Subject: "
        + "第二季度".encode("gbk")
        + b"\r\n"
        + "报表".encode("gbk")
        + b"\r\nFrom: a@gov.cn\r\n\r\nx"
    )
    facts = parse(raw).facts
    assert (facts.subject, facts.from_address, facts.text) == ("第二季度 报表", "a@gov.cn", "x")


def test_a_thousand_nested_parts_do_not_stop_the_reading() -> None:
    raw = TOP + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(1000)
    )
    assert any("too deep" in defect for defect in parse(raw).facts.defects)


def test_a_mail_of_countless_parts_is_bounded() -> None:
    raw = TOP + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000
    assert any("too many parts" in defect for defect in parse(raw).facts.defects)


def test_a_large_mail_costs_little_more_memory_than_its_parts() -> None:
    attachment = base64.encodebytes(bytes(range(256)) * 30_000)
    raw = TOP + multipart(TEXT, leaf(b"application/zip", attachment, b"Content-Transfer-Encoding: base64"))
    tracemalloc.start()
    try:
        parsed = parse(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert parsed.parts[0].data == bytes(range(256)) * 30_000
    assert peak < 4 * len(raw)
