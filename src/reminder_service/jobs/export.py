"""Write a period's results to a file: the workbook or the official form."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..domain.errors import OutsideError, WrongUsage
from ..domain.periods import Period
from ..reports.official_form import write_official_form
from ..reports.workbook import write_workbook
from .situation import Situation


def export_period(here: Situation, period: Period, output: Path, originals: Callable[[str], str]) -> None:
    """Write ``output``: ``.xlsx`` the consolidated workbook, ``.docx`` the official form filled in.

    The file appears whole or not at all.

    :param originals: gives a link to an original by its SHA-256.
    :raises WrongUsage: when the file's ending says nothing we can write.
    :raises OutsideError: when the file cannot be written.
    """
    state = here.state(period)
    match output.suffix.lower():
        case ".xlsx":
            content = write_workbook(here.campaign, state, here.contacts, originals=originals)
        case ".docx":
            content = write_official_form(here.campaign, state)
        case ".pdf":
            raise WrongUsage(f"{output}: PDF is not written yet; export .docx and print it to PDF")
        case _:
            raise WrongUsage(f"{output}: end the name in .xlsx (workbook) or .docx (official form)")
    write_whole(output, content)


def write_whole(output: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all.

    :raises OutsideError: when it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(output)
    except OSError as error:
        raise OutsideError(f"{output}: cannot be written: {error.strerror or error}") from error
