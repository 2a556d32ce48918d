"""The form that goes with a reminder: the unit's own rows, and a code that comes back with it."""

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import pdfplumber
import pytest
import segno
import zxingcpp
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from word_files import CAMPAIGN, Q2, TEXT, converted, duty, page_texts, read_back, unit_state

from reminder_service.domain.documents import FORM_PROPERTY, FormCode
from reminder_service.domain.incoming import is_unfilled_own
from reminder_service.domain.periods import Period
from reminder_service.domain.state import Extension, UnitState
from reminder_service.reports.unit_form import write_unit_form

WOMEN = "县妇联"
CODE = FormCode(campaign=CAMPAIGN.id, period="2024Q2", unit_code="03")


def written(state: UnitState | None = None, period: Period = Q2) -> bytes:
    return write_unit_form(CAMPAIGN, state or unit_state(WOMEN), period)


def words_of(data: bytes) -> str:
    """All text outside the table, page feet included."""
    document = docx.Document(io.BytesIO(data))
    feet = document.sections[0].footer.paragraphs
    return "\n".join(paragraph.text for paragraph in [*document.paragraphs, *feet])


def test_the_service_knows_its_own_form_again() -> None:
    reading, form = read_back(written())

    assert reading.code == CODE
    assert not reading.own
    assert form.title == "2024年为全县妇女儿童办实事工作进展情况报表（2024年第二季度）"
    assert form.unit == "高青县妇女联合会"
    assert form.period == "2024Q2"


@pytest.mark.parametrize("unit", [unit.name for unit in CAMPAIGN.units])
def test_a_form_holds_the_units_own_rows_alone(unit: str) -> None:
    _, form = read_back(written(unit_state(unit)))

    items = CAMPAIGN.items_of(unit)
    assert [row.number for row in form.rows] == [str(item.number) for item in items]
    assert [row.name for row in form.rows] == [item.name for item in items]
    assert {row.units for row in form.rows} == {unit}
    others = [other.name for other in CAMPAIGN.units if other.name != unit and other.name not in unit]
    text = words_of(written(unit_state(unit)))
    assert not any(other in text for other in others)


def test_the_columns_are_the_notices_in_its_order() -> None:
    table = docx.Document(io.BytesIO(written())).tables[0]

    assert [cell.text for cell in table.rows[0].cells] == [
        "序号",
        "实事名称",
        "责任单位",
        "本季度具体措施及任务进度情况",
        "完成时限",
    ]


def test_what_was_reported_is_filled_in_and_the_rest_is_blank() -> None:
    _, form = read_back(written(unit_state(WOMEN, duty(WOMEN, 2))))

    filled, *others = form.rows
    assert (filled.number, filled.measures, filled.deadline) == ("2", TEXT, "2024年12月底")
    assert {(row.measures, row.deadline) for row in others} == {("", "")}


def test_text_that_waits_for_the_office_is_not_given_out_as_the_units_own() -> None:
    _, form = read_back(written(unit_state(WOMEN, duty(WOMEN, 2, pending=True))))

    assert {row.measures for row in form.rows} == {""}


def test_another_units_text_never_gets_into_a_form() -> None:
    state = unit_state(WOMEN)
    foreign = UnitState(
        unit=WOMEN,
        status=state.status,
        late=False,
        due=state.due,
        duties=(duty("县卫生健康局", 3), *(one for one in state.duties if one.item != 3)),
    )

    _, form = read_back(written(foreign))

    assert {row.measures for row in form.rows} == {""}


def test_an_item_let_off_is_named_below_the_table_and_has_no_row() -> None:
    data = written(unit_state(WOMEN, duty(WOMEN, 4, None, waived="上级未下达任务")))

    _, form = read_back(data)
    assert "4" not in [row.number for row in form.rows]
    assert "第4项本期免报" in words_of(data)


def test_a_form_says_what_is_wanted_until_when_and_whom_to_ask() -> None:
    text = words_of(written())

    assert "填报单位（盖章）：高青县妇女联合会" in text
    assert "2024年6月28日前" in text
    assert "电子版（Word）及加盖公章的PDF版" in text
    assert "6967116" in text
    assert "请勿填写涉密信息" in text
    assert "妇儿实事 2024Q2-03" in text


