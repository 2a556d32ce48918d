"""What is printed on the pages that are measured, and how a reading is compared with it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from reminder_service.domain.campaign import Column, ColumnKey

COLUMNS = (
    Column(key=ColumnKey.NUMBER, heading="序号"),
    Column(key=ColumnKey.NAME, heading="实事名称"),
    Column(key=ColumnKey.UNITS, heading="责任单位"),
    Column(key=ColumnKey.MEASURES, heading="本季度具体措施及任务进度情况", also=("进展情况", "进度")),
    Column(key=ColumnKey.DEADLINE, heading="完成时限"),
)
SAME = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "·": ".", "•": "."})


def wanted_rows(truth: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of the truth by field; what a merged cell leaves empty comes from the row above."""
    head = ["".join(text.split()) for text in truth["head"]]
    places = {
        "number": head.index("序号"),
        "name": head.index("实事名称"),
        "units": head.index("责任单位"),
        "measures": next(at for at, text in enumerate(head) if "进度" in text or "进展" in text),
        "deadline": head.index("完成时限"),
    }
    above: dict[str, str] = {}
    for row in truth["rows"]:
        one = {key: row[at] or "" for key, at in places.items()}
        for key in ("number", "name", "deadline"):
            one[key] = one[key] or above.get(key, "")
        yield one
        above = one


def letters_of(truth: dict[str, Any]) -> Counter[str]:
    """Return the characters of a form."""
    return Counter(folded("".join(text or "" for row in [truth["head"], *truth["rows"]] for text in row)))


def folded(text: str) -> str:
    """Return text as it is compared: NFKC, no white space, one kind of quotes and dashes."""
    return "".join(unicodedata.normalize("NFKC", text).translate(SAME).split())


def figures(text: str) -> list[str]:
    """Return the numbers of a text in order."""
    return re.findall(r"\d+(?:\.\d+)?", folded(text))
