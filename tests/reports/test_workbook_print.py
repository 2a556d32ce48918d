"""What the workbook looks like on paper, printed by LibreOffice."""

import io
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
from openpyxl import load_workbook
from pdfplumber.page import Page

from builders import campaign, contacts, state
from reminder_service.domain.state import DutyState
from reminder_service.reports.workbook import write_workbook

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="soffice (LibreOffice Calc) is not installed")

ROOM_OF_A4 = 144.0
"""What a landscape page holds between the margins, in units of column width."""

SENTENCES = (
    "一是成立工作专班，制定实施方案，明确责任分工和时间节点。"
    "二是截至6月底已完成维修改造9所，累计投入资金326.5万元，完成年度任务的56.3%。"
    "三是开展专题培训12场次，培训680余人次，发放宣传材料3200余份。"
)


def printed(workbook: bytes, folder: Path) -> list[Page]:
    """The pages that LibreOffice prints, with a profile of its own beside the file."""
    (folder / "workbook.xlsx").write_bytes(workbook)
    subprocess.run(
        [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "workbook.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    return pdfplumber.open(folder / "workbook.pdf").pages


def words(pages: Iterable[Page]) -> str:
    return "".join("".join(page.extract_text().split()) for page in pages)


def numbered(count: int) -> str:
    """A text in which every sentence can be looked for; commas, brackets and figures wrap as they please."""
    return "".join(
        f"（{number % 7}）组织第{number}场，“两癌”筛查1,256人次、占62.5%；" for number in range(count)
    )


def end_of(duty: DutyState) -> str:
    return f"END{campaign().unit(duty.unit).code}{duty.item}"


def test_the_print_is_one_page_wide_repeats_its_headings_and_cuts_nothing_off(tmp_path: Path) -> None:
    one, now = campaign(), state()
    # A word at the end of each text shows that it is there to its end; as one word it is not wrapped.
    units = tuple(
        replace(
            unit, duties=tuple(replace(duty, measures=SENTENCES * 4 + end_of(duty)) for duty in unit.duties)
        )
        for unit in now.units
    )
    pages = printed(write_workbook(one, replace(now, units=units), contacts()), tmp_path)
    assert all(page.width > page.height for page in pages)

    form = [page for page in pages if "本季度具体措施及任务进度情况" in page.extract_text()]
    assert len(form) > 1
    assert all("完成时限" in page.extract_text() for page in form), "the form is wider than a page"
    assert "2024年为全县妇女儿童办实事工作进展情况报表（2024年第二季度）" in words(form[:1])
    text = words(form)
    ends = [end_of(duty) for unit in units for duty in unit.duties]
    assert [end for end in ends if end not in text] == []
    assert "应报单位7家" in words(pages)
    assert "###" not in words(pages)


def test_a_text_over_several_rows_is_printed_to_its_last_line(tmp_path: Path) -> None:
    one, now = campaign(), state()
    units = tuple(
        replace(unit, duties=tuple(replace(duty, measures=numbered(300)) for duty in unit.duties))
        for unit in now.units
    )
    book = write_workbook(one, replace(now, units=units), contacts())
    pages = printed(book, tmp_path)
    text = words(page for page in pages if "本季度具体措施及任务进度情况" in page.extract_text())
    lost = [number for number in range(300) if text.count(f"第{number}场，") != len(one.duties)]
    assert lost == []


def test_lists_print_in_eight_points_or_more() -> None:
    book = load_workbook(io.BytesIO(write_workbook(campaign(), state(), contacts())))
    for sheet in book.worksheets[1:]:
        width = sum(one.width for one in sheet.column_dimensions.values())
        scale = min(1.0, ROOM_OF_A4 / width)
        sizes = {cell.font.size for row in sheet.iter_rows() for cell in row if cell.value}
        assert min(sizes) * scale >= 8, sheet.title
