"""Outside text made fit for an office file, and how much room text takes on paper."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import lru_cache

CUT = "…（内容过长，已截断）"

_MOST_LINES = 1000
# Chinese typesetting: these never begin a line, those never end one; a word or a number stays whole.
_NEVER_FIRST = "，。、；：？！…—·”’）》〉」』】〕］｝％‰℃"
_NEVER_LAST = "“‘（《〈「『【〔［｛"
_CLUSTER = re.compile(rf"[{_NEVER_LAST}]*(?:[!-~]+|[\s\S])[{_NEVER_FIRST}]*")
_SENTENCE_END = re.compile(r"\n|[。；！？][”’）》」』】]*")
# XML forbids these; the marks that turn the reading direction hide what a name really says.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def safe_text(text: str, longest: int | None = None) -> str:
    """Return outside text that every office program can open.

    Kinds of line breaks become ``\\n``; characters that XML forbids, lone surrogates and marks that turn the
    reading direction become a visible ``�``.

    :param longest: what is longer is cut and ends with a mark that says so; counted as office programs
        count, in units of UTF-16, of which a rare character or an emoji takes two.
    """
    # What is printable holds none of these, and nearly all text is.
    shown = text if text.isprintable() else _FORBIDDEN.sub("\ufffd", _BREAK.sub("\n", text))
    if longest is None or 2 * len(shown) <= longest:
        return shown
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return shown
    # "ignore" drops the half of a character that the cut leaves behind.
    return units[: 2 * max(0, longest - len(CUT))].decode("utf-16-le", "ignore") + CUT


def few_lines(text: str) -> str:
    """Return a text in which what follows very many line breaks stands in one line.

    A text of line breaks alone must neither take minutes to write nor fill thousands of pages.
    """
    lines = text.split("\n", _MOST_LINES)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [" ".join(filter(None, lines[_MOST_LINES].split("\n")))]
    return "\n".join(lines)


def moment_words(moment: datetime, zone: tzinfo | None) -> str:
    """Say a moment in office time: ``2024-06-28 15:04``."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


@lru_cache(maxsize=65_536)
def width_of(text: str) -> int:
    """Return how wide a line is in half-width characters: a Chinese character takes two."""
    return sum(map(_width, text))


def lines_of(text: str, room: int) -> int:
    """Return how many lines the text takes in a column.

    :param room: the column's width in half-width characters.
    """
    room = max(room, 2)
    # No character takes more than two: what is short is one line without a closer look.
    if "\n" not in text:
        return 1 if 2 * len(text) <= room else _count(text, room)
    return sum(1 if 2 * len(line) <= room else _count(line, room) for line in text.split("\n"))


def wrapped(text: str, room: int) -> list[str]:
    """Return the lines that a text takes in a column; joined they are the text again, line breaks included.

    :param room: the column's width in half-width characters.
    """
    return [line for paragraph in _paragraphs(text) for line in _wrapped(paragraph, max(room, 2))]


def parts_of(text: str, room: int, most: int) -> Iterator[str]:
    """Cut a text between its lines into parts of so many lines, at the end of a sentence where one is near.

    :param room: the column's width in half-width characters.
    :param most: lines of a part, at least one.
    """
    reach = max(room, 2) * most + 1  # to look no further keeps this linear
    while True:
        if len(text) <= reach and lines_of(text, room) <= most:
            yield text
            return
        lines = wrapped(text[:reach], room)
        head = "".join(lines[:most])
        end = max((found.end() for found in _SENTENCE_END.finditer(head)), default=0)
        if 2 * end < len(head):
            end = len(head)
        yield text[:end].removesuffix("\n")
        text = text[end:]


@lru_cache(maxsize=4096)
def _count(line: str, room: int) -> int:
    """Return as many as :func:`_wrapped` makes lines, without making them."""
    lines, used = 1, 0
    clusters = _CLUSTER.findall(line)
    widths = list(map(width_of, clusters))
    # No line wastes more than its next cluster but one unit: often that leaves one answer only.
    whole, widest = sum(widths), max(widths)
    if widest <= room and (least := -(-whole // room)) == -(-whole // (room - widest + 1)):
        return max(1, least)
    for cluster, width in zip(clusters, widths, strict=True):
        if used + width <= room:
            used += width
        elif width <= room:
            lines, used = lines + 1, width
        else:
            for char in cluster:
                width = width_of(char)
                lines, used = (lines, used + width) if used + width <= room else (lines + 1, width)
    return lines


def _paragraphs(text: str) -> list[str]:
    *ended, last = text.split("\n")
    return [*(f"{line}\n" for line in ended), last]


def _wrapped(paragraph: str, room: int) -> list[str]:
    line, end = paragraph.removesuffix("\n"), paragraph[len(paragraph.removesuffix("\n")) :]
    lines, used = [""], 0
    for cluster in _CLUSTER.findall(line):
        # A word longer than the line is broken inside.
        for piece in [cluster] if width_of(cluster) <= room else cluster:
            width = width_of(piece)
            if used + width > room:
                lines.append("")
                used = 0
            lines[-1] += piece
            used += width
    lines[-1] += end
    return lines


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    # Ambiguous ones (“ ” …) are full-width in Chinese fonts.
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1
