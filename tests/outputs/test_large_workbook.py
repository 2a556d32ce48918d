"""The workbook of very many units goes through an office program and comes back the same."""

import io
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import office_year as office
import pytest
from openpyxl import load_workbook
from paper import converted_again

from reminder_service.domain.campaign import Unit
from reminder_service.domain.state import DutyState, Source, Status, UnitState
from reminder_service.reports.workbook import write_workbook

UNITS = 3_000


def workbook() -> bytes:
    """A quarter of 3,000 units with two items each, in parts with text, a finding, or nothing."""
    names = tuple(f"第{number}街道办事处" for number in range(1, UNITS + 1))
    first, second = (replace(item, units=names) for item in office.CAMPAIGN.items[:2])
    units = tuple(
        Unit(name=name, code=f"{number:04}", full_name=name) for number, name in enumerate(names, 1)
    )
    campaign = replace(office.CAMPAIGN, items=(first, second), units=units)
    states = tuple(_unit(number, name) for number, name in enumerate(names, 1))
    state = replace(office.quarter(office.Q4), units=states, tray=())
    return write_workbook(
        campaign, state, [], originals=lambda sha: f"https://office.example/originals/{sha}"
    )


def _unit(number: int, name: str) -> UnitState:
    silent = number % 7 == 0
    source = Source(document=f"{number:064x}", filename=f"{name}报表.docx", page=1, row=2)
    duties = tuple(
        DutyState(
            item=item,
            unit=name,
            measures=None if silent else f"=开展活动{number}场，\n培训{number * item}人。",
            deadline=None if silent else "2024年12月底",
            source=None if silent else source,
        )
        for item in (1, 2)
    )
    now = office.quarter(office.Q4)
    return UnitState(
        unit=name,
        status=Status.MISSING if silent else Status.COMPLETE,
        late=False,
        due=now.due,
        duties=duties,
        in_at=None if silent else now.as_of,
    )


def _as_kept(value: object) -> object:
    """A value as LibreOffice keeps it: it puts a line break where its own reading of a very long text begins anew."""
    if isinstance(value, str) and len(value) > 20_000:
        return "".join(value.split())
    return value or ""


@pytest.mark.long
@pytest.mark.timeout(400)  # an office program reads and writes many thousand cells
def test_three_thousand_units_go_through_libreoffice_with_every_cell_as_it_was(tmp_path: Path) -> None:
    data = workbook()
    again = converted_again(data, tmp_path)
    old, new = (load_workbook(io.BytesIO(one), read_only=True) for one in (data, again))
    assert new.sheetnames == old.sheetnames
    assert "图表" in old.sheetnames
    count = 0
    for sheet in old.worksheets:
        pairs = zip_longest(
            sheet.iter_rows(values_only=True), new[sheet.title].iter_rows(values_only=True), fillvalue=()
        )
        for number, (mine, other) in enumerate(pairs, 1):
            # What is empty may be left out at the end of a row.
            shown = [[_as_kept(value) for value in row] for row in (mine, other)]
            wide = max(map(len, shown))
            here, there = ([*row, *[""] * (wide - len(row))] for row in shown)
            assert here == there, f"{sheet.title}, row {number}"
            count += sum(1 for value in here if value != "")
    assert count > 10 * UNITS