def test_an_extension_moves_the_date_on_the_form() -> None:
    extended = Extension(until=date(2024, 7, 5), reason="机构改革")

    text = words_of(written(unit_state(WOMEN, extended=extended)))

    assert "2024年7月5日前" in text
    assert "2024年6月28日" not in text


def test_the_same_form_has_the_same_bytes() -> None:
    assert written() == written()
    assert written() != written(unit_state(WOMEN, duty(WOMEN, 2)))


def test_the_code_stands_in_the_property_and_the_keywords() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        assert FORM_PROPERTY in package.read("docProps/custom.xml").decode()
        types = package.read("[Content_Types].xml").decode()
        relations = package.read("_rels/.rels").decode()
    core = docx.Document(io.BytesIO(written())).core_properties

    assert "custom-properties+xml" in types
    assert "docProps/custom.xml" in relations
    assert core.keywords == str(CODE)
    assert core.author == "高青县人民政府办公室"
    assert core.title.endswith("（2024年第二季度）")


def test_the_picture_is_the_code_of_campaign_period_and_unit() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        (name,) = [name for name in package.namelist() if name.startswith("word/media/")]
        picture = Image.open(io.BytesIO(package.read(name))).convert("L")

    rows = [list(row) for row in segno.make(str(CODE), error="m", boost_error=False).matrix_iter(border=4)]
    dots = picture.resize((len(rows), len(rows)), Image.Resampling.NEAREST)
    assert [[int(dots.getpixel((x, y)) < 128) for x in range(len(rows))] for y in range(len(rows))] == rows


def test_a_form_is_a4_landscape_and_repeats_its_heading() -> None:
    document = docx.Document(io.BytesIO(written()))
    section = document.sections[0]
    heading, *rows = document.tables[0].rows

    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (29.7, 21.0)
    assert heading._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_what_is_typed_into_an_empty_cell_takes_the_forms_font() -> None:
    cell = docx.Document(io.BytesIO(written())).tables[0].rows[1].cells[3]

    fonts = cell.paragraphs[0].style.element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_no_text_from_outside_breaks_a_form(text: str) -> None:
    data = written(unit_state(WOMEN, duty(WOMEN, 2, text, deadline=text)))

    reading, form = read_back(data)
    assert reading.problem is None
    assert [row.number for row in form.rows] == ["2", "3", "4", "5", "6", "7", "10"]


def test_a_text_far_too_long_is_cut_with_a_mark() -> None:
    _, form = read_back(written(unit_state(WOMEN, duty(WOMEN, 2, "长" * 100_000))))

    assert 30_000 < len(form.rows[0].measures) < 33_000
    assert "截断" in form.rows[0].measures


def test_a_form_saved_by_another_program_still_says_whose_it_is(tmp_path: Path) -> None:
    again = converted(written(unit_state(WOMEN, duty(WOMEN, 2))), tmp_path, "docx")

    reading, form = read_back(again)
    assert reading.code == CODE
    assert (form.unit, form.period) == ("高青县妇女联合会", "2024Q2")
    assert [row.number for row in form.rows] == ["2", "3", "4", "5", "6", "7", "10"]
    assert form.rows[0].measures == TEXT


def test_a_form_prints_on_one_page_and_is_read_from_the_pdf(tmp_path: Path) -> None:
    pdf = converted(written(unit_state(WOMEN, duty(WOMEN, 2))), tmp_path, "pdf")

    reading, form = read_back(pdf, "报表.pdf")
    (page,) = reading.pages
    assert page.width > page.height
    assert page.pictures == 0  # our code is no seal
    assert form.title == "2024年为全县妇女儿童办实事工作进展情况报表（2024年第二季度）"
    assert (form.unit, form.period) == ("高青县妇女联合会", "2024Q2")
    assert [row.number for row in form.rows] == ["2", "3", "4", "5", "6", "7", "10"]
    assert "".join(form.rows[0].measures.split()) == "".join(TEXT.split())


