"""指标 as a page shows them: each target with its units' figures over the year's periods, and what was settled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...domain.decisions import DecisionKind
from ...domain.figures import Basis
from ...domain.periods import Period
from ...domain.progress import TargetProgress, UnitFigure, UnitProgress, number_words, progress
from ...store import Store
from ..state.situation import Situation

BASIS_WORDS = {Basis.CUMULATIVE: "累计数", Basis.PERIOD: "当期数", Basis.UNSAID: "未说明口径"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What was done of a target after a period; ``value`` is None where that is unclear or nothing came."""

    period: Period
    value: Decimal | None
    confirmed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureLine:
    """One figure with the words that it was found in; ``decision`` takes what was settled about it back."""

    figure: UnitFigure
    basis: str
    value: str
    decision: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitLine:
    """One unit's way towards a target."""

    unit: str
    code: str
    done: str
    rate: str
    confirmed: bool
    reached: tuple[Reached, ...]
    figures: tuple[FigureLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetLine:
    """One target; ``aim`` is it in words: 不少于20场次."""

    item: int
    number: int
    name: str
    text: str
    aim: str
    value: Decimal
    measure: str
    quote: str
    joint: bool
    units: tuple[UnitLine, ...]

    @property
    def open(self) -> bool:
        """Whether a figure waits to be confirmed."""
        return any(line.figures and not line.confirmed for line in self.units)


def target_lines(store: Store, here: Situation, period: Period) -> tuple[TargetLine, ...]:
    """Return every target with what was reported up to a period of its year."""
    periods = here.campaign.periods_of_year(period)
    states = [here.state(one) for one in periods]
    # What was known after each period, so that the way there can be drawn.
    after = [progress(here.campaign, states[: n + 1], here.decisions.figures) for n in range(len(states))]
    settled = _settled(store, here)
    return tuple(
        _target(here, one, periods, [found[index] for found in after], settled)
        for index, one in enumerate(after[-1])
    )


def _target(
    here: Situation,
    one: TargetProgress,
    periods: Sequence[Period],
    after: Sequence[TargetProgress],
    settled: Mapping[tuple[str, str, int, str], int],
) -> TargetLine:
    target = one.target
    sign = "不少于" if target.comparator == ">=" else ""
    return TargetLine(
        item=one.item,
        number=one.number,
        name=here.campaign.item(one.item).name,
        text=target.text,
        aim=f"{sign}{number_words(target.value)}{target.measure}",
        value=target.value,
        measure=target.measure,
        quote=target.quote,
        joint=one.joint,
        units=tuple(
            UnitLine(
                unit=unit.unit,
                code=here.campaign.unit(unit.unit).code,
                done=f"{number_words(unit.done)}{target.measure}" if unit.done is not None else "",
                rate=_percent(one.rate(unit.done)),
                confirmed=unit.confirmed,
                reached=tuple(_reached(place, periods, after)),
                figures=tuple(_figures(one, unit, settled)),
            )
            for place, unit in enumerate(one.units)
        ),
    )


def _reached(place: int, periods: Sequence[Period], after: Sequence[TargetProgress]) -> Iterator[Reached]:
    for period, found in zip(periods, after, strict=True):
        unit = found.units[place]
        told = any(figure.period == period for figure in unit.figures)
        yield Reached(
            period=period, value=unit.done if told else None, confirmed=unit.confirmed if told else False
        )


def _figures(
    one: TargetProgress, unit: UnitProgress, settled: Mapping[tuple[str, str, int, str], int]
) -> Iterator[FigureLine]:
    for figure in unit.figures:
        about = (unit.unit, str(figure.period), one.item, one.target.text)
        yield FigureLine(
            figure=figure,
            basis=BASIS_WORDS[figure.basis],
            value=number_words(figure.value) if figure.value is not None else "",
            decision=settled.get(about),
        )


def _settled(store: Store, here: Situation) -> dict[tuple[str, str, int, str], int]:
    """Return the number of the decision in force about each figure."""
    return {
        (here.campaign.current_unit(one.unit), one.period, one.item, one.payload["target"]): one.id
        for one in store.decisions.active(here.campaign.id)
        if one.kind == DecisionKind.FIGURE and one.unit and one.item is not None
    }


def _percent(rate: Decimal | None) -> str:
    return f"{rate * 100:.1f}%" if rate is not None else ""
