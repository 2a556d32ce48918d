"""Scans: what is read, what plain rapidocr reads of the same pages, and what both cost, in one run.

``python benchmarks/documents.py FOLDER [--memory PAGES] [--grey KIND] [--wrong FOLDER] [--others PYTHON]``.
The folder holds ``meta.json`` (a page's file name to
``{"var", "name", "page", "seal"}``) and ``<name>.json`` for each name (``{"head": [...], "rows": [[...]]}``).
Every figure is printed a line for each ``var``; ratios come from the same pages read one after the other.
``--grey`` adds the pages of a kind without their colour, ``--wrong`` puts a picture of every row with a wrong cell
into a folder, ``--others`` reads the pages with tesseract, img2table and camelot too (``other_readers.py``).
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before any library counts the processors

import cv2
import numpy as np

from reminder_service.documents.pdf_join import joined
from reminder_service.documents.reader import Reader
from reminder_service.documents.scan.look import marks_of
from reminder_service.documents.scan.picture import Picture, frame_of
from reminder_service.documents.scan.read import read_page
from reminder_service.domain.campaign import Column, ColumnKey
from reminder_service.domain.documents import Kind, Reading
from reminder_service.domain.forms import FormRow, find_form

COLUMNS = (
    Column(key=ColumnKey.NUMBER, heading="序号"),
    Column(key=ColumnKey.NAME, heading="实事名称"),
    Column(key=ColumnKey.UNITS, heading="责任单位"),
    Column(key=ColumnKey.MEASURES, heading="本季度具体措施及任务进度情况", also=("进展情况", "进度")),
    Column(key=ColumnKey.DEADLINE, heading="完成时限"),
)
SAME = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "·": ".", "•": "."})


@dataclass
class Tally:
    """What was counted over the pages of one kind."""

    pages: int = 0
    cells: int = 0
    right: int = 0
    figures_right: int = 0
    sealed: int = 0
    seen: int = 0
    false: int = 0
    cannot_tell: int = 0
    seconds: float = 0.0
    seconds_plain: float = 0.0
    letters: int = 0
    letters_read: int = 0
    letters_read_plain: int = 0
    letters_read_others: Counter[str] = field(default_factory=Counter)
    seconds_others: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, float | None]] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--memory", type=int, default=0, metavar="PAGES", help="pages through one child process"
    )
    parser.add_argument("--grey", action="append", default=[], metavar="KIND", help="also without colour")
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="only these")
    parser.add_argument("--wrong", type=Path, metavar="FOLDER", help="pictures of what was read wrong")
    parser.add_argument("--others", metavar="PYTHON", help="a Python that has the other readers")
    arguments = parser.parse_args()
    meta = json.loads((arguments.folder / "meta.json").read_text(encoding="utf-8"))
    pages = {
        name: facts for name, facts in meta.items() if not arguments.kind or facts["var"] in arguments.kind
    }
    others = read_by_others(arguments.others, [arguments.folder / name for name in pages])
    tallies = measure(arguments.folder, pages, others, arguments.wrong)
    for kind in arguments.grey:
        of_kind = {name: facts for name, facts in meta.items() if facts["var"] == kind}
        tallies |= measure(arguments.folder, of_kind, {}, arguments.wrong, grey=True)
    for kind, tally in tallies.items():
        print(line_of(kind, tally), flush=True)
    for kind, tally in tallies.items():
        for wrong in tally.wrong:
            print(f"  {kind}: read {wrong[0]!r}, is {wrong[1]!r}, confidence {wrong[2]}")
    print_goals(tallies)
    if arguments.memory:
        memory(arguments.folder, sorted(meta), arguments.memory)


Others = dict[str, dict[str, tuple[str, float]]]
"""Text and seconds by reader and file."""


def read_by_others(python: str | None, files: Sequence[Path]) -> Others:
    """Read the pages with the other readers; say which of them are not installed."""
    if python is None:
        print("tesseract, img2table, camelot: not asked for (--others PYTHON)")
        return {}
    program = Path(__file__).with_name("other_readers.py")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    call = [python, str(program), *map(str, files)]
    answer = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, env=environment).stdout
    found: Others = defaultdict(dict)
    lines = [line for line in answer.splitlines() if line.startswith('{"reader"')]  # libraries print, too
    for line in map(json.loads, lines):
        if "missing" in line:
            print(f"{line['reader']}: not installed ({line['missing']})")
        else:
            found[line["reader"]][line["file"]] = (line["text"], line["seconds"])
    return found


def measure(
    folder: Path, meta: dict[str, Any], others: Others, wrong: Path | None, *, grey: bool = False
) -> dict[str, Tally]:
    """Read every page both ways and hold it against the truth."""
    plain = plain_reader()
    documents: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for name, facts in meta.items():
        documents[f"grey {facts['var']}" if grey else facts["var"], facts["name"]].append(
            (facts["page"], name)
        )
    tallies: dict[str, Tally] = defaultdict(Tally)
    for (kind, name), pages in documents.items():
        tally, sheets, texts = tallies[kind], [], []
        pictures: dict[int, Picture] = {}
        for number, file in sorted(pages):
            picture = frame_of((folder / file).read_bytes(), 0)
            assert picture is not None
            picture = pictures[number] = without_colour(picture) if grey else picture
            began = time.process_time()
            seals = marks_of(picture)
            sheets.append(read_page(picture, number)[0])
            tally.seconds += time.process_time() - began
            began = time.process_time()
            texts.append(plain(picture))
            tally.seconds_plain += time.process_time() - began
            count_seals(tally, seals, sealed=bool(meta[file]["seal"]))
        reading = Reading(document="", filename="", kind=Kind.PDF, tables=tuple(joined(sheets)))
        path = folder / f"{name}.json"
        if path.exists():
            truth = json.loads(path.read_text(encoding="utf-8"))
            form = find_form(reading, COLUMNS)
            rows = list(form.rows) if form else []
            for row in count_cells(tally, rows, truth):
                if wrong is None:
                    break
                save_row(wrong / f"{kind} {name} {row.page}-{row.row}.png", pictures[row.page], row)
            whole = "".join(cell.text for table in reading.tables for row in table.rows for cell in row.cells)
            count_letters(tally, truth, whole, "".join(texts))
            count_others(tally, truth, others, [file for _, file in pages])
    return tallies


def without_colour(picture: Picture) -> Picture:
    """Return the page as a grey scanner gives it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def save_row(target: Path, picture: Picture, row: FormRow) -> None:
    """Write what is seen of a row that was read wrong."""
    left, top, right, bottom = (int(value) for value in row.box or (0, 0, *picture.shape[1::-1]))
    target.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(target), picture[max(0, top) : bottom, max(0, left) : right])


