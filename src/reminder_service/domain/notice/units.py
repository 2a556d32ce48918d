"""The responsible units of a notice: taken from its clauses, each once, with code, seal name and everyday spellings."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..campaign import Unit
from .bodies import Place, aliases, full_name, is_group
from .text import closing

_SEPARATORS = "、，,；;／/ \n"
_LABEL = re.compile(
    r"(?P<role>牵头|主办|主责|责任|承办|协办|配合|参与|参加|协同)(?:责任)?(?:单位|部门)(?:为|是)?[:：]"
)
_LABELLED = re.compile(rf"[（(【\[]?{_LABEL.pattern}")
_BRACKETED = re.compile(r"[（(](?=[^（()）]{2,200}?(?:牵头|负责|配合)[^（()）]{0,120}[)）])")
_BODIES_ONLY = re.compile(r"[（(]([^（()）\n]{3,120})[)）][。；;]?(?=\n|$)")
_VERBS = re.compile(
    r"(?:按(?:照)?职责分工|分别|共同|具体|会同|积极)*(?P<verb>牵头负责|牵头|负责落实|负责|配合|参与|协助)(?:落实)?$"
)
_OTHERS = re.compile(r"等(?:有关|相关)?(?:部门|单位)?$")
_TRAILING = re.compile(r"[。.；;，,、\s]+$")
_LEADING_WORDS = re.compile(r"^(?:由|和|及|以及|与|会同)")
_BODY = re.compile(
    r"[局委会院部办处室镇乡所队联站社]$|街道$|中心$|学校$|公司$|集团$|大队$|支队$|园区$|开发区$|医院$|协会$|科协$|基地$|村$|府$|厅$|银行$|馆$"
    r"|单位$|部门$|企业$|^各"
)
_LEAD = {"牵头", "主办", "主责"}
_HELP = {"协办", "配合", "参与", "参加", "协同", "协助"}


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitClause:
    """The words of one item that name its units.

    ``start`` and ``end`` are its place in the item's text; ``named`` are the units, leading first, ``helping``
    those that only cooperate; ``leads`` is True where the notice says who leads, ``others`` where it ends in 等.
    """

    start: int
    end: int
    named: tuple[str, ...]
    helping: tuple[str, ...] = ()
    leads: bool = False
    others: bool = False


def find_clauses(text: str) -> list[UnitClause]:
    """Return the clauses that name units, in order; neighbouring ones (牵头单位…；配合单位…) are one.

    :param text: the text of an item, paragraphs parted by line breaks.
    """
    spans = _spans(text)
    clauses: list[UnitClause] = []
    while spans:
        group = [spans.pop(0)]
        while spans and not text[group[-1][1] : spans[0][0]].strip("。；;，,、\n 　"):
            group.append(spans.pop(0))
        if clause := _clause(text, group):
            clauses.append(clause)
    return clauses or [clause for match in _BODIES_ONLY.finditer(text) if (clause := _bare_clause(match))]


def split_units(text: str) -> tuple[str, ...]:
    """Return the unit names of a list parted by 、 ， ； or line breaks, each once, in order."""
    names: dict[str, None] = {}
    for part in _parts(text):
        name = _OTHERS.sub("", _LEADING_WORDS.sub("", _TRAILING.sub("", part.strip())))
        for piece in re.split(r"(?:和|及|以及)(?=各)", name):
            # 完成时限：12月底 and 责任人：… stand in the same bracket and are no units.
            if 2 <= len(piece) <= 40 and not re.search("[:：]", piece):
                names.setdefault(piece)
    return tuple(names)


def looks_like_body(name: str) -> bool:
    """Whether a name ends or begins like that of an office, a town or a group."""
    return _BODY.search(name) is not None


def same_bodies(names: Iterable[str], place: Place) -> dict[str, str]:
    """Return for every name the one that the notice used first for the same body (县卫健局 for 县卫生健康局)."""
    first: dict[str, str] = {}
    return {name: first.setdefault(full_name(name, place), name) for name in names}


def build_units(names: Sequence[str], place: Place) -> tuple[Unit, ...]:
    """Return the units with codes in the given order; a spelling that two of them share is nobody's alias."""
    digits = max(2, len(str(len(names))))
    spelled = {name: (name, full_name(name, place), *aliases(name, place)) for name in names}
    shared = Counter(form for forms in spelled.values() for form in dict.fromkeys(forms))
    return tuple(
        Unit(
            name=name,
            code=str(number).zfill(digits),
            full_name=spelled[name][1],
            aliases=tuple(form for form in dict.fromkeys(spelled[name][2:]) if shared[form] == 1),
            group=is_group(name),
        )
        for number, name in enumerate(names, start=1)
    )


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where clauses stand: a bracket with a label or a verb, or a label up to the end of its sentence."""
    spans: list[tuple[int, int]] = []
    for match in sorted(
        [*_LABELLED.finditer(text), *_BRACKETED.finditer(text)], key=lambda found: found.start()
    ):
        if spans and match.start() < spans[-1][1]:
            continue
        end = closing(text, match.start()) if text[match.start()] in "（(" else -1
        if end < 0:
            stop = re.search(r"[。\n】\]]", text[match.end() :])
            end = match.end() + (stop.start() if stop else len(text) - match.end()) - 1
        spans.append((match.start(), end + 1))
    return spans


def _clause(text: str, group: list[tuple[int, int]]) -> UnitClause | None:
    inside = "；".join(_unbracketed(text[start:end]) for start, end in group)
    roles = _roles(inside)
    # A bracket such as （由专人负责） has the verb of a clause but names no body.
    bodies = [name for names, _ in roles for name in names]
    if not bodies or (not _LABEL.search(inside) and not all(looks_like_body(name) for name in bodies)):
        return None
    roles.sort(key=lambda role: role[1] not in _LEAD)
    helping = [name for names, role in roles if role in _HELP for name in names]
    return UnitClause(
        start=group[0][0],
        end=group[-1][1],
        named=tuple(dict.fromkeys(name for names, _ in roles for name in names)),
        helping=tuple(helping),
        leads=any(role in _LEAD for _, role in roles),
        others=bool(_OTHERS.search(_VERBS.sub("", _TRAILING.sub("", inside)))),
    )


def _bare_clause(match: re.Match[str]) -> UnitClause | None:
    """Return the clause of a bracket at a paragraph's end that holds nothing but bodies: （县教育局、县妇联）."""
    names = split_units(match[1])
    if not names or not all(name[0] in "县市区旗团各" and looks_like_body(name) for name in names):
        return None
    return UnitClause(start=match.start(), end=match.end(1) + 1, named=names)


def _unbracketed(words: str) -> str:
    """Return the words of a clause without its own brackets; those of a name (各镇（街道）) stay."""
    words = words.strip("。；; \n")
    if words[:1] in set("（([【"):
        words = words[1:-1] if words[-1:] in set("）)]】") else words[1:]
    return words.strip("。；; \n")


def _roles(inside: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the unit lists of a clause with what each does: 牵头, 配合, 责任 …"""
    labels = list(_LABEL.finditer(inside))
    if labels:
        ends = [label.start() for label in labels[1:]] + [len(inside)]
        return [
            (split_units(inside[label.end() : end]), label["role"])
            for label, end in zip(labels, ends, strict=True)
        ]
    roles: list[tuple[tuple[str, ...], str]] = []
    waiting: list[str] = []
    for part in _parts(inside):
        verb = _VERBS.search(part.strip("。"))
        waiting.append(part.strip("。")[: verb.start()] if verb else part)
        if verb:
            roles.append((split_units("、".join(waiting)), verb["verb"][:2]))
            waiting = []
    return roles


def _parts(text: str) -> list[str]:
    """Split at separators that stand outside brackets: 各镇（街道、开发区） is one name."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if char in _SEPARATORS and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part.strip()]
