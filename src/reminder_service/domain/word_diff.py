"""Two texts side by side, word by word: what stands in one of them only is marked."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Indel

_WORD = re.compile(r"(?:\d+(?:[.,．]\d+)*\s?[%‰％]?|[A-Za-zＡ-Ｚａ-ｚ]+|\S)\s*")
LONGEST = 20_000
"""Characters of a text from which it is shown as one piece: comparing takes the product of both lengths."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a text; ``changed`` where the other text has something else in its place."""

    text: str
    changed: bool = False


Pieces = tuple[Piece, ...]


def side_by_side(left: str, right: str) -> tuple[Pieces, Pieces]:
    """Return both texts in pieces; put together they are the texts as they are.

    Figures and Latin words are compared whole, other signs one by one; width, letter case and spacing are no
    difference.
    """
    if max(len(left), len(right)) > LONGEST:
        changed = left != right
        return _whole(left, changed=changed), _whole(right, changed=changed)
    first, second = _words(left), _words(right)
    steps = Indel.opcodes([_folded(word) for word in first], [_folded(word) for word in second])
    return (
        tuple(_joined((first[one.src_start : one.src_end], one.tag != "equal") for one in steps)),
        tuple(_joined((second[one.dest_start : one.dest_end], one.tag != "equal") for one in steps)),
    )


def _words(text: str) -> list[str]:
    start = len(text) - len(text.lstrip())
    words = _WORD.findall(text[start:])
    return [text[:start] + words[0], *words[1:]] if words else ([text] if text else [])


def _folded(word: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", word)).casefold()


def _whole(text: str, *, changed: bool) -> Pieces:
    return (Piece(text=text, changed=changed),) if text else ()


def _joined(stretches: Iterable[tuple[list[str], bool]]) -> Iterator[Piece]:
    words = [(word, changed) for stretch, changed in stretches for word in stretch]
    for changed, together in groupby(words, key=lambda one: one[1]):
        yield Piece(text="".join(word for word, _ in together), changed=changed)
