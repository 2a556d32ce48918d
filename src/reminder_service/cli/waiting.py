"""A line on the terminal that says which file is read and how far it has got; log lines where there is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..app.reading_progress import ReadingProgress


@contextmanager
def shown() -> "Iterator[ReadingProgress]":
    """Give what shows the progress of a command: on standard error, on a terminal only, gone when it is done."""
    if not sys.stderr.isatty():
        from ..app.reading_progress import LoggedProgress

        yield LoggedProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[count]} {task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[pages]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Line(progress)


class _Line:
    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._count = 0
        self._task = progress.add_task("", total=None, visible=False, count="", pages="")

    def file(self, filename: str) -> None:
        """Show the name; control characters in it came from outside and do nothing here."""
        self._count += 1
        name = "".join(char if char.isprintable() else "?" for char in filename)
        self._progress.reset(
            self._task,
            total=None,
            visible=True,
            description=name,
            count=f"reading file {self._count}:",
            pages="",
        )

    def page(self, page: int, pages: int) -> None:
        """Show how many of the pages are done."""
        self._progress.update(self._task, total=pages, completed=page - 1, pages=f"page {page} of {pages}")