def plain_reader() -> Any:
    """Return rapidocr as its manual has it, on one thread: whole page in, text out."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )

    def read(picture: Picture) -> str:
        return "".join(engine(picture).txts or ())

    return read


def count_seals(tally: Tally, seals: Sequence[Any], *, sealed: bool) -> None:
    """Count what was said of a page's seal."""
    tally.pages += 1
    tally.sealed += sealed
    seen = any(seal.verdict == "seen" for seal in seals)
    tally.seen += seen and sealed
    tally.false += seen and not sealed
    tally.cannot_tell += any(seal.verdict == "cannot_tell" for seal in seals)


def count_cells(tally: Tally, rows: list[FormRow], truth: dict[str, Any]) -> list[FormRow]:
    """Count the cells that say what the form says; return the rows that do not. A row too few is all wrong."""
    unlike: list[FormRow] = []
    for index, wanted in enumerate(wanted_rows(truth)):
        row = rows[index] if index < len(rows) else None
        for key, text in wanted.items():
            found = getattr(row, key) if row else ""
            is_right = folded(found) == folded(text)
            tally.cells += 1
            tally.right += is_right
            tally.figures_right += figures(found) == figures(text)
            if not is_right:
                tally.wrong.append((found, text, row.confidence if row else None))
                unlike += [row] if row and row not in unlike else []
        if row and row.confidence is not None:
            tally.sure.append(row.confidence)
    return unlike


