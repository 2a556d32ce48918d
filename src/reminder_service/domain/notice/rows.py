"""Rows of an annex form: unit names out of a cell, and whole rows where the form exists as lines of text only."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .text import tidy
from .units import looks_like_body

END_OF_FORM = re.compile(r"(?:抄送|抄报|主送|[（(]此件|填表人|填报人|注[:：]|备注[:：]|说明[:：]).*|.*印发")
_NAME_END = re.compile(r"(?:名称|单位|部门|事项|内容|时限|期限|时间|情况|措施|进度|进展|备注|序号|编号)")

_BETWEEN = re.compile(r"[、，,；;](?![^（(]*[）)])")  # the one in 各县（市、区） parts nothing
# A PDF may lose the break between two names that fill their lines: 县人力资源社会保障局县妇联.
_GLUED = re.compile(r"(?<=[局会院联部室])(?=(?:县|市|区|旗|各|团县委|团市委|团区委))")


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnexRow:
    """A row of the form; ``units`` is the cell with its line breaks, for ``units_in`` to part.

    ``helping`` is the cell of the cooperating units, which ``units`` holds as well, ``text`` what the row says of its
    matter in a column of its own.
    """

    number: str
    name: str
    units: str
    helping: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineForm:
    """A form read from lines of text: the headings from left to right and the rows."""

    headings: tuple[str, ...]
    rows: tuple[AnnexRow, ...]


def units_in(cell: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the units that a cell names, one a line or parted by 、, lines broken inside a name mended.

    :param known: units named elsewhere in the notice; they settle where a name ends.
    """
    by_length = sorted(known, key=len, reverse=True)
    rest = _BETWEEN.sub("\n", "\n".join(tidy(line) for line in cell.split("\n")))
    rest = _GLUED.sub("\n", rest)
    names: list[str] = []
    while rest := rest.lstrip("\n "):
        name = next((found for unit in by_length if (found := _spelled(unit, rest, r"(?=\n|$)"))), None)
        name = name or _first_body(rest)
        names.append(name.replace("\n", ""))
        rest = rest[len(name) :]
    return tuple(dict.fromkeys(names))


def read_lines(
    lines: Sequence[str], names: Sequence[str], key_of: Callable[[str], object | None]
) -> LineForm | None:
    """Read a form whose cells follow one another as lines or words, row by row; None where there is none.

    :param names: the names of the matters, which tell the name in a row from its units.
    :param key_of: what a column of this heading holds, None if unknown; tells where a broken heading goes on.
    """
    start = next((n for n, line in enumerate(lines) if line.startswith("序号")), None)
    if start is None:
        return None
    stop = next((n for n in range(start, len(lines)) if END_OF_FORM.fullmatch(tidy(lines[n]))), len(lines))
    body = lines[start:stop]
    first = next((n for n, line in enumerate(body) if re.match(r"1(?!\d)", line)), len(body))
    header = {tidy(line) for line in body[:first]}
    rows: list[list[str]] = []
    for line in body[first:]:
        # The header stands again on top of every further page.
        if tidy(line) in header:
            continue
        if match := re.match(rf"{len(rows) + 1}(?![\d.．])\s*", line):
            rows.append([line[match.end() :]])
        else:
            rows[-1].append(line)
    read = [_row(number, row, names) for number, row in enumerate(rows, start=1)]
    return LineForm(headings=_headings(body[:first], key_of), rows=tuple(read))


def _headings(lines: Sequence[str], key_of: Callable[[str], object | None]) -> tuple[str, ...]:
    """Return the headings; one broken over lines goes on with words of its own meaning (本季度具体措施 / 及任务进度情况)."""
    headings: list[str] = []
    for part in (part for line in lines for part in _cells(line)):
        goes_on = part.startswith(("及", "和", "与", "（", "("))
        if headings and (goes_on or (key_of(part) and key_of(headings[-1]) is key_of(part))):
            headings[-1] += part
        else:
            headings.append(part)
    return tuple(headings)


def _cells(line: str) -> list[str]:
    """Part a line of headings at its spaces, or where these are gone at the words that end a heading."""
    words = line.split()
    if len(words) == 1 and len(line) > 10 and len(_NAME_END.findall(line)) > 1 and line.startswith("序号"):
        return re.findall(rf".+?{_NAME_END.pattern}|.+", line)
    return [tidy(word) for word in words]


def _row(number: int, lines: Sequence[str], names: Sequence[str]) -> AnnexRow:
    text = "\n".join(line for line in lines if line).strip()
    for name in names:
        if found := _spelled(name, text, ""):
            return AnnexRow(number=str(number), name=name, units=_words(text[len(found) :]))
    words = text.split()
    units = next((n for n, word in enumerate(words) if n and looks_like_body(word)), len(words))
    return AnnexRow(number=str(number), name="".join(words[:units]), units="\n".join(words[units:]))


def _words(text: str) -> str:
    return "\n".join(text.split())


def _spelled(name: str, text: str, then: str) -> str | None:
    """Return the beginning of the text that spells the name, broken anywhere, if ``then`` matches behind it."""
    match = re.match(r"\s*".join(map(re.escape, name)) + then, text)
    return match[0] if match else None


def _first_body(text: str) -> str:
    """Return the first lines that together look like the name of a body."""
    lines = text.split("\n")
    for count in range(1, len(lines) + 1):
        whole = "".join(lines[:count])
        if looks_like_body(whole) and (not whole.startswith("各") or looks_like_body(whole[1:])):
            return "\n".join(lines[:count])
    return lines[0]
