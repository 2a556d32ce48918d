"""Outside text made fit for an office file, and how much room text takes on paper."""

import re
import unicodedata
from datetime import datetime, tzinfo

CUT = "…（内容过长，已截断）"

_TOKEN = re.compile(r"[!-~]+|[\s\S]")
# XML forbids these; the marks that turn the reading direction hide what a name really says.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def safe_text(text: str, longest: int | None = None) -> str:
    """Return outside text that every office program can open.

    Kinds of line breaks become ``\\n``; characters that XML forbids, lone surrogates and marks that turn the
    reading direction become a visible ``�``.

    :param longest: what is longer is cut and ends with a mark that says so.
    """
    shown = _FORBIDDEN.sub("\ufffd", _BREAK.sub("\n", text))
    return shown if longest is None or len(shown) <= longest else shown[: max(0, longest - len(CUT))] + CUT


def moment_words(moment: datetime, zone: tzinfo | None) -> str:
    """Say a moment in office time: ``2024-06-28 15:04``."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def width_of(text: str) -> int:
    """Return how wide a line is in half-width characters: a Chinese character takes two."""
    return sum(map(_width, text))


def lines_of(text: str, room: int) -> int:
    """Return how many lines the text takes in a column.

    :param room: the column's width in half-width characters.
    """
    return sum(_lines(line, max(room, 2)) for line in text.split("\n"))


def _lines(line: str, room: int) -> int:
    count, used = 1, 0
    for token in _TOKEN.findall(line):
        width = width_of(token)
        if used + width <= room:
            used += width
            continue
        if width > room:  # a word longer than the line is broken inside
            count += (used + width - 1) // room
            used = (used + width - 1) % room + 1
        else:
            count, used = count + 1, width
    return count


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    # Ambiguous ones (“ ” …) are full-width in Chinese fonts.
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1
