import base64
import hashlib
from collections.abc import Sequence

import pytest
from document_makers import picture, zipped
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.documents.ofd import read_ofd
from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Kind, Reading

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def _text(text: str, x: float, y: float, more: str = "") -> str:
    """A text whose base line is 3.44 mm below ``y``."""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 60 4" Font="3" Size="4" {more}>'
        f'<ofd:TextCode X="0" Y="3.44" DeltaX="g {max(1, len(text) - 1)} 4">{text}</ofd:TextCode></ofd:TextObject>'
    )


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    path = f"M 0 0 L {x1 - x0} {y1 - y0}"
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {max(0.2, x1 - x0)} {max(0.2, y1 - y0)}">'
        f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _table(rows: Sequence[Sequence[str]], top: float = 50, width: float = 40, height: float = 10) -> str:
    down, across = len(rows) * height, len(rows[0]) * width
    drawn = [
        _line(20, top + place * height, 20 + across, top + place * height) for place in range(len(rows) + 1)
    ]
    drawn += [
        _line(20 + place * width, top, 20 + place * width, top + down) for place in range(len(rows[0]) + 1)
    ]
    for place, cells in enumerate(rows):
        drawn += [
            _text(cell, 22 + column * width, top + place * height + 3)
            for column, cell in enumerate(cells)
            if cell
        ]
    return "".join(drawn)


