"""Charts as SVG for web pages: pure, without script, readable aloud by their title and description.

How they look is said by ``svg.chart`` in ``console.css``; no colour tells anything alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from reminder_service.domain.charts import DayCount, OnTime, Reached
from reminder_service.domain.progress import number_words

from .texts import safe_text, width_of

_WIDTH = 440  # narrow enough for a telephone
_LABEL, _VALUE = 178, 96
_ROW, _BAR = 26, 14
_LINE_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = 220, 24, 34, 40, 16
_LABEL_ROOM = 26  # half-width characters
_COLUMNS_WIDTH, _COLUMNS_HEIGHT, _EDGE, _FOOT, _HEAD = 360, 150, 8, 22, 26
_WIDEST_COLUMN = 44


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A bar: its name, how full it is (0..1, more is cut; None is unknown), what is said beside it.

    ``sure`` is False for what nobody has confirmed: it has a broken outline and its words say so.
    """

    label: str
    part: float | None
    words: str
    sure: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its word below, its value (None: nothing is known), and whether the value is confirmed."""

    word: str
    value: Decimal | None
    confirmed: bool


def completion_svg(
    title: str, counts: Sequence[DayCount], total: int, due: str = "", width: int = _COLUMNS_WIDTH
) -> str:
    """Return how many units had everything in, day by day.

    :param due: the due date as it stands in the chart (``2024-06-28``), if it lies within.
    :param width: of the drawing, whose letters stay as large: less for a narrow place.
    """
    said = "；".join(f"{one.day.month}月{one.day.day}日{one.complete}家" for one in _turns(counts))
    span, top = max(len(counts) - 1, 1), max(total, 1)

    def x(index: int) -> float:
        return _LEFT + index * (width - _LEFT - _RIGHT) / span

    def y(count: float) -> float:
        return _TOP + (_LINE_HEIGHT - _TOP - _BOTTOM) * (1 - count / top)

    parts = []
    for count in dict.fromkeys((0, total // 2, total)):
        parts.append(_rule(_LEFT, y(count), width - _RIGHT, y(count), "grid"))
        parts.append(_text(_LEFT - 6, y(count) + 4, str(count), "end"))
    parts += _days(counts, x)
    for index, one in enumerate(counts):
        if due and one.day.isoformat() == due:
            parts.append(_rule(x(index), _TOP, x(index), y(0), "aim"))
            anchor = "end" if index > len(counts) // 2 else "start"
            parts.append(_text(x(index) + (-6 if anchor == "end" else 6), _TOP + 12, "截止日", anchor, "aim"))
    steps = [f"{x(index):.1f},{y(one.complete):.1f}" for index, one in enumerate(counts)]
    if steps:
        last = counts[-1].complete
        parts.append(f'<polyline class="way" points="{" ".join(steps)}"/>')
        parts.append(f'<circle class="way" cx="{x(len(counts) - 1):.1f}" cy="{y(last):.1f}" r="3.5"/>')
        anchor = "start" if len(counts) == 1 else "end"
        parts.append(_text(x(len(counts) - 1), y(last) - 8, f"{last}家", anchor, "value"))
    return _svg(title, said or "尚无单位报齐", width, _LINE_HEIGHT, parts)


def _days(counts: Sequence[DayCount], x: Callable[[int], float]) -> Iterator[str]:
    """Name the first day, the last, and one in the middle."""
    last = len(counts) - 1
    for index in dict.fromkeys((0, last // 2, last)) if counts else ():
        day = counts[index].day
        anchor = "start" if index == 0 else "end" if index == last else "middle"
        yield _text(x(index), _LINE_HEIGHT - 10, f"{day.month}月{day.day}日", anchor)


def columns_svg(title: str, columns: Sequence[Column], aim: Decimal, measure: str) -> str:
    """Return values over time against a target, a dashed line.

    What is not confirmed has a broken outline and a question mark.

    :param measure: stands behind each number.
    """
    top = max([aim, *(one.value for one in columns if one.value is not None)], default=Decimal(0)) or Decimal(
        1
    )
    room, foot = _COLUMNS_HEIGHT - _HEAD - _FOOT, _COLUMNS_HEIGHT - _FOOT
    line, right = foot - float(aim / top) * room, _COLUMNS_WIDTH - _EDGE
    parts = [
        _rule(_EDGE, foot, right, foot, "axis"),
        *_drawn(columns, float(top), room),
        _rule(_EDGE, line, right, line, "aim"),
        _text(right, line - 4, f"目标{number_words(aim)}{measure}", "end", "aim"),
    ]
    told = [
        f"{one.word}{number_words(one.value)}{measure}{'' if one.confirmed else '（待确认）'}"
        if one.value is not None
        else f"{one.word}无数字"
        for one in columns
    ]
    said = f"目标{number_words(aim)}{measure}；{'，'.join(told)}。"
    return _svg(title, said, _COLUMNS_WIDTH, _COLUMNS_HEIGHT, parts)


def _drawn(columns: Sequence[Column], top: float, room: int) -> Iterator[str]:
    step = (_COLUMNS_WIDTH - 2 * _EDGE) / max(len(columns), 1)
    width = min(step * 0.6, _WIDEST_COLUMN)
    for place, one in enumerate(columns):
        middle = _EDGE + step * (place + 0.5)
        if len(columns) <= 12 or place % (len(columns) // 6) == 0:
            yield _text(middle, _COLUMNS_HEIGHT - 7, one.word, "middle")
        if one.value is None:
            continue
        height = max(float(one.value) / top * room, 1.0)
        y = _COLUMNS_HEIGHT - _FOOT - height
        yield _rect(middle - width / 2, y, width, height, "sure" if one.confirmed else "open")
        yield _text(
            middle, y - 4, f"{number_words(one.value)}{'' if one.confirmed else '?'}", "middle", "value"
        )


def on_time_svg(title: str, units: Sequence[OnTime]) -> str:
    """Return each unit's punctuality as bars."""
    return bars_svg(
        title,
        [Bar(label=one.unit, part=one.rate, words=f"{one.on_time}/{one.periods}期按时") for one in units],
    )


