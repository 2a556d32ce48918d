"""How far the targets of a notice are reached in a year, for commands, workbook and console."""

from decimal import Decimal
from typing import Any

from ...domain.periods import Period
from ...domain.progress import TargetProgress, UnitFigure, UnitProgress, number_words, progress
from ...domain.state import Source
from .situation import Situation


def year_progress(here: Situation, period: Period) -> tuple[TargetProgress, ...]:
    """Return how far every target is reached after a period, from every period of its year up to it."""
    states = [here.state(one) for one in here.campaign.periods_of_year(period)]
    return progress(here.campaign, states, here.decisions.figures)


def progress_json(here: Situation, period: Period) -> dict[str, Any]:
    """Return the progress of a year as one JSON document; numbers are texts, as they are exact."""
    return {
        "campaign": here.campaign.id,
        "period": str(period),
        "periods": [str(one) for one in here.campaign.periods_of_year(period)],
        "targets": [_target(one) for one in year_progress(here, period)],
    }


def _target(one: TargetProgress) -> dict[str, Any]:
    return {
        "item": one.item,
        "number": one.number,
        "target": one.target.text,
        "value": number_words(one.target.value),
        "measure": one.target.measure,
        "comparator": one.target.comparator,
        "done": _number(one.done),
        "rate": _rate(one.rate(one.done)),
        "confirmed": one.confirmed,
        "joint": one.joint,
        "units": [_unit(one, unit) for unit in one.units],
    }


def _unit(target: TargetProgress, unit: UnitProgress) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "done": _number(unit.done),
        "how": str(unit.how) if unit.how else None,
        "rate": _rate(target.rate(unit.done)),
        "confirmed": unit.confirmed,
        "figures": [_figure(figure) for figure in unit.figures],
    }


def _figure(figure: UnitFigure) -> dict[str, Any]:
    return {
        "period": str(figure.period),
        "value": _number(figure.value),
        "basis": str(figure.basis),
        "quotes": list(figure.quotes),
        "parts": [number_words(part) for part in figure.parts],
        "confirmed": figure.confirmed,
        "stale": figure.stale,
        "reason": figure.reason,
        "author": figure.author,
        "source": _source(figure.source),
    }


def _source(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {
        "document": source.document,
        "filename": source.filename,
        "page": source.page,
        "row": source.row,
        "recognised": source.recognised,
    }


def _number(value: Decimal | None) -> str | None:
    return number_words(value) if value is not None else None


def _rate(rate: Decimal | None) -> str | None:
    return f"{rate:.4f}" if rate is not None else None
