import base64
import hashlib

import pytest
from document_makers import OFD, content, ofd, ofd_text, picture, ruled, zipped
from hypothesis import given
from hypothesis import strategies as st
from signing import SIGNER, certificate

from reminder_service.documents.ofd import read_ofd
from reminder_service.documents.ofd_seal_values import SealValue, seal_value
from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Kind, Reading

PAGE = "Doc_0/Pages/Page_0/Content.xml"


def _texts(reading: Reading) -> list[list[list[str]]]:
    return [[[one.text for one in row.cells] for row in table.rows] for table in reading.tables]


def test_a_ruled_table_is_read_by_its_lines_with_the_text_around_it() -> None:
    drawn = ofd_text("情况报表", 80, 30) + ruled([["序号", "名称"], ["1", ""]]) + ofd_text("填报人", 20, 120)
    reading = read_bytes(ofd(content(drawn)), "报表.pdf")
    (table,) = reading.tables
    assert (reading.kind, table.above, table.below) == (Kind.OFD, "情况报表", "填报人")
    assert _texts(reading) == [[["序号", "名称"], ["1", ""]]]
    (page,) = reading.pages
    assert (page.width, page.height, page.has_text, page.pictures) == (595.28, 841.89, True, 0)
    left, top, *_ = table.rows[0].cells[0].box
    assert (round(left), round(top)) == (57, 142)


def test_a_table_goes_on_over_the_page() -> None:
    pages = [content(ruled([["序号", "名称"], [number, "甲"]])) for number in ("1", "2")]
    assert _texts(read_ofd(ofd(*pages), "x.ofd")) == [[["序号", "名称"], ["1", "甲"], ["2", "甲"]]]


def test_what_a_template_draws_lies_below_the_page() -> None:
    template = content(ruled([["序号", "名称"], ["", ""]]))
    page = content(ofd_text("甲", 62, 63), before='<ofd:Template TemplateID="7"/>')
    common = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    data = ofd(page, common=common, more={"Doc_0/Tpls/Tpl_0/Content.xml": template})
    assert _texts(read_ofd(data, "x.ofd")) == [[["序号", "名称"], ["", "甲"]]]


def test_objects_that_are_moved_and_scaled_stand_where_they_are_seen() -> None:
    moved = ofd_text("甲乙", 20, 53, 'CTM="0.5 0 0 0.5 40 0"') + ruled([["", ""]])
    assert _texts(read_ofd(ofd(content(moved)), "x.ofd")) == [[["", "甲乙"]]]


def test_boxes_drawn_as_closed_paths_are_cells() -> None:
    box = '<ofd:PathObject Boundary="{} 50 40 10"><ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject>'
    path = "M 0 0 L 40 0 L 40 10 L 0 10 C"
    drawn = box.format(20, path) + box.format(60, path) + ofd_text("甲", 22, 53) + ofd_text("乙", 62, 53)
    assert _texts(read_ofd(ofd(content(drawn)), "x.ofd")) == [[["甲", "乙"]]]


def test_what_is_hidden_is_not_read() -> None:
    assert (
        read_ofd(
            ofd(content(ofd_text("藏", 20, 20, 'Visible="false"') + ofd_text("见", 20, 40))), "x.ofd"
        ).text
        == "见"
    )


def test_pictures_and_seals_are_counted_and_a_signature_is_seen() -> None:
    drawn = '<ofd:ImageObject Boundary="10 10 40 40"/><ofd:ImageObject Boundary="1 1 5 5"/>'
    stamp = '<ofd:SignedInfo><ofd:StampAnnot PageRef="0" Boundary="1 1 40 40"/></ofd:SignedInfo>'
    signature = f"<ofd:Signature {OFD}>{stamp}</ofd:Signature>"
    more = {"Doc_0/Signs/Sign_0/Signature.xml": signature, "Doc_0/Res/a.png": picture("red")}
    reading = read_ofd(ofd(content(drawn), more=more), "x.ofd")
    assert ([page.pictures for page in reading.pages], reading.red_picture, reading.signed) == (
        [2],
        True,
        True,
    )


