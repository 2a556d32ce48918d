"""Charts as SVG that the server draws: each says in words what it shows, and no colour tells anything alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from ..domain.progress import number_words

_WIDTH, _HEIGHT = 360, 150
_LEFT, _RIGHT, _TOP, _FOOT = 8, 8, 26, 22
_WIDEST_BAR = 44


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar: its word below, its value (None: nothing is known), and whether the value is confirmed."""

    word: str
    value: Decimal | None
    confirmed: bool


def bars(title: str, bars: Sequence[Bar], aim: Decimal, measure: str) -> Markup:
    """Draw values over time against a target, a dashed line; what is not confirmed has a broken outline and a question mark.

    :param measure: stands behind each number.
    """
    top = max([aim, *(bar.value for bar in bars if bar.value is not None)], default=Decimal(0)) or Decimal(1)
    room = _HEIGHT - _TOP - _FOOT
    line = _HEIGHT - _FOOT - float(aim / top) * room
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title><desc>{escape(_words(bars, aim, measure))}</desc>",
        f'<line class="axis" x1="{_LEFT}" y1="{_HEIGHT - _FOOT}" x2="{_WIDTH - _RIGHT}" y2="{_HEIGHT - _FOOT}"/>',
        *_drawn(bars, float(top), room),
        f'<line class="aim" x1="{_LEFT}" y1="{line:.1f}" x2="{_WIDTH - _RIGHT}" y2="{line:.1f}"/>',
        f'<text class="aim" x="{_WIDTH - _RIGHT}" y="{line - 4:.1f}" text-anchor="end">'
        f"目标{escape(number_words(aim))}{escape(measure)}</text>",
        "</svg>",
    ]
    return Markup("".join(parts))


def _drawn(bars: Sequence[Bar], top: float, room: int) -> Iterator[str]:
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    width = min(step * 0.6, _WIDEST_BAR)
    for place, bar in enumerate(bars):
        middle = _LEFT + step * (place + 0.5)
        if len(bars) <= 12 or place % (len(bars) // 6) == 0:
            yield (
                f'<text class="word" x="{middle:.1f}" y="{_HEIGHT - 7}" text-anchor="middle">{escape(bar.word)}</text>'
            )
        if bar.value is None:
            continue
        height = max(float(bar.value) / top * room, 1.0)
        x, y = middle - width / 2, _HEIGHT - _FOOT - height
        kind = "sure" if bar.confirmed else "open"
        yield f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
        mark = "" if bar.confirmed else "?"
        yield (
            f'<text class="value" x="{middle:.1f}" y="{y - 4:.1f}" text-anchor="middle">'
            f"{escape(number_words(bar.value))}{mark}</text>"
        )


def _words(bars: Sequence[Bar], aim: Decimal, measure: str) -> str:
    told = [
        f"{bar.word}{number_words(bar.value)}{measure}{'' if bar.confirmed else '（待确认）'}"
        if bar.value is not None
        else f"{bar.word}无数字"
        for bar in bars
    ]
    return f"目标{number_words(aim)}{measure}；{'，'.join(told)}。"
