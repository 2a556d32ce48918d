"""Which cell a person corrects: by item of the unit, or by its place in the file."""

from collections.abc import Sequence

from ...domain.campaign import ColumnKey
from ...domain.cell_corrections import CORRECTABLE, CellCorrection, cell_of
from ...domain.errors import WrongUsage
from ...domain.forms import FormRow
from ...domain.incoming import Attribution
from ...domain.rows import match_item
from ..state.settled import Settled
from ..state.situation import Situation

_SHOWN = 12


class NothingChanged(WrongUsage):
    """The cell says already what a person would have it say."""


def corrected_cell(here: Situation, held: Attribution | None, settled: Settled) -> CellCorrection:
    """Return the correction of one cell with what stands there now.

    :raises WrongUsage: when the row is not there or several rows could be meant.
    :raises NothingChanged: when the text says the same already.
    """
    form = held.document.form if held and held.document else None
    if held is None or held.document is None or form is None:
        raise WrongUsage("correct: no form was read in this document, so there is no cell to correct")
    if settled.column not in CORRECTABLE:
        raise WrongUsage(f"--column {settled.column}: choose one of {', '.join(map(str, CORRECTABLE))}")
    row = _row(here, form.rows, settled)
    original = cell_of(row, settled.column)
    if settled.text.strip() == original.strip():
        raise NothingChanged(f"page {row.page}, row {row.row} says that already; nothing was changed")
    return CellCorrection(
        document=held.document.document,
        page=row.page,
        row=row.row,
        column=settled.column,
        text=settled.text.strip(),
        original=original,
    )


def _row(here: Situation, rows: Sequence[FormRow], settled: Settled) -> FormRow:
    if settled.page is not None and settled.row is not None:
        found = [row for row in rows if (row.page, row.row) == (settled.page, settled.row)]
        what = f"page {settled.page}, row {settled.row}"
    elif settled.item is not None:
        item = here.campaign.item(settled.item)
        found = [row for row in rows if match_item(row, here.campaign) == item]
        what = f"item {settled.item}"
    else:
        raise WrongUsage("correct: name the item, or the page and the row")
    if len(found) == 1:
        return found[0]
    places = ", ".join(_place(row, settled.column) for row in (found or rows))
    told = "stands in several rows" if found else "is not in the form"
    raise WrongUsage(f"correct: {what} {told}; choose by --page and --row: {places}")


def _place(row: FormRow, column: ColumnKey) -> str:
    """Name a row by its place and the beginning of the text that may be meant."""
    text = " ".join(cell_of(row, column).split())
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"page {row.page} row {row.row} ({shown or 'blank'})"
