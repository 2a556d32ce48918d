"""Every output that is printed: nothing is cut off, headings come again on every page, pages are one wide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import office_year as office
import output_table as outputs
import pdfplumber
import pytest
from paper import bare, loose_fonts, outside, photograph, printed, shown, texts_of
from pdfplumber.page import Page


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A file, its PDF, and the pages of that."""

    data: bytes
    pdf: Path
    pages: list[Page]


# One run of LibreOffice for all; the pages are read once.
@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Printed]]:
    files = {name: make() for name, make in outputs.PAPERS.items()}
    folder = tmp_path_factory.mktemp("papers")
    paths = printed(files, folder)
    opened = {name: pdfplumber.open(path) for name, path in paths.items()}
    yield {name: Printed(data=files[name], pdf=paths[name], pages=pdf.pages) for name, pdf in opened.items()}
    for pdf in opened.values():
        pdf.close()


HEADED = {
    "official-form.docx": "序号实事名称责任单位本季度具体措施及任务进度情况完成时限",
    "ledger.xlsx": "序号实事名称工作内容责任单位责任科室责任人目标进度完成时限状态",
    "year-summary.docx": "序号实事名称2024年第二季度2024年第三季度2024年第四季度",
}
SHEETS = (
    "序号实事名称责任单位本季度具体措施及任务进度情况完成时限",
    "单位状态电子版盖章版收到时间是否迟报缺少内容责任人电话",
    "序号实事名称责任单位措施及进度完成时限来源文件来源位置",
    "单位序号问题等待谁处理说明来源文件",
    "序号指标目标已完成完成率依据",
    "序号实事名称责任单位2024年第二季度2024年第三季度2024年第四季度与上期相比",
    "版本单位序号事项原内容现内容来源文件来源位置人工认定",
)
CHARTS = ("报齐单位数", "各单位按时报送率", "指标完成率（含待确认数字）")
ONE_PAGE = ("who.docx", "letter-to-leader.docx", "unit-form.docx", "blank-form.docx", "contact-sheet.xlsx")


@pytest.mark.parametrize("name", outputs.PAPERS)
def test_every_text_stands_in_full_within_its_cell_and_its_page(
    papers: Mapping[str, Printed], name: str
) -> None:
    one = papers[name]
    words = shown(one.pages)
    assert [text for text in texts_of(name, one.data) if text not in words] == []
    assert "###" not in words
    assert [outside(page) for page in one.pages if outside(page)] == []


def test_every_page_is_a4_and_carries_its_fonts(papers: Mapping[str, Printed]) -> None:
    for name, one in papers.items():
        sizes = {tuple(sorted((round(page.width), round(page.height)))) for page in one.pages}
        assert sizes <= {(595, 842)}, name
        assert loose_fonts(one.pdf) == [], name


def test_every_page_of_the_workbook_has_all_the_headings_of_one_sheet(papers: Mapping[str, Printed]) -> None:
    texts = [bare(page.extract_text()) for page in papers["workbook.xlsx"].pages]
    lists, charts = texts[: -len(CHARTS)], texts[-len(CHARTS) :]
    found = [[heads for heads in SHEETS if heads in text] for text in lists]
    assert [len(heads) for heads in found] == [1] * len(lists)
    assert list(dict.fromkeys(heads[0] for heads in found)) == list(SHEETS)
    assert all(title in text for title, text in zip(CHARTS, charts, strict=True)), "a chart is torn"


@pytest.mark.parametrize("name", HEADED)
def test_a_list_of_several_pages_repeats_its_heading_on_each(
    papers: Mapping[str, Printed], name: str
) -> None:
    pages = [bare(page.extract_text()) for page in papers[name].pages]
    with_rows = [page for page, found in zip(pages, papers[name].pages, strict=True) if found.find_tables()]
    assert len(with_rows) > 1
    assert [page for page in with_rows if HEADED[name] not in page] == []


@pytest.mark.parametrize("name", ["ledger.docx", "year-summary.docx"])
def test_no_page_of_a_long_list_is_left_half_empty(papers: Mapping[str, Printed], name: str) -> None:
    pages = papers[name].pages[:-1]
    ends = [max(table.bbox[3] for table in page.find_tables()) / page.height for page in pages]
    assert len(ends) > 2
    assert [number for number, end in enumerate(ends, 1) if end < 0.6] == []


def test_a_telephone_number_stands_in_one_line(papers: Mapping[str, Printed]) -> None:
    words = "".join(page.extract_text() for page in papers["ledger.docx"].pages)
    numbers = {contact.phone for contact in office.contacts()}
    assert [number for number in sorted(numbers) if number not in words] == []


@pytest.mark.parametrize("name", ONE_PAGE)
def test_what_is_one_sheet_of_paper_prints_on_one(papers: Mapping[str, Printed], name: str) -> None:
    assert len(papers[name].pages) == 1


def test_the_official_pdf_is_whole_with_heading_and_signature(tmp_path: Path) -> None:
    path = tmp_path / "official.pdf"
    path.write_bytes(outputs.official_pdf())
    with pdfplumber.open(path) as opened:
        pages = [bare(page.extract_text()) for page in opened.pages]
        words = shown(opened.pages)
    assert all(HEADED["official-form.docx"] in page for page in pages)
    assert all(f"第{number}页共{len(pages)}页" in page for number, page in enumerate(pages, 1))
    assert "汇总单位（盖章）" in pages[-1] and "填表日期" in pages[-1]
    texts = texts_of("x.docx", outputs.PAPERS["official-form.docx"]())
    cells = [text for text in texts if text.endswith(("。", "："))]
    assert len(cells) > 30
    assert [text for text in cells if text not in words] == []
    assert loose_fonts(path) == []
    photograph(path, "official-form-pdf")


def test_the_outputs_are_photographed_where_pictures_are_asked_for(papers: Mapping[str, Printed]) -> None:
    for name, one in papers.items():
        photograph(one.pdf, name.replace(".", "-"))
        assert one.pages[0].chars, f"{name} begins with an empty page"
    book = papers["workbook.xlsx"]
    for heads in SHEETS[1:]:
        number = next(at for at, page in enumerate(book.pages, 1) if heads in bare(page.extract_text()))
        photograph(book.pdf, f"workbook-sheet-{SHEETS.index(heads) + 1}", number)
    for number in range(len(CHARTS)):
        photograph(book.pdf, f"workbook-chart-{number + 1}", len(book.pages) - number)
