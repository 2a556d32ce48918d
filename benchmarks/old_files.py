"""Old Word files that come together: converted with one call of LibreOffice, and each alone, by turns.

``python benchmarks/old_files.py FILE…`` makes eight files of those that are given.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from reminder_service.documents.limits import OFFICE_FILES
from reminder_service.documents.reader import Reader


def compare(given: Sequence[Path], rounds: int = 3) -> None:
    """Read eight old files alone and converted together, by turns, and print what both took."""
    took: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        files = [
            (Path(folder) / f"{number}{given[0].suffix}", given[0].name) for number in range(OFFICE_FILES)
        ]
        for number, (path, _) in enumerate(
            files
        ):  # sectors behind the end make them differ and change nothing
            path.write_bytes(given[number % len(given)].read_bytes() + bytes(512 * number))
        for together in (False, True) * rounds:
            with Reader() as reader:
                began, used = time.perf_counter(), os.times()
                reader.expect(files if together else ())
                problems = [reader.read(*file).problem for file in files]
            wall, now = time.perf_counter() - began, os.times()
            assert not any(problems), problems
            children = now.children_user + now.children_system - used.children_user - used.children_system
            took[together].append((wall, children))
    (alone, cpu), (one_call, cpu_one_call) = (
        map(median, zip(*took[key], strict=True)) for key in (False, True)
    )
    print(
        f"{OFFICE_FILES} old files, medians of {rounds}: alone {alone:.1f} s (processor {cpu:.1f} s), ",
        end="",
    )
    print(f"one call {one_call:.1f} s (processor {cpu_one_call:.1f} s), ratio {alone / one_call:.1f}")


if __name__ == "__main__":
    compare([Path(name) for name in sys.argv[1:]])
