"""What hostile or unlucky senders attach: each file ends in a finding that the clerk understands, in time."""

import io
import zipfile

import pytest
from container_makers import ole
from document_makers import cell, docx, pdf, row, sample, stream, table, zipped
from PIL import Image

from reminder_service.documents import office
from reminder_service.documents.left_alone import LINKS, MACROS, SCRIPTS, left_alone_in_container
from reminder_service.documents.ole import Container
from reminder_service.documents.read import read_bytes
from reminder_service.documents.scan.picture import frame_of
from reminder_service.documents.sniff import may_hold_files
from reminder_service.documents.unpack import unpack
from reminder_service.domain.documents import Kind, Reading

FORM = docx(table(row("序号", "实事名称"), row("1", "甲")))


def problem(data: bytes, name: str) -> tuple[str, str]:
    found = read_bytes(data, name).problem
    return (found.code, found.detail) if found else ("", "")


def cells(reading: Reading) -> list[list[str]]:
    return [[one.text for one in line.cells] for line in reading.tables[0].rows]


def with_parts(data: bytes, more: dict[str, bytes]) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return zipped({name: archive.read(name) for name in archive.namelist()} | more)


@pytest.mark.parametrize("name", ["D_vmerge.pdf", "D_vmerge.xlsx", "D_vmerge.docx"])
def test_a_file_cut_off_at_any_tenth_is_unreadable_or_read_and_never_a_failure_of_ours(name: str) -> None:
    whole = sample(name)
    for tenths in range(10):
        code, detail = problem(whole[: len(whole) * tenths // 10], name)
        assert code == "unreadable", (tenths, code, detail)
        assert "重新报送" in detail


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_picture_of_20000_pixels_is_named_and_never_decoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000), 1).save(target, kind)
    monkeypatch.setattr(Image.Image, "convert", None)  # whatever decodes it would need this
    code, detail = problem(target.getvalue(), "扫描.png")
    assert (code, "像素" in detail) == ("not_read", True)


def test_a_jpeg_of_108_megapixels_is_decoded_smaller() -> None:
    target = io.BytesIO()
    Image.new("L", (12_000, 9_000), 255).save(target, "JPEG", quality=5)
    picture = frame_of(target.getvalue(), 0)
    assert picture is not None
    assert picture.shape[:2] == (3000, 4000)


def test_a_huge_picture_inside_a_word_file_costs_only_itself() -> None:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000), 1).save(target, "PNG")
    reading = read_bytes(with_parts(FORM, {"word/media/image1.png": target.getvalue()}), "报表.docx")
    assert cells(reading) == [["序号", "实事名称"], ["1", "甲"]]


def test_a_pdf_of_500_pages_is_told_from_a_damaged_one() -> None:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 503))
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>"
    data = pdf(
        [b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Count 500 /Kids [%s]>>" % kids, *[page] * 500]
    )
    code, detail = problem(data, "汇编.pdf")
    assert (code, "页数过多" in detail) == ("not_read", True)


def test_a_form_attached_to_a_pdf_is_a_document_of_its_own_and_its_scripts_are_not_run() -> None:
    data = pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles <</Names [(a.docx) 4 0 R]>>>> "
            b"/OpenAction <</S /JavaScript /JS (app.launchURL\\('http://example.test'\\))>>>>",
            b"<</Type /Pages /Count 1 /Kids [3 0 R]>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>",
            b"<</Type /Filespec /F (a.docx) /EF <</F 5 0 R>>>>",
            stream(FORM, b"/Type /EmbeddedFile"),
        ]
    )
    reading = read_bytes(data, "报表.pdf")
    assert (reading.kind, len(reading.pages), reading.tables) == (Kind.PDF, 1, ())
    assert reading.notes == (SCRIPTS,)
    assert may_hold_files(data)
    assert [(one.archive_path, one.filename) for one in unpack(data, "报表.pdf")] == [
        ("", "报表.pdf"),
        ("报表.pdf", "a.docx"),
    ]
    assert unpack(data, "报表.pdf")[1].data == FORM


