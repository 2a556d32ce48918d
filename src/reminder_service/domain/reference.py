"""Last period's text in the next form: for the unit to look at, never a report."""

import re

_LONGEST = 400
_BRACKETS = str.maketrans({"〔": "（", "〕": "）"})
# Told by its words: a program or a scan may have lost the brackets, the grey and the field.
_BEGIN = r"[〔\[【［(（{｛「『]?\s*上期填报内容\s*[，,、]?\s*供参考\s*[:：]?"
_WHOLE = re.compile(rf"{_BEGIN}[^〕]*〕")
_BROKEN = re.compile(rf"{_BEGIN}.*", re.DOTALL)


def reference_of(text: str) -> str:
    """Return what stands in the next form for a text that was reported: ``〔上期填报内容，供参考：…〕``."""
    clean = text.strip().translate(_BRACKETS)
    shown = clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}……"
    return f"〔上期填报内容，供参考：{shown}〕"


def without_reference(text: str) -> str:
    """Return what a unit wrote into a cell: the reference taken out, wherever it stands.

    Where its closing bracket is lost nobody can tell where it ends: all that follows is taken for the reference,
    as to ask once more is better than to report last period's words.
    """
    if "上期填报内容" not in text:
        return text
    return _BROKEN.sub("", _WHOLE.sub("", text)).strip()
