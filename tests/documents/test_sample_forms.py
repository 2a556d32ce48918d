"""Whole files to forms, against what was written into them."""

import json

import pytest
from document_makers import COLUMNS, FORMS, sample

from reminder_service.documents.libreoffice import find_office
from reminder_service.documents.read import read_bytes
from reminder_service.domain.forms import FormRow, find_form, fold

BY_OFFICE = (".doc", ".rtf", ".odt")
ORDER = ("序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限")
SAMPLES = sorted(
    path.name for path in FORMS.iterdir() if path.with_suffix(".json").exists() and path.suffix != ".json"
)


def _cells(row: FormRow) -> list[str]:
    return [row.number, row.name, row.units, row.measures, row.deadline]


def _truth(name: str) -> tuple[str, list[list[str]]]:
    known = json.loads((FORMS / name).with_suffix(".json").read_text("utf-8"))
    places = [known["head"].index(heading) for heading in ORDER]
    return known["unit"], [[row[place] for place in places] for row in known["rows"]]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_cell_of_a_sample_is_read_as_it_was_written(name: str) -> None:
    if name.endswith(BY_OFFICE) and find_office() is None:
        pytest.skip("LibreOffice is not installed")
    unit, rows = _truth(name)
    form = find_form(read_bytes(sample(name), name), COLUMNS)
    assert form
    assert (form.unit, form.title) == (unit, "2024年为全县妇女儿童办实事工作进展情况报表")
    assert [list(map(fold, _cells(row))) for row in form.rows] == [list(map(fold, row)) for row in rows]
    if not name.endswith((".pdf", ".ofd")):  # a print does not tell a typed line break from a wrapped line
        assert [_cells(row) for row in form.rows] == rows


def test_known_units_part_the_names_that_a_narrow_printed_column_runs_together() -> None:
    _, rows = _truth("G_extra.pdf")
    units = {name for row in rows for name in row[2].split("\n")}
    form = find_form(read_bytes(sample("G_extra.pdf"), "x.pdf"), COLUMNS, units)
    assert form
    assert [row.units for row in form.rows] == [row[2] for row in rows]


def test_every_row_of_a_print_knows_its_place() -> None:
    form = find_form(read_bytes(sample("D_vmerge.pdf"), "x.pdf"), COLUMNS)
    assert form
    assert all(row.box and row.box[0] < row.box[2] and row.box[1] < row.box[3] for row in form.rows)
    assert [(row.page, row.row) for row in form.rows] == sorted((row.page, row.row) for row in form.rows)
