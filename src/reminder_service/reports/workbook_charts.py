"""图表: native charts of the workbook, on a sheet of their own with the numbers that they show."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.worksheet.pagebreak import Break

from reminder_service.domain.charts import completion_by_day, on_time_rates, reached
from reminder_service.domain.progress import TargetProgress
from reminder_service.domain.state import PeriodState

from .workbook_cells import cell_text
from .workbook_print import landscape

_WIDTH, _HEIGHT = 25, 9.0
_TALLEST = 16.0  # of a chart, so that it fits a page of A4 landscape
_MOST_BARS = 40
_ROW_HEIGHT = 0.44  # centimetres
_FIRST, _LAST = "J", "Y"  # columns that the charts stand over


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """The numbers of one chart: two headings, then a name and a number in each line; bars are parts of a whole."""

    title: str
    headings: tuple[str, str]
    lines: tuple[tuple[str, float], ...]
    bars: bool


def chart_blocks(states: Sequence[PeriodState], targets: Sequence[TargetProgress]) -> list[Block]:
    """Return what there is to show: none where nothing is complete yet and no figure is known.

    :param states: the period and those before it, oldest first.
    """
    zone = states[-1].as_of.tzinfo
    assert zone is not None, "a state knows its office's time"
    days = completion_by_day(states[-1], zone)
    blocks = [
        Block(
            title="报齐单位数",
            headings=("日期", "报齐单位"),
            lines=tuple((f"{one.day.month}月{one.day.day}日", one.complete) for one in days),
            bars=False,
        ),
        Block(
            title="各单位按时报送率",
            headings=("单位", "按时率"),
            lines=tuple((one.unit, one.rate) for one in on_time_rates(states, zone)),
            bars=True,
        ),
        Block(
            title="指标完成率（含待确认数字）",
            headings=("指标", "完成率"),
            lines=tuple(
                (f"{one.target}（{one.unit}）", one.rate) for one in reached(targets) if one.rate is not None
            ),
            bars=True,
        ),
    ]
    return [_short(block) for block in blocks if block.lines]


def _short(block: Block) -> Block:
    """Leave as many bars as one can look at; the first are the ones to look at."""
    total = len(block.lines)
    if not block.bars or total <= _MOST_BARS:
        return block
    title = f"{block.title}（共{total}项，列前{_MOST_BARS}项）"
    return replace(block, title=title, lines=block.lines[:_MOST_BARS])


def write_charts(sheet: Any, blocks: Sequence[Block]) -> None:
    """Write the numbers of the charts side by side, and the charts below one another to the right of them.

    Printed are the charts alone, each on a page of its own.
    """
    landscape(sheet, headings=None)
    _write_numbers(sheet, blocks)
    row = 1
    for number, block in enumerate(blocks):
        if number:
            sheet.row_breaks.append(Break(id=row - 1))
        chart = _chart(sheet, block, number * 3 + 1)
        sheet.add_chart(chart, f"{_FIRST}{row + 1}")
        row += math.ceil(chart.height / _ROW_HEIGHT) + 2
    sheet.print_area = f"{_FIRST}1:{_LAST}{row - 1}"


def _write_numbers(sheet: Any, blocks: Sequence[Block]) -> None:
    for letter, _ in zip("ADG", blocks, strict=False):
        sheet.column_dimensions[letter].width = 30
    deepest = max((len(block.lines) for block in blocks), default=0)
    sheet.append([value for block in blocks for value in (*block.headings, None)])
    for at in range(deepest):
        row: list[object] = []
        for block in blocks:
            name, value = block.lines[at] if at < len(block.lines) else (None, None)
            row += [_text(sheet, name) if name is not None else None, _number(sheet, value, block), None]
        sheet.append(row)


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, cell_text(text))
    cell.data_type = "s"  # what begins with = is no formula
    return cell


def _number(sheet: Any, value: float | None, block: Block) -> Any:
    if value is None:
        return None
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "0.0%" if block.bars else "0"
    return cell


def _chart(sheet: Any, block: Block, column: int) -> Any:
    chart = BarChart() if block.bars else LineChart()
    lines = len(block.lines)
    chart.add_data(Reference(sheet, min_col=column + 1, min_row=1, max_row=lines + 1), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=column, min_row=2, max_row=lines + 1))
    chart.title = block.title
    chart.legend = None
    chart.width, chart.height = (
        _WIDTH,
        min(_TALLEST, max(_HEIGHT, 0.75 * lines + 3)) if block.bars else _HEIGHT,
    )
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = "0%" if block.bars else "0"
    if not block.bars:
        chart.series[0].smooth = False
    else:
        chart.type = "bar"
        chart.x_axis.scaling.orientation = "maxMin"  # the first line on top
        chart.x_axis.tickLblSkip = 1  # else every other name is left out where there are many
        chart.gapWidth = 60
    return chart
