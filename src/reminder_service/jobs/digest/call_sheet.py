"""The call sheet of a period: printed as text, written as a workbook."""

from pathlib import Path

from ...domain.call_sheet import CallSheet, call_sheet
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...reports.call_sheet import call_sheet_text, call_sheet_xlsx
from ..results.export import write_whole
from ..state.situation import Situation


def sheet_of(here: Situation, period: Period) -> CallSheet:
    """Return whom to call about a period as things stand."""
    return call_sheet(
        here.campaign,
        here.state(period),
        contacts=here.contacts,
        history=here.history,
        attributions=here.attributions,
        notes=here.decisions.notes,
    )


def call_sheet_as_text(here: Situation, period: Period, *, office: str, chat: bool) -> str:
    """Return the sheet as text, with a message to copy for every unit."""
    return call_sheet_text(sheet_of(here, period), office=office, chat=chat)


def write_call_sheet(here: Situation, period: Period, output: Path, *, office: str, chat: bool) -> None:
    """Write the sheet: ``.xlsx`` a workbook, ``.txt`` the text.

    :raises WrongUsage: when the file's ending says nothing we can write.
    :raises OutsideError: when the file cannot be written.
    """
    match output.suffix.lower():
        case ".xlsx":
            content = call_sheet_xlsx(sheet_of(here, period), office=office, chat=chat)
        case ".txt":
            content = call_sheet_as_text(here, period, office=office, chat=chat).encode()
        case _:
            raise WrongUsage(f"{output}: end the name in .xlsx (workbook) or .txt (text)")
    write_whole(output, content)
