"""The characters of a PDF page as lines, and the lines of a cell as the text that was typed."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from .texts import clean

Char = dict[str, Any]

_GAP = 0.3
"""A gap wider than this share of the character size is a space."""

_WIDE_GAP = 2.0
"""A gap wider than so many characters parts two fields on one line: two spaces."""

_UNKNOWN_SHARE = 0.15
"""A symbol font for bullets leaves a few letters unknown on an honest page."""

_QUOTES = "“”‘’"
"""Programs that take them for Latin marks break on neither side of them."""

_AUTO_SPACE = 0.25
_PADDING = 11.0
"""Room left and right of the text in a cell, in points; Word's default is 10.8."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextLine:
    """A line of characters from left to right, as printed."""

    chars: tuple[Char, ...]

    @property
    def x0(self) -> float:
        """Left edge of the first character that shows."""
        return min(float(char["x0"]) for char in self._inked)

    @property
    def x1(self) -> float:
        """Right edge of the last character that shows."""
        return max(float(char["x1"]) for char in self._inked)

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(float(char["top"]) for char in self.chars)

    @property
    def text(self) -> str:
        """The text, with spaces where the gaps are wide."""
        pieces: list[str] = []
        end: float | None = None
        for char in self.chars:
            gap = float(char["x0"]) - end if end is not None else 0.0
            if gap > _GAP * char["size"] and not (pieces and pieces[-1].endswith(" ")):
                pieces.append("  " if gap > _WIDE_GAP * char["size"] else " ")
            pieces.append(char["text"])
            end = float(char["x1"])
        return clean("".join(pieces)).strip()

    @property
    def _inked(self) -> Sequence[Char]:
        return [char for char in self.chars if char["text"].strip()] or self.chars


def no_text_in(chars: Sequence[Char]) -> bool:
    """Whether a page's fonts do not say which letters they draw (no ToUnicode): it is drawn, and no text to take.

    Some letters of such a page may still be known: those of other fonts, or digits of the standard encodings.
    """
    shown = [char["text"] for char in chars if char["text"].strip()]
    return len(shown) > 0 and sum(map(_is_unknown, shown)) > _UNKNOWN_SHARE * len(shown)


def _is_unknown(text: str) -> bool:
    return text.startswith("(cid:") or unicodedata.category(text[0]) in ("Co", "Cc", "Cn") or text == "\ufffd"


def lines_of(chars: Iterable[Char]) -> list[TextLine]:
    """Return the characters as lines from top to bottom; lines without ink are left out."""
    ordered = sorted(chars, key=lambda char: (char["top"] + char["bottom"]) / 2)
    if not ordered:
        return []
    # Fonts of one line differ in their upper edges: the middles are compared, within half a character.
    slack = 0.45 * median(char["size"] for char in ordered)
    lines: list[list[Char]] = []
    middle = float("-inf")
    for char in ordered:
        here = (char["top"] + char["bottom"]) / 2
        if here - middle > slack:
            lines.append([])
            middle = here
        lines[-1].append(char)
    found = (TextLine(chars=tuple(sorted(line, key=lambda char: char["x0"]))) for line in lines)
    return [line for line in found if line.text]


def cell_text(chars: Iterable[Char], width: float) -> str:
    """Return the text of a cell with its typed line breaks; those that only wrapped at the edge are closed.

    :param width: width of the cell in points.
    """
    lines = lines_of(chars)
    if not lines:
        return ""
    room = max(width - _PADDING, max(line.x1 - line.x0 for line in lines))
    pieces = [lines[0].text]
    for line, following in zip(lines, lines[1:], strict=False):
        if line.x1 - line.x0 + _gap(line, following) + _unbreakable(following) > room:
            pieces.append(_seam(pieces[-1], following.text))
        else:
            pieces.append("\n")
        pieces.append(following.text)
    return "".join(pieces).strip()


def _unbreakable(line: TextLine) -> float:
    """Return the width of what stays together at the beginning of a line: a word, a figure, 字 with its 。."""
    chars = [char for char in line.chars if char["text"].strip()]
    count = 1
    while count < len(chars) and _clings(chars[count - 1]["text"], chars[count]["text"]):
        count += 1
    return float(chars[count - 1]["x1"] - chars[0]["x0"])


def _gap(line: TextLine, following: TextLine) -> float:
    """Return the room that Word leaves between a figure and Chinese text."""
    before, after = line.text[-1], following.text[0]
    return _AUTO_SPACE * float(line.chars[-1]["size"]) if _is_latin(before) != _is_latin(after) else 0.0


def _clings(before: str, after: str) -> bool:
    if before[-1] in _QUOTES or after[0] in _QUOTES:
        return True
    if _is_latin(before[-1]) and _is_latin(after[0]):
        return True
    return unicodedata.category(after[0]) in ("Pe", "Pf", "Po") or unicodedata.category(before[-1]) in (
        "Ps",
        "Pi",
    )


def _is_latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ".%,-")


def _seam(before: str, after: str) -> str:
    """Two Latin words keep their space; a figure and Chinese text have none."""
    return (
        " "
        if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
        else ""
    )
