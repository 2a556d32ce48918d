"""Write a period's results to a file: the workbook or the official form, of a frozen version or as things stand."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...domain.errors import OutsideError, WrongUsage
from ...domain.periods import Period
from ...domain.state import PeriodState
from ...domain.versions import Revision
from ...reports.official_form import write_official_form
from ...reports.official_pdf import write_official_pdf
from ...reports.workbook import write_workbook
from ...resources import template
from ...store import Store
from ..state.progress import year_progress
from ..state.situation import Situation
from .versions import (
    FrozenVersion,
    decided,
    frozen_file,
    revisions,
    since_frozen,
    version_numbered,
)

ENDINGS = ("xlsx", "docx", "pdf")


@dataclass(frozen=True, kw_only=True, slots=True)
class Printer:
    """What results are made with.

    :param templates: the office's own folders of templates.
    :param originals: gives a link to an original by its SHA-256; without it a workbook names originals by number.
    """

    templates: tuple[Path, ...]
    originals: Callable[[str], str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What was written: a frozen version, or None for the period as it stands; ``changes`` came after that version."""

    version: FrozenVersion | None
    changes: int


def export_period(
    store: Store,
    here: Situation,
    period: Period,
    output: Path,
    printer: Printer,
    *,
    version: int | None = None,
    current: bool = False,
) -> Exported:
    """Write ``output``: ``.xlsx`` the consolidated workbook, ``.docx`` and ``.pdf`` the official form filled in.

    Once a version is frozen its bytes are written, and the same each time. The file appears whole or not at all.

    :param version: the number of a frozen version (default: the newest, if any).
    :param current: write the period as it stands, whatever is frozen.
    :raises WrongUsage: when the file's ending says nothing we can write, or there is no such version.
    :raises OutsideError: when the file cannot be written.
    """
    ending = output.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise WrongUsage(f"{output}: end the name in .xlsx (workbook), .docx or .pdf (official form)")
    if version is not None and current:
        raise WrongUsage("--version and --current: a period is written as frozen or as it stands; give one")
    since = None if current else since_frozen(store, here, period)
    if since is None and version is None:
        write_whole(output, render(store, here, period, ending, printer))
        return Exported(version=None, changes=0)
    frozen = version_numbered(store, here.campaign.id, period, version)
    write_whole(output, frozen_file(store, frozen, ending))
    newest = since is not None and since.version.number == frozen.number
    return Exported(version=frozen, changes=len(since.changes) if since and newest else 0)


def render(
    store: Store,
    here: Situation,
    period: Period,
    ending: str,
    printer: Printer,
    *,
    log: Sequence[Revision] | None = None,
) -> bytes:
    """Return a period's workbook (``xlsx``) or official form (``docx``, ``pdf``) as it stands.

    :param log: how the versions differ (default: as the store knows them).
    :raises OutsideError: when a PDF is wanted and no Chinese font is installed.
    """
    state = here.state(period)
    match ending:
        case "docx":
            own = template(printer.templates, "forms/official.docx")
            return write_official_form(here.campaign, state, own)
        case "pdf":
            return write_official_pdf(here.campaign, state, template(printer.templates, "forms/official.typ"))
        case _:
            return write_workbook(
                here.campaign,
                state,
                here.contacts,
                originals=printer.originals,
                decided=decided(store, state),
                revisions=revisions(store, here, period) if log is None else log,
                earlier=earlier_states(here, period),
                targets=year_progress(here, period),
            )


def earlier_states(here: Situation, period: Period) -> tuple[PeriodState, ...]:
    """Return the periods that were opened before one, oldest first."""
    before = sorted(one for one, _ in here.periods.opened if one < period)
    return tuple(here.state(one) for one in before)


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
