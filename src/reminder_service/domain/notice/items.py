"""The numbered matters of a notice: 一、 （一） 1. （1） 第一条, whichever of them name their units."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cn2an

from .text import NUMERAL
from .units import UnitClause, find_clauses

# From outer to inner, as GB/T 9704 orders them.
_STYLES = (
    re.compile(rf"第(?P<ordinal>[{NUMERAL}]{{1,4}})[章条项][、，：:]?"),
    re.compile(rf"(?P<ordinal>[{NUMERAL}]{{1,4}})[、.．]"),
    re.compile(rf"[（(](?P<ordinal>[{NUMERAL}]{{1,4}})[)）][、.．]?"),
    re.compile(r"(?P<ordinal>\d{1,2})[.．、](?!\d)"),
    re.compile(r"[（(](?P<ordinal>\d{1,2})[)）][、.．]?"),
)
_SENTENCE = re.compile(r"[^。！？\n：]+")
_LONGEST_NAME = 30
# Headings over the list of units, and headings that frame the matters: none is a matter itself.
_OF_UNITS = re.compile(r"(?:责任|牵头|填报|调查|实施|参加)?(?:单位|部门|对象|范围|分工)")
_CONTAINER = re.compile(r"(?:主要|重点|报送|填报|上报|调度|调查|督查|工作){0,3}(?:内容|任务|事项|重点)")
_FRAME = re.compile(
    r".{0,8}(?:要求|目标|思想|原则|意义|领导|措施|保障|责任|报送|报送进展|时间|安排|方式|步骤|方法|其他|其他事项)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """A numbered matter.

    ``name`` is its first sentence, ``text`` what follows without the clause of its units, ``clause`` that clause.
    """

    ordinal: int
    name: str
    text: str
    clause: UnitClause | None
    clause_text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matters:
    """What was found: the matters, and the paragraphs of the notice that belong to none of them."""

    matters: tuple[Matter, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Segment:
    """A numbered heading with all that stands below it; ``first`` and ``last`` are indices of paragraphs."""

    ordinal: int
    marker: int
    first: int
    last: int


def find_matters(paragraphs: Sequence[str]) -> Matters:
    """Return the numbered matters that name units, or those of the outermost numbering where none does.

    The numbering taken is the one with most matters that hold exactly one clause of units; of equals the outermost,
    so that a matter keeps its sub-points.
    """
    headings = _headings(paragraphs)
    numberings = [
        [
            seg
            for seg in _segments(headings, style, len(paragraphs))
            if not _headed(paragraphs, seg, _OF_UNITS)
        ]
        for style in range(len(_STYLES))
    ]
    numberings = [
        [seg for seg in segments if not _contains(paragraphs, seg, headings)] for segments in numberings
    ]
    if shared := _with_shared_units(paragraphs, numberings):
        return shared
    named = [[seg for seg in segments if _clauses(paragraphs, seg)] for segments in numberings]
    single = [sum(len(_clauses(paragraphs, seg)) == 1 for seg in segments) for segments in named]
    if any(single):
        return _taken(paragraphs, named[single.index(max(single))])
    # Where no matter names its units it is not sure which paragraphs are matters, so all stay in the rest.
    plain = [[seg for seg in segments if not _headed(paragraphs, seg, _FRAME)] for segments in numberings]
    longest = max(plain, key=len)
    return Matters(matters=_taken(paragraphs, longest).matters, rest=tuple(paragraphs))


def _contains(
    paragraphs: Sequence[str], segment: _Segment, headings: list[tuple[int, int, int, int]]
) -> bool:
    """Whether a segment only holds matters: 一、报送内容 over （一） and （二）."""
    below = [index for index, *_ in headings if segment.first < index <= segment.last]
    return len(below) > 1 and _headed(paragraphs, segment, _CONTAINER)


def _with_shared_units(paragraphs: Sequence[str], numberings: Sequence[list[_Segment]]) -> Matters | None:
    """Return matters whose units are named once for all, in a paragraph of its own below the last of them."""
    for segments in numberings:
        if len(segments) < 2 or any(_clauses(paragraphs, seg) for seg in segments[:-1]):
            continue
        last = segments[-1]
        clauses = find_clauses(paragraphs[last.last])
        if last.first < last.last and clauses and clauses[0].start == 0:
            return _taken(paragraphs, [*segments[:-1], replace(last, last=last.last - 1)])
    return None


def plain_name(text: str) -> str:
    """Return the name of a matter without ordinal and closing marks."""
    for style in _STYLES:
        if match := style.match(text):
            text = text[match.end() :]
    return text.strip("。；;：:，, \n")


def _headings(paragraphs: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return (paragraph, style, ordinal, length of the marker) of numbers that follow one another.

    A line that begins with a number by chance does not continue its numbering, so it is no heading.
    """
    found: list[tuple[int, int, int, int]] = []
    reached: dict[int, int] = {}
    for index, paragraph in enumerate(paragraphs):
        for style, pattern in enumerate(_STYLES):
            match = pattern.match(paragraph)
            if match is None:
                continue
            ordinal = _ordinal(match["ordinal"])
            if ordinal != 1 and ordinal != reached.get(style, 0) + 1:
                break
            reached[style] = ordinal
            found.append((index, style, ordinal, match.end()))
            break
    return found


