"""Text from outside, made fit to stand in a Word file."""

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LONGEST = 32_767
_CUT = "……（内容过长，全文见原件）"


def safe_text(text: str) -> str:
    """Return the text with what XML cannot hold shown as �, line breaks as ``\\n``, too long a text cut with a mark."""
    text = _ILLEGAL.sub("�", _LINE_BREAKS.sub("\n", text))
    return text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT
