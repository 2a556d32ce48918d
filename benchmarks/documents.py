"""Scans: what is read, what plain rapidocr reads of the same pages, and what both cost, in one run.

``python benchmarks/documents.py FOLDER [--native FOLDER] [--look-alikes] [--held-out SEED] [--memory PAGES]
[--grey KIND] [--wrong FOLDER] [--others PYTHON]`` prints a line for each goal of reading that is asked for.
The folder holds ``meta.json`` (a page's file name to
``{"var", "name", "page", "seal"}``) and ``<name>.json`` for each name (``{"head": [...], "rows": [[...]]}``).
Every figure is printed a line for each ``var``; ratios come from the same pages read one after the other.
``--grey`` adds the pages of a kind without their colour, ``--wrong`` puts a picture of every wrong cell (of the
page, where a row was not found) into a folder, ``--others`` reads the pages with tesseract, img2table and camelot too
(``other_readers.py``; camelot recognises nothing in pictures and counts for typed forms only), ``--held-out`` draws
pages that nothing was tuned on (``held_out.py``). Each figure of each form is changed once for the cross-check.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before any library counts the processors

import cv2
import held_out
import numpy as np
from cross_check import Checked, typed_rows, words
from form_truth import COLUMNS, figures, folded, letters_of, wanted_rows
from native_forms import print_native
from other_readers import environment_of
from seal_rows import print_look_alikes
from wrong_cells import Wrong, save_wrong

from reminder_service.documents.pdf_join import joined
from reminder_service.documents.reader import Reader
from reminder_service.documents.scan.look import marks_of
from reminder_service.documents.scan.picture import Picture, frame_of
from reminder_service.documents.scan.read import read_page
from reminder_service.domain.documents import Kind, Reading
from reminder_service.domain.forms import FormRow, find_form


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
    checked: Checked = field(default_factory=Checked)


def main() -> None:
    """Measure and print."""
    arguments = asked()
    if arguments.native:
        print_native(arguments.native, arguments.others)
    if arguments.look_alikes:
        print_look_alikes()
    meta = json.loads((arguments.folder / "meta.json").read_text(encoding="utf-8"))
    pages = {
        name: facts for name, facts in meta.items() if not arguments.kind or facts["var"] in arguments.kind
    }
    others = read_by_others(arguments.others, [arguments.folder / name for name in pages])
    tallies = measure(arguments.folder, pages, others, arguments.wrong)
    for kind in arguments.grey:
        of_kind = {name: facts for name, facts in meta.items() if facts["var"] == kind}
        tallies |= measure(arguments.folder, of_kind, {}, arguments.wrong, grey=True)
    if arguments.held_out is not None:
        tallies |= measure_held_out(arguments.held_out, arguments.wrong)
    print_tallies(tallies)
    if arguments.memory:
        memory(arguments.folder, sorted(meta), arguments.memory)


def asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--memory", type=int, default=0, metavar="PAGES", help="pages through one child process"
    )
    parser.add_argument("--grey", action="append", default=[], metavar="KIND", help="also without colour")
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="only these")
    parser.add_argument("--wrong", type=Path, metavar="FOLDER", help="pictures of what was read wrong")
    parser.add_argument("--others", metavar="PYTHON", help="a Python that has the other readers")
    parser.add_argument(
        "--native", type=Path, metavar="FOLDER", help="typed forms as PDF, truth as JSON beside"
    )
    parser.add_argument(
        "--look-alikes", action="store_true", help="seals of all sorts, and what only looks so"
    )
    parser.add_argument("--held-out", type=int, metavar="SEED", help="also pages drawn anew from this seed")
    return parser.parse_args()


def measure_held_out(seed: int, wrong: Path | None) -> dict[str, Tally]:
    """Draw the pages that nothing was tuned on, and measure them."""
    with tempfile.TemporaryDirectory() as folder:
        held_out.write(Path(folder), seed)
        meta = json.loads((Path(folder) / "meta.json").read_text(encoding="utf-8"))
        return measure(Path(folder), meta, {}, wrong)


def print_tallies(tallies: dict[str, Tally]) -> None:
    """Print a line for each kind, what was read wrong, and the goals."""
    for kind, tally in tallies.items():
        print(line_of(kind, tally), flush=True)
    for kind, tally in tallies.items():
        for wrong in tally.wrong:
            print(f"  {kind}: read {wrong[0]!r}, is {wrong[1]!r}, confidence {wrong[2]}")
    print_goals(tallies)


Others = dict[str, dict[str, tuple[str, float]]]
"""Text and seconds by reader and file."""


def read_by_others(python: str | None, files: Sequence[Path]) -> Others:
    """Read the pages with the other readers; say which of them are not installed."""
    if python is None:
        print("tesseract, img2table, camelot: not asked for (--others PYTHON)")
        return {}
    program = Path(__file__).with_name("other_readers.py")
    call = [python, str(program), *map(str, files)]
    answer = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, env=environment_of()).stdout
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
        kind = f"grey {facts['var']}" if grey else facts["var"]
        documents[kind, facts["name"]].append((facts["page"], name))
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
            target = wrong / f"{kind} {name}" if wrong else None
            count_form(tally, truth, reading, pictures, target)
            whole = "".join(cell.text for table in reading.tables for row in table.rows for cell in row.cells)
            count_letters(tally, truth, whole, "".join(texts))
            count_others(tally, truth, others, [file for _, file in pages])
    return tallies


def count_form(
    tally: Tally, truth: dict[str, Any], reading: Reading, pictures: dict[int, Picture], wrong: Path | None
) -> None:
    """Count the cells of a form, draw the wrong ones, and change its figures one by one for the cross-check."""
    form = find_form(reading, COLUMNS)
    rows = list(form.rows) if form else []
    unlike = count_cells(tally, rows, truth)
    tally.checked.add(typed_rows(wanted_rows(truth)), form)
    if wrong:
        save_wrong(wrong, reading, unlike, rows, pictures)


def without_colour(picture: Picture) -> Picture:
    """Return the page as a grey scanner gives it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


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


