"""Pictures of the cells that were read wrong, and of pages where a row was not found."""

from collections.abc import Sequence
from pathlib import Path

import cv2
from form_truth import folded

from reminder_service.documents.scan.picture import Picture
from reminder_service.domain.documents import Box, Reading
from reminder_service.domain.forms import FormRow

Wrong = tuple[int, FormRow | None, str]
"""Which row of the truth, the row as read, and the field."""

_MARGIN = 6


def save_wrong(
    target: Path,
    reading: Reading,
    unlike: Sequence[Wrong],
    rows: Sequence[FormRow],
    pictures: dict[int, Picture],
) -> None:
    """Write a picture of each wrong cell, named after form, row and field."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for index, row, key in unlike:
        name = f"{target} row {index + 1} {key}"
        if row is None:
            page = rows[-1].page if rows else min(pictures)
            cv2.imwrite(f"{name}, not found, page {page}.png", pictures[page])
            continue
        box = (
            cell_of(reading, row, getattr(row, key))
            or row.box
            or (0.0, 0.0, *pictures[row.page].shape[1::-1])
        )
        cv2.imwrite(f"{name}, page {row.page}.png", _cut(pictures[row.page], box))


def cell_of(reading: Reading, row: FormRow, text: str) -> Box | None:
    """Return where the text of a row stands; the longest beginning of it where the row goes on over the page."""
    cells = [
        cell
        for table in reading.tables
        for one in table.rows
        if (one.page, one.number) == (row.page, row.row)
        for cell in one.cells
        if cell.text and folded(text).startswith(folded(cell.text))
    ]
    return max(cells, key=lambda cell: len(cell.text)).box if cells else None


def _cut(picture: Picture, box: Box) -> Picture:
    left, top, right, bottom = (int(value) for value in box)
    return picture[max(0, top - _MARGIN) : bottom + _MARGIN, max(0, left - _MARGIN) : right + _MARGIN]
