"""The Word templates of our forms: filled in, edited by an office, wrong."""

import io
import zipfile
from pathlib import Path

import docx
import pdfplumber
import pytest
import zxingcpp
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from word_files import CAMPAIGN, Q2, TEXT, converted, duty, period_state, read_back, unit_state

from reminder_service.domain.documents import FormCode
from reminder_service.domain.errors import ConfigurationError
from reminder_service.domain.incoming import is_unfilled_own
from reminder_service.reports.form_template import MADE
from reminder_service.reports.official_form import write_official_form
from reminder_service.reports.unit_form import write_unit_form
from reminder_service.resources import template

WOMEN = "县妇联"
CODE = FormCode(campaign=CAMPAIGN.id, period="2024Q2", unit_code="03")


def edited(folder: Path, old: str, new: str, name: str = "official.docx") -> Path:
    """The shipped template as an office may have changed it."""
    document = docx.Document(template((), f"forms/{name}"))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            paragraph.runs[0].text = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
    return saved(document, folder, name)


def saved(document: Document, folder: Path, name: str = "unit.docx") -> Path:
    document.save(folder / name)
    return folder / name


def parts(data: bytes) -> dict[str, bytes]:
    """What is in a Word file, however it is packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", MADE)
def test_the_shipped_templates_are_those_the_program_makes(name: str) -> None:
    assert parts(template((), f"forms/{name}").read_bytes()) == parts(MADE[name]())


def test_nothing_in_braces_is_left_and_the_form_stands_between_its_lines_and_the_note() -> None:
    data = write_official_form(CAMPAIGN, period_state())
    document = docx.Document(io.BytesIO(data))
    kinds = [element.tag.rpartition("}")[2] for element in document.element.body]
    assert kinds == ["p", "p", "tbl", "p", "p", "sectPr"]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert not any("{" in text for text in texts)
    assert "汇总单位（盖章）：" in texts[-1]
    assert document.sections[0].footer.paragraphs[0].text.startswith("妇儿实事　2024年第二季度\t第")


def test_what_an_office_changed_in_word_stands_in_its_form(tmp_path: Path) -> None:
    mine = edited(tmp_path, "{{ title }}", "某县{{ period }}落实情况（{{ issuer }}）")
    school = unit_state("县教育和体育局", duty("县教育和体育局", 1))
    data = write_official_form(CAMPAIGN, period_state(school), mine)
    document = docx.Document(io.BytesIO(data))
    assert document.paragraphs[0].text == "某县2024年第二季度落实情况（高青县人民政府办公室）"
    assert TEXT in document.tables[0].rows[1].cells[3].text
    assert data == write_official_form(CAMPAIGN, period_state(school), mine)
    assert read_back(data)[0].own


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("{{ note }}", "{{ nonsense }}", "nonsense", id="unknown-name"),
        pytest.param("{{ note }}", "{{ note", "official.docx", id="broken-braces"),
        pytest.param("{{ table }}", "", "no paragraph is {{ table }} alone", id="no-place-for-the-form"),
        pytest.param("{{ note }}", "{{ note.__class__.__mro__ }}", "unsafe", id="out-of-the-sandbox"),
    ],
)
def test_a_wrong_template_is_named_with_the_cure(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        write_official_form(CAMPAIGN, period_state(), edited(tmp_path, old, new))
    assert said in str(caught.value)
    assert "delete it to use the program's own" in str(caught.value)


def unit_form(file: Path, *texts: str, last: bool = False) -> bytes:
    """县妇联's form by a template, filled in or with what was reported before in grey."""
    items = CAMPAIGN.items_of(WOMEN)
    duties = [duty(WOMEN, item.number, text) for item, text in zip(items, texts, strict=False)]
    before = unit_state(WOMEN, *(duty(WOMEN, item.number) for item in items)) if last else None
    return write_unit_form(CAMPAIGN, unit_state(WOMEN, *duties), Q2, before, template=file)


def own_page(folder: Path) -> Path:
    """An office's own form: upright, its own signature block, columns and lines as drawn in a table."""
    document = docx.Document(template((), "forms/unit.docx"))
    section = document.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width
    section.different_first_page_header_footer = False
    section.header.paragraphs[0].text = "内部资料　注意保存"
    place = next(one for one in document.paragraphs if one.text == "{{ table }}")
    table = document.add_table(rows=1, cols=5, style="Table Grid")
    for column, width in zip(table.columns, (1.5, 3.0, 2.5, 7.0, 3.0), strict=True):
        column.width = Cm(width)
    table.cell(0, 0).text = "{{ table }}"
    place._p.addprevious(table._tbl)
    document.element.body.remove(place._p)
    block = next(one for one in document.paragraphs if one.text.startswith("责任科室"))
    block.text = "分管领导签字：　　　　　{{ unit }}联系电话：　　　　　请于{{ due }}前报送"
    return saved(document, folder)


def test_a_units_form_by_the_offices_own_template_is_as_drawn_and_read_as_ours(tmp_path: Path) -> None:
    data = unit_form(own_page(tmp_path), TEXT)
    document = docx.Document(io.BytesIO(data))
    widths = [int(one.get(qn("w:w"))) for one in document.tables[0]._tbl.tblGrid]
    assert widths == [850, 1701, 1417, 3969, 1701]
    assert document.paragraphs[-2].text.startswith("分管领导签字：　　　　　县妇联联系电话：")
    assert "2024年6月28日前" in document.paragraphs[-2].text
    assert document.sections[0].header.paragraphs[0].text == "内部资料　注意保存"

    reading, form = read_back(data)
    assert (reading.code, form.unit, form.period) == (CODE, "高青县妇女联合会", "2024Q2")
    assert [row.measures for row in form.rows] == [TEXT, *[""] * 6]


def test_a_units_form_by_an_own_template_comes_back_from_paper_with_its_code(tmp_path: Path) -> None:
    pdf = converted(unit_form(own_page(tmp_path), TEXT), tmp_path, "pdf")
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            (found,) = zxingcpp.read_barcodes(page.to_image(resolution=150).original)
            assert found.text == str(CODE)
            (picture,) = page.images
            assert picture["x1"] <= page.width
            assert all(picture["bottom"] <= table.bbox[1] for table in page.find_tables())
    _, form = read_back(pdf, "报表.pdf")
    assert "".join(form.rows[0].measures.split()) == "".join(TEXT.split())


def test_grey_text_of_last_period_is_no_report_in_an_own_template_either(tmp_path: Path) -> None:
    data = unit_form(own_page(tmp_path), last=True)
    reading, form = read_back(data)
    assert any("供参考" in cell.text for row in reading.tables[0].rows for cell in row.cells)
    assert {row.measures for row in form.rows} == {""}
    assert is_unfilled_own(reading, form)


def test_a_drawn_table_with_other_columns_than_the_form_is_named_with_both(tmp_path: Path) -> None:
    document = docx.Document(own_page(tmp_path))
    document.tables[0].add_column(Cm(2))
    with pytest.raises(ConfigurationError, match="has 6 columns and the form has 5"):
        unit_form(saved(document, tmp_path))


def test_a_units_form_may_not_name_what_only_the_official_form_knows(tmp_path: Path) -> None:
    wrong = edited(tmp_path, "{{ note }}", "{{ basis }}", "unit.docx")
    with pytest.raises(ConfigurationError, match="'basis' is undefined; a template may name .*reporter"):
        unit_form(wrong)
