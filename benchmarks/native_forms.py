"""Typed forms as PDF: cells read by this program, and by camelot and img2table beside."""

import json
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

from form_truth import COLUMNS, folded, wanted_rows
from other_readers import environment_of

from reminder_service.documents.reader import Reader
from reminder_service.domain.forms import find_form


def print_native(folder: Path, others: str | None) -> None:
    """Print the share of cells that are right, by form, and how many of the texts each other reader has as a cell."""
    files = [path for path in sorted(folder.glob("*.pdf")) if path.with_suffix(".json").exists()]
    truths = {path.name: json.loads(path.with_suffix(".json").read_text(encoding="utf-8")) for path in files}
    right = cells = 0
    seconds = 0.0
    with Reader() as reader:
        reader.read(files[0], files[0].name)  # the child has started
        for path in files:
            began = time.perf_counter()
            form = find_form(reader.read(path, path.name), COLUMNS)
            seconds += time.perf_counter() - began
            rows = form.rows if form else ()
            for index, wanted in enumerate(wanted_rows(truths[path.name])):
                for key, text in wanted.items():
                    found = getattr(rows[index], key) if index < len(rows) else ""
                    cells += 1
                    right += folded(found) == folded(text)
                    if folded(found) != folded(text):
                        print(f"  {path.name} row {index + 1} {key}: read {found!r}, is {text!r}")
    print(
        f"goal: typed forms (PDF): cells 99.8%, measured {right / cells:.1%} ({right}/{cells}),"
        f" {seconds / len(files):.2f} s/file (wall clock)"
    )
    if others:
        print_others(others, files, truths)
    print("tesseract, plain rapidocr: read pictures only, no typed PDF")


def print_others(python: str, files: list[Path], truths: dict[str, Any]) -> None:
    """Print how many of the texts of the forms' cells the other readers have as a cell of their tables, anywhere."""
    program = Path(__file__).with_name("other_readers.py")
    call = [python, str(program), "--cells", *map(str, files)]
    done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, env=environment_of())
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"reader"')]
    for reader in dict.fromkeys(answer["reader"] for answer in answers):
        mine = {one["file"]: one for one in answers if one["reader"] == reader and "cells" in one}
        if not mine:
            print(f"{reader}: not installed")
            continue
        wanted = {name: _cells(truth) for name, truth in truths.items()}
        found = sum((wanted[name] & Counter(map(folded, one["cells"]))).total() for name, one in mine.items())
        seconds = sum(one["seconds"] for one in mine.values()) / len(mine)
        print(
            f"{reader}: cells found anywhere {found / sum(map(Counter.total, wanted.values())):.1%}, {seconds:.2f} s/file"
        )


def _cells(truth: dict[str, Any]) -> Counter[str]:
    return Counter(folded(text) for row in truth["rows"] for text in row if text)
