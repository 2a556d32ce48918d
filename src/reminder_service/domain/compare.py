"""The cross-check: does the stamped copy say what the electronic version says, row by row."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from .answers import is_blank
from .forms import Form, FormRow
from .rows import expanded
from .texts import bare

_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*\s*[%‰‱]?\s*[万亿千百]?[一-鿿]?")
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
    """The verdict on two versions: ``cannot_tell`` where one of them shows no rows."""

    verdict: Literal["agree", "differ", "cannot_tell"]
    differences: tuple[Difference, ...] = ()


def compare_forms(
    electronic: Form | None, stamped: Form | None, item_of: Callable[[FormRow], int | None]
) -> Comparison:
    """Compare two forms row by row.

    :param item_of: gives the item number of a row, None where it fits none.
    """
    if electronic is None or stamped is None:
        return Comparison(verdict="cannot_tell")
    left, right = _texts(electronic, item_of), _texts(stamped, item_of)
    if not left or not right:
        return Comparison(verdict="agree" if left == right else "cannot_tell")
    return compare_texts(left, right)


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


def _texts(form: Form, item_of: Callable[[FormRow], int | None]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for row in expanded(form.rows):
        item = item_of(row)
        if item is not None and not is_blank(row.measures):
            texts[item] = f"{texts[item]}\n{row.measures}" if item in texts else row.measures
    return texts