def count_cells(tally: Tally, rows: list[FormRow], truth: dict[str, Any]) -> list[Wrong]:
    """Count the cells that say what the form says; return those that do not. A row too few is all wrong."""
    unlike: list[Wrong] = []
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
                unlike.append((index, row, key))
        if row and row.confidence is not None:
            tally.sure.append(row.confidence)
    return unlike


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


def line_of(kind: str, tally: Tally) -> str:
    """Return a tally as one line."""
    parts = [f"{kind:10s} pages {tally.pages:3d}"]
    if tally.cells:
        parts.append(f"cells {tally.right / tally.cells:6.1%} ({tally.right}/{tally.cells})")
        parts.append(f"figures {tally.figures_right / tally.cells:6.1%}")
        ours, plain = tally.letters_read / tally.letters, tally.letters_read_plain / tally.letters
        parts.append(f"letters {ours:6.2%}, plain {plain:6.2%}")
    if tally.checked.changed:
        parts.append(words(tally.checked))
    parts.append(f"seals {tally.seen}/{tally.sealed}, false {tally.false}, cannot tell {tally.cannot_tell}")
    ours, plain = tally.seconds / tally.pages, tally.seconds_plain / tally.pages
    parts.append(f"{ours:.2f} s/page, plain {plain:.2f}, ratio {ours / plain:.2f}")
    for reader, seconds in tally.seconds_others.items():
        if not tally.letters:
            continue
        if reader == "camelot":
            parts.append("camelot recognises no text in pictures")
            continue
        share = tally.letters_read_others[reader] / tally.letters
        parts.append(f"{reader} letters {share:6.2%}, {seconds / tally.pages:.2f} s/page")
    return " | ".join(parts)


GOALS = (
    ("scans at 200 dpi, seal on every page", ("clean1",), 0.99, 1.0),
    ("photos, blurred, 150 dpi, seal on every page", ("photo1", "bad1", "s1501"), 0.98, 0.995),
    ("grey under a seal", ("grey clean1", "grey bad1", "grey s1501"), 0.97, None),
    ("held out: scans, seal on every page", ("new-scan",), 0.99, 1.0),
    ("held out: photos and coarse 150 dpi, seal on every page", ("new-photo", "new-fax"), 0.98, 0.995),
    ("held out: a scanner's own grey under a seal", ("new-grey",), 0.97, None),
)


def print_goals(tallies: dict[str, Tally]) -> None:
    """Print what is to be reached beside what was reached on these pages."""
    for says, kinds, cells, numbers in GOALS:
        found = [tallies[kind] for kind in kinds if kind in tallies and tallies[kind].cells]
        if count := sum(tally.cells for tally in found):
            right, figures_right = sum(one.right for one in found), sum(one.figures_right for one in found)
            line = f"goal: {says}: cells {cells:.1%}, measured {right / count:.1%}"
            print(
                line + (f"; figures {numbers:.1%}, measured {figures_right / count:.1%}" if numbers else "")
            )
    coloured = [one for kind, one in tallies.items() if "grey" not in kind and not one.cannot_tell]
    for says, some in (("in colour", coloured), ("all", list(tallies.values()))):
        checked = [one.checked for one in some]
        if changed := sum(one.changed for one in checked):
            found_share = sum(one.found for one in checked) / changed
            print(
                f"goal: cross-check, {says}: changed figures found 100 %, measured {found_share:.1%}"
                f" ({sum(one.asked for one in checked)} put before a person, {sum(one.passed for one in checked)} lost);"
                f" false alarms 0, measured {sum(one.differ_on_faithful for one in checked)}"
            )
    sealed, seen = sum(one.sealed for one in coloured), sum(one.seen for one in coloured)
    if sealed:
        false = sum(one.false for one in coloured)
        print(
            f"goal: colour seals found 99 %, measured {seen / sealed:.1%} of {sealed}; false 0, measured {false}"
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
