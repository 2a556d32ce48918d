"""指标进度: a row per numeric target of the notice, what is done, by how much, and the words that say so."""

from collections.abc import Iterator, Sequence
from typing import Any

from reminder_service.domain.figures import Basis
from reminder_service.domain.progress import (
    How,
    TargetProgress,
    UnitFigure,
    UnitProgress,
    number_words,
)
from reminder_service.domain.wording import quoted

from .workbook_bars import add_bars
from .workbook_lists import Heading, Line, Ratio, write_list
from .workbook_words import place_words, target_words

_HEADINGS = (
    Heading(text="序号", width=6, centred=True),
    Heading(text="指标", width=34),
    Heading(text="目标", width=12, centred=True),
    Heading(text="已完成", width=33),
    Heading(text="完成率", width=22, centred=True),
    Heading(text="依据", width=64),
)
_BAR = "FFBDD7EE"  # so light that the figure over it is read
_BASIS_WORDS = {Basis.CUMULATIVE: "累计", Basis.PERIOD: "本期", Basis.UNSAID: "未注明累计，按本期计"}
_HOW_WORDS = {How.CUMULATIVE: "累计", How.SUMMED: "各期相加", How.PERIOD: "", How.RATE: "", None: ""}


def write_targets(sheet: Any, targets: Sequence[TargetProgress]) -> None:
    """Write 指标进度; what the clerk has not settled is marked 待确认, several units' figures are not added up."""
    lines = [_line(target) for target in targets]
    write_list(sheet, _HEADINGS, lines, None)
    if lines:
        add_bars(sheet, f"E2:E{len(lines) + 1}", _BAR)


def done_words(target: TargetProgress) -> str:
    """Say what is done for a target, each unit by its name where several reported; empty where nobody did."""
    return "\n".join(_done_lines(target, [unit for unit in target.units if unit.figures]))


def _line(target: TargetProgress) -> Line:
    told = [unit for unit in target.units if unit.figures]
    rate = target.rate(target.done)
    return (
        target.item,
        target.target.text,
        target_words(target.target),
        "\n".join(_done_lines(target, told)),
        Ratio(rate) if rate is not None else "\n".join(_rate_lines(target, told)),
        "\n".join(line for unit in told for line in _grounds(target, unit)),
    )


def _done_lines(target: TargetProgress, told: Sequence[UnitProgress]) -> Iterator[str]:
    for unit in told:
        name = f"{unit.unit}：" if target.joint else ""
        yield f"{name}{_done_words(target, unit)}"
    if target.joint:
        yield "（各单位分列，未相加）"


def _done_words(target: TargetProgress, unit: UnitProgress) -> str:
    mark = "" if unit.confirmed else "待确认"
    if unit.done is None:
        parts = [part for figure in unit.figures for part in figure.parts]
        told = "、".join(number_words(part) for part in parts)
        seen = f"分项{told}{target.target.measure}" if len(parts) > 1 else "见原文"
        words, notes = ("无" if unit.confirmed else seen), [mark]
    else:
        words = f"{number_words(unit.done)}{target.target.measure}"
        notes = [_HOW_WORDS[unit.how], mark]
    note = "，".join(filter(None, notes))
    return f"{words}（{note}）" if note else words


def _rate_lines(target: TargetProgress, told: Sequence[UnitProgress]) -> Iterator[str]:
    for unit in told if target.joint else ():
        rate = target.rate(unit.done)
        yield f"{rate * 100:.1f}%" if rate is not None else "—"


def _grounds(target: TargetProgress, unit: UnitProgress) -> Iterator[str]:
    rate = target.target.measure in {"%", "‰"}
    for figure in unit.figures:
        # A rate is how things stand; whether it is cumulative is no question.
        basis = "" if rate and figure.basis is Basis.UNSAID else f"，{_BASIS_WORDS[figure.basis]}"
        yield "".join(
            (
                f"{unit.unit}（{figure.period.title}{basis}）：",
                "；".join(map(quoted, figure.quotes)) or "原文未见数字",
                _settled_words(figure),
                _source_words(figure),
            )
        )


def _settled_words(figure: UnitFigure) -> str:
    if figure.stale:
        return "，认定后来文有变，请重新确认"
    if not figure.confirmed:
        return ""
    reason = f"，{figure.reason}" if figure.reason else ""
    settled = "不计" if figure.value is None else f"为{number_words(figure.value)}"
    return f"，{figure.author or '经办人'}认定{settled}{reason}"


def _source_words(figure: UnitFigure) -> str:
    if figure.source is None:
        return ""
    place = place_words(figure.source).replace("\n", "")
    return f"［{'，'.join(filter(None, (figure.source.filename, place)))}］"
