"""Write the summary of a year: what each item came to over its periods."""

from pathlib import Path

from ...domain.errors import WrongUsage
from ...domain.ledger import ledger_lines
from ...domain.progress import progress
from ..state.situation import Situation
from .export import write_whole
from .ledger import periods_of_year


def write_year_summary(here: Situation, output: Path, *, year: int | None = None) -> int:
    """Write ``output``, ``.xlsx`` or ``.docx``, and return how many periods it covers.

    :param year: default the year of the latest period.
    :raises WrongUsage: when the file's ending says nothing we can write, or no period of that year was opened.
    """
    from ...reports.year_summary import summary_docx, summary_xlsx

    ending = output.suffix.lower()
    if ending not in (".xlsx", ".docx"):
        raise WrongUsage(f"{output}: end the name in .xlsx or .docx")
    chosen = f"{year or str(here.current_period)[:4]}"
    states = [here.state(period) for period in periods_of_year(here, chosen)]
    if not states:
        raise WrongUsage(f"--year {chosen}: no period of that year was opened for {here.campaign.id}")
    lines = ledger_lines(here.campaign, states, here.contacts)
    targets = progress(here.campaign, states, here.decisions.figures)
    write = summary_xlsx if ending == ".xlsx" else summary_docx
    at = here.now.astimezone(here.around.zone)
    write_whole(output, write(here.campaign, states, lines, targets, year=chosen, at=at))
    return len(states)
