"""Is it an answer: blank cells, 同上 and texts that only point elsewhere."""

import re

from .texts import fold

_BLANK = re.compile(r"[/\\|\-—–―─_.…·。]*")
_ABOVE = re.compile(
    r'(内容)?(同上(一?[行栏格项条])?|[与同]上一?[行栏格项条](内容)?(相同|一致|一样)?|[〃"]{1,2}|\'\')[。.]?'
)
_LAST_TIME = r"(上一?个?(季度|季|期|月|次|旬|半月|半年|年度)|[一二三四第1-4]{1,2}季度|前期|此前)"
_ELSEWHERE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(内容|情况|进展)?[同与和]{_LAST_TIME}(的?(内容|情况|进展|报送|报表))*(相同|一致|一样)?[。.]?",
        r"[（(]?(具体|内容|情况|进展|措施|材料|请)*[详另]?(见|参见|参照|参阅)(另?附[件表页后]|附|后附|另附|后页|别附|材料|另页).{0,24}",
        r"[（(]?(详见|另见|见)[:：]?《[^》]{1,40}》.{0,6}",
        r"[（(]?(材料|内容|情况)?(另附|附后|另报|另行报送|已另报|已报)[)）]?[。.]?",
        r"[（(]?从?略[)）]?[。.]?",
    )
)


def is_blank(measures: str) -> bool:
    """Whether a 措施 cell holds only white space, strokes and dots; 无 and 本季度无进展 are answers."""
    return _BLANK.fullmatch(fold(measures)) is not None


def refers_above(text: str) -> bool:
    """Whether the text says no more than 同上: the row above of the same form."""
    return _ABOVE.fullmatch(fold(text)) is not None


def refers_elsewhere(text: str) -> bool:
    """Whether the text says no more than 同上季度, 见附件 or 略: what is meant stands in another place."""
    folded = fold(text)
    return any(pattern.fullmatch(folded) for pattern in _ELSEWHERE)
