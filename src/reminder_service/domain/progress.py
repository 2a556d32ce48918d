"""How far the targets of a notice are reached: what units reported, what the clerk confirmed, never added across units."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from .campaign import Campaign, Item, Target
from .figure_match import in_measure, target_of
from .figures import Basis, Figure, figures_in
from .periods import Period
from .state import DutyState, Finding, PeriodState, Source, WaitsFor
from .wording import quoted


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRef:
    """What a decision about a figure is about; ``target`` is the target's text."""

    unit: str
    period: str
    item: int
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRuling:
    """What the clerk said of a figure; ``value`` is None where no figure of the text counts for the target.

    ``seen`` stands for the words that she had before her: when the unit reports other words, she is asked again.
    """

    value: Decimal | None
    basis: Basis
    seen: str
    reason: str = ""
    author: str = ""


Rulings = Mapping[FigureRef, FigureRuling]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFigure:
    """What one unit reported in one period for one target.

    ``value`` is None where the words give no exact number or several; ``parts`` are the numbers found.
    ``confirmed`` says that the clerk settled it, ``stale`` that the unit's words changed after she did.
    """

    unit: str
    period: Period
    value: Decimal | None
    basis: Basis
    quotes: tuple[str, ...] = ()
    parts: tuple[Decimal, ...] = ()
    source: Source | None = None
    seen: str = ""
    confirmed: bool = False
    stale: bool = False
    reason: str = ""
    author: str = ""


class How(StrEnum):
    """How a unit's figure for the year came about."""

    CUMULATIVE = "cumulative"
    PERIOD = "period"
    SUMMED = "summed"
    RATE = "rate"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitProgress:
    """How far one unit is with one target: its figures, oldest first, and what is done, or None if that is unclear."""

    unit: str
    figures: tuple[UnitFigure, ...]
    done: Decimal | None
    how: How | None
    confirmed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetProgress:
    """How far a target is reached; ``number`` counts an item's targets from 1."""

    item: int
    number: int
    target: Target
    units: tuple[UnitProgress, ...]

    @property
    def joint(self) -> bool:
        """Whether several units reported: their figures stand side by side and are not added up."""
        return sum(bool(unit.figures) for unit in self.units) > 1

    @property
    def done(self) -> Decimal | None:
        """What is done, where one unit alone reported it."""
        told = [unit for unit in self.units if unit.figures]
        return told[0].done if len(told) == 1 else None

    @property
    def confirmed(self) -> bool:
        """Whether the clerk has settled every figure that is shown."""
        told = [unit for unit in self.units if unit.figures]
        return bool(told) and all(unit.confirmed for unit in told)

    def rate(self, done: Decimal | None) -> Decimal | None:
        """Return ``done`` as a part of the target (1 is reached), or None."""
        return done / self.target.value if done is not None and self.target.value else None


def progress(
    campaign: Campaign, states: Sequence[PeriodState], rulings: Rulings
) -> tuple[TargetProgress, ...]:
    """Return how far every target is reached after these periods.

    :param states: the periods of one year, oldest first.
    :param rulings: what the clerk confirmed or corrected.
    """
    return tuple(
        TargetProgress(
            item=item.number,
            number=number,
            target=target,
            units=tuple(_unit(unit, item, number - 1, states, rulings) for unit in item.units),
        )
        for item in campaign.items
        for number, target in enumerate(item.targets, 1)
    )


def reported_figures(
    duty: DutyState, item: Item, period: Period, rulings: Rulings
) -> tuple[tuple[UnitFigure, ...], ...]:
    """Return, for each target of the item, what a duty's text says and what the clerk made of it."""
    found: list[list[Figure]] = [[] for _ in item.targets]
    for figure in figures_in(duty.measures or "", period) if item.targets else ():
        if (index := target_of(figure, item)) is not None:
            found[index].append(figure)
    return tuple(
        _ruled(_proposals(duty, period, target, figures), duty, period, target, rulings)
        for target, figures in zip(item.targets, found, strict=True)
    )


def with_fallen_figures(
    campaign: Campaign, before: Iterable[PeriodState], now: PeriodState, rulings: Rulings
) -> PeriodState:
    """Return the state with a finding for each cumulative figure that is lower than the one reported last.

    :param before: earlier periods of the same year, the latest first; they are looked at only as far as needed.
    """
    earlier = _Remembered(before)
    found: dict[str, list[Finding]] = {}
    for item in campaign.items:
        for unit in item.units if item.targets else ():
            for index, figure in enumerate(_cumulative(now, unit, item, rulings)):
                last = _last(earlier, unit, item, index, rulings) if figure else None
                if figure and last and _value(figure) < _value(last):
                    found.setdefault(unit, []).append(_fell(item, item.targets[index], figure, last))
    if not found:
        return now
    return replace(
        now,
        units=tuple(
            replace(one, findings=(*one.findings, *found[one.unit])) if one.unit in found else one
            for one in now.units
        ),
    )


class _Remembered:
    """States that cost work, each asked for once and only when it is needed."""

    def __init__(self, states: Iterable[PeriodState]) -> None:
        self._coming = iter(states)
        self._seen: list[PeriodState] = []

    def __iter__(self) -> Iterator[PeriodState]:
        yield from self._seen
        for state in self._coming:
            self._seen.append(state)
            yield state


def number_words(value: Decimal) -> str:
    """Write a number without needless zeros: ``46.2``, ``1200``."""
    return f"{value.normalize():f}"