def wanted_rows(truth: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of the truth by field; what a merged cell leaves empty comes from the row above."""
    head = ["".join(text.split()) for text in truth["head"]]
    places = {
        "number": head.index("序号"),
        "name": head.index("实事名称"),
        "units": head.index("责任单位"),
        "measures": next(at for at, text in enumerate(head) if "进度" in text or "进展" in text),
        "deadline": head.index("完成时限"),
    }
    above: dict[str, str] = {}
    for row in truth["rows"]:
        one = {key: row[at] or "" for key, at in places.items()}
        for key in ("number", "name", "deadline"):
            one[key] = one[key] or above.get(key, "")
        yield one
        above = one


def count_letters(tally: Tally, truth: dict[str, Any], ours: str, plain: str) -> None:
    """Count how many of the form's characters each way has read, wherever they stand."""
    letters = letters_of(truth)
    tally.letters += letters.total()
    tally.letters_read += (letters & Counter(folded(ours))).total()
    tally.letters_read_plain += (letters & Counter(folded(plain))).total()


def count_others(tally: Tally, truth: dict[str, Any], others: Others, files: Sequence[str]) -> None:
    """Count the same for the other readers."""
    for reader, texts in others.items():
        whole = "".join(texts[file][0] for file in files)
        tally.letters_read_others[reader] += (letters_of(truth) & Counter(folded(whole))).total()
        tally.seconds_others[reader] += sum(texts[file][1] for file in files)


def letters_of(truth: dict[str, Any]) -> Counter[str]:
    """Return the characters of a form."""
    return Counter(folded("".join(text or "" for row in [truth["head"], *truth["rows"]] for text in row)))


def folded(text: str) -> str:
    """Return text as it is compared: NFKC, no white space, one kind of quotes and dashes."""
    return "".join(unicodedata.normalize("NFKC", text).translate(SAME).split())


def figures(text: str) -> list[str]:
    """Return the numbers of a text in order."""
    return re.findall(r"\d+(?:\.\d+)?", folded(text))


def line_of(kind: str, tally: Tally) -> str:
    """Return a tally as one line."""
    parts = [f"{kind:10s} pages {tally.pages:3d}"]
    if tally.cells:
        parts.append(f"cells {tally.right / tally.cells:6.1%} ({tally.right}/{tally.cells})")
        parts.append(f"figures {tally.figures_right / tally.cells:6.1%}")
        ours, plain = tally.letters_read / tally.letters, tally.letters_read_plain / tally.letters
        parts.append(f"letters {ours:6.2%}, plain {plain:6.2%}")
    parts.append(f"seals {tally.seen}/{tally.sealed}, false {tally.false}, cannot tell {tally.cannot_tell}")
    ours, plain = tally.seconds / tally.pages, tally.seconds_plain / tally.pages
    parts.append(f"{ours:.2f} s/page, plain {plain:.2f}, ratio {ours / plain:.2f}")
    for reader, seconds in tally.seconds_others.items():
        share = tally.letters_read_others[reader] / tally.letters
        parts.append(f"{reader} letters {share:6.2%}, {seconds / tally.pages:.2f} s/page")
    return " | ".join(parts)


GOALS = (
    ("200 dpi, seal on every page", ("clean1",), 0.99, 1.0),
    ("photos, blurred, 150 dpi, seal on every page", ("photo1", "bad1", "s1501"), 0.98, 0.995),
    ("grey under a seal", ("grey clean1", "grey bad1", "grey s1501"), 0.97, None),
)


def print_goals(tallies: dict[str, Tally]) -> None:
    """Print what is to be reached beside what was reached on these pages."""
    for words, kinds, cells, numbers in GOALS:
        found = [tallies[kind] for kind in kinds if kind in tallies and tallies[kind].cells]
        if count := sum(tally.cells for tally in found):
            right, figures_right = sum(one.right for one in found), sum(one.figures_right for one in found)
            line = f"goal: {words}: cells {cells:.1%}, measured {right / count:.1%}"
            print(
                line + (f"; figures {numbers:.1%}, measured {figures_right / count:.1%}" if numbers else "")
            )
    ours, plain = (
        sum(one.seconds for one in tallies.values()),
        sum(one.seconds_plain for one in tallies.values()),
    )
    print(f"goal: at most half of plain rapidocr's time: measured {ours / plain:.2f}")


def memory(folder: Path, files: Sequence[str], pages: int) -> None:
    """Read pages one after another in one child and print its size on the way."""
    with Reader(files_per_child=pages + 1) as reader:
        for count in range(1, pages + 1):
            reading = reader.read(folder / files[(count - 1) % len(files)], "a.jpg")
            if count in (1, 5) or count % 20 == 0:
                print(f"after {count:3d} pages: {size_of(reader.pid)}, problem {reading.problem}", flush=True)


def size_of(pid: int | None) -> str:
    """Return a process's memory: now, at most, and address space at most."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    now, most, space = (int(facts[key].split()[0]) // 1024 for key in ("VmRSS", "VmHWM", "VmPeak"))
    return f"{now} MB, at most {most} MB, address space {space} MB"


if __name__ == "__main__":
    sys.exit(main())
