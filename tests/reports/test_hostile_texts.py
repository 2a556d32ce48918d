"""Text from outside in every output: as text, whole as far as the format holds it, and nothing broken."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from word_files import CAMPAIGN, converted, duty, period_state, unit_state

from hostile import HOSTILE
from reminder_service.domain.ledger import ledger_lines
from reminder_service.domain.state import PeriodState, Source
from reminder_service.domain.versions import Change, Revision
from reminder_service.reports.ledger import ledger_docx, ledger_xlsx
from reminder_service.reports.official_form import write_official_form
from reminder_service.reports.official_pdf import write_official_pdf
from reminder_service.reports.workbook import write_workbook
from reminder_service.resources import template

SCHOOL = "县教育和体育局"
AT = datetime(2024, 7, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
FEW = ("controls", "surrogates", "markup", "long")
outside = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def state(text: str) -> PeriodState:
    source = Source(document="a" * 64, filename=text[:200], page=1, row=2)
    return period_state(unit_state(SCHOOL, duty(SCHOOL, 1, text, deadline=text[:200], source=source)))


def well_formed(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                fromstring(archive.read(name))


@outside
def test_no_cell_of_a_workbook_becomes_a_formula_or_breaks_the_file(text: str) -> None:
    change = Change(about="measures", unit=SCHOOL, item=1, old=text, new=text[::-1], filename=text[:200])
    log = [Revision(version=None, at=AT, author="", changes=(change,))]
    before, now = state("上期"), state(text)
    lines = ledger_lines(CAMPAIGN, [before, now], [])
    for data in (
        write_workbook(CAMPAIGN, now, [], earlier=[before], revisions=log),
        ledger_xlsx(CAMPAIGN, lines, year="2024", at=AT),
    ):
        well_formed(data)
        for sheet in load_workbook(io.BytesIO(data)).worksheets:
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert not {cell.data_type for cell in cells} & {"f", "e"}, "a formula or an error"
            assert all(len(str(cell.value)) <= 32_767 for cell in cells)


@pytest.mark.parametrize("text", [HOSTILE[name] for name in FEW], ids=FEW)
def test_word_files_open_with_the_text_as_text(text: str) -> None:
    now = state(text)
    data = (
        write_official_form(CAMPAIGN, now),
        ledger_docx(CAMPAIGN, ledger_lines(CAMPAIGN, [now], []), year="2024", at=AT),
    )
    for one in data:
        well_formed(one)
        table = docx.Document(io.BytesIO(one)).tables[0]
        assert text.strip()[:1].strip("\x00") in "".join(cell.text for cell in table.rows[1].cells)


@pytest.mark.long
@pytest.mark.parametrize("text", [HOSTILE[name] for name in FEW], ids=FEW)
def test_the_pdf_takes_it(text: str) -> None:
    data = write_official_pdf(CAMPAIGN, state(text), template((), "forms/official.typ"))
    assert data.startswith(b"%PDF-")


@pytest.mark.long
def test_libreoffice_writes_the_workbook_again_without_losing_a_text(tmp_path: Path) -> None:
    texts = [HOSTILE[name] for name in ("formula", "plus", "minus", "at", "markup")]
    women = [
        duty("县妇联", item.number, text)
        for item, text in zip(CAMPAIGN.items_of("县妇联"), texts, strict=False)
    ]
    data = write_workbook(CAMPAIGN, period_state(unit_state("县妇联", *women)), [])
    again = converted(data, tmp_path, "xlsx")
    old, new = (load_workbook(io.BytesIO(one)) for one in (data, again))
    assert new.sheetnames == old.sheetnames
    for sheet in old.worksheets:
        other = new[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                assert (other[cell.coordinate].value or "") == (cell.value or ""), cell.coordinate
        assert other.auto_filter.ref == sheet.auto_filter.ref
        assert {str(one) for one in other.merged_cells.ranges} == {
            str(one) for one in sheet.merged_cells.ranges
        }
