"""Write the work ledger of a year."""

from pathlib import Path

from ...domain.errors import WrongUsage
from ...domain.ledger import ledger_lines
from ...domain.periods import Period
from ...reports.ledger import ledger_docx, ledger_xlsx
from ..state.situation import Situation
from .export import write_whole


def write_ledger(here: Situation, output: Path, *, year: int | None = None) -> int:
    """Write ``output``, ``.xlsx`` or ``.docx``, and return how many periods it covers.

    :param year: default the year of the latest period.
    :raises WrongUsage: when the file's ending says nothing we can write, or no period of that year was opened.
    """
    ending = output.suffix.lower()
    if ending not in (".xlsx", ".docx"):
        raise WrongUsage(f"{output}: end the name in .xlsx or .docx")
    chosen = f"{year or str(here.current_period)[:4]}"
    periods = periods_of_year(here, chosen)
    if not periods:
        raise WrongUsage(f"--year {chosen}: no period of that year was opened for {here.campaign.id}")
    lines = ledger_lines(here.campaign, [here.state(period) for period in periods], here.contacts)
    at = here.now.astimezone(here.around.zone)
    write = ledger_xlsx if ending == ".xlsx" else ledger_docx
    write_whole(output, write(here.campaign, lines, year=chosen, at=at))
    return len(periods)


def periods_of_year(here: Situation, year: str) -> tuple[Period, ...]:
    """Return the periods of a year that were opened, or the current one, oldest first."""
    known = {*(period for period, _ in here.periods.opened), here.current_period}
    return tuple(sorted(period for period in known if str(period).startswith(year)))
