"""Excel's own rules, which LibreOffice forgives: the order of a sheet's parts, and what a sheet may hold."""

import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import Workbook, load_workbook
from word_files import CAMPAIGN, duty, period_state, unit_state

from reminder_service.domain.periods import Period
from reminder_service.domain.state import Source
from reminder_service.reports.workbook import saved, write_workbook
from reminder_service.reports.workbook_lists import Heading, Link, write_list
from reminder_service.reports.workbook_pen import MOST_LINKS

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# CT_Worksheet of ECMA-376, part 1, 18.3.1.99.
ORDER = [
    *(
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
    ),
    *(
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
    ),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *(
        "pageSetup",
        "headerFooter",
        "rowBreaks",
        "colBreaks",
        "customProperties",
        "cellWatches",
        "ignoredErrors",
    ),
    *(
        "smartTags",
        "drawing",
        "legacyDrawing",
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
    ),
    *("webPublishItems", "tableParts", "extLst"),
]
SCHOOL = "县教育和体育局"
HERE = Path(__file__).parent


def whole() -> bytes:
    """A workbook with links, marks, charts and a period before."""
    source = Source(document="a" * 64, filename="报表.docx", page=1, row=2)
    now = period_state(unit_state(SCHOOL, duty(SCHOOL, 1, "已完成16所。", source=source)))
    before = replace(now, period=Period.parse("2024Q1"))
    return write_workbook(
        CAMPAIGN, now, [], earlier=[before], originals=lambda sha256: f"https://example.cn/{sha256}"
    )


def sheets(data: bytes) -> list[object]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return [fromstring(archive.read(name)) for name in names]


def test_the_parts_of_each_sheet_stand_in_the_order_of_the_standard() -> None:
    for sheet in sheets(whole()):
        names = [part.tag.removeprefix(MAIN) for part in sheet]  # type: ignore[attr-defined]
        assert names == sorted(names, key=ORDER.index)
        rows = [int(row.get("r")) for row in sheet.iter(f"{MAIN}row")]  # type: ignore[attr-defined]
        assert rows == list(range(1, len(rows) + 1))


def test_every_style_and_name_is_one_that_excel_knows() -> None:
    data = whole()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = fromstring(archive.read("xl/styles.xml"))
    known = len(styles.find(f"{MAIN}cellXfs"))
    used = {int(cell.get("s", 0)) for sheet in sheets(data) for cell in sheet.iter(f"{MAIN}c")}  # type: ignore[attr-defined]
    assert max(used) < known
    names = load_workbook(io.BytesIO(data)).sheetnames
    assert len(set(names)) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@pytest.mark.long
def test_a_sheet_has_no_more_links_than_excel_takes_and_names_every_file() -> None:
    book = Workbook(write_only=True)
    lines = ((Link(text=f"报表{number}.docx", document="a" * 64),) for number in range(MOST_LINKS + 2))
    write_list(
        book.create_sheet("明细"),
        [Heading(text="来源文件", width=20)],
        lines,
        lambda _: "https://example.cn/",
    )
    (sheet,) = sheets(saved(book))
    assert len(list(sheet.iter(f"{MAIN}hyperlink"))) == MOST_LINKS  # type: ignore[attr-defined]
    assert len(list(sheet.iter(f"{MAIN}row"))) == MOST_LINKS + 3  # type: ignore[attr-defined]


WRITE = """
import hashlib, sys, time_machine
from word_files import CAMPAIGN, duty, period_state, unit_state
from reminder_service.reports.official_form import write_official_form
from reminder_service.reports.official_pdf import write_official_pdf
from reminder_service.reports.workbook import write_workbook
from reminder_service.resources import template
with time_machine.travel(sys.argv[1]):
    state = period_state(unit_state("县教育和体育局", duty("县教育和体育局", 1, "已完成16所。")))
    for data in (
        write_workbook(CAMPAIGN, state, []),
        write_official_form(CAMPAIGN, state),
        write_official_pdf(CAMPAIGN, state, template((), "forms/official.typ")),
    ):
        print(hashlib.sha256(data).hexdigest())
"""


@pytest.mark.long
def test_another_process_at_another_time_writes_the_same_bytes() -> None:
    def written(at: str, seed: str) -> list[str]:
        paths = os.pathsep.join([str(HERE), str(HERE.parent), *sys.path])
        surroundings = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "TZ": f"UTC{seed}"}
        run = [sys.executable, "-c", WRITE, at]
        done = subprocess.run(run, env=surroundings, check=True, capture_output=True, text=True)
        return done.stdout.split()

    first = written("2024-07-03T09:00:00Z", "1")
    assert len(first) == 3
    assert first == written("2026-02-28T23:59:58Z", "7")