def _ordinal(text: str) -> int:
    if text.isdigit():
        return int(text)
    try:
        return int(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except (ValueError, TypeError):
        return 0


def _segments(headings: list[tuple[int, int, int, int]], style: int, end: int) -> list[_Segment]:
    segments = []
    for position, (index, own, ordinal, marker) in enumerate(headings):
        if own != style:
            continue
        following = next((other for other, kind, *_ in headings[position + 1 :] if kind <= style), end)
        segments.append(_Segment(ordinal=ordinal, marker=marker, first=index, last=following - 1))
    return segments


def _body(paragraphs: Sequence[str], segment: _Segment) -> str:
    text = "\n".join(paragraphs[segment.first : segment.last + 1])
    return text[segment.marker :]


def _clauses(paragraphs: Sequence[str], segment: _Segment) -> list[UnitClause]:
    return find_clauses(_body(paragraphs, segment))


def _headed(paragraphs: Sequence[str], segment: _Segment, kind: re.Pattern[str]) -> bool:
    """Whether the heading of a segment is of this kind."""
    match = _SENTENCE.match(paragraphs[segment.first][segment.marker :])
    return bool(match and kind.fullmatch(match[0]))


def _taken(paragraphs: Sequence[str], segments: list[_Segment]) -> Matters:
    """Read the matters; what follows the units of the last one, and all other paragraphs, is the rest."""
    taken: set[int] = set()
    tails: list[str] = []
    matters: list[Matter] = []
    for segment in segments:
        # The last matter has no heading after it: it ends with its units, or with its own paragraph.
        final = segment.last == len(paragraphs) - 1
        body = _body(paragraphs, segment)
        matter, tail = _matter(segment, body, final)
        matters.append(matter)
        tails += tail
        taken.update(range(segment.first, segment.last + 1))
    rest = [text for index, text in enumerate(paragraphs) if index not in taken]
    return Matters(matters=_numbered(matters), rest=(*rest, *tails))


def _matter(segment: _Segment, body: str, final: bool) -> tuple[Matter, list[str]]:
    clauses = find_clauses(body)
    if clauses:
        end = clauses[-1].end
        tail = body[end:].lstrip("。；; \n") if final else ""
        kept = body[:end] if final else body
    else:
        kept, _, tail = body.partition("\n") if final else (body, "", "")
    clause = _merged(clauses) if clauses else None
    text = _without(kept, clauses)
    return (
        Matter(
            ordinal=segment.ordinal,
            name=_name(text),
            text=_description(text),
            clause=clause,
            clause_text="；".join(kept[part.start : part.end].replace("\n", "") for part in clauses),
        ),
        [line for line in tail.split("\n") if line],
    )


def _name(text: str) -> str:
    """Return the first sentence, or what stands before its first comma where it is long or counts something."""
    match = _SENTENCE.match(text)
    name = plain_name(match[0]) if match else ""
    if len(name) > _LONGEST_NAME or re.search(r"[，,；;].*\d", name):
        name = re.split(r"[，,；;]", name)[0]
    return name[: 2 * _LONGEST_NAME]


def _description(text: str) -> str:
    """Return the running text behind the name; a matter that is its name alone has the name for text."""
    match = _SENTENCE.match(text)
    rest = text[match.end() :].lstrip("。：:\n") if match else text
    whole = rest if match and rest and plain_name(match[0]) == _name(text) else text
    return whole.strip("；;").replace("\n", "")


def _without(body: str, clauses: list[UnitClause]) -> str:
    for clause in reversed(clauses):
        after = body[clause.end :]
        if body[: clause.start].endswith(("。", "；", "\n")):
            after = after.lstrip("。；")
        body = body[: clause.start] + after
    return body.strip()


def _merged(clauses: list[UnitClause]) -> UnitClause:
    return UnitClause(
        start=clauses[0].start,
        end=clauses[-1].end,
        named=tuple(dict.fromkeys(name for clause in clauses for name in clause.named)),
        helping=tuple(dict.fromkeys(name for clause in clauses for name in clause.helping)),
        leads=any(clause.leads for clause in clauses),
        others=any(clause.others for clause in clauses),
    )


def _numbered(matters: list[Matter]) -> tuple[Matter, ...]:
    """Keep the notice's own numbers where they run from 1; else count, for numberings that begin anew."""
    ordinals = [matter.ordinal for matter in matters]
    if ordinals == list(range(1, len(matters) + 1)):
        return tuple(matters)
    return tuple(
        Matter(
            ordinal=number,
            name=matter.name,
            text=matter.text,
            clause=matter.clause,
            clause_text=matter.clause_text,
        )
        for number, matter in enumerate(matters, start=1)
    )
