"""The cross-check: does the stamped copy say what the electronic version says, row by row."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from .answers import is_blank
from .form_rows import lower
from .forms import Form, FormRow
from .rows import expanded
from .texts import bare

_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*\s*[%‰‱]?\s*[万亿千百]?[一-鿿]?")
_SURE = 0.7
"""Confidence of the least sure digit below which no other figure is asserted, and of the least sure letter below
which no other wording is: ink left on a grey page reads as letters."""

_SAME = 90.0
_ALIKE = 80.0
_APART = 60.0
_WHOLE = 0.7
_SPACE = re.compile(r"\s+")

DifferenceKind = Literal["figure", "wording", "row"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A row in which the two versions differ: in a figure, in wording, or by being in one of them only."""

    item: int
    kind: DifferenceKind
    electronic: str | None
    stamped: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The verdict on two versions: ``cannot_tell`` where one of them shows no rows.

    ``unsure`` are the rows that could not be told, in either verdict but agreement.
    """

    verdict: Literal["agree", "differ", "cannot_tell"]
    differences: tuple[Difference, ...] = ()
    unsure: tuple[Difference, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What one version says of an item; ``confidence`` (0..1) where the text was recognised from a picture.

    It is that of the least sure letter; ``figures_confidence`` is that of the least sure digit, None for the same.
    """

    text: str
    confidence: float | None = None
    figures_confidence: float | None = None


def compare_forms(
    electronic: Form | None, stamped: Form | None, item_of: Callable[[FormRow], int | None]
) -> Comparison:
    """Compare two forms row by row.

    :param item_of: gives the item number of a row, None where it fits none.
    """
    if electronic is None or stamped is None:
        return Comparison(verdict="cannot_tell")
    left, right = said_in(electronic, item_of), said_in(stamped, item_of)
    if not left or not right:
        return Comparison(verdict="agree" if left == right else "cannot_tell")
    if any(one.confidence is not None for one in (*left.values(), *right.values())):
        return compare_recognised(left, right)
    return compare_texts(_plain(left), _plain(right))


def compare_recognised(electronic: Mapping[int, Said], stamped: Mapping[int, Said]) -> Comparison:
    """Compare where one version was recognised from a picture: what recognition explains is no difference.

    1. Equal but for marks: agree.
    2. All figures equal and the wording alike: agree.
    3. A new figure, all digits surely read, in a text that is otherwise the same, or surely read and another
       text altogether: differ.
    4. Everything else, and rows that only one version shows, cannot be told: a person would have to look.
    """
    told: list[Difference] = []
    unsure: list[Difference] = []
    for item in sorted({*electronic, *stamped}):
        left, right = electronic.get(item), stamped.get(item)
        kind, is_sure = _recognised_difference(left, right) if left and right else ("row", False)
        if kind:
            one = Difference(
                item=item,
                kind=kind,
                electronic=left.text if left else None,
                stamped=right.text if right else None,
            )
            (told if is_sure else unsure).append(one)
    verdict: Literal["agree", "differ", "cannot_tell"] = "cannot_tell" if unsure else "agree"
    return Comparison(verdict="differ" if told else verdict, differences=tuple(told), unsure=tuple(unsure))


def compare_texts(electronic: Mapping[int, str], stamped: Mapping[int, str]) -> Comparison:
    """Compare the reported texts by item; figures must agree exactly, wording letter by letter without marks."""
    differences = [
        difference
        for item in sorted({*electronic, *stamped})
        if (difference := _difference(item, electronic.get(item), stamped.get(item)))
    ]
    return Comparison(verdict="differ" if differences else "agree", differences=tuple(differences))


def figures(text: str) -> list[str]:
    """Return the figures of a text in order, each with its per cent sign or the character that follows."""
    folded = unicodedata.normalize("NFKC", text)
    return [_SPACE.sub("", match.group()) for match in _FIGURE.finditer(folded)]


def _difference(item: int, electronic: str | None, stamped: str | None) -> Difference | None:
    if electronic is None or stamped is None:
        return Difference(item=item, kind="row", electronic=electronic, stamped=stamped)
    if bare(electronic) == bare(stamped) and _numbers(electronic) == _numbers(stamped):
        return None
    kind: DifferenceKind = "wording" if figures(electronic) == figures(stamped) else "figure"
    return Difference(item=item, kind=kind, electronic=electronic, stamped=stamped)


def _numbers(text: str) -> list[str]:
    # Without the marks 3.5 and 35 would fold together.
    return re.findall(r"\d+(?:\.\d+)?", unicodedata.normalize("NFKC", text))


def _recognised_difference(left: Said, right: Said) -> tuple[DifferenceKind | None, bool]:
    """Return in what two texts of an item differ, if at all, and whether that is sure."""
    if bare(left.text) == bare(right.text) and _numbers(left.text) == _numbers(right.text):
        return None, True
    sure = all(one.confidence is None or one.confidence >= _SURE for one in (left, right))
    alike = fuzz.ratio(bare(left.text), bare(right.text))
    other = sure and alike < _APART and len(bare(right.text)) >= _WHOLE * len(bare(left.text))
    if _numbers(left.text) == _numbers(right.text):
        return (None, True) if alike >= _ALIKE else ("wording", other)
    typed, seen = Counter(_numbers(left.text)), Counter(_numbers(right.text))
    # A figure that is only missing may stand on a line that was not read; one that is new was printed. One in
    # place of another is sure if its digits are; one too many may come from a line that was read twice.
    legible = all(_of_figures(one) >= _SURE for one in (left, right)) if typed - seen else sure
    # In a short text two changed figures are much of it: what counts is whether the words around them are the same.
    around = fuzz.ratio(_without_figures(left.text), _without_figures(right.text))
    return "figure", other or (legible and bool(seen - typed) and max(alike, around) >= _SAME)


def _without_figures(text: str) -> str:
    return re.sub(r"\d+(?:\.\d+)?", "#", bare(text))


def _of_figures(said: Said) -> float:
    sure = said.confidence if said.figures_confidence is None else said.figures_confidence
    return 1.0 if sure is None else sure


def said_in(form: Form, item_of: Callable[[FormRow], int | None]) -> dict[int, Said]:
    """Return what a form says by item; rows of one item are put together, blank ones left out."""
    said: dict[int, Said] = {}
    for row in expanded(form.rows):
        item = item_of(row)
        if item is None or is_blank(row.measures):
            continue
        before = said.get(item)
        said[item] = Said(
            text=f"{before.text}\n{row.measures}" if before else row.measures,
            confidence=lower(before.confidence if before else None, row.confidence),
            figures_confidence=lower(before.figures_confidence if before else None, row.figures_confidence),
        )
    return said


def _plain(said: Mapping[int, Said]) -> dict[int, str]:
    return {item: one.text for item, one in said.items()}