def _unit(unit: str, item: Item, index: int, states: Sequence[PeriodState], rulings: Rulings) -> UnitProgress:
    figures = tuple(
        figure
        for state in states
        for duty in _duties(state, unit, item.number)
        for figure in reported_figures(duty, item, state.period, rulings)[index]
    )
    counted = _counted(figures, rate=item.targets[index].measure in {"%", "‰"})
    done, how = _sum(counted, rate=item.targets[index].measure in {"%", "‰"})
    return UnitProgress(
        unit=unit,
        figures=figures,
        done=done,
        how=how,
        confirmed=bool(counted or figures) and all(one.confirmed for one in counted or figures),
    )


def _counted(figures: Sequence[UnitFigure], *, rate: bool) -> tuple[UnitFigure, ...]:
    """Return the figures that what is done rests on: the newest cumulative one and those of later periods."""
    standing = [one for one in figures if one.value is not None or not one.confirmed]
    if rate:
        return tuple(standing[-1:])
    last = max((at for at, one in enumerate(standing) if one.basis is Basis.CUMULATIVE), default=None)
    if last is None:
        return tuple(standing)
    later = (one for one in standing[last + 1 :] if one.period != standing[last].period)
    return (standing[last], *later)


def _sum(counted: Sequence[UnitFigure], *, rate: bool) -> tuple[Decimal | None, How | None]:
    values = [one.value for one in counted if one.value is not None]
    if not values or len(values) < len(counted):
        return None, None
    if rate:
        return values[-1], How.RATE
    if len(values) > 1:
        return sum(values, Decimal(0)), How.SUMMED
    return values[0], How.CUMULATIVE if counted[0].basis is Basis.CUMULATIVE else How.PERIOD


def _proposals(
    duty: DutyState, period: Period, target: Target, figures: Sequence[Figure]
) -> tuple[UnitFigure, ...]:
    """Return at most two proposals: what the period brought, then what there is in all."""
    groups = (
        [one for one in figures if one.basis is not Basis.CUMULATIVE],
        [one for one in figures if one.basis is Basis.CUMULATIVE],
    )
    return tuple(_proposal(duty, period, target, group) for group in groups if group)


def _proposal(duty: DutyState, period: Period, target: Target, figures: Sequence[Figure]) -> UnitFigure:
    exact = [
        one.value * (in_measure(one.measure, target) or Decimal(1))
        for one in figures
        if one.value is not None
    ]
    parts = tuple(exact)
    clear = len(exact) == len(figures) and len(set(exact)) == 1
    quotes = tuple(dict.fromkeys(one.quote for one in figures))
    return UnitFigure(
        unit=duty.unit,
        period=period,
        value=exact[0] if clear else None,
        basis=figures[0].basis,
        quotes=quotes,
        parts=parts,
        source=duty.source,
        seen=seen_words(quotes),
    )


def seen_words(quotes: Iterable[str]) -> str:
    """Return what stands for the words that a figure was found in."""
    told = "\n".join(quotes)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16] if told else ""


def seen_of(proposals: Sequence[UnitFigure]) -> str:
    """Return what stands for the words of all proposals for a target."""
    return seen_words(quote for one in proposals for quote in one.quotes)


def _ruled(
    proposals: tuple[UnitFigure, ...], duty: DutyState, period: Period, target: Target, rulings: Rulings
) -> tuple[UnitFigure, ...]:
    about = FigureRef(unit=duty.unit, period=str(period), item=duty.item, target=target.text)
    ruling = rulings.get(about)
    if ruling is None:
        return proposals
    stale = ruling.seen != seen_of(proposals)
    return (
        UnitFigure(
            unit=duty.unit,
            period=period,
            value=ruling.value,
            basis=ruling.basis,
            quotes=tuple(dict.fromkeys(quote for one in proposals for quote in one.quotes)),
            parts=tuple(part for one in proposals for part in one.parts),
            source=duty.source,
            seen=ruling.seen,
            confirmed=not stale,
            stale=stale,
            reason=ruling.reason,
            author=ruling.author,
        ),
    )


def _duties(state: PeriodState, unit: str, item: int) -> list[DutyState]:
    found = next((one for one in state.units if one.unit == unit), None)
    return [duty for duty in found.duties if duty.item == item] if found else []


def _cumulative(state: PeriodState, unit: str, item: Item, rulings: Rulings) -> list[UnitFigure | None]:
    found: list[UnitFigure | None] = [None] * len(item.targets)
    for duty in _duties(state, unit, item.number):
        for index, figures in enumerate(reported_figures(duty, item, state.period, rulings)):
            for figure in figures:
                if figure.basis is Basis.CUMULATIVE and figure.value is not None:
                    found[index] = figure
    return found


def _last(
    states: Iterable[PeriodState], unit: str, item: Item, index: int, rulings: Rulings
) -> UnitFigure | None:
    return next(
        (found for state in states if (found := _cumulative(state, unit, item, rulings)[index])), None
    )


def _fell(item: Item, target: Target, figure: UnitFigure, last: UnitFigure) -> Finding:
    now, then = number_words(_value(figure)), number_words(_value(last))
    return Finding(
        code="figure_fell",
        waits_for=WaitsFor.NOBODY,
        detail=f"{quoted(target.text)}累计数本期为{now}{target.measure}，低于{last.period.title}的{then}{target.measure}",
        document=figure.source.document if figure.source else None,
        filename=figure.source.filename if figure.source else None,
        item=item.number,
    )


def _value(figure: UnitFigure) -> Decimal:
    assert figure.value is not None
    return figure.value
