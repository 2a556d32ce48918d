import pytest
from document_makers import cell, custom_property, docx, paragraph, picture, row, sample, table

from reminder_service.documents.docx import read_docx
from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import FORM_PROPERTY, REPORT_PROPERTY, FormCode

GO_ON = "<w:vMerge/>"


def _texts(data: bytes, number: int = 0) -> list[list[str]]:
    return [[one.text for one in line.cells] for line in read_docx(data, "x.docx").tables[number].rows]


def test_revisions_controls_and_nested_tables_read_as_they_are_seen() -> None:
    rows = _texts(sample("tricky.docx"))
    wanted = [line for line in rows[1:] if line[0] != "autonumber"]
    assert [line[1] for line in wanted] == [line[2] for line in wanted]
    assert len(wanted) == 6


def test_merged_cells_keep_their_place_in_the_grid() -> None:
    data = docx(
        table(
            row(cell("标题", '<w:gridSpan w:val="3"/>')),
            row(cell("1", '<w:vMerge w:val="restart"/>'), "甲", "子"),
            row(cell("", GO_ON), "乙", "丑"),
            f'<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>{cell("寅")}</w:tr>',
        )
    )
    assert _texts(data) == [["标题", "", ""], ["1", "甲", "子"], ["", "乙", "丑"], ["", "", "寅"]]
    merged = [set(line.merged) for line in read_docx(data, "x.docx").tables[0].rows]
    assert merged == [set(), set(), {0}, set()]


def test_a_form_inside_a_layout_table_is_a_table_of_its_own() -> None:
    inner = table(row("序号", "实事名称"), row("1", "甲"))
    data = docx(table(f"<w:tr><w:tc>{inner}{paragraph('')}</w:tc></w:tr>"))
    assert _texts(data, 1) == [["序号", "实事名称"], ["1", "甲"]]


def test_deleted_rows_and_hidden_text_are_not_there() -> None:
    deleted = '<w:tr><w:trPr><w:del w:id="1"/></w:trPr>' + cell("删") + "</w:tr>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
    data = docx(table(deleted, f"<w:tr><w:tc><w:p><w:r><w:t>留</w:t></w:r>{hidden}</w:p></w:tc></w:tr>"))
    assert _texts(data) == [["留"]]


def test_text_outside_tables_is_kept_with_headers_and_in_order() -> None:
    header = '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    reading = read_docx(
        docx(
            paragraph("情况报表") + table(row("1")) + paragraph("县民政局（盖章）"),
            word__header1_xml=b"",
            **{"word__header1.xml": header + paragraph("页眉") + "</w:hdr>"},
        ),
        "x.docx",
    )
    assert reading.text == "页眉\n情况报表\n县民政局（盖章）"
    assert (reading.tables[0].above, reading.tables[0].below) == ("情况报表", "县民政局（盖章）")


def test_a_text_box_is_read_once() -> None:
    box = "<w:txbxContent>" + paragraph("填报单位：县民政局") + "</w:txbxContent>"
    twice = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert read_docx(docx(twice), "x.docx").text == "填报单位：县民政局"


def test_our_own_form_is_known_by_its_property() -> None:
    code = FormCode(campaign="demo-2024", period="2024Q2", unit_code="07")
    data = docx(paragraph("x"), **{"docProps__custom.xml": custom_property(FORM_PROPERTY, str(code))})
    assert read_docx(data, "x.docx").code == code


def test_our_own_form_is_known_by_its_keywords_too() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
        "<cp:keywords>报表, RS1:demo-2024:2024Q2:07</cp:keywords></cp:coreProperties>"
    )
    code = read_docx(docx(paragraph("x"), **{"docProps__core.xml": core}), "x.docx").code
    assert str(code) == "RS1:demo-2024:2024Q2:07"


def test_our_own_reports_are_known_as_ours() -> None:
    data = docx(paragraph("x"), **{"docProps__custom.xml": custom_property(REPORT_PROPERTY, "digest")})
    assert read_docx(data, "x.docx").own


@pytest.mark.parametrize(
    ("colour", "size", "red"),
    [("red", 200, True), ("black", 200, False), ("red", 60, False)],
    ids=["a seal", "our own black code", "a red bullet"],
)
def test_only_a_picture_with_red_ink_counts_as_a_sealed_one(colour: str, size: int, red: bool) -> None:
    data = docx(paragraph("x"), **{"word__media__image1.png": picture(colour, size)})
    assert read_docx(data, "x.docx").red_picture is red


def test_an_entity_is_never_followed() -> None:
    prologue = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "zzz">]>'
    reading = read_docx(docx("<w:p><w:r><w:t>前&x;&y;后</w:t></w:r></w:p>", prologue), "x.docx")
    assert "zzz" not in reading.text
    assert reading.text.startswith("前")
    assert len(reading.text) <= 2


@pytest.mark.parametrize("size", [20_000, 38_000], ids=["half of it", "without its end"])
def test_a_damaged_file_is_unreadable(size: int) -> None:
    problem = read_bytes(sample("D_vmerge.docx")[:size], "报表.docx").problem
    assert problem
    assert (problem.code, "损坏" in problem.detail) == ("unreadable", True)


def test_a_file_with_a_broken_part_is_unreadable() -> None:
    data = docx(paragraph("甲"), "<<<")
    assert read_docx(data, "x.docx").problem.code == "unreadable"


def test_a_file_under_a_password_says_so() -> None:
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(4)
    )
    problem = read_bytes(locked, "报表.docx").problem
    assert problem
    assert (problem.code, "密码" in problem.detail) == ("unreadable", True)


def test_a_span_beyond_all_measure_is_no_danger() -> None:
    data = docx(table(row(cell("甲", '<w:gridSpan w:val="99999999"/>'), "乙")))
    assert len(_texts(data)[0]) <= 100
