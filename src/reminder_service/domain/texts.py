"""Folding of Chinese office text, so that spellings that mean the same compare equal."""

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "〝": '"', "〞": '"', "‘": "'", "’": "'", "`": "'"})
_NOT_WORD = re.compile(r"[^\w%]+|_+")
_SHORT = 40


def fold(text: str) -> str:
    """Return the text with compatibility forms, white space and kinds of quotes folded away."""
    return _remembered(text) if len(text) <= _SHORT else _folded(text)


def bare(text: str) -> str:
    """Return only the letters, digits and per cent signs of the folded text."""
    return _remembered_bare(text) if len(text) <= _SHORT else _bare(text)


def _folded(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", fold(text)).casefold()


# Names and headings come again with every form; measures do not, and would only fill the memory.
_remembered = lru_cache(maxsize=20_000)(_folded)
_remembered_bare = lru_cache(maxsize=20_000)(_bare)