def test_macros_and_links_to_the_outside_are_neither_run_nor_followed() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId9" TargetMode="External" Target="http://127.0.0.1:9/t.dotm" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
        b'<Relationship Id="rId8" TargetMode="External" Target="file:///etc/passwd" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    more = {"word/_rels/document.xml.rels": relations, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 500}
    reading = read_bytes(with_parts(FORM, more), "报表.docm")
    assert (reading.kind, reading.problem, cells(reading)) == (
        Kind.DOCX,
        None,
        [["序号", "实事名称"], ["1", "甲"]],
    )
    assert reading.notes == (MACROS, LINKS)


def test_a_link_to_click_on_and_a_torn_list_of_links_are_worth_no_note() -> None:
    link = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'TargetMode="External" Target="http://a.test" Type="http://schemas.openxmlformats.org/x/hyperlink"/>'
    )
    for relations in (link + b"</Relationships>", link):
        more = {"word/_rels/header1.xml.rels": relations}
        assert read_bytes(with_parts(FORM, more), "报表.docx").notes == ()


def test_macros_of_old_files_are_named_too() -> None:
    with_macros, without = ({"Workbook": b"", **more} for more in ({"_VBA_PROJECT_CUR": {"a": b"x"}}, {}))
    for tree, notes in ((with_macros, (MACROS,)), (without, ())):
        with Container(ole(tree)) as container:
            assert left_alone_in_container(container) == notes


@pytest.mark.parametrize(
    "catalog",
    [
        b"/Names <</JavaScript <</Names [(a) <</S /JavaScript /JS (x)>>]>>>>",
        b"/AA <</WC <</S /JavaScript /JS (x)>>>>",
        b"/OpenAction [3 0 R /Fit]",
    ],
    ids=["by name", "on an event", "none: where it opens"],
)
def test_scripts_of_a_pdf_are_named_wherever_they_hang(catalog: bytes) -> None:
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>"
    data = pdf(
        [b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog, b"<</Type /Pages /Count 1 /Kids [3 0 R]>>", page]
    )
    assert read_bytes(data, "报表.pdf").notes == ((SCRIPTS,) if b"JavaScript" in catalog else ())


def test_a_word_file_that_unpacks_without_end_is_told_by_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MAX_PART_BYTES", 1_000_000)
    bomb = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": bytes(3_000_000)})
    assert problem(bomb, "报表.docx") == ("not_read", "文件过大，本程序没有读取，请人工核对")


def test_limits_hold_for_all_archives_in_one_another_together() -> None:
    inner = zipped({f"{number}.txt": "x" for number in range(90)})
    found = unpack(zipped({f"{number}.zip": inner for number in range(9)}), "材料.zip")
    assert len(found) <= 200 + 2
    assert [one.filename for one in found if one.problem] == ["2.zip", "材料.zip"]


def test_tables_nested_without_end_are_no_failure_of_ours() -> None:
    depth = 20_000
    body = "<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth
    assert problem(docx(body), "报表.docx")[0] in ("unreadable", "not_read")


def test_a_row_that_goes_on_on_the_next_page_stays_one_row() -> None:
    torn = (
        "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>前半</w:t></w:r></w:p>"
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>后半</w:t></w:r></w:p></w:tc></w:tr>"
    )
    assert cells(read_bytes(docx(table(row("序号", "措施"), torn)), "x.docx")) == [
        ["序号", "措施"],
        ["1", "前半\n后半"],
    ]


def test_a_form_in_a_content_control_and_one_in_a_text_box_are_read() -> None:
    inner = table(row("序号", "实事名称"), row("1", "甲"))
    control = f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    box = f"<w:p><w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r></w:p>"
    for body in (control, box):
        assert cells(read_bytes(docx(body), "x.docx")) == [["序号", "实事名称"], ["1", "甲"]]


def test_accepted_text_counts_where_a_cell_was_revised() -> None:
    revised = (
        "<w:tr><w:tc><w:p><w:r><w:t>已维修</w:t></w:r><w:del><w:r><w:delText>3</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>5</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>所有</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>所</w:t></w:r></w:moveTo></w:p></w:tc></w:tr>"
    )
    inserted = f'<w:tr><w:trPr><w:ins w:id="1"/></w:trPr>{cell("新")}</w:tr>'
    assert cells(read_bytes(docx(table(revised, inserted)), "x.docx")) == [["已维修5所"], ["新"]]
