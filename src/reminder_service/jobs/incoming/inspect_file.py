"""What the program sees in one file, or in two that should say the same (contract, ``read`` and ``compare``)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...config import load_campaign
from ...domain.campaign import Campaign
from ...domain.compare import compare_forms
from ...domain.documents import Page, Reading, Signature, Table
from ...domain.errors import ConfigurationError
from ...domain.forms import Form, FormRow, find_form
from ...domain.names import UnitNames
from ...domain.rows import match_item
from ...domain.signatures import signature_words
from ...resources import packaged_config


def known_campaigns(directory: Path) -> list[Campaign]:
    """Return the configured campaigns.

    Reading a file needs no set-up: without a configuration the shipped campaign's form is looked for.
    """
    return _campaigns(directory) or _campaigns(packaged_config())


def form_in(reading: Reading, campaigns: Sequence[Campaign]) -> tuple[Form, Campaign] | None:
    """Return the form in a file and the campaign that it is of, best match first, or None."""
    found = [
        (sum(match_item(row, campaign) is not None for row in form.rows), form, campaign)
        for campaign in campaigns
        if not reading.problem
        and (form := find_form(reading, campaign.form.columns, UnitNames(campaign).spellings))
    ]
    best = max(found, key=lambda one: one[0], default=None)
    return (best[1], best[2]) if best else None


def comparison_json(electronic: Reading, stamped: Reading, campaigns: Sequence[Campaign]) -> dict[str, Any]:
    """Return the cross-check of two files in the contract's shape."""
    left, right = form_in(electronic, campaigns), form_in(stamped, campaigns)

    def item_of(row: FormRow) -> int | None:
        item = match_item(row, left[1]) if left else None
        return item.number if item else None

    verdict = compare_forms(left[0] if left else None, right[0] if right else None, item_of)
    return {
        "verdict": verdict.verdict,
        "differences": [
            {"item": one.item, "kind": one.kind, "electronic": one.electronic, "stamped": one.stamped}
            for one in verdict.differences
        ],
    }


def inspection_json(reading: Reading, campaigns: Sequence[Campaign]) -> dict[str, Any]:
    """Return a reading and the form in it in the contract's shape."""
    found = form_in(reading, campaigns)
    return {
        "document": reading.document,
        "filename": reading.filename,
        "kind": str(reading.kind),
        "pages": [_page(page) for page in reading.pages],
        "tables": [_table(table) for table in reading.tables],
        "signatures": [_signature(signature) for signature in reading.signatures],
        "notes": list(reading.notes),
        "form": _form(found[0]) if found else None,
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


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "signer": signature.signer,
        "signed_at": signature.signed_at,
        "verdict": signature.verdict,
        "whole": signature.whole,
        "trusted": signature.trusted,
        "words": signature_words([signature]),
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
