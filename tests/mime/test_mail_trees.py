"""Mails of any shape: every leaf comes out whole, in order, under a safe name, whatever stands in the parameters."""

import base64
import quopri
import unicodedata
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from reminder_service.mime import parse
from reminder_service.mime.headers import Headers, read_headers
from reminder_service.mime.params import file_name, parameter, parse_parameters

TOP = b"From: zhang@edu.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
BASE64 = b"Content-Transfer-Encoding: base64\r\n"
KINDS = st.sampled_from([b"mixed", b"related", b"alternative", b"digest-like", b"signed", b"x-unknown"])


@dataclass(frozen=True)
class Tree:
    """An entity as bytes, and the files in it, in order."""

    raw: bytes
    files: tuple[bytes, ...]


def leaf(data: bytes, encoding: str) -> Tree:
    # A mark in front keeps the bytes from looking like something else.
    data = b"\x01" + data
    body = {
        "base64": BASE64 + b"\r\n" + base64.encodebytes(data),
        "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quopri.encodestring(data, quotetabs=True),
    }[encoding]
    return Tree(b"Content-Type: application/octet-stream\r\n" + body, (data,))


def multipart(kind: bytes, children: list[Tree], name: int) -> Tree:
    # Boundaries that begin alike, as many programs number theirs.
    boundary = b"----=_Part_%d" % name
    while any(boundary + b"\r\n" in child.raw for child in children):
        boundary += b"1"  # RFC 2046, 5.1: the boundary of a mail stands nowhere inside its parts
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
    body = b"".join(b"--" + boundary + b"\r\n" + child.raw + b"\r\n" for child in children)
    files = tuple(file for child in children for file in child.files)
    return Tree(head + body + b"--" + boundary + b"--\r\n", files)


def forwarded(inner: Tree, encoded: bool) -> Tree:
    mail = TOP + inner.raw
    head = b"Content-Type: message/rfc822\r\n"
    return Tree(
        head + (BASE64 + b"\r\n" + base64.encodebytes(mail) if encoded else b"\r\n" + mail), inner.files
    )


LEAVES = st.builds(leaf, st.binary(max_size=60), st.sampled_from(["base64", "quoted-printable"]))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(multipart, KINDS, st.lists(inner, min_size=1, max_size=4), st.integers(0, 10**6)),
        st.builds(forwarded, inner, st.booleans()),
    ),
    max_leaves=8,
)


@given(TREES)
def test_every_file_of_a_tree_of_any_shape_comes_out_whole_and_in_order(tree: Tree) -> None:
    parts = parse(TOP + tree.raw).parts
    assert tuple(part.data.rstrip(b"\r\n") for part in parts) == tuple(
        data.rstrip(b"\r\n") for data in tree.files
    )
    assert [part.position for part in parts] == list(range(1, len(parts) + 1))


@given(TREES, st.data())
def test_a_tree_cut_off_anywhere_keeps_the_files_before_the_cut(tree: Tree, data: st.DataObject) -> None:
    raw = TOP + tree.raw
    cut = data.draw(st.integers(0, len(raw)))
    whole = [part.data for part in parse(raw).parts]
    left = [part.data for part in parse(raw[:cut]).parts]
    # Only the last one may be torn.
    assert len(left) <= len(whole)
    assert left[:-1] == whole[: max(0, len(left) - 1)]


NOISE = st.lists(
    st.one_of(
        st.sampled_from(
            [b";", b"=", b'"', b"\\", b"'", b"*", b"%", b"%E5", b"\r\n ", b"\r\n\t", b"filename", b"name"]
        ),
        st.sampled_from(
            [b"*0*=", b"*1=", b"*99999999999=", b"*-1*=", b"utf-8''", b"=?gbk?B?", b"?=", b"../"]
        ),
        st.sampled_from(["报".encode(), "誠".encode("gbk"), b"\xff", b"\x00", "\u202e".encode()]),
        st.binary(max_size=6),
    ),
    max_size=25,
).map(b"".join)


def headers_of(disposition: bytes) -> Headers:
    raw = b"Content-Disposition: attachment; " + disposition + b"\r\n\r\n"
    return read_headers(raw, 0, len(raw))[0]


@given(NOISE)
def test_no_parameter_however_broken_stops_the_reading_or_gives_an_unsafe_name(disposition: bytes) -> None:
    parse_parameters(b"attachment; " + disposition)
    headers = headers_of(disposition)
    for name in ("filename", "charset", "boundary"):
        value = parameter(headers, "content-disposition", name)
        assert value is None or isinstance(value.encode(), bytes)
    name = file_name(headers)
    assert len(name.encode()) <= 200 and name not in (".", "..")
    assert not any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} or one in "/\\" for one in name)


@given(st.permutations(range(6)), st.sampled_from(["utf-8", "gbk"]))
def test_pieces_of_a_name_are_joined_by_their_numbers_whatever_order_they_come_in(order, charset) -> None:
    name = "县教体局二季度报表.pdf"
    encoded = "".join(f"%{byte:02X}" for byte in name.encode(charset)).encode()
    step = -(-len(encoded) // 6)
    pieces = [encoded[start : start + step] for start in range(0, len(encoded), step)]
    pieces[0] = charset.encode() + b"''" + pieces[0]
    shuffled = [number for number in order if number < len(pieces)]
    value = b"; ".join(b"filename*%d*=%b" % (number, pieces[number]) for number in shuffled)
    assert file_name(headers_of(value)) == name
