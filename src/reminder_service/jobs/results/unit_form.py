"""Write the form of one unit to a file, for the office to hand out or to print."""

from pathlib import Path

from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...resources import template
from ..state.situation import Situation
from .export import write_whole


def write_unit_file(
    here: Situation, unit: str, period: Period, output: Path, templates: tuple[Path, ...]
) -> None:
    """Write ``output``, ``.docx`` or ``.pdf``: the unit's rows as reported, with last period's text where it has none.

    :param templates: the office's own folders of templates.
    :raises WrongUsage: when the file's ending says nothing we can write.
    :raises OutsideError: when a PDF is wanted and no Chinese font is installed.
    :raises ConfigurationError: when a template is wrong.
    """
    state = here.state(period).unit(unit)
    before = max((one for one, _ in here.periods.opened if one < period), default=None)
    last = here.state(before).unit(unit) if before else None
    match output.suffix.lower():
        case ".docx":
            from ...reports.unit_form import write_unit_form

            own = template(templates, "forms/unit.docx")
            content = write_unit_form(here.campaign, state, period, last, template=own)
        case ".pdf":
            from ...reports.unit_form_pdf import write_unit_pdf

            own = template(templates, "forms/unit.typ")
            content = write_unit_pdf(here.campaign, state, period, own, last)
        case _:
            raise WrongUsage(f"{output}: end the name in .docx or .pdf")
    write_whole(output, content)
