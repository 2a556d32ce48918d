"""Numbers and dates as Excel shows them: 0.85 under ``0%`` is 85%."""

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

# The built-in formats of a Chinese Excel that change what is seen; the rest shows as General does.
BUILT_IN: Mapping[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    14: "yyyy/m/d", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_LONGEST = 200
_MOST_DECIMALS = 15
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]|(?P<bracket>\[[^\]]*\])'
    r"|[_*].|(?P<am>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+|a{3,4})|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR = re.compile(r"\[(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
_DIGITS = re.compile(r"[#0?,]+(?:\.[#0?]*)?|\.[#0?]+")
_WEEKDAYS = "一二三四五六日"

Piece = tuple[str, str]


def shown_number(value: float, code: str) -> str | None:
    """Return a number under a format code, or None where the code is none that we know to follow."""
    sections = _sections(code)
    negative = value < 0 and len(sections) > 1
    section = sections[1] if negative else sections[2] if not value and len(sections) > 2 else sections[0]
    pieces = list(_pieces(section))
    if any(kind in ("date", "am", "bracket") for kind, _ in pieces):
        return None
    marks = "".join(text if kind == "other" else "\x00" for kind, text in pieces)
    found = _DIGITS.findall(marks)
    if len(found) != 1 or re.search(r"[/eE@]", marks) or "general" in marks.lower():
        return None
    number = _figure(abs(value) if negative else value, found[0], marks.count("%"))
    return None if number is None else _placed(pieces, number)


def shown_date(value: datetime.datetime, code: str) -> str | None:
    """Return a time under a format code, or None where the code is none that we know to follow."""
    pieces = list(_pieces(_sections(code)[0]))
    kinds = {kind for kind, _ in pieces}
    if "bracket" in kinds or not kinds & {"date"} or "mmm" in code.lower() or "ddd" in code.lower():
        return None
    half = "am" in kinds
    times = [text.lower()[0] for kind, text in pieces if kind == "date"]
    shown: list[str] = []
    place = 0
    for kind, text in pieces:
        if kind == "date":
            minute = "h" in times[max(0, place - 1) : place] or "s" in times[place + 1 : place + 2]
            shown.append(_part(value, text.lower(), minute=minute, half=half))
            place += 1
        elif kind == "am":
            shown.append("上午" if value.hour < 12 else "下午")
        else:
            shown.append(text)
    return "".join(shown).strip()


def _sections(code: str) -> list[str]:
    parts = re.findall(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[]|["\\\[])+|(?<=;)(?=;)', code[:_LONGEST])
    return parts or [""]


def _pieces(section: str) -> Iterator[Piece]:
    for match in _PIECE.finditer(section):
        kind = match.lastgroup
        if kind == "bracket" and _COLOUR.fullmatch(match[0]):
            continue
        if kind in ("quoted", "escaped", "money"):
            yield "literal", match[kind]
        elif kind:
            yield kind, match[kind]


def _figure(value: float, digits: str, percents: int) -> str | None:
    whole, _, fraction = digits.partition(".")
    if len(fraction) > _MOST_DECIMALS or not abs(value) < 1e15:
        return None
    # A comma after the last digit divides by a thousand; one between digits groups them.
    thousands = len(whole) - len(whole.rstrip(","))
    number = Decimal(f"{value:.15g}").scaleb(2 * percents - 3 * thousands)
    number = number.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    sign = "-" if number < 0 else ""
    integer, _, decimals = f"{abs(number):f}".partition(".")
    kept = fraction.count("0")
    while len(decimals) > kept and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.zfill(whole.count("0"))
    if "," in whole.rstrip(","):
        integer = f"{int(integer):,}"
    return f"{sign}{integer}.{decimals}" if decimals else sign + integer


def _placed(pieces: list[Piece], number: str) -> str:
    shown: list[str] = []
    done = False
    for kind, text in pieces:
        if kind == "other" and text in "#0?,.":
            shown.append("" if done else number)
            done = True
        else:
            shown.append(text)
    return "".join(shown).strip()


def _part(value: datetime.datetime, token: str, *, minute: bool, half: bool) -> str:
    letter, long = token[0], len(token) > 1
    if letter == "y":
        return f"{value.year}" if len(token) > 2 else f"{value.year % 100:02}"
    if letter == "a":
        return f"{'星期' if len(token) > 3 else ''}{_WEEKDAYS[value.weekday()]}"
    hour = (value.hour + 11) % 12 + 1 if half else value.hour
    part = {"m": value.minute if minute else value.month, "d": value.day, "h": hour, "s": value.second}[
        letter
    ]
    return f"{part:02}" if long else f"{part}"
