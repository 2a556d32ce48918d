"""Mistakes in a configuration, as sentences that name place, key and cure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

Location = tuple[int | str, ...]
"""The way to a value from the top of a file: ``("units", 3, "code")``."""

_LIKE = 60.0
_LONGEST = 40


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """One mistake.

    ``where`` is the file or ``environment``; ``line`` and ``column`` count from 1 and are 0 where the mistake
    has no place in a file; ``key`` is the key or the variable, empty where the whole file is meant.
    """

    where: str
    line: int = 0
    column: int = 0
    key: str = ""
    text: str

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}:{self.column}" if self.line else self.where
        return f"{place}: {self.key}: {self.text}" if self.key else f"{place}: {self.text}"


def sentences(problems: Iterable[Problem]) -> list[str]:
    """Return the problems as lines, each once, in the order of the files."""
    return list(dict.fromkeys(str(problem) for problem in sorted(problems)))


def key_path(location: Location) -> str:
    """Return a location as people write it, entries of lists counted from 1: ``units[4].code``."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def shown(value: object) -> str:
    """Return what was found in a few words."""
    match value:
        case None | "":
            return "nothing"
        case str():
            return repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
        case dict():
            return "a group of keys"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return repr(value)


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that was most likely meant, or None."""
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=_LIKE)
    return found[0] if found else None


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return the second half of a sentence about an unknown word: the nearest known one, or all of them."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else f"known are: {', '.join(known)}"
