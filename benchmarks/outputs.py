"""How fast results are written, beside the bare libraries: the same cells by openpyxl, the same pages by typst.

    PYTHONPATH=src .venv/bin/python benchmarks/outputs.py [--duties 100000] [--rows 1000] [--turns 3]

Every run is a process of its own, in turns, so that a busy machine slows all alike; memory is what the run needs beyond
its data. ``bare`` is given the values of our cells and appends them to openpyxl's write-only sheets: no fonts, borders,
heights, links, nothing to compute. ``dressed`` sets font, alignment and border of each cell the ordinary way
(``WriteOnlyCell``), and still no heights, links and rich text.
"""

import argparse
import gc
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from reminder_service.config import load_campaign
from reminder_service.domain.campaign import Campaign, Item, Unit
from reminder_service.domain.periods import Period
from reminder_service.domain.state import DutyState, MailboxHealth, PeriodState, Source, Status, UnitState

SHIPPED = Path(__file__).parents[1] / "config" / "campaigns" / "gaoqing-2024-women-children.yaml"
PER_UNIT = 33
DUE = date(2024, 6, 28)
NOW = datetime(2024, 7, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def office(duties: int) -> tuple[Campaign, PeriodState]:
    """A campaign of many units, each with 33 duties, all reported on several days: the workbook has charts."""
    shipped = load_campaign(SHIPPED)
    count = max(1, duties // PER_UNIT)
    names = tuple(f"第{number}街道办事处" for number in range(1, count + 1))
    items = tuple(
        Item(number=number, name=f"实施第{number}项民生实事", text="", units=names)
        for number in range(1, PER_UNIT + 1)
    )
    units = tuple(
        Unit(name=name, code=f"{number:04}", full_name=name) for number, name in enumerate(names, 1)
    )
    campaign = replace(shipped, items=items, units=units)
    states = tuple(_unit(number, name) for number, name in enumerate(names, 1))
    return campaign, PeriodState(
        campaign=campaign.id,
        period=Period.parse("2024Q2"),
        due=DUE,
        as_of=NOW,
        mailbox=MailboxHealth(read_at=NOW, blind=False),
        units=states,
    )


def _unit(number: int, name: str) -> UnitState:
    def duty(item: int) -> DutyState:
        text = (
            f"一是开展家政培训{number % 40}场次，培训妇女{number * 7 % 900}人；"
            f"二是走访困难家庭{item * 3}户，发放物资{number * item % 500}份，完成年度任务的{number % 100}%。"
        )
        source = Source(document=f"{number:064x}", filename=f"{name}报表.docx", page=1, row=item + 1)
        return DutyState(item=item, unit=name, measures=text, deadline="2024年12月底", source=source)

    duties = tuple(duty(item) for item in range(1, PER_UNIT + 1))
    return UnitState(
        unit=name,
        status=Status.COMPLETE,
        late=number % 9 == 0,
        due=DUE,
        duties=duties,
        # Spread over the days of a quarter's end: the sheet of charts has its numbers.
        in_at=NOW - timedelta(days=number % 20, hours=number % 7),
    )


def measured(what: str, duties: int, folder: Path) -> dict[str, float]:
    """Write once in this process; return seconds of the processor and MiB beyond the data."""
    idle = _reading(folder) if what in {"bare", "dressed"} else 0.0
    work = {"ours": _ours, "bare": _bare, "dressed": _dressed, "pdf": _pdf, "typst": _typst}[what](
        duties, folder
    )
    gc.collect()
    before = _resident()
    started = time.process_time()
    size = work()
    seconds = time.process_time() - started - idle
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "mib": max(0.0, peak - before), "size": size}


def _ours(duties: int, folder: Path):  # type: ignore[no-untyped-def]
    from reminder_service.reports.workbook import write_workbook

    campaign, state = office(duties)

    def write() -> int:
        data = write_workbook(campaign, state, [])
        (folder / "ours.xlsx").write_bytes(data)
        return len(data)

    return write


def _bare(duties: int, folder: Path):  # type: ignore[no-untyped-def]
    return lambda: _append(folder, lambda sheet, values: values)


def _dressed(duties: int, folder: Path):  # type: ignore[no-untyped-def]
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side

    thin = Side(style="thin")
    font, wrapped = Font(name="仿宋_GB2312", size=11), Alignment(vertical="center", wrap_text=True)
    border = Border(left=thin, right=thin, top=thin, bottom=thin)

    def dress(sheet, values):  # type: ignore[no-untyped-def]
        cells = [WriteOnlyCell(sheet, value) for value in values]
        for cell in cells:
            cell.font, cell.alignment, cell.border = font, wrapped, border
        return cells

    return lambda: _append(folder, dress)


def _append(folder: Path, row_of: Callable[..., object]) -> int:
    from openpyxl import Workbook

    book, sheet = Workbook(write_only=True), None
    for values in _cells(folder):
        if isinstance(values, str):
            sheet = book.create_sheet(values)
        else:
            sheet.append(row_of(sheet, values))
    written = io.BytesIO()
    book.save(written)
    return len(written.getvalue())


def _cells(folder: Path) -> Iterator[str | list[object]]:
    """Read row by row: kept whole, the values would leave so much room behind that no peak is seen above them."""
    with (folder / "cells.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _reading(folder: Path) -> float:
    """Return the seconds that it takes to read the cells; they are not counted."""
    started = time.process_time()
    for _ in _cells(folder):
        pass
    return time.process_time() - started


def _pdf(rows: int, folder: Path):  # type: ignore[no-untyped-def]
    from reminder_service.reports.official_pdf import write_official_pdf
    from reminder_service.resources import template

    campaign, state = office(rows)
    file = template((), "forms/official.typ")
    return lambda: len(write_official_pdf(campaign, state, file))


def _typst(rows: int, folder: Path):  # type: ignore[no-untyped-def]
    """The same texts in a bare typst table."""
    import typst

    _, state = office(rows)
    cells = [[duty.unit, duty.measures, duty.deadline] for unit in state.units for duty in unit.duties]
    source = (
        '#set page(paper: "a4", flipped: true)\n#set text(font: ("Noto Serif CJK SC", "AR PL UMing"))\n'
        "#table(columns: (1fr, 4fr, 1fr), ..json(bytes(sys.inputs.data)).flatten())"
    )
    data = {"data": json.dumps(cells, ensure_ascii=False)}
    return lambda: len(typst.compile(source.encode(), format="pdf", sys_inputs=data))


def keep_cells(folder: Path) -> int:
    """Lay out the values of our workbook for the bare run, sheet by sheet, and count them."""
    from openpyxl import load_workbook

    count = 0
    book = load_workbook(folder / "ours.xlsx", read_only=True)
    with (folder / "cells.jsonl").open("w", encoding="utf-8") as lines:
        for sheet in book.worksheets:
            lines.write(json.dumps(sheet.title) + "\n")
            for row in sheet.iter_rows(values_only=True):
                lines.write(json.dumps(row) + "\n")
                count += len(row)
    return count


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _turns(contestants: tuple[str, ...], duties: int, turns: int, folder: Path) -> None:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in contestants}
    for _ in range(turns):
        for name in contestants:
            run = [sys.executable, __file__, "--one", name, "--duties", str(duties), "--folder", str(folder)]
            done = subprocess.run(run, check=True, capture_output=True, text=True)
            found[name].append(json.loads(done.stdout))
            if name == "ours" and not (folder / "cells.jsonl").exists():
                print(f"{keep_cells(folder):,} cells")
    middle = {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for name, runs in found.items()
    }
    for name, one in middle.items():
        print(
            f"{name:>8}: {one['seconds']:7.2f} s  {one['mib']:7.1f} MiB  {one['size'] / 2**20:6.2f} MiB file"
        )
    mine = middle[contestants[0]]
    for name in contestants[1:]:
        other = middle[name]
        times, memory = mine["seconds"] / other["seconds"], mine["mib"] / max(other["mib"], 0.1)
        print(f"{contestants[0]} / {name}: {times:.2f} × time, {memory:.2f} × memory")


def main() -> None:
    """Measure, or be one measured run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--duties", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one, given.duties, given.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        print(f"workbook of {given.duties:,} duties beside openpyxl write-only")
        _turns(("ours", "bare", "dressed"), given.duties, given.turns, Path(name))
        print(f"PDF of {given.rows:,} duties beside bare typst")
        _turns(("pdf", "typst"), given.rows, given.turns, Path(name))


if __name__ == "__main__":
    main()
