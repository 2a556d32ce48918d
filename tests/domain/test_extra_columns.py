"""Columns that a notice has beside the five: carried as they stand, never judged, never in the way."""

from reminder_service.domain.campaign import Column, ColumnKey
from reminder_service.domain.documents import Cell, Kind, Reading, Row, Table
from reminder_service.domain.forms import Form, find_form

COLUMNS = (
    Column(key=ColumnKey.NUMBER, heading="序号"),
    Column(key=ColumnKey.NAME, heading="重点任务", also=("任务",)),
    Column(key=ColumnKey.UNITS, heading="责任单位"),
    Column(key=ColumnKey.MEASURES, heading="本月工作进展", also=("情况", "进展")),
    Column(key=ColumnKey.EXTRA_1, heading="存在问题情况"),
    Column(key=ColumnKey.EXTRA_2, heading="备注"),
)
HEADINGS = tuple(column.heading for column in COLUMNS)


def read(*rows: tuple[str, ...], pages: tuple[int, ...] = ()) -> Form:
    table = Table(
        page=1,
        rows=tuple(
            Row(page=page, number=number, cells=tuple(Cell(text=text) for text in texts))
            for number, (texts, page) in enumerate(
                zip((HEADINGS, *rows), pages or (1,) * (len(rows) + 1), strict=True), 1
            )
        ),
    )
    form = find_form(Reading(document="x", filename="x.docx", kind=Kind.DOCX, tables=(table,)), COLUMNS)
    assert form is not None
    return form


def test_an_extra_column_is_carried_and_takes_no_other_columns_place() -> None:
    (row,) = read(("1", "消防整治", "县教育局", "演练6场", "缺水源", "见照片")).rows
    assert row.measures == "演练6场"
    assert row.extras == ((ColumnKey.EXTRA_1, "缺水源"), (ColumnKey.EXTRA_2, "见照片"))


def test_an_empty_extra_column_leaves_nothing() -> None:
    (row,) = read(("1", "消防整治", "县教育局", "演练6场", "", " ")).rows
    assert row.extras == ()


def test_a_row_that_a_page_tore_is_whole_again_in_the_extra_columns_too() -> None:
    (row,) = read(
        ("1", "消防整治", "县教育局", "演练6场，", "缺水", ""),
        ("", "", "", "培训2期", "源", "急"),
        pages=(1, 1, 2),
    ).rows
    assert row.measures == "演练6场，培训2期"
    assert row.extras == ((ColumnKey.EXTRA_1, "缺水源"), (ColumnKey.EXTRA_2, "急"))


def test_a_second_line_of_a_row_goes_on_in_the_extra_columns_too() -> None:
    (row,) = read(
        ("1", "消防整治", "县教育局", "演练6场", "缺水源", ""), ("", "", "", "培训2期", "缺车辆", "")
    ).rows
    assert row.measures == "演练6场\n培训2期"
    assert row.extras == ((ColumnKey.EXTRA_1, "缺水源\n缺车辆"),)


def test_a_form_without_the_extra_columns_is_still_the_form() -> None:
    table = Table(
        page=1,
        rows=(
            Row(page=1, number=1, cells=tuple(Cell(text=text) for text in HEADINGS[:4])),
            Row(
                page=1,
                number=2,
                cells=tuple(Cell(text=text) for text in ("1", "消防整治", "县教育局", "演练")),
            ),
        ),
    )
    form = find_form(Reading(document="x", filename="x.docx", kind=Kind.DOCX, tables=(table,)), COLUMNS)
    assert form is not None
    assert form.rows[0].extras == ()
