import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_service.documents.scan.grid import ruled_tables
from reminder_service.documents.scan.page import Straight, straightened
from reminder_service.documents.scan.picture import Picture

LEVELS = st.lists(st.integers(70, 200), min_size=3, max_size=5)


def _drawn(
    widths: list[int], heights: list[int], *, sides: bool = True
) -> tuple[Picture, list[int], list[int]]:
    across, down = [int(x) for x in np.cumsum([60, *widths])], [int(y) for y in np.cumsum([80, *heights])]
    page = np.full((1300, 1200), 255, np.uint8)
    for x in across if sides else across[1:-1]:
        cv2.line(page, (x, down[0]), (x, down[-1]), 0, 2)
    for y in down:
        cv2.line(page, (across[0], y), (across[-1], y), 0, 2)
    return page, across, down


@settings(max_examples=25, deadline=None)
@given(LEVELS, LEVELS, st.booleans())
def test_a_drawn_grid_is_found_line_by_line_with_and_without_its_outer_sides(
    widths: list[int], heights: list[int], sides: bool
) -> None:
    page, across, down = _drawn(widths, heights, sides=sides)
    (table,) = ruled_tables(page)
    assert len(table.cells) == len(widths) * len(heights)
    assert np.allclose(table.across, across, atol=6) and np.allclose(table.down, down, atol=6)


def test_a_merged_cell_spans_its_rows_and_columns() -> None:
    page, across, down = _drawn([100, 150, 120], [90, 80, 100])
    page[down[1] - 3 : down[1] + 4, across[0] + 3 : across[1] - 2] = 255  # first column, rows 1 and 2
    page[down[2] + 3 : down[3] - 2, across[2] - 3 : across[2] + 4] = 255  # last row, columns 2 and 3
    spans = {(cell.rows, cell.columns) for cell in ruled_tables(page)[0].cells}
    assert {((0, 2), (0, 1)), ((2, 3), (1, 3))} <= spans
    assert len(spans) == 7


def test_a_rule_under_a_heading_is_no_table() -> None:
    page = np.full((1300, 1000), 255, np.uint8)
    cv2.line(page, (100, 200), (900, 200), 0, 3)
    assert ruled_tables(page) == []


@given(
    st.floats(0, 300),
    st.floats(0, 200),
    st.floats(1, 90),
    st.floats(1, 90),
    st.sampled_from([0, 90, 180, 270]),
)
def test_a_box_of_the_turned_page_is_shown_in_the_picture_as_it_was(
    left: float, top: float, width: float, height: float, degrees: int
) -> None:
    page = Straight(picture=np.zeros((400, 600, 3), np.uint8), matrix=np.eye(3))
    turned = page.turned_by(degrees)
    box = (left, top, left + width, top + height)
    corners = np.asarray([[[left, top], [left + width, top + height]]], np.float64)
    there = cv2.perspectiveTransform(corners, turned.matrix)[0]
    (x0, y0), (x1, y1) = there.min(axis=0), there.max(axis=0)
    assert np.allclose(turned.box_before((x0, y0, x1, y1)), box, atol=0.01)
    assert turned.turned == degrees


def test_a_skewed_page_comes_out_level() -> None:
    page, _, _ = _drawn([150, 250, 200], [120, 150, 140])
    matrix = cv2.getRotationMatrix2D((600, 650), 3.0, 1)
    askew = cv2.warpAffine(
        cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), matrix, (1200, 1300), borderValue=(255,) * 3
    )
    level = straightened(np.asarray(askew, np.uint8))
    (table,) = ruled_tables(np.ascontiguousarray(level.picture[:, :, 2]))
    assert len(table.cells) == 9


def test_a_short_title_and_the_line_below_it_stay_two_lines_in_a_wide_cell() -> None:
    from reminder_service.documents.scan.cells import Line, _joined
    from reminder_service.documents.scan.lines import Strip
    from reminder_service.documents.scan.text import Read

    def line(text: str, top: int, right: int) -> Line:
        strip = Strip(left=300, top=top, right=right, bottom=top + 30)
        return Line(strip=strip, read=Read(text=text, confidence=0.99, weakest=0.9))

    title, unit = line("工作进展情况报表", 0, 560), line("填报单位：县人民检察院", 40, 540)
    assert _joined([title, unit], 1600) == "工作进展情况报表\n填报单位：县人民检察院"
    assert _joined([title, unit], 580) == "工作进展情况报表填报单位：县人民检察院"


def test_a_stroke_through_one_cell_takes_no_heading_from_its_column() -> None:
    from reminder_service.documents.scan.cells import Line, grid_of
    from reminder_service.documents.scan.lines import Strip
    from reminder_service.documents.scan.text import Read

    page, across, down = _drawn([200, 400, 200], [90, 80, 100])
    cv2.line(page, (across[1] + 90, down[0]), (across[1] + 90, down[1]), 0, 2)  # the rim of a seal
    (table,) = ruled_tables(page)
    texts = {(0, 0): "序号", (0, 2): "进度", (0, 3): "时限", (1, 0): "1", (1, 1): "已办", (1, 3): "长期"}
    lines = {
        cell: [
            Line(
                strip=Strip(left=cell.left + 9, top=cell.top, right=cell.left + 60, bottom=cell.top + 30),
                read=Read(text=text, confidence=0.99, weakest=0.9),
            )
        ]
        for cell in table.cells
        if (text := texts.get((cell.rows[0], cell.columns[0])))
    }
    grid = grid_of(table, lines, Straight(picture=np.dstack([page] * 3), matrix=np.eye(3)), 1)
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["序号", "进度", "时限"],
        ["1", "已办", "长期"],
        ["", "", ""],
    ]
