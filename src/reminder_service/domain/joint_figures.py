"""Joint items whose units report different figures: they stand side by side and are never added up."""

from dataclasses import dataclass

from .campaign import Campaign, Item
from .progress import FigureRef, FigureRuling, UnitFigure, number_words, reported_figures
from .state import PeriodState


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """What several units report for one target of a joint item; ``figures`` are words by unit, with what they wrote."""

    item: int
    name: str
    target: str
    figures: tuple[tuple[str, str, tuple[str, ...]], ...]


def conflicts(
    campaign: Campaign, state: PeriodState, rulings: dict[FigureRef, FigureRuling]
) -> tuple[Conflict, ...]:
    """Return the targets for which units of a joint item report different figures in this period."""
    joint = (item for item in campaign.items if len(item.units) > 1 and item.targets)
    return tuple(one for item in joint for one in _of_item(item, state, rulings))


def _of_item(item: Item, state: PeriodState, rulings: dict[FigureRef, FigureRuling]) -> tuple[Conflict, ...]:
    told = {
        unit: reported_figures(duty, item, state.period, rulings)
        for unit in item.units
        for duty in state.unit(unit).duties
        if duty.item == item.number
    }
    found = []
    for index, target in enumerate(item.targets):
        by_unit = {unit: figures[index] for unit, figures in told.items() if figures[index]}
        if len(by_unit) > 1 and len({_values(figures) for figures in by_unit.values()}) > 1:
            lines = tuple(
                (unit, _words(figures, target.measure), figures[0].quotes)
                for unit, figures in by_unit.items()
            )
            found.append(Conflict(item=item.number, name=item.name, target=target.text, figures=lines))
    return tuple(found)


def _values(figures: tuple[UnitFigure, ...]) -> tuple[object, ...]:
    return tuple((one.basis, one.value, one.parts if one.value is None else ()) for one in figures)


def _words(figures: tuple[UnitFigure, ...], measure: str) -> str:
    said = [
        f"{number_words(one.value)}{measure}"
        if one.value is not None
        else "、".join(f"{number_words(part)}{measure}" for part in one.parts) or "无明确数字"
        for one in figures
    ]
    return "；".join(said)