def reached_svg(title: str, targets: Sequence[Reached]) -> str:
    """Return how far the targets are reached as bars; what is not confirmed is marked."""
    return bars_svg(
        title,
        [
            Bar(
                label=f"{one.target}（{one.unit}）" if one.unit else one.target,
                part=one.rate,
                words=("未见数字" if one.rate is None else f"{one.rate * 100:.1f}%")
                + ("" if one.confirmed or one.rate is None else " 待确认"),
                sure=one.confirmed,
            )
            for one in targets
        ],
    )


def bars_svg(title: str, bars: Sequence[Bar]) -> str:
    """Return named bars, one below the other."""
    room = _WIDTH - _LABEL - _VALUE
    parts = []
    for index, bar in enumerate(bars):
        top = 8 + index * _ROW
        parts.append(_text(_LABEL - 8, top + 12, _short(bar.label), "end"))
        parts.append(_rect(_LABEL, top, room, _BAR, "whole"))
        if bar.part:
            width = room * min(max(bar.part, 0.0), 1.0)
            parts.append(_rect(_LABEL, top, width, _BAR, "sure" if bar.sure else "open"))
        parts.append(_text(_LABEL + room + 8, top + 12, bar.words, "start"))
    said = "；".join(f"{bar.label}：{bar.words}" for bar in bars)
    return _svg(title, said or "尚无数据", _WIDTH, 16 + _ROW * max(len(bars), 1), parts)


def _svg(title: str, said: str, width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}">'
        f"<title>{_escaped(title)}</title><desc>{_escaped(said)}</desc>{''.join(parts)}</svg>"
    )


def _turns(counts: Sequence[DayCount]) -> list[DayCount]:
    """Return the days on which the count changed."""
    before = [-1, *(one.complete for one in counts)]
    return [one for one, last in zip(counts, before, strict=False) if one.complete != last]


def _text(x: float, y: float, words: str, anchor: str, look: str = "word") -> str:
    return f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_escaped(words)}</text>'


def _rule(x0: float, y0: float, x1: float, y1: float, look: str) -> str:
    return f'<line class="{look}" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


def _rect(x: float, y: float, width: float, height: float, look: str) -> str:
    return f'<rect class="{look}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _short(label: str) -> str:
    """Cut a name that would run out of its place; the description has it whole."""
    if width_of(label) <= _LABEL_ROOM:
        return label
    shown = ""
    for letter in label:
        if width_of(shown + letter) > _LABEL_ROOM - 2:
            break
        shown += letter
    return f"{shown}…"


def _escaped(text: str) -> str:
    return escape(safe_text(text), {'"': "&quot;"})
