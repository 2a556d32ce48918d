"""The text of a notice as paragraphs: breaks inside sentences and names mended, spaces of the typesetter removed."""

import re
import unicodedata
from dataclasses import dataclass

_FURNITURE = re.compile(r"[-—–－―\s]*[-—–－―]\s*\d{1,3}\s*[-—–－―]+|第\s*\d+\s*页(?:[，,\s]*共\s*\d+\s*页)?")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BREAKS = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_SPACE = re.compile(r"\s+")
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％．\u2e80-\u2fdf\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z]")
_OPEN, _CLOSE = "（(", "）)"

NUMERAL = "一二三四五六七八九十百零〇"
_MARKER = re.compile(
    rf"[{NUMERAL}]{{1,4}}、|[（(][{NUMERAL}]{{1,4}}[)）]|\d{{1,2}}[.．、](?!\d)|[（(]\d{{1,2}}[)）]"
    rf"|第[{NUMERAL}]{{1,4}}[章条项]|附[件表](?=[:：\d]|$)|抄送|抄报|主送|序号|[（(]此件"
)
_LABEL = re.compile(r"(?:牵头|责任|主办|承办|协办|配合|参与|参加|主责|协同)(?:单位|部门)[:：]|联系人[:：]")
_NAMED_ANNEX = re.compile(r"附件[:：].*(?:表|名单|模板|样式|汇总)$")
_DATE_LINE = re.compile(
    r"(?:\d{4}年\d{1,2}月\d{1,2}日|[二一][〇○零Ｏ0一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月"
    r"[一二三四五六七八九十]{1,3}日)(?:印发)?"
)
# A heading that lost its own line: …（责任单位：县妇联）二、….
_GLUED = re.compile(rf"(?<=[。）)])(?=[{NUMERAL}]{{1,3}}、)")
_ENDED = "。；：！？）)”…;:!?"
_RUNS_ON = "、，,（(“《-"
_ANNEX = re.compile(r"附\s*[件表]\s*[0-9一二三四五六七八九十]{0,2}\s*[:：]?")
_WRAPPED_FROM = 0.4
_SHORT = 0.75


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeText:
    """The notice in parts: its lines and paragraphs before the annex, and the lines of the annex with their spaces."""

    lines: tuple[str, ...]
    paragraphs: tuple[str, ...]
    annex: tuple[str, ...]


def tidy(text: str) -> str:
    """Return the text without the spaces and line breaks that typesetting left between Chinese characters.

    Full-width letters, digits and per cent signs become plain ones; a space stays only between two Latin words.
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = _FULL_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    pieces = _SPACE.split(text.strip())
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += _between(whole, piece) + piece
    return whole


def notice_text(text: str) -> NoticeText:
    """Take the text of a notice apart.

    :param text: lines as a reader gives them; a paragraph may be one line or be broken anywhere.
    """
    lines = [line.strip() for line in _BREAKS.split(text) if not _FURNITURE.fullmatch(line.strip())]
    lines = [line for line in lines if tidy(line)]
    start = next((n for n, line in enumerate(lines) if n and _ANNEX.fullmatch(line)), len(lines))
    body = [part for line in lines[:start] for part in _GLUED.split(tidy(line))]
    return NoticeText(lines=tuple(body), paragraphs=tuple(_paragraphs(body)), annex=tuple(lines[start:]))


def is_date_line(line: str) -> bool:
    """Whether a line holds a date of issue and nothing else."""
    return _DATE_LINE.fullmatch(line) is not None


def closing(text: str, start: int) -> int:
    """Return the index of the bracket that closes the one at ``start``, or -1 where none does."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] in _OPEN) - (text[index] in _CLOSE)
        if depth == 0:
            return index
    return -1


def _between(left: str, right: str) -> str:
    """What stands between two pieces: a space between Latin words, nothing in Chinese text or a torn number."""
    return " " if left and right and _LATIN.match(left[-1]) and _LATIN.match(right[0]) else ""


def _paragraphs(lines: list[str]) -> list[str]:
    width = _line_width(lines)
    whole: list[str] = []
    last = ""
    for line in lines:
        if whole and _continues(whole[-1], last, line, width):
            whole[-1] += _between(whole[-1], line) + line
        else:
            whole.append(line)
        last = line
    return whole


def _line_width(lines: list[str]) -> float | None:
    """Return the width of a full line, or None where every line is a paragraph of its own."""
    long = [line for line in lines if _width(line) >= 15]
    torn = sum(line[-1] not in _ENDED for line in long)
    if not long or torn / len(long) < _WRAPPED_FROM:
        return None
    # Not the longest line: a heading or a running foot may be wider than the text block.
    widths = sorted(_width(line) for line in long)
    return widths[len(widths) * 3 // 4]


def _continues(paragraph: str, last: str, line: str, width: float | None) -> bool:
    """Whether ``line`` goes on with the paragraph that ends with the line ``last``."""
    if is_date_line(last) or is_date_line(line):
        return False
    if _MARKER.match(line):
        return False
    if paragraph[-1] in _RUNS_ON or _unclosed(paragraph):
        return True
    if _LABEL.match(line) or _NAMED_ANNEX.match(paragraph):
        return False
    return width is not None and _width(last) >= _SHORT * width


def _unclosed(paragraph: str) -> bool:
    tail = paragraph[-200:]
    return sum(tail.count(mark) for mark in _OPEN) > sum(tail.count(mark) for mark in _CLOSE)


def _width(line: str) -> float:
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in line)
