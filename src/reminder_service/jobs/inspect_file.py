"""What the program sees in one file (contract, ``read --json``)."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from ..config import load_campaign
from ..domain.campaign import Campaign, Column
from ..domain.documents import Page, Reading, Table
from ..domain.errors import ConfigurationError
from ..domain.forms import Form, find_form
from ..domain.names import UnitNames
from ..resources import packaged_config


def column_sets(directory: Path) -> tuple[list[tuple[Column, ...]], frozenset[str]]:
    """Return the columns of every campaign's form and the known names of units.

    Reading a file needs no set-up: without a configuration the shipped campaign's form is looked for.
    """
    campaigns = _campaigns(directory) or _campaigns(packaged_config())
    names = frozenset(name for campaign in campaigns for name in UnitNames(campaign).spellings)
    return [campaign.form.columns for campaign in campaigns], names


def inspection_json(
    reading: Reading, columns: Sequence[Sequence[Column]], units: Collection[str]
) -> dict[str, Any]:
    """Return a reading and the form in it in the contract's shape."""
    forms = (find_form(reading, one, units) for one in columns) if not reading.problem else iter(())
    return {
        "document": reading.document,
        "filename": reading.filename,
        "kind": str(reading.kind),
        "pages": [_page(page) for page in reading.pages],
        "tables": [_table(table) for table in reading.tables],
        "form": next((_form(form) for form in forms if form), None),
        "problem": {"code": reading.problem.code, "detail": reading.problem.detail}
        if reading.problem
        else None,
    }


def _campaigns(directory: Path) -> list[Campaign]:
    try:
        return [load_campaign(path) for path in sorted((directory / "campaigns").glob("*.yaml"))]
    except ConfigurationError:
        return []


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "recognised": page.recognised,
        "seals": [
            {
                "box": list(seal.box) if seal.box else None,
                "score": seal.score,
                "text": seal.text,
                "verdict": seal.verdict,
            }
            for seal in page.seals
        ],
        "codes": list(page.codes),
    }


def _table(table: Table) -> dict[str, Any]:
    return {"page": table.page, "rows": [[cell.text for cell in row.cells] for row in table.rows]}


def _form(form: Form) -> dict[str, Any]:
    return {
        "title": form.title,
        "unit": form.unit,
        "period": form.period,
        "rows": [
            {
                "number": row.number,
                "name": row.name,
                "units": row.units,
                "measures": row.measures,
                "deadline": row.deadline,
                "page": row.page,
                "row": row.row,
                "box": list(row.box) if row.box else None,
                "confidence": row.confidence,
            }
            for row in form.rows
        ],
    }
