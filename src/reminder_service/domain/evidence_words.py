"""Why a document is held for a unit and a period, in words, with the weight that each reason has."""

from collections.abc import Iterable
from dataclasses import dataclass

from .errors import WrongUsage
from .incoming import Evidence
from .periods import Period

_KINDS = {
    "decision": "人工认定",
    "handed_in": "登记时注明",
    "sender": "发件地址是该单位联系人",
    "reply": "回复了发给该单位的邮件",
    "form_code": "报表编号（二维码或文件属性）",
    "header": "报表中的填报单位",
    "title": "报表标题中的时间",
    "contact_sheet": "联系人表中的编号",
    "table": "已填各行的责任单位",
    "companion": "同一来信中的其他文件",
    "subject_reference": "主题中的编号",
    "subject": "邮件主题",
    "file_name": "文件名",
    "display_name": "发件人名称",
    "borrowed_name": "发件人名称与联系人相同，但地址不同",
    "authentication": "发件人验证结果",
}
_STRONG = frozenset({"form_code", "header", "title", "subject_reference"})
_ABOUT_SENDER = frozenset({"borrowed_name", "authentication"})


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceLine:
    """One reason: where it was seen, what it says, its weight in words and from 3 (decides) to 0 (a hint)."""

    where: str
    says: str
    weight: str
    strength: int


def evidence_lines(evidence: Iterable[Evidence]) -> tuple[EvidenceLine, ...]:
    """Return the reasons, the weightiest first; each once."""
    lines = dict.fromkeys(_line(one) for one in evidence)
    return tuple(sorted(lines, key=lambda line: -line.strength))


def _line(one: Evidence) -> EvidenceLine:
    strength, weight = _weight(one)
    return EvidenceLine(
        where=_KINDS.get(one.kind, one.kind), says=_said(one), weight=weight, strength=strength
    )


def _weight(one: Evidence) -> tuple[int, str]:
    if one.kind in _ABOUT_SENDER:
        return 0, "提示"
    if one.trusted:
        return 3, "可直接认定"
    return (2, "较强，须无矛盾") if one.kind in _STRONG else (1, "仅供参考")


def _said(one: Evidence) -> str:
    try:
        return Period.parse(one.says).title
    except WrongUsage:
        return one.says
