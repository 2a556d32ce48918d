"""Folding of Chinese office text, so that spellings that mean the same compare equal."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "〝": '"', "〞": '"', "‘": "'", "’": "'", "`": "'"})
_NOT_WORD = re.compile(r"[^\w%]+|_+")


def fold(text: str) -> str:
    """Return the text with compatibility forms, white space and kinds of quotes folded away."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)


def bare(text: str) -> str:
    """Return only the letters, digits and per cent signs of the folded text."""
    return _NOT_WORD.sub("", fold(text)).casefold()