def _content(drawn: str, before: str = "") -> str:
    return (
        f"<ofd:Page {OFD}><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>{before}"
        f'<ofd:Content><ofd:Layer ID="9">{drawn}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _ofd(*pages: str, common: str = "", more: dict[str, bytes | str] | None = None) -> bytes:
    listed = "".join(
        f'<ofd:Page ID="{place}" BaseLoc="Pages/Page_{place}/Content.xml"/>' for place in range(len(pages))
    )
    document = f"<ofd:Document {OFD}><ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    root = (
        f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    parts: dict[str, bytes | str] = {"OFD.xml": root, "Doc_0/Document.xml": document}
    parts |= {f"Doc_0/Pages/Page_{place}/Content.xml": page for place, page in enumerate(pages)}
    return zipped(parts | (more or {}))


def _texts(reading: Reading) -> list[list[list[str]]]:
    return [[[one.text for one in row.cells] for row in table.rows] for table in reading.tables]


def test_a_ruled_table_is_read_by_its_lines_with_the_text_around_it() -> None:
    drawn = _text("情况报表", 80, 30) + _table([["序号", "名称"], ["1", ""]]) + _text("填报人", 20, 120)
    reading = read_bytes(_ofd(_content(drawn)), "报表.pdf")
    (table,) = reading.tables
    assert (reading.kind, table.above, table.below) == (Kind.OFD, "情况报表", "填报人")
    assert _texts(reading) == [[["序号", "名称"], ["1", ""]]]
    (page,) = reading.pages
    assert (page.width, page.height, page.has_text, page.pictures) == (595.28, 841.89, True, 0)
    left, top, *_ = table.rows[0].cells[0].box
    assert (round(left), round(top)) == (57, 142)


def test_a_table_goes_on_over_the_page() -> None:
    pages = [_content(_table([["序号", "名称"], [number, "甲"]])) for number in ("1", "2")]
    assert _texts(read_ofd(_ofd(*pages), "x.ofd")) == [[["序号", "名称"], ["1", "甲"], ["2", "甲"]]]


def test_what_a_template_draws_lies_below_the_page() -> None:
    template = _content(_table([["序号", "名称"], ["", ""]]))
    page = _content(_text("甲", 62, 63), before='<ofd:Template TemplateID="7"/>')
    common = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    data = _ofd(page, common=common, more={"Doc_0/Tpls/Tpl_0/Content.xml": template})
    assert _texts(read_ofd(data, "x.ofd")) == [[["序号", "名称"], ["", "甲"]]]


def test_objects_that_are_moved_and_scaled_stand_where_they_are_seen() -> None:
    moved = _text("甲乙", 20, 53, 'CTM="0.5 0 0 0.5 40 0"') + _table([["", ""]])
    assert _texts(read_ofd(_ofd(_content(moved)), "x.ofd")) == [[["", "甲乙"]]]


def test_boxes_drawn_as_closed_paths_are_cells() -> None:
    box = '<ofd:PathObject Boundary="{} 50 40 10"><ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject>'
    path = "M 0 0 L 40 0 L 40 10 L 0 10 C"
    drawn = box.format(20, path) + box.format(60, path) + _text("甲", 22, 53) + _text("乙", 62, 53)
    assert _texts(read_ofd(_ofd(_content(drawn)), "x.ofd")) == [[["甲", "乙"]]]


def test_what_is_hidden_is_not_read() -> None:
    assert (
        read_ofd(_ofd(_content(_text("藏", 20, 20, 'Visible="false"') + _text("见", 20, 40))), "x.ofd").text
        == "见"
    )


def test_pictures_and_seals_are_counted_and_a_signature_is_seen() -> None:
    drawn = '<ofd:ImageObject Boundary="10 10 40 40"/><ofd:ImageObject Boundary="1 1 5 5"/>'
    stamp = '<ofd:SignedInfo><ofd:StampAnnot PageRef="0" Boundary="1 1 40 40"/></ofd:SignedInfo>'
    signature = f"<ofd:Signature {OFD}>{stamp}</ofd:Signature>"
    more = {"Doc_0/Signs/Sign_0/Signature.xml": signature, "Doc_0/Res/a.png": picture("red")}
    reading = read_ofd(_ofd(_content(drawn), more=more), "x.ofd")
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
    reading = read_ofd(_ofd(_content(_text("见", 20, 40)), more=more), "x.ofd")
    (seal,) = reading.pages[0].seals
    assert (seal.verdict, seal.box) == ("seen", (28.3, 56.7, 141.7, 170.1))
    assert [one.verdict for one in reading.signatures] == [verdict]


def test_a_torn_ofd_file_is_unreadable() -> None:
    assert read_ofd(zipped({"OFD.xml": "<x/>"}), "x.ofd").problem.code == "unreadable"
    assert read_ofd(_ofd("<broken"), "x.ofd").problem.code == "unreadable"
    assert read_bytes(_ofd(_content("x"))[:300], "x.ofd").problem.code == "unreadable"


def test_too_many_pages_are_not_read() -> None:
    assert read_ofd(_ofd(*["<Page/>"] * 201), "x.ofd").problem.code == "not_read"


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    page = _content(_text("&b;甲", 20, 20))
    assert "aaaa" not in read_ofd(_ofd(bomb + page), "x.ofd").text


@given(st.text(alphabet="MLBCSQA 0123456789.-+eg\n", max_size=60), st.sampled_from(["甲", "一二三四五"]))
def test_no_path_and_no_distances_break_the_page(data: str, text: str) -> None:
    drawn = (
        f'<ofd:PathObject Boundary="0 0 9 9" CTM="{data}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
        f'<ofd:PathObject Boundary="0 0 9 9"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
        f'<ofd:TextObject Boundary="0 0 9 9" Size="4"><ofd:TextCode X="{data}" Y="3" DeltaX="{data}">{text}'
        "</ofd:TextCode></ofd:TextObject>"
    )
    assert read_ofd(_ofd(_content(drawn)), "x.ofd").problem is None


@pytest.mark.parametrize("boundary", ["", "1 2 3", "a b c d", "1 2 3 1e400", "nan nan nan nan"])
def test_an_object_without_a_place_is_left_out(boundary: str) -> None:
    drawn = f'<ofd:TextObject Boundary="{boundary}" Size="4"><ofd:TextCode>甲</ofd:TextCode></ofd:TextObject>'
    assert read_ofd(_ofd(_content(drawn)), "x.ofd").text == ""
