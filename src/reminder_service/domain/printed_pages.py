"""What is printed about pages on them: 第1页　共2页."""

import re
import unicodedata
from dataclasses import dataclass

_OF = re.compile(
    r"第\s*(\d{1,3})\s*页\s*[,/|]?\s*[(]?\s*[共总]\s*(\d{1,3})\s*页|Page\s+(\d{1,3})\s+of\s+(\d{1,3})"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageMarks:
    """The page numbers that were seen, and how many pages there are by what is printed (0: nothing is)."""

    seen: frozenset[int] = frozenset()
    total: int = 0


def page_marks(text: str) -> PageMarks:
    """Return what a document's text outside tables says about its pages."""
    found = [
        (int(match[1] or match[3]), int(match[2] or match[4]))
        for match in _OF.finditer(unicodedata.normalize("NFKC", text))
    ]
    sound = [(number, total) for number, total in found if 0 < number <= total]
    return PageMarks(
        seen=frozenset(number for number, _ in sound), total=max((total for _, total in sound), default=0)
    )
