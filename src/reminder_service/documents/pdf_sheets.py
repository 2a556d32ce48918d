"""A page of a PDF as tables and lines: by its rules, else by its headings."""

from collections.abc import Sequence
from typing import Any

from reminder_service.domain.documents import Page

from .pdf_grid import Grid, grids_of, inside
from .pdf_join import Sheet
from .pdf_text import Char, lines_of, no_text_in
from .pdf_unruled import Columns, unruled

_FEWEST_COLUMNS = 3
_SIGNED = 60
"""Characters of a last page that bears the unit's name and the date alone."""


def sheet_of(page: Any, number: int, chars: Sequence[Char]) -> Sheet:
    """Return the ruled tables of a page and the lines around them."""
    return _around(grids_of(page, chars, number) if page.edges else [], number, chars)


def laid_out(
    page: Any, sheet: Sheet, chars: Sequence[Char], before: Columns | None
) -> tuple[Sheet, Columns | None]:
    """Return a page whose rules make no columns with the table by its headings, and where its columns stand."""
    if any(len(grid.columns) >= _FEWEST_COLUMNS for grid in sheet.grids) or no_text_in(chars):
        return sheet, None
    found = unruled(page, chars, sheet.number, before)
    return (_around([found[0]], sheet.number, chars), found[1]) if found else (sheet, None)


def _around(grids: Sequence[Grid], number: int, chars: Sequence[Char]) -> Sheet:
    outside = lines_of(char for char in chars if not any(inside(char, grid.box) for grid in grids))
    groups: list[list[str]] = [[] for _ in range(len(grids) + 1)]
    for line in outside:
        groups[sum(grid.box[1] < line.top for grid in grids)].append(line.text)
    return Sheet(number=number, grids=tuple(grids), lines=tuple(map(tuple, groups)))


def _has_more(sheet: Sheet) -> bool:
    """Whether a page holds more than who signed and when."""
    return sum(len(line) for group in sheet.lines for line in group) > _SIGNED


def whole(sheets: list[Sheet], plain: list[Sheet], pages: Sequence[Page]) -> list[Sheet]:
    """Return the pages as laid out, or plain where a page of text after them could not be: half a form is none."""
    changed = [at for at, (one, two) in enumerate(zip(sheets, plain, strict=True)) if one is not two]
    rest = range(changed[0], len(sheets)) if changed else ()
    torn = any(not sheets[at].grids and pages[at].has_text and _has_more(sheets[at]) for at in rest)
    return plain if torn else sheets
