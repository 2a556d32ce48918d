"""What persons settled, from the store's rows to the domain's decisions and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ...domain.campaign import Campaign, ColumnKey
from ...domain.cell_corrections import CellCorrection
from ...domain.decisions import Decision, DecisionKind, Decisions
from ...domain.figures import Basis
from ...domain.periods import Period
from ...domain.print_edits import PrintEdit
from ...domain.progress import FigureRef, FigureRuling
from ...store import Store
from ...store.decisions import Decision as StoredDecision


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A decision as a person makes it; ``document`` is a SHA-256 or its beginning.

    ``items`` are the rows that a return is about (none: the whole file). A correction puts ``text`` into the
    ``column`` of the row of ``item``, or of the row ``row`` on page ``page``. A figure is ``value`` for the
    ``target`` (its number among the item's targets, from 1) over ``basis``; without value and ``no_figure`` what is
    proposed is confirmed, with ``no_figure`` nothing in the text counts for the target. An edit prints ``text`` in place
    of what the unit reports on ``item``.
    """

    kind: DecisionKind
    unit: str | None = None
    period: Period | None = None
    item: int | None = None
    document: str | None = None
    until: date | None = None
    items: tuple[int, ...] = ()
    page: int | None = None
    row: int | None = None
    column: ColumnKey = ColumnKey.MEASURES
    text: str = ""
    target: int | None = None
    value: Decimal | None = None
    basis: Basis | None = None
    no_figure: bool = False
    reason: str = ""
    author: str = ""


def decisions_of(store: Store, campaign: Campaign) -> Decisions:
    """Return the decisions about a campaign that hold."""
    return Decisions.of(
        Decision(
            kind=DecisionKind(stored.kind),
            period=stored.period or None,
            unit=stored.unit and campaign.current_unit(stored.unit),
            item=stored.item,
            document=stored.document,
            until=_until(stored.payload),
            items=tuple(stored.payload.get("items", ())),
            cell=_cell(stored.document, stored.payload),
            figure=_figure(campaign, stored),
            edit=_edit(stored),
            reason=stored.reason,
            author=stored.author,
            at=stored.at,
        )
        for stored in store.decisions.active(campaign.id)
    )


def payload_of(
    *,
    until: date | None = None,
    items: tuple[int, ...] = (),
    cell: CellCorrection | None = None,
    figure: tuple[FigureRef, FigureRuling] | None = None,
    edit: PrintEdit | None = None,
) -> dict[str, Any]:
    """Return what a decision says beside its unit, item and document, as the store keeps it."""
    payload: dict[str, Any] = {}
    if until:
        payload["until"] = until.isoformat()
    if items:
        payload["items"] = list(items)
    if cell:
        payload |= {
            "page": cell.page,
            "row": cell.row,
            "column": str(cell.column),
            "text": cell.text,
            "original": cell.original,
        }
    if edit:
        payload |= {"text": edit.text, "reported": edit.original}
    if figure:
        about, ruling = figure
        payload |= {
            "target": about.target,
            "value": str(ruling.value) if ruling.value is not None else None,
            "basis": str(ruling.basis),
            "seen": ruling.seen,
        }
    return payload


def _figure(campaign: Campaign, stored: StoredDecision) -> tuple[FigureRef, FigureRuling] | None:
    if stored.kind != DecisionKind.FIGURE or stored.unit is None or stored.item is None:
        return None
    said = stored.payload
    about = FigureRef(
        unit=campaign.current_unit(stored.unit), period=stored.period, item=stored.item, target=said["target"]
    )
    return about, FigureRuling(
        value=Decimal(said["value"]) if said["value"] is not None else None,
        basis=Basis(said["basis"]),
        seen=said["seen"],
        reason=stored.reason,
        author=stored.author,
    )


def _edit(stored: StoredDecision) -> PrintEdit | None:
    if stored.kind != DecisionKind.EDIT:
        return None
    return PrintEdit(
        text=stored.payload["text"],
        original=stored.payload["reported"],
        reason=stored.reason,
        author=stored.author,
        at=stored.at,
    )


def _until(payload: Mapping[str, object]) -> date | None:
    text = payload.get("until")
    return date.fromisoformat(text) if isinstance(text, str) else None


def _cell(document: str | None, payload: Mapping[str, Any]) -> CellCorrection | None:
    if document is None or "original" not in payload:
        return None
    return CellCorrection(
        document=document,
        page=payload["page"],
        row=payload["row"],
        column=ColumnKey(payload["column"]),
        text=payload["text"],
        original=payload["original"],
    )