def test_a_long_form_repeats_heading_and_page_number_and_loses_no_row(tmp_path: Path) -> None:
    texts = {item.number: f"第{item.number}项开头。{TEXT * 4}" for item in CAMPAIGN.items_of(WOMEN)}
    duties = [duty(WOMEN, number, text) for number, text in texts.items()]

    pdf = converted(written(unit_state(WOMEN, *duties)), tmp_path, "pdf")

    pages = page_texts(pdf, tmp_path)
    assert len(pages) > 1
    assert all("具体措施及任务进度情况" in page for page in pages)
    assert all(f"第{number}页共{len(pages)}页" in page for number, page in enumerate(pages, 1))
    _, form = read_back(pdf, "报表.pdf")
    assert {int(row.number): "".join(row.measures.split()) for row in form.rows} == {
        number: "".join(text.split()) for number, text in texts.items()
    }


def test_the_code_is_read_from_every_page_of_a_long_form(tmp_path: Path) -> None:
    duties = [duty(WOMEN, item.number, TEXT * 4) for item in CAMPAIGN.items_of(WOMEN)]

    pdf = converted(written(unit_state(WOMEN, *duties)), tmp_path, "pdf")

    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) > 2
        for page in opened.pages:
            (found,) = zxingcpp.read_barcodes(page.to_image(resolution=150).original)
            assert found.text == str(CODE)
            (picture,) = page.images
            (table,) = page.find_tables()
            assert picture["bottom"] <= table.bbox[1]


def test_every_page_of_a_form_says_whose_it_is_at_its_foot() -> None:
    section = docx.Document(io.BytesIO(written())).sections[0]

    feet = (section.first_page_footer, section.footer)
    assert all("妇儿实事 2024Q2-03" in foot.paragraphs[0].text for foot in feet)


def test_only_a_row_taller_than_half_a_page_may_be_torn() -> None:
    texts = {2: TEXT * 4, 3: TEXT * 20}
    data = written(unit_state(WOMEN, *(duty(WOMEN, number, text) for number, text in texts.items())))

    rows = docx.Document(io.BytesIO(data)).tables[0].rows[1:]
    torn = [row.cells[0].text for row in rows if row._tr.trPr.find(qn("w:cantSplit")) is None]
    assert torn == ["3"]
    assert [row.number for row in read_back(data)[1].rows] == ["2", "3", "4", "5", "6", "7", "10"]


def test_last_periods_text_stands_in_grey_and_is_no_report() -> None:
    items = [item.number for item in CAMPAIGN.items_of(WOMEN)]
    last = unit_state(WOMEN, *(duty(WOMEN, number) for number in items[:2]))
    data = write_unit_form(CAMPAIGN, unit_state(WOMEN), Q2, last)

    reading, form = read_back(data)
    shown = [cell.text for row in reading.tables[0].rows for cell in row.cells if "供参考" in cell.text]
    assert len(shown) == 2
    assert TEXT.splitlines()[0] in shown[0]
    assert [row.measures for row in form.rows] == [""] * len(items)
    assert is_unfilled_own(reading, form)
    assert "灰色文字为上期填报内容" in words_of(data)


def test_last_periods_text_gives_way_to_this_periods() -> None:
    item = CAMPAIGN.items_of(WOMEN)[0].number
    now = unit_state(WOMEN, duty(WOMEN, item, "本期已开展9场"))
    _, form = read_back(write_unit_form(CAMPAIGN, now, Q2, unit_state(WOMEN, duty(WOMEN, item))))

    assert form.rows[0].measures == "本期已开展9场"


def test_what_waits_for_the_office_is_not_shown_as_last_periods_text() -> None:
    item = CAMPAIGN.items_of(WOMEN)[0].number
    last = unit_state(WOMEN, duty(WOMEN, item, pending=True))
    assert "供参考：" not in zip_text(write_unit_form(CAMPAIGN, unit_state(WOMEN), Q2, last))


def test_a_finished_item_has_no_row_and_is_named() -> None:
    item = CAMPAIGN.items_of(WOMEN)[0].number
    now = unit_state(WOMEN, duty(WOMEN, item, None, waived="已完成", finished=True))
    data = written(now)

    _, form = read_back(data)
    assert str(item) not in [row.number for row in form.rows]
    assert f"第{item}项已销号" in words_of(data)


def zip_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml").decode()