@pytest.mark.parametrize(
    ("checked", "verdict"),
    [(b"right", "unchecked"), (b"wrong", "altered")],
    ids=["as signed", "changed after"],
)
def test_an_electronic_seal_is_seen_where_it_lies_and_what_it_covers_is_checked(
    checked: bytes, verdict: str
) -> None:
    value = base64.b64encode(hashlib.sha256(checked).digest()).decode()
    covered = f'<ofd:References CheckMethod="SHA256"><ofd:Reference FileRef="/Doc_0/Res/a.bin"><ofd:CheckValue>{value}'
    info = f"<ofd:SignedInfo>{covered}</ofd:CheckValue></ofd:Reference></ofd:References>"
    stamp = '<ofd:StampAnnot PageRef="0" Boundary="10 20 40 40"/>'
    signature = f"<ofd:Signature {OFD}>{info}{stamp}</ofd:SignedInfo></ofd:Signature>"
    more = {"Doc_0/Signs/Sign_0/Signature.xml": signature, "Doc_0/Res/a.bin": b"right"}
    reading = read_ofd(ofd(content(ofd_text("见", 20, 40)), more=more), "x.ofd")
    (seal,) = reading.pages[0].seals
    assert (seal.verdict, seal.box) == ("seen", (28.3, 56.7, 141.7, 170.1))
    assert [one.verdict for one in reading.signatures] == [verdict]


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    head = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + head + content


def _signed_value(*, earlier: bool = False) -> bytes:
    """The value of a signature by the standard of 2020, or by the one before it."""
    properties = _der(0x30, _der(2, b"\1"), _der(0x0C, "高青县妇女联合会".encode()))
    seal = _der(0x30, _der(0x30, _der(0x30), _der(0x16, b"1"), properties), _der(4, b"x"))
    held = _der(4, certificate())
    signed = [_der(2, b"\4"), seal, _der(3, b"\0"), _der(3, b"\0"), _der(0x16, b"p")]
    if earlier:
        return _der(0x30, _der(0x30, *signed, held), _der(3, b"\0"))
    return _der(0x30, _der(0x30, *signed), held, _der(6, b"\x2a"), _der(3, b"\0"))


@pytest.mark.parametrize("earlier", [False, True], ids=["of 2020", "the one before"])
def test_the_names_of_signer_and_seal_are_taken_from_the_signature(earlier: bool) -> None:
    stamp = '<ofd:StampAnnot PageRef="0" Boundary="10 20 40 40"/>'
    signature = (
        f"<ofd:Signature {OFD}><ofd:SignedInfo>{stamp}</ofd:SignedInfo>"
        "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    )
    more = {
        "Doc_0/Signs/Sign_0/Signature.xml": signature,
        "Doc_0/Signs/Sign_0/SignedValue.dat": _signed_value(earlier=earlier),
    }
    reading = read_ofd(ofd(content(ofd_text("见", 20, 40)), more=more), "x.ofd")
    assert [(one.signer, one.verdict) for one in reading.signatures] == [(SIGNER, "unchecked")]
    assert [seal.text for seal in reading.pages[0].seals] == ["高青县妇女联合会"]


@given(
    st.binary(max_size=200)
    | st.builds(lambda at, by: _signed_value()[:at] + by, st.integers(0, 900), st.binary(max_size=4))
)
def test_no_bytes_break_the_value_of_a_signature(data: bytes) -> None:
    assert isinstance(seal_value(data), SealValue)


def test_a_torn_ofd_file_is_unreadable() -> None:
    assert read_ofd(zipped({"OFD.xml": "<x/>"}), "x.ofd").problem.code == "unreadable"
    assert read_ofd(ofd("<broken"), "x.ofd").problem.code == "unreadable"
    assert read_bytes(ofd(content("x"))[:300], "x.ofd").problem.code == "unreadable"


def test_too_many_pages_are_not_read() -> None:
    assert read_ofd(ofd(*["<Page/>"] * 201), "x.ofd").problem.code == "not_read"


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    page = content(ofd_text("&b;甲", 20, 20))
    assert "aaaa" not in read_ofd(ofd(bomb + page), "x.ofd").text


@given(st.text(alphabet="MLBCSQA 0123456789.-+eg\n", max_size=60), st.sampled_from(["甲", "一二三四五"]))
def test_no_path_and_no_distances_break_the_page(data: str, text: str) -> None:
    drawn = (
        f'<ofd:PathObject Boundary="0 0 9 9" CTM="{data}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
        f'<ofd:PathObject Boundary="0 0 9 9"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
        f'<ofd:TextObject Boundary="0 0 9 9" Size="4"><ofd:TextCode X="{data}" Y="3" DeltaX="{data}">{text}'
        "</ofd:TextCode></ofd:TextObject>"
    )
    assert read_ofd(ofd(content(drawn)), "x.ofd").problem is None


@pytest.mark.parametrize("boundary", ["", "1 2 3", "a b c d", "1 2 3 1e400", "nan nan nan nan"])
def test_an_object_without_a_place_is_left_out(boundary: str) -> None:
    drawn = f'<ofd:TextObject Boundary="{boundary}" Size="4"><ofd:TextCode>甲</ofd:TextCode></ofd:TextObject>'
    assert read_ofd(ofd(content(drawn)), "x.ofd").text == ""
