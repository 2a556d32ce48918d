"""Texts as YAML writes them."""

import re
from collections.abc import Iterable

# Words, numbers and Chinese punctuation that mean themselves anywhere in YAML, lists in brackets included.
_PLAIN = re.compile(r"[\w《〈“‘（][\w《》〈〉“”‘’（）、，。；：？！·…—〔〕／％.+%/@-]*")
_NOT_TEXT = re.compile(
    r"(null|true|false|yes|no|on|off|y|n|[\d_.+-]+(e[\d+-]+)?|0x[\da-f]+|0o[0-7]+)", re.IGNORECASE
)
_VISIBLE_SPACES = "\u3000"


def scalar(text: str) -> str:
    """Return a text as one YAML scalar on one line: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and not _NOT_TEXT.fullmatch(text):
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def flow(texts: Iterable[str]) -> str:
    """Return texts as a list in brackets."""
    return f"[{', '.join(scalar(text) for text in texts)}]"


def comment(text: str) -> str:
    """Return a text as it may stand behind ``#``: one line without anything invisible."""
    return " ".join("".join(character if _visible(character) else " " for character in text).split())


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if _visible(character):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _visible(character: str) -> bool:
    return character.isprintable() or character in _VISIBLE_SPACES
