"""Which figure a person confirms or corrects: by unit, item and target, with what the text says now."""

from ...domain.decisions import DecisionKind
from ...domain.errors import WrongUsage
from ...domain.figures import Basis
from ...domain.periods import Period
from ...domain.progress import FigureRef, FigureRuling, reported_figures, seen_of
from ..state.settled import Settled
from ..state.situation import Situation


def ruled_figure(
    here: Situation, unit: str | None, period: Period, settled: Settled
) -> tuple[FigureRef, FigureRuling]:
    """Return what the clerk says of a figure.

    :raises WrongUsage: when the unit owes no such item, the item has no such target, or nothing clear is proposed
        that could be confirmed.
    """
    if unit is None or settled.item is None:
        raise WrongUsage(f"{DecisionKind.FIGURE}: name the unit and the item")
    item, number = here.campaign.item(settled.item), _target(here, settled)
    duty = next(one for one in here.state(period).unit(unit).duties if one.item == item.number)
    proposals = reported_figures(duty, item, period, {})[number - 1]
    value, basis = settled.value, settled.basis or (proposals[-1].basis if proposals else Basis.UNSAID)
    if value is None and not settled.no_figure:
        chosen = [one for one in proposals if settled.basis in (None, one.basis)]
        if not chosen or chosen[-1].value is None:
            raise WrongUsage(
                f"{unit}, item {item.number}, target {number}: no clear figure is proposed to be confirmed; "
                "give --value, or --none where the text holds none"
            )
        value, basis = chosen[-1].value, chosen[-1].basis
    if value is not None and (not value.is_finite() or value < 0):
        raise WrongUsage(f"--value {value}: a figure is a number, zero or more")
    about = FigureRef(unit=unit, period=str(period), item=item.number, target=item.targets[number - 1].text)
    ruling = FigureRuling(
        value=None if settled.no_figure else value,
        basis=basis,
        seen=seen_of(proposals),
        reason=settled.reason,
        author=settled.author,
    )
    return about, ruling


def _target(here: Situation, settled: Settled) -> int:
    assert settled.item is not None
    targets = here.campaign.item(settled.item).targets
    if not targets:
        raise WrongUsage(f"the notice sets no target for item {settled.item}")
    if settled.target is None and len(targets) == 1:
        return 1
    if settled.target is None or not 1 <= settled.target <= len(targets):
        known = "; ".join(f"{number} {target.text}" for number, target in enumerate(targets, 1))
        raise WrongUsage(f"item {settled.item}: choose a target by --target: {known}")
    return settled.target
