"""Charts as SVG text for web pages: pure, without script, readable aloud by their title and description."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reminder_service.domain.charts import DayCount, OnTime, Reached

from .texts import safe_text, width_of

_WIDTH = 640
_LABEL, _VALUE = 210, 96
_ROW, _BAR = 26, 14
_LINE_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = 240, 16, 34, 40, 16
_LABEL_ROOM = 26  # half-width characters
_STYLE = (
    "<style>.t{font:13px sans-serif;fill:currentColor}.s{fill:currentColor;opacity:.12}"
    ".b{fill:#2f6fb7}.w{fill:#c98a1b}.g{stroke:currentColor;opacity:.2}.l{fill:none;stroke:#2f6fb7;stroke-width:2.5}"
    ".d{stroke:#b3261e;stroke-dasharray:4 3}</style>"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A bar: its name, how full it is (0..1, more is cut; None is unknown), what is said beside it.

    ``sure`` is False for what nobody has confirmed: it has another colour and its words say so.
    """

    label: str
    part: float | None
    words: str
    sure: bool = True


def completion_svg(title: str, counts: Sequence[DayCount], total: int, due: str = "") -> str:
    """Return how many units had everything in, day by day.

    :param due: the due date as it stands in the chart (``2024-06-28``), if it lies within.
    """
    said = "；".join(f"{one.day.month}月{one.day.day}日{one.complete}家" for one in _turns(counts))
    inner, height = _LINE_HEIGHT - _TOP - _BOTTOM, _LINE_HEIGHT
    span, top = max(len(counts) - 1, 1), max(total, 1)

    def x(index: int) -> float:
        return _LEFT + index * (_WIDTH - _LEFT - _RIGHT) / span

    def y(count: float) -> float:
        return _TOP + inner * (1 - count / top)

    parts = []
    for count in dict.fromkeys((0, total // 2, total)):
        parts.append(_rule(_LEFT, y(count), _WIDTH - _RIGHT, y(count), "g"))
        parts.append(_text(_LEFT - 6, y(count) + 4, str(count), "end"))
    for index in dict.fromkeys((0, (len(counts) - 1) // 2, len(counts) - 1)) if counts else ():
        day = counts[index].day
        anchor = "start" if index == 0 else "end" if index == len(counts) - 1 else "middle"
        parts.append(_text(x(index), height - 10, f"{day.month}月{day.day}日", anchor))
    for index, one in enumerate(counts):
        if due and one.day.isoformat() == due:
            parts.append(_rule(x(index), _TOP, x(index), y(0), "d"))
            anchor = "end" if index > len(counts) // 2 else "start"
            parts.append(_text(x(index) + (-6 if anchor == "end" else 6), _TOP + 12, "截止日", anchor))
    steps = [f"{x(index):.1f},{y(one.complete):.1f}" for index, one in enumerate(counts)]
    if steps:
        parts.append(f'<polyline class="l" points="{" ".join(steps)}"/>')
    return _svg(title, said or "尚无单位报齐", height, parts)


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
        parts.append(f'<rect class="s" x="{_LABEL}" y="{top}" width="{room}" height="{_BAR}"/>')
        if bar.part:
            width = room * min(max(bar.part, 0.0), 1.0)
            colour = "b" if bar.sure else "w"
            parts.append(
                f'<rect class="{colour}" x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR}"/>'
            )
        parts.append(_text(_LABEL + room + 8, top + 12, bar.words, "start"))
    said = "；".join(f"{bar.label}：{bar.words}" for bar in bars)
    return _svg(title, said or "尚无数据", 16 + _ROW * max(len(bars), 1), parts)


def _svg(title: str, said: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {height}" width="100%">'
        f"<title>{_escaped(title)}</title><desc>{_escaped(said)}</desc>{_STYLE}{''.join(parts)}</svg>"
    )


def _turns(counts: Sequence[DayCount]) -> list[DayCount]:
    """Return the days on which the count changed."""
    before = [-1, *(one.complete for one in counts)]
    return [one for one, last in zip(counts, before, strict=False) if one.complete != last]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="t" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_escaped(words)}</text>'


def _rule(x0: float, y0: float, x1: float, y1: float, look: str) -> str:
    return f'<line class="{look}" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


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
